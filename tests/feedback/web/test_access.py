"""Every route for every role, at own and foreign reviews, against the table."""

import re
import uuid

import pytest
from action_builders import a_recommended_action
from builders import a_review, a_staff_member, sign_in

from feedback.domain.access import (
    AT_NO_REVIEW,
    BY_MEMBERSHIP,
    TABLE,
    Action,
    Condition,
    Role,
    Standing,
    Viewer,
    may,
)
from feedback.web.guards import ACTIONS

# What needs no sign-in: the sign-in itself, respondents' half, and machines.
OPEN = {
    "static",
    "accounts.login",
    "accounts.check_password",
    "accounts.code",
    "accounts.check_code",
}
OPEN_BLUEPRINTS = {
    "entry",
    "questions",
    "check",
    "start",
    "unsubscribe",
    "pages",
    "metrics",
    "hooks",
    "dev",
}


# What stands at one review: its own pages, and those of an action from it.
AT_A_REVIEW = {"reference", "action"}
# One value of each part of an address that is neither a review nor a thing.
SOME = {"step": "noted"}


def staff_rules(app):
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in OPEN
        and rule.endpoint.split(".")[0] not in OPEN_BLUEPRINTS
    ]


def actions_of(app, rule):
    return getattr(app.view_functions[rule.endpoint], ACTIONS, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_staff_route_is_guarded_and_lives_under_staff(app):
    unguarded = [r.endpoint for r in staff_rules(app) if actions_of(app, r) is None]
    elsewhere = [r.rule for r in staff_rules(app) if not r.rule.startswith("/staff")]

    assert unguarded == []
    assert elsewhere == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_signed_in_is_sent_to_the_sign_in_from_every_staff_route(app, client):
    for rule in staff_rules(app):
        if "GET" in rule.methods:
            answer = client.get(_address(rule, "H-1"))

            assert answer.status_code == 303, rule.rule
            assert answer.headers["Location"] == "/staff/login"


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("is_own", [True, False], ids=["own", "foreign"])
@pytest.mark.parametrize("state", ["invited", "locked"])
def test_every_route_answers_each_role_as_the_table_says(
    app, client, database, now, role, is_own, state
):
    with database.transaction() as session:
        account = a_staff_member(session, role, now=now, email="who@council.example")
        other = a_staff_member(session, Role.REVIEWER, now=now)
        seats = {
            "reviewer": account if is_own and role is Role.REVIEWER else other,
            "moderators": [account] if is_own and role is Role.MODERATOR else [],
        }
        review = a_review(session, now=now, state=state, **seats)
        action = a_recommended_action(session, review, by=other, now=now)
    sign_in(client, "who@council.example", now=now)
    viewer = Viewer(account=account, roles=frozenset({role}))
    standing = Standing(
        is_reviewer=is_own and role is Role.REVIEWER,
        is_moderator=is_own and role is Role.MODERATOR,
        is_locked=state == "locked",
    )
    wrong = []

    for rule in staff_rules(app):
        if "GET" not in rule.methods or not (actions := actions_of(app, rule)):
            continue
        at = standing if rule.arguments & AT_A_REVIEW else None
        expected = any(may(viewer, one, at) for one in actions)
        answer = client.get(_address(rule, review.reference, action))
        # A page of something that is not there is 404 for everybody.
        is_about_a_thing = bool(rule.arguments - AT_A_REVIEW)
        if not expected and answer.status_code != 404:
            wrong.append((rule.rule, answer.status_code, "should be hidden"))
        if expected and not is_about_a_thing and answer.status_code in {403, 404}:
            wrong.append((rule.rule, answer.status_code, "should be shown"))
        if not expected and rule.arguments & AT_A_REVIEW:
            absent = client.get(_address(rule, "H-not-there"))
            assert _without_token(answer) == _without_token(absent), rule.rule

    assert wrong == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(Role))
def test_no_role_can_post_where_the_table_denies_it(app, client, database, now, role):
    with database.transaction() as session:
        account = a_staff_member(session, role, now=now, email="who@council.example")
        other = a_staff_member(session, Role.HEAD_SQA, now=now)
        review = a_review(session, now=now)
        action = a_recommended_action(session, review, by=other, now=now)
    sign_in(client, "who@council.example", now=now)
    token = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/").text
    )[1]
    viewer = Viewer(account=account, roles=frozenset({role}))

    for rule in staff_rules(app):
        actions = actions_of(app, rule)
        if "POST" not in rule.methods or not actions:
            continue
        at = Standing() if rule.arguments & AT_A_REVIEW else None
        if not any(may(viewer, one, at) for one in actions):
            address = _address(rule, review.reference, action)
            answer = client.post(address, data={"csrf_token": token})

            assert answer.status_code == 404, rule.rule


def test_roles_that_see_only_their_own_reviews_are_denied_at_foreign_ones():
    for action, conditions in TABLE.items():
        for role in BY_MEMBERSHIP & conditions.keys():
            if action in AT_NO_REVIEW:
                continue
            viewer = Viewer(account=uuid.uuid4(), roles=frozenset({role}))

            assert not may(viewer, action, Standing(is_locked=True))


def test_nobody_sees_answers_before_the_grades_are_locked():
    everybody = Viewer(account=uuid.uuid4(), roles=frozenset(Role))
    seated = Standing(is_reviewer=True, is_moderator=True, is_locked=False)

    assert not may(everybody, Action.SEE_ANSWERS, seated)


def test_the_head_who_reviews_cannot_comment_first_but_a_moderator_can():
    head = Viewer(account=uuid.uuid4(), roles=frozenset({Role.HEAD_SQA}))
    moderator = Viewer(account=uuid.uuid4(), roles=frozenset({Role.MODERATOR}))

    assert not may(head, Action.FIRST_COMMENT, Standing(is_reviewer=True))
    assert may(
        moderator,
        Action.FIRST_COMMENT,
        Standing(is_moderator=True, is_head_the_reviewer=True),
    )
    assert not may(moderator, Action.FIRST_COMMENT, Standing(is_moderator=True))


def test_duty_sees_contact_details_only_while_an_alert_is_open():
    duty = Viewer(account=uuid.uuid4(), roles=frozenset({Role.DUTY}))

    on_alert = Action.SEE_ALERTED_CONTACT
    assert TABLE[on_alert][Role.DUTY] is Condition.ON_OPEN_ALERT
    assert not may(duty, on_alert, Standing())
    assert may(duty, on_alert, Standing(has_open_alert=True))


@pytest.mark.parametrize("also", [Role.HEAD_SQA, Role.REVIEWER, Role.ADMIN])
def test_an_open_alert_opens_nobody_elses_contacts_to_whoever_is_on_duty(also):
    on_duty = Viewer(account=uuid.uuid4(), roles=frozenset({Role.DUTY, also}))
    at = Standing(is_reviewer=True, has_open_alert=True, is_locked=True)

    assert may(on_duty, Action.SEE_ALERTED_CONTACT, at)
    assert not may(on_duty, Action.SEE_CONTACTS, at)


@pytest.mark.parametrize("also", [Role.HEAD_SQA, Role.REVIEWER])
def test_whoever_is_on_duty_reads_no_text_of_a_review_before_locking_its_grades(also):
    on_duty = Viewer(account=uuid.uuid4(), roles=frozenset({Role.DUTY, also}))
    read = Action.READ_INBOUND

    assert may(on_duty, read, Standing())
    assert not may(on_duty, read, Standing(is_reviewer=True))
    assert may(on_duty, read, Standing(is_reviewer=True, is_locked=True))
    # Safety first.
    assert may(on_duty, read, Standing(is_reviewer=True, has_open_alert=True))


def test_an_admin_sees_no_review():
    admin = Viewer(account=uuid.uuid4(), roles=frozenset({Role.ADMIN}))
    allowed = {action for action in Action if may(admin, action)}

    assert allowed == {Action.MANAGE_ACCOUNTS, Action.SEE_DELIVERY}


def _address(rule, reference, action=None):
    there = {"reference": reference, "action": action or uuid.uuid4(), **SOME}
    values = {name: str(there.get(name, uuid.uuid4())) for name in rule.arguments}
    address = rule.rule
    for name, value in values.items():
        address = re.sub(rf"<(?:[^:<>]+:)?{name}>", value, address)
    return address


def _without_token(answer):
    text = re.sub(r'value="[^"]{40,}"', "", answer.text)
    return answer.status_code, re.sub(r"H-[\w-]+", "", text)
