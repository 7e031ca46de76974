"""The headers stand on every answer, errors included."""

import gzip

import pytest

from feedback.app import create_app
from feedback.config import Settings
from feedback.web.headers import HEADERS


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/staff/login", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/", 405),
        ("GET", "/staff/", 303),
        ("POST", "/staff/login", 400),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_answer_carries_the_headers(client, method, path, status):
    answer = client.open(path, method=method)

    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_body_over_one_mebibyte_is_refused_with_the_headers(client):
    answer = client.post("/staff/login", data={"email": "x" * (1024 * 1024 + 1)})

    assert answer.status_code == 413
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fingerprinted_files_are_kept_for_ever_and_others_for_an_hour(client):
    with client.get("/static/staff.css?v=abc") as kept:
        assert "immutable" in kept.headers["Cache-Control"]
    with client.get("/static/staff.css") as other:
        assert other.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_not_there_is_not_remembered(client):
    missing = client.get("/static/nowhere.css?v=abc")

    assert missing.status_code == 404
    assert missing.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/staff", "//elsewhere.example//staff/login", "/s/"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_redirect_leads_to_the_host_that_a_request_named(client, path):
    answer = client.get(path, base_url="http://elsewhere.example")

    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_style_sheets_travel_compressed_and_pages_do_not(client):
    accepting = {"Accept-Encoding": "gzip"}

    with client.get("/static/respond.css", headers=accepting) as sheet:
        assert sheet.headers["Content-Encoding"] == "gzip"
        assert sheet.headers["Vary"] == "Accept-Encoding"
        packed = sheet.data
    with client.get("/static/respond.css") as plain:
        assert gzip.decompress(packed) == plain.data
    assert "Content-Encoding" not in client.get("/", headers=accepting).headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_cookies_have_host_prefixes_on_https_and_plain_names_in_the_demo(
    database, database_url, client
):
    settings = Settings.from_env(
        {
            "DATABASE_URL": database_url,
            "PUBLIC_BASE_URL": "https://forms.example",
            "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
            "MASTER_KEY": "YS1tYXN0ZXIta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXM=",
        }
    )
    secure = create_app(settings).test_client()

    over_tls = secure.get("/staff/login", base_url="https://forms.example")
    plain = client.get("/staff/login")

    cookie = over_tls.headers["Set-Cookie"]
    assert cookie.startswith("__Host-staff=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert over_tls.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert plain.headers["Set-Cookie"].startswith("staff=")
    assert "Secure" not in plain.headers["Set-Cookie"]
