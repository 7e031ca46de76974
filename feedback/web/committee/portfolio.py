"""How do voices lie beside grades over a period's reviews? For one pair of eyes."""

from dataclasses import asdict
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.portfolio_pages import sections
from feedback.domain.portfolio_words import apart, portfolio_sentences, silent
from feedback.domain.report_pictures import pictures
from feedback.services.portfolio import read_portfolio, usual_period
from feedback.web.committee.periods import PeriodForm
from feedback.web.context import database, now
from feedback.web.guards import actor, guarded

blueprint: Final = Blueprint("portfolio", __name__, url_prefix="/staff/portfolio")


@blueprint.get("")
@guarded(Action.SEE_PORTFOLIO)
def portfolio() -> ResponseReturnValue:
    """Show every line of a period, unsuppressed."""
    with database().reading() as reading:
        usual = usual_period(reading, now=now())
    form = PeriodForm(request.args or None, data=asdict(usual))
    chosen = form.period()
    if chosen is None:
        page = render_template("committee/no_period.html", form=form, form_failed=True)
        return page, 422
    with database().transaction() as work:
        view = read_portfolio(work, chosen, by=actor(), now=now())
    return render_template(
        "committee/portfolio.html",
        form=form,
        view=view,
        sentences=portfolio_sentences(view.portfolio),
        apart=apart(view.portfolio),
        silent=silent(view.portfolio),
        pictures=pictures(view.figures, view.portfolio, view.moves),
        sections=sections(view.portfolio),
    )
