"""How is everything wired together?"""

import logging
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from feedback import cli
from feedback.clock import Clock, SystemClock
from feedback.config import CHECKOUT, Settings
from feedback.db.session import Database
from feedback.domain.attention import SocialGracesError
from feedback.domain.calendar import SchoolBreaksError
from feedback.environment import SettingError
from feedback.services.attend import offered
from feedback.services.link import calendar_of
from feedback.web import (
    accounts,
    act,
    committee,
    context,
    delivery,
    dev,
    home,
    hooks,
    moderate,
    office,
    pages,
    respond,
    review,
    safeguarding,
)
from feedback.web.body import register_body_checks
from feedback.web.compression import register_compression
from feedback.web.context import Runtime
from feedback.web.errors import register_errors
from feedback.web.filters import register_filters
from feedback.web.guards import register_guards, signed_in
from feedback.web.headers import register_headers
from feedback.web.navigation import navigation
from feedback.web.pages.views import csp_report
from feedback.web.proxies import TrustedProxies
from feedback.web.refusal import register_refusal
from feedback.web.sessions import TwoCookies
from feedback.web.speech import register_speech

MOST_BYTES = 1024 * 1024
MOST_FIELDS = 200
AUDIENCES = (
    accounts,
    home,
    office,
    review,
    moderate,
    safeguarding,
    delivery,
    act,
    committee,
    respond,
    pages,
    hooks,
)


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """Make the application.

    Args:
        settings: What the operator chose.
        clock: What tells the time; the machine's clock where none is given.

    Raises:
        SettingError: If a setting cannot be used.
    """
    _check_school_breaks(settings)
    _check_social_graces(settings)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for talkative in ("alembic", "procrastinate.blueprints"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    app = Flask(__name__, template_folder=str(CHECKOUT / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=settings.is_https,
        # The browser sends no referrer, and a form may stay open for a day.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions[context.KEY] = Runtime(
        settings=settings,
        clock=clock or SystemClock(settings.demo_now),
        database=Database(
            settings.database_url, settings.master_key, settings.master_key_previous
        ),
    )
    app.session_interface = TwoCookies(app)
    if settings.trusted_proxies:
        app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    if not settings.is_demo:
        register_refusal(app)
    register_body_checks(app)  # before anything parses a body
    csrf = CSRFProtect(app)
    csrf.exempt(csp_report)  # browsers send it by themselves, without a token
    register_compression(app)
    _register_templates(app, settings)
    register_guards(app)
    register_headers(app, is_https=settings.is_https)
    register_errors(app)
    register_filters(app)
    for audience in (*AUDIENCES, *((dev,) if settings.is_demo else ())):
        for blueprint in audience.BLUEPRINTS:
            app.register_blueprint(blueprint)
    cli.register(app)
    return app


def _check_school_breaks(settings: Settings) -> None:
    """Find at the start, not at the first message, that the days do not read."""
    try:
        calendar_of(settings)
    except SchoolBreaksError as error:
        advice = f"{error}; write ranges like 2026-12-19/2027-01-04, by commas"
        raise SettingError("SCHOOL_BREAKS", advice) from None


def _check_social_graces(settings: Settings) -> None:
    try:
        offered(settings)
    except SocialGracesError as error:
        raise SettingError("SOCIAL_GRACES", str(error)) from None


def _register_templates(app: Flask, settings: Settings) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(Path(CHECKOUT) / "templates"),
            PrefixLoader(
                {"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}
            ),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=lambda: g.get("language", "en"))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    register_speech(app)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        locale = get_locale()
        return {
            "settings": settings,
            "language": "en" if locale is None else str(locale).replace("_", "-"),
            "text_direction": "ltr" if locale is None else locale.text_direction,
            "staff": signed_in(),
            "navigation": navigation(),
        }
