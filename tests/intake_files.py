"""What an import file looks like: a test names only what matters to it."""

from feedback.domain.intake_columns import COLUMNS

NAMES = tuple(column.name for column in COLUMNS)


def a_contact(**given):
    return {
        "channel": "sms",
        "value": "+447700900001",
        "safe": True,
        "verified_at": "2026-11-23T16:05:00Z",
        "shared_device": False,
        "high_risk": False,
    } | given


def a_person(key="p1", **given):
    return {
        "key": key,
        "group": "family",
        "name": "Test Person",
        "age_band": None,
        "language": "en",
        "consented_at": "2026-11-23T16:05:00Z",
        "contacts": [a_contact()],
    } | given


def a_review(reference="H-000001", **given):
    return {
        "reference": reference,
        "service": "childrens_social_care",
        "opens_at": "2026-11-24T15:05:00Z",
        "closes_at": "2026-12-14T16:05:00Z",
        "invite_at": None,
        "people": [a_person()],
    } | given


def a_file(*reviews, **given):
    return {"version": 1, "reviews": list(reviews)} | given


def a_row(reference="H-000001", **given):
    """A sheet's row for a person who can be texted, by the names of its columns."""
    cells = {
        "reference": reference,
        "opens_at": "2026-11-24T15:05:00Z",
        "closes_at": "2026-12-14T16:05:00Z",
        "key": "p1",
        "group": "family",
        "name": "Test Person",
        "consented_at": "2026-11-23T16:05:00Z",
        "sms": "+447700900001",
        "sms_safe": "yes",
        "sms_verified_at": "2026-11-23T16:05:00Z",
        "sms_shared_device": "no",
        "sms_high_risk": "no",
    }
    return dict.fromkeys(NAMES) | cells | given


def a_sheet(*rows):
    """The rows of a sheet, its column names first."""
    return [NAMES, *(tuple(row.values()) if row else () for row in rows)]
