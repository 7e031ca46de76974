"""What no browser of ours sends is refused, and never by a fault of ours."""

import re
from io import RawIOBase

import pytest
from builders import a_staff_member, post_form, sign_in

from feedback.domain.access import Role
from feedback.services import sign_in as staff_sign_in


@pytest.mark.parametrize(("fields", "status"), [(200, 403), (201, 413)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_has_at_most_two_hundred_fields(client, fields, status):
    body = "&".join(f"f{number}=1" for number in range(fields))

    answer = client.post(
        "/r", data=body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == status


@pytest.mark.parametrize("origin", ["http://[", "https://elsewhere.example", "x", ""])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_origin_that_is_not_ours_is_refused_however_it_is_written(client, origin):
    fields, named = {"token": "x"}, {"Origin": origin}

    answer = post_form(client, "/r", fields, page="/r/x", headers=named)

    assert answer.status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_body_that_the_server_cannot_read_is_refused(app, client):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    class BadChunkError(Exception):
        pass

    class Broken(RawIOBase):
        def readable(self):
            return True

        def readinto(self, _):
            raise BadChunkError

    answer = client.post(
        "/r",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Broken(), "wsgi.input_terminated": True},
    )

    assert answer.status_code == 400


def test_a_nul_in_an_address_or_an_email_finds_nothing(client, database, now):
    with database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now, email="ann@council.example")

    posted = post_form(
        client, "/staff/login", {"email": "ann@council.example\0", "password": "x"}
    )
    sign_in(client, "ann@council.example", now=now)
    opened = client.get("/staff/reviews/H-1%00")

    assert posted.status_code == 422
    assert opened.status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_fault_of_ours_gives_back_what_was_typed_but_no_secret(
    app, client, monkeypatch, caplog
):
    def fail(*_, **__):
        raise RuntimeError

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(staff_sign_in, "check_password", fail)

    answer = post_form(
        client, "/staff/login", {"email": "ann@council.example", "password": "hushed"}
    )

    assert answer.status_code == 500
    assert "ann@council.example" in answer.text
    assert "hushed" not in answer.text
    # Whoever calls with the reference on their page is found in the log.
    (told,) = re.findall(r"error page 500 shown, reference (\w+)", caplog.text)
    assert told in answer.text
    assert "hushed" not in caplog.text


def multipart(*parts, end=b"--x--\r\n"):
    """Write a form of parts, each with its further headers and its bytes."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    return b"".join(head % part for part in parts) + end


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/staff/login", multipart((b"email", b"", b"\xff@x")), 400),
        ("/staff/login", multipart((b"email", b"", b"\xed\xa0\x80")), 400),
        ("/staff/login", multipart((b"a", b"", b"sound"), (b"b", b"", b"\xc3")), 400),
        ("/staff/login", multipart((b"email", b"", "Zoë".encode())), 422),
        ("/staff/login", multipart((b"f", b'; filename="f"', b"\xff\xfe")), 422),
        ("/staff/login", multipart((b"email", b"", b"x"), end=b""), 400),
        ("/staff/login", b"no part at all", 400),
        ("/r", multipart((b"token", b"", b"\xff")), 400),
    ],
    ids=[
        "a byte that is no UTF-8",
        "a surrogate",
        "half a letter in the second part",
        "letters",
        "a file",
        "cut off",
        "no parts",
        "a respondent's",
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_texts_in_parts_are_utf8_and_files_may_be_anything(
    app, client, path, body, status
):
    app.config["WTF_CSRF_ENABLED"] = False

    answer = client.post(
        path, data=body, content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == status
