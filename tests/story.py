"""What do people do from a review's first invitation to agreed grades and a report?

Each step takes a person with the manners of `person.Person`, so that the same story
is told with a test client and in a browser.
"""

from builders import a_staff_member

from feedback.domain.access import Role
from feedback.domain.duty import DutyRoute
from feedback.services import audit, duty, publish
from feedback.services.escalate import escalate
from feedback.services.notice import StaffLinks

REFERENCE = "CASE-7"
GRADES = {
    "D1": 3,
    "D2": 3,
    "D3": 4,
    "D4": 3,
    "D5": 3,
    "D6": 3,
    "D7": 3,
    "D8": 3,
    "D9": 3,
    "practice": 3,
    "outcomes": 2,
}
STAFF = {
    "coordinator": (Role.COORDINATOR, "QA coordinator"),
    "reviewer": (Role.REVIEWER, "Independent reviewer"),
    "head": (Role.HEAD_SQA, "Head of Safeguarding and QA"),
    "headcsc": (Role.MODERATOR, "Head of Children's Social Care"),
    "director": (Role.MODERATOR, "Assistant Director for People"),
    "duty": (Role.DUTY, "Duty manager"),
    "committee": (Role.COMMITTEE, "Committee member"),
}
ROUTE = DutyRoute(
    name="Duty",
    phone="+447700900800",
    email="duty@council.example",
    hours="9 to 5",
    backup_name="Second",
    backup_phone="+447700900801",
    backup_email="second@council.example",
)


CAST = (*STAFF, "mother", "child")


def tell(someone, *, database, settings, clock, sent):
    """Tell the whole story by the people of the cast, each by name."""
    _hire(database, clock.at)
    _commission(someone["coordinator"])
    sent.deliver()
    link = sent.link_to("+447700900123")
    assert link, "the mother has a text"
    assert sent.texts_to("+447700900456") == [], "a child of 9 is never messaged"

    _answer_as_mother(someone["mother"], link)
    _answer_in_person(someone["coordinator"], someone["child"])
    _be_told_and_escalate(database, settings, clock, sent)
    _settle_the_alert(someone["duty"])
    _grade_and_lock(someone["reviewer"])
    _see_the_voices(someone["reviewer"])
    _comment_first(someone["head"])
    _meet_and_sign(someone)
    _act_and_confirm(someone["headcsc"], someone["coordinator"])
    _report(someone["head"], someone["committee"])


def _hire(database, now):
    with database.transaction() as session:
        publish.publish_bundled(session, now=now)
        for name, (role, title) in STAFF.items():
            a_staff_member(
                session,
                role,
                now=now,
                email=f"{name}@council.example",
                name=name.title(),
                job_title=title,
                is_independent=role is Role.REVIEWER,
            )
        duty.set_route(session, ROUTE, by=audit.OPERATOR, now=now)


def _commission(coordinator):
    coordinator.signs_in("coordinator@council.example")
    coordinator.follows("Reviews").follows("Commission a review")
    chosen = {
        name: _option(coordinator, name, words)
        for name, words in (
            ("reviewer", "Reviewer"),
            ("head_csc", "Headcsc"),
            ("ad_people", "Director"),
        )
    }
    coordinator.presses(
        "Commission",
        reference=REFERENCE,
        service="childrens_social_care",
        opens_on=["23", "11", "2026"],
        closes_on=["14", "12", "2026"],
        moderation_on=["20", "12", "2026"],
        **chosen,
    )
    for who in (
        {"name": "Robin", "group": "child", "age_band": "9-12"},
        {"name": "Sam", "group": "family"},
        {"name": "Kim", "group": "practitioner"},
    ):
        coordinator.opens(f"/staff/reviews/{REFERENCE}/people")
        coordinator.follows("Add a person")
        coordinator.presses("Add this person", consented_on=["22", "11", "2026"], **who)
    for name, number in (("Sam", "07700 900123"), ("Robin", "07700 900456")):
        coordinator.opens(f"/staff/reviews/{REFERENCE}/people").follows(name)
        coordinator.follows("Add a way to reach them")
        coordinator.presses(
            "Save this contact",
            channel="sms",
            value=number,
            safe="yes",
            verified_on=["22", "11", "2026"],
        )
    coordinator.opens(f"/staff/reviews/{REFERENCE}/people").follows("Check and invite")
    coordinator.presses("Invite")
    coordinator.opens(f"/staff/reviews/{REFERENCE}")
    assert coordinator.sees("0 of 3 people")


def _answer_as_mother(mother, link):
    mother.opens(link)
    assert "Council" not in mother.text
    mother.presses("Start")
    mother.presses("Continue", safe_now="yes")
    mother.presses("Continue").presses("Go to the questions")
    while "/s/q/" in mother.path:
        mother.clock.forward(seconds=5)
        answer_the_page(mother, scale="completely", words="They <b>heard</b> us.")
    assert mother.sees("They <b>heard</b> us.")
    mother.presses("Send my answers")
    assert mother.path == "/s/done"
    assert not mother.sees("heard</b>")
    mother.opens(link).presses("Start")
    assert mother.sees("cannot be used any more")


def _answer_in_person(coordinator, child):
    coordinator.opens(f"/staff/reviews/{REFERENCE}/people").follows("Robin")
    coordinator.presses("Open on this device")
    entry = coordinator.path
    coordinator.opens("/staff/")
    assert coordinator.path == "/staff/login", "the device shows no staff page"
    child.opens(entry).presses("Start")
    child.presses("Continue").presses("Go to the questions")
    while "/s/q/" in child.path:
        child.clock.forward(seconds=5)
        answer_the_page(child, scale="sometimes", safe="never", words="Less shouting")
    child.presses("Send my answers")


def answer_the_page(person, *, scale, words, safe="always"):
    """Answer every question on a page and go on."""
    fields = _questions(person)
    if not fields:
        person.presses("Continue")
        return
    values = {}
    for name, options in fields.items():
        if name.endswith("_safe"):
            values[name] = safe if safe in options else options[0]
        elif scale in options:
            values[name] = scale
        elif not options:
            values[name] = words
        elif name == "contact":
            values[name] = next(one for one in options if one != "yes")
        else:
            values[name] = "nobody" if "nobody" in options else options[0]
    person.presses("Continue", **values)


def _be_told_and_escalate(database, settings, clock, sent):
    links = StaffLinks(base_url=settings.staff_base_url)
    sent.deliver()
    first = sent.texts_to(ROUTE.phone)
    assert len(first) == 1
    assert "Robin" not in first[0]
    assert "safe" not in first[0].casefold()
    for minutes, phone in ((14, None), (1, ROUTE.backup_phone)):
        clock.forward(minutes=minutes)
        escalate(database, links, now=clock.at)
        sent.deliver()
        if phone is None:
            assert sent.texts_to(ROUTE.backup_phone) == []
    assert len(sent.texts_to(ROUTE.backup_phone)) == 1
    clock.forward(minutes=15)
    escalate(database, links, now=clock.at)
    sent.deliver()
    assert sent.mails_to("head@council.example")


def _settle_the_alert(on_duty):
    on_duty.signs_in("duty@council.example")
    on_duty.follows("Alerts")
    on_duty.follows("A-")
    assert on_duty.sees("Never")
    on_duty.presses("Acknowledge")
    on_duty.presses("Close", status=422)
    on_duty.presses("Close", outcome="Seen at school, safe today.", told="yes")
    assert on_duty.sees("Closed")


def _grade_and_lock(reviewer):
    reviewer.signs_in("reviewer@council.example")
    reviewer.opens(f"/staff/reviews/{REFERENCE}/view", status=404)
    for judgement, grade in GRADES.items():
        reviewer.opens(f"/staff/reviews/{REFERENCE}/grades/{judgement}")
        if judgement.startswith("D"):
            for source in ("record", "observation"):
                reviewer.presses(
                    "Save and add more evidence",
                    grade=str(grade),
                    source_type=source,
                    observed_on=["1", "11", "2026"],
                    statement="Visits recorded.",
                    so_what="The child is known.",
                )
        else:
            reviewer.presses("Save", grade=str(grade))
    reviewer.opens(f"/staff/reviews/{REFERENCE}/grades/lock")
    reviewer.presses("Lock the grades", feedback_seen="none")


def _see_the_voices(reviewer):
    reviewer.opens(f"/staff/reviews/{REFERENCE}/view")
    assert reviewer.sees("Dissonant")
    assert reviewer.sees("Reviewer more favourable") or reviewer.sees(
        "reviewer more favourable"
    )
    assert reviewer.sees("They <b>heard</b> us.")


def _comment_first(head):
    head.signs_in("head@council.example")
    head.opens(f"/staff/reviews/{REFERENCE}/comment")
    head.presses("comment", words="The child's voice needs weight.")


def _meet_and_sign(someone):
    head = someone["head"]
    head.opens(f"/staff/reviews/{REFERENCE}/meeting")
    seats = {
        name: _option(head, name, words)
        for name, words in (
            ("reviewer", "Reviewer"),
            ("head_sqa", "Head"),
            ("head_csc", "Headcsc"),
            ("ad_people", "Director"),
        )
    }
    head.presses("Open", held_on=["24", "11", "2026"], **seats)
    for judgement, grade in GRADES.items():
        agreed = 3 if judgement == "D3" else grade
        head.opens(f"/staff/reviews/{REFERENCE}/meeting/{judgement}")
        fields = {"grade": str(agreed)}
        if agreed != grade:
            fields["reason"] = "The child's own words weigh more."
            head.presses("Save", status=422, **fields)
            assert "considered" in head.text.casefold()
        names = set(_boxes(head))
        if "considered" in names:
            fields["considered"] = "We heard the child and talked it through."
        head.presses("Save", **fields)
    head.opens(f"/staff/reviews/{REFERENCE}/meeting/recommendations")
    head.presses(
        "Add",
        dimension="D3",
        words="Plan direct work with the child.",
        owner="Team manager",
        due_on=["31", "1", "2027"],
    )
    for name in ("reviewer", "headcsc", "director", "head"):
        person = someone[name]
        person.signs_in(f"{name}@council.example")
        person.opens(f"/staff/reviews/{REFERENCE}/meeting/sign")
        person.presses("Sign", have_read="y")
    head.opens(f"/staff/reviews/{REFERENCE}/meeting/record")
    assert head.sees("own words weigh more."), head.text
    assert head.sees("Team manager")


def _act_and_confirm(doer, second):
    doer.signs_in("headcsc@council.example")
    doer.follows("Actions")
    doer.follows("Plan direct work with the child.")
    doer.presses("Say that it is done", status=422, done="Six sessions are held.")
    doer.presses(
        "Say that it is done",
        done="Six sessions are held.",
        shown_by="The worker's notes, and the child's own drawing of the plan.",
    )
    assert doer.sees("so somebody else confirms it")
    assert not doer.sees("Confirm that it is done")
    second.signs_in("coordinator@council.example")
    second.follows("An action waits to be confirmed")
    second.follows("Plan direct work with the child.")
    assert second.sees("the child's own drawing of the plan.")
    second.presses("Confirm that it is done", looked_at="Both.")
    assert second.sees("This action is complete")
    second.follows("Actions").follows("Service development plan")
    assert second.sees("1 action: 1 confirmed.")
    second.opens(f"/staff/reviews/{REFERENCE}")
    assert second.sees("1 confirmed.")


def _report(head, member):
    head.follows("Reports")
    today = {"first": ["24", "11", "2026"], "last": ["24", "11", "2026"]}
    head.presses("Preview", **today)
    head.presses("Freeze this report")
    assert head.sees("Draft")
    member.signs_in("committee@council.example")
    member.follows("Reports")
    assert member.sees("No report yet")
    head.presses("Publish")
    member.opens("/staff/reports").follows("24 November 2026")
    assert member.sees("1 review")
    assert not member.sees(REFERENCE)
    assert not member.sees("own words weigh more")


def _option(person, name, words):
    """Find the value of a select's option by its words."""
    for select in person.page.iter("select"):
        if select.get("name") == name:
            for option in select.iter("option"):
                if "".join(option.itertext()).strip().startswith(words):
                    return option.get("value")
    raise AssertionError(f"no {name} says {words} at {person.path}: {person.text}")


def _boxes(person):
    return [
        one.get("name")
        for kind in ("input", "textarea", "select")
        for one in person.page.iter(kind)
        if one.get("name")
    ]


def _questions(person):
    """The controls of a question page: name to option ids, none for words."""
    found = {}
    for box in person.page.iter("input"):
        if box.get("type") == "radio":
            found.setdefault(box.get("name"), []).append(box.get("value"))
    for area in person.page.iter("textarea"):
        found[area.get("name")] = []
    return found
