"""What does a link do, and what does it never do?"""

import re
from datetime import timedelta

import pytest
from asked import Respondent, ask, rows_of
from builders import post_form
from sqlalchemy import select

from feedback.db.models import InvitationRow, SuppressionRow
from feedback.services import enter


@pytest.fixture
def someone(app, clock):
    return Respondent(app, clock)


@pytest.fixture
def mother(database, now):
    return ask(database, now=now)


def press(client, token, action="start"):
    return post_form(
        client, "/r", {"token": token, "action": action}, page=f"/r/{token}"
    )


def without_secrets(page, token):
    page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
    return page.replace(token, "")


def test_fifty_looks_at_a_link_by_scanners_write_nothing(client, mother, database):
    before = rows_of(database)

    for _ in range(25):
        assert client.get(mother.entry).status_code == 200
        assert client.head(mother.entry).status_code == 200

    assert rows_of(database) == before
    assert mother.status == "invited"


def test_every_link_shows_the_same_first_page(client, mother):
    live = client.get(mother.entry)
    unknown = client.get("/r/1111111111111111111111")
    malformed = client.get("/r/nonsense")

    pages = {
        without_secrets(live.text, mother.token),
        without_secrets(unknown.text, "1111111111111111111111"),
        without_secrets(malformed.text, "nonsense"),
    }

    assert len(pages) == 1


def test_the_first_page_leads_nowhere_but_to_999_and_away(client, mother):
    page = client.get(mother.entry).text

    links = set(re.findall(r'<a [^>]*href="([^"]+)"', page))

    assert links == {"#main", "/s/leave", "tel:999"}


@pytest.mark.parametrize("word", ["social", "child", "council", "Trigpoint", "safeg"])
def test_the_first_page_says_nothing_of_who_asks_or_why(client, mother, word):
    assert word.lower() not in client.get(mother.entry).text.lower()


def test_start_leads_to_an_address_without_the_token(client, mother):
    answer = press(client, mother.token)

    assert answer.status_code == 303
    assert answer.location == "/s"
    assert mother.status == "started"


def test_a_press_without_an_action_starts(client, mother):
    fields = {"token": mother.token}

    answer = post_form(client, "/r", fields, page=mother.entry)

    assert answer.location == "/s"


def dead_links(mother, now):
    """Bring one link to each kind of end; give what is pressed then."""
    return {
        "unknown": ("1111111111111111111111", {}),
        "malformed": ("nonsense", {}),
        "empty": ("", {}),
        "used": (mother.token, {"status": "answered"}),
        "expired": (mother.token, {"expires_at": now - timedelta(hours=1)}),
        "revoked": (mother.token, {"status": "revoked"}),
        "declined": (mother.token, {"status": "declined"}),
    }


KINDS = ("unknown", "malformed", "empty", "used", "expired", "revoked", "declined")


def test_dead_links_get_one_and_the_same_page(app, mother, now, database):
    answers = {}
    for kind in KINDS:
        token, change = dead_links(mother, now)[kind]
        mother.change_invitation(
            **{"status": "invited", "expires_at": now + timedelta(days=3), **change}
        )
        client = app.test_client()
        answer = post_form(client, "/r", {"token": token}, page=mother.entry)
        answers[kind] = (answer.status_code, len(answer.data))
    mother.change_review(state="agreed")
    client = app.test_client()
    answer = post_form(client, "/r", {"token": mother.token}, page=mother.entry)
    answers["closed"] = (answer.status_code, len(answer.data))

    assert len(set(answers.values())) == 1, answers
    assert "cannot be used any more" in answer.text


@pytest.mark.parametrize("action", ["stop", "not_me", "take_out"])
def test_each_button_answers_the_same_for_every_link(app, mother, action):
    known = press(app.test_client(), mother.token, action)
    unknown = press(app.test_client(), "1111111111111111111111", action)

    assert known.status_code == unknown.status_code == 200
    assert without_secrets(known.text, "") == without_secrets(unknown.text, "")


def test_the_dead_page_has_its_two_buttons(someone, mother):
    mother.change_invitation(status="revoked")

    someone.starts(mother)

    assert someone.sees("Take my answers out")
    someone.presses("Do not contact me again")
    assert someone.sees("We will not send any more messages")


def test_twenty_failures_stop_failing_presses_and_no_live_link(
    app, client, mother, clock
):
    for _ in range(enter.MOST_FAILURES):
        assert press(client, "1111111111111111111111").status_code == 200

    assert press(client, "1111111111111111111111").status_code == 429
    assert press(app.test_client(), "nonsense", "stop").status_code == 429
    assert press(app.test_client(), mother.token).status_code == 303
    clock.forward(minutes=11)
    assert press(client, "1111111111111111111111").status_code == 200


def test_stop_suppresses_the_number_and_leaves_the_link_open(client, mother, database):
    press(client, mother.token, "stop")
    press(client, mother.token, "stop")

    with database.reading() as session:
        rows = session.scalars(select(SuppressionRow)).all()
        invitation = session.scalars(select(InvitationRow)).one()
    asked_for = str(invitation.participant_id)
    assert [(row.reason, row.scope) for row in rows] == [("link", asked_for)]
    assert invitation.messages_stopped_at is not None
    assert press(client, mother.token).location == "/s"


def test_not_for_me_shuts_the_link_and_shows_no_detail(someone, mother):
    someone.opens(mother.entry)
    someone.presses("Not for me")

    assert mother.status == "revoked"
    assert not someone.sees("Pat")
    assert someone.sees("the link does not open any more")


def test_a_form_whose_cookie_is_gone_asks_to_open_the_link_again(client, mother):
    answer = client.post("/r", data={"token": mother.token})

    assert answer.status_code == 403
    assert "Open your link again" in answer.text
    assert mother.token not in answer.text


@pytest.mark.parametrize("body", [b"token=%ff%fe", b"token=%ED%A0%80", b"token=\xc3"])
def test_what_is_not_utf8_is_refused_before_it_is_read(client, body):
    answer = client.post(
        "/r", data=body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 400
