"""Behind a proxy that ends TLS, a form is answered with the stricter cookies."""

from dataclasses import replace
from ipaddress import ip_network

from form_walk import a_link, begins, sends
from tls_proxy import proxy_to
from visitor import Visitor

from feedback.app import create_app

PHONE = {"width": 390, "height": 844}


def test_a_form_is_answered_behind_a_proxy_that_ends_tls(
    serving, settings, eyes_on, database, clock, tmp_path
):
    app = create_app(
        replace(
            settings,
            public_base_url="https://localhost",
            staff_base_url="https://localhost",
            trusted_proxies=(ip_network("127.0.0.1/32"),),
        ),
        clock,
    )
    link = a_link(database, "family", now=clock.at)
    eyes = eyes_on(PHONE, trusting=True)

    with serving(app) as inside, proxy_to(inside, tmp_path) as port:
        visitor = begins(Visitor(f"https://localhost:{port}", eyes, clock), link)
        (cookie,) = eyes.page.context.cookies()
        sends(visitor)
        answered = visitor.text

    assert cookie["name"] == "__Host-respond"
    assert cookie["secure"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert "Your answers are sent" in answered
    assert eyes.complaints == []
