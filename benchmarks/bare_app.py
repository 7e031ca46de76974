"""What would the least program do that keeps a form? Flask, WTForms and SQLAlchemy.

One page with nine questions, one response with its answers, nothing else: no link, no
session, no CSRF token, no encryption, no audit trail, no alert, no look before sending.
The measurements beside it are told as ratios to this.

    gunicorn "bare_app:create('postgresql+psycopg://…')"
"""

import uuid
from datetime import UTC, datetime
from typing import Final

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from wtforms import Form, RadioField, TextAreaField
from wtforms.validators import Length, Optional

OPTIONS: Final = (
    ("completely", "Completely"),
    ("mostly", "Mostly"),
    ("a_little", "A little"),
    ("not_at_all", "Not at all"),
    ("dont_know", "I don't know"),
)
SCALES: Final = 7
PAGE: Final = """<!doctype html><title>Form</title><form method="post">
{% for field in form %}<p>{{ field.label }} {{ field }}</p>{% endfor %}
<button>Send</button></form>"""


class Base(DeclarativeBase):
    """The tables of the least program."""


class Response(Base):
    """One response."""

    __tablename__ = "bare_response"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    submitted_at: Mapped[datetime]
    answers: Mapped[list["Answer"]] = relationship()


class Answer(Base):
    """One answer of a response."""

    __tablename__ = "bare_answer"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("bare_response.id"), index=True
    )
    question: Mapped[str]
    value: Mapped[str]


class Questions(Form):  # type: ignore[misc]  # WTForms ships no types
    """Seven scales and two fields for words."""

    q1 = RadioField("The assessment reflected what we know.", choices=OPTIONS)
    q2 = RadioField("The plan was clear about our part.", choices=OPTIONS)
    q3 = RadioField("The child's views shaped decisions.", choices=OPTIONS)
    q4 = RadioField("The worker kept a relationship.", choices=OPTIONS)
    q5 = RadioField("Information came to us in time.", choices=OPTIONS)
    q6 = RadioField("The network acted on inequality.", choices=OPTIONS)
    q7 = RadioField("The child is doing better.", choices=OPTIONS)
    q8 = TextAreaField("What to keep?", [Optional(), Length(max=10_000)])
    q9 = TextAreaField("What to change?", [Optional(), Length(max=10_000)])


def create(url: str) -> Flask:
    """Make the application over an empty database."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    app = Flask(__name__)

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return "ok"

    @app.get("/")
    def ask() -> ResponseReturnValue:
        return render_template_string(PAGE, form=Questions())

    @app.post("/")
    def keep() -> ResponseReturnValue:
        form = Questions(request.form)
        if not form.validate():
            return render_template_string(PAGE, form=form), 422
        with Session(engine) as session, session.begin():
            session.add(
                Response(
                    id=uuid.uuid4(),
                    submitted_at=datetime.now(UTC),  # noqa: TID251 - the least program
                    answers=[
                        Answer(id=uuid.uuid4(), question=name, value=value)
                        for name, value in form.data.items()
                        if value
                    ],
                )
            )
        return redirect("/done", 303)

    return app
