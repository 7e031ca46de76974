"""How is it said that an answer cannot be kept, and what to do?"""

from flask_babel import gettext, ngettext

from feedback.domain.answering import FaultReason


def fault(reason: FaultReason, *, too_many: int, is_child: bool) -> str:
    """Say why an answer cannot be kept; simpler to a child."""
    return str(_sentence(reason, too_many, is_child=is_child))


def _sentence(reason: FaultReason, too_many: int, *, is_child: bool) -> object:
    match reason:
        case FaultReason.MISSING if is_child:
            return gettext("Pick one answer, or press “Skip this question”")
        case FaultReason.MISSING:
            return gettext("Choose an answer, or press “Skip this question”")
        case FaultReason.SEVERAL:
            return gettext("Choose one answer only")
        case FaultReason.UNKNOWN_OPTION:
            return gettext("Choose one of the answers on this page")
        case FaultReason.TOO_LONG:
            return ngettext(
                "What you wrote is %(num)s character too long. Shorten it a little; "
                "nothing you wrote is lost",
                "What you wrote is %(num)s characters too long. Shorten it a little; "
                "nothing you wrote is lost",
                too_many,
            )
        case FaultReason.NUL:
            return gettext(
                "There was a hidden sign in your words that cannot be kept. It is "
                "taken out now: check your words and send them again"
            )
