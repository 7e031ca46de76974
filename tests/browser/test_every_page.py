"""No page has a fault that any member of staff can reach by links.

Links are followed in every role of the demonstration without a browser; then the
browser looks at one page of each kind, at a desk and on a phone in turn. With --full
it looks at each kind in each role, at both widths.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
from builders import sign_in
from werkzeug.exceptions import HTTPException

from feedback.services import demonstration, tell_links
from feedback.services.publish import publish_bundled

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
# Pages of one kind differ by the state of their review: so many are opened to find
# where their links lead. A review's own page leads everywhere: each is opened.
MOST_OF_A_KIND = 3
OPENED_ALL = {"office.review"}
HREF = re.compile(r'<a\b[^>]*\shref="([^"#]+)')


@dataclass(frozen=True)
class Found:
    """A page that a member of staff can reach: what kind it is, and as whom."""

    endpoint: str
    role: str
    path: str


class Crawler:
    """Follows every link of staff pages in one role, breadth first."""

    def __init__(self, app, client, role):
        self._addresses = app.url_map.bind("localhost")
        self._client = client
        self._role = role
        self.found = {}
        self.faults = []

    def follow_all(self, start="/staff/"):
        """Follow links from a page until nothing new is found."""
        waiting, met, opened = deque([start]), {start}, Counter()
        while waiting:
            path = waiting.popleft()
            endpoint = self._endpoint(path)
            opened[endpoint] += 1
            if opened[endpoint] > MOST_OF_A_KIND and endpoint not in OPENED_ALL:
                continue
            for link in self._links(endpoint, path):
                if link not in met and link.startswith("/staff/"):
                    met.add(link)
                    waiting.append(link)
        return self

    def _links(self, endpoint, path):
        answer = self._client.get(path)
        if answer.status_code == 303:
            return [answer.headers["Location"]]
        if answer.status_code != 200:
            self.faults.append(f"{self._role} {path}: {answer.status_code}")
            return []
        if answer.mimetype != "text/html":
            return []
        # The last one is opened in a browser: the first pages of a kind are barest.
        self.found[endpoint] = Found(endpoint, self._role, path)
        links = HREF.findall(answer.text)
        return [
            urljoin(path, link.replace("&amp;", "&"))
            for link in links
            if not urlsplit(link).netloc
        ]

    def _endpoint(self, path):
        try:
            return self._addresses.match(urlsplit(path).path)[0]
        except HTTPException:
            return f"no page: {path}"


@pytest.fixture
def council(app, database, settings, clock):
    """The demonstration, and everybody who works in it, signed in."""
    with database.transaction() as session:
        publish_bundled(session, now=clock.at)
        demonstration.load(session, settings, now=clock.at)
    clients = {}
    for someone in tell_links.staff(settings):
        client = app.test_client()
        sign_in(
            client,
            someone.email,
            now=clock.at,
            totp=someone.totp_secret,
            password=someone.password,
        )
        clients[someone.email.partition("@")[0]] = client
    return clients


def test_no_page_of_any_role_has_a_fault(app, council, eyes_on, serving, request):
    crawlers = {
        role: Crawler(app, client, role).follow_all()
        for role, client in council.items()
    }
    faults = [fault for one in crawlers.values() for fault in one.faults]
    pages = list(to_look_at(crawlers, everything=request.config.getoption("--full")))
    with serving(app) as port:
        desks = {
            role: a_desk(eyes_on, client, port) for role, client in council.items()
        }
        for page, size in pages:
            faults += look(desks[page.role], f"http://127.0.0.1:{port}", page, size)

    assert len({page.endpoint for page, _ in pages}) > 30, "pages were found at all"
    assert faults == []


def to_look_at(crawlers, *, everything):
    """Choose pages and widths: all, or one page a kind, by whoever sees most kinds."""
    if everything:
        for crawler in crawlers.values():
            for page in crawler.found.values():
                yield page, DESK
                yield page, PHONE
        return
    # Home is another page for everybody.
    homes = [one.found["home.home"] for one in crawlers.values()]
    one_each = {
        page.endpoint: page
        for crawler in sorted(crawlers.values(), key=lambda one: len(one.found))
        for page in crawler.found.values()
    }
    del one_each["home.home"]
    for number, page in enumerate((*homes, *one_each.values())):
        yield page, (DESK, PHONE)[number % 2]


def a_desk(eyes_on, client, port):
    """A browser in which somebody is signed in already."""
    eyes = eyes_on(DESK)
    cookie = client.get_cookie("staff")
    eyes.page.context.add_cookies(
        [
            {
                "name": "staff",
                "value": cookie.value,
                "url": f"http://127.0.0.1:{port}",
            }
        ]
    )
    return eyes


def look(eyes, live, page, size):
    """Look at one page; tell its faults."""
    eyes.complaints.clear()
    eyes.page.set_viewport_size(size)
    answer = eyes.page.goto(live + page.path)
    where = f"{page.role} {page.path} at {size['width']}"
    if answer.status != 200:
        return [f"{where}: {answer.status}"]
    try:
        eyes.check()
    except AssertionError as fault:
        return [f"{where}: {fault}"]
    return []
