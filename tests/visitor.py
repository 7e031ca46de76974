"""What does somebody meet who works with a real browser? `Person`, with a screen."""

import re
from urllib.parse import urlsplit

import html5lib
import pyotp
from builders import PASSWORD, TOTP
from person import says

# What is one of many: the pages of one kind are looked at once.
ONE_OF_MANY = re.compile(r"/D\d|/practice|/outcomes|(?<=/q/)\d+|[0-9a-f-]{36}|/r/\w+")


class Visitor:
    """Someone at a browser; `looks` looks at the pages on their way."""

    def __init__(self, live, eyes, clock, *, looks=None):
        self.live = live
        self.eyes = eyes
        self.clock = clock
        self.status = None
        self._looks = looks
        self._page = None

    def opens(self, path, *, status=200):
        """Open an address, following redirects, and expect an answer."""
        return self._look(self.eyes.page.goto(self.live + path), status)

    def signs_in(self, email, *, password=PASSWORD, totp=TOTP):
        """Sign in with password and code; the clock moves so that codes differ."""
        self.clock.forward(seconds=30)
        self.opens("/staff/login")
        self.presses("Continue", email=email, password=password)
        return self.presses("Sign in", code=pyotp.TOTP(totp).at(self.clock.at))

    def follows(self, text, *, status=200):
        """Follow the first link that says this."""
        words = re.compile(re.escape(text))
        link = self.eyes.page.locator("a:visible").filter(has_text=words).first
        return self._go(link, status)

    def presses(self, button, *, status=200, **fields):
        """Fill in the form that this button is in, and press it."""
        page = self.eyes.page
        found = page.get_by_role("button", name=button, exact=True)
        if not found.count():
            found = page.get_by_role("button", name=button)
        form = found.first.locator("xpath=ancestor::form")
        for name, value in fields.items():
            _fill(form, name, value)
        return self._go(found.first, status)

    def sees(self, text):
        """Tell whether the page says this."""
        return text in self.text

    @property
    def path(self):
        """Where they are."""
        return urlsplit(self.eyes.page.url).path

    @property
    def page(self):
        """What they look at, read once a page."""
        if self._page is None:
            self._page = html5lib.parse(
                self.eyes.page.content(), namespaceHTMLElements=False
            )
        return self._page

    @property
    def text(self):
        """All that the page says, in one line."""
        return says(self.page)

    def _go(self, target, status):
        with self.eyes.page.expect_navigation() as going:
            target.click()
        return self._look(going.value, status)

    def _look(self, response, status):
        self.status = response.status
        self._page = None
        assert self.status == status, f"{self.path}: {self.status}\n{self.text[:1500]}"
        if status >= 400:  # the browser notes every answer of this kind
            self.eyes.forget(f"the server responded with a status of {status}")
        if self._looks is not None:
            self._looks.at(self.eyes, self.path, status)
        return self


class Looks:
    """Looks at one page of each kind: the desk's also on a phone where it matters."""

    def __init__(self, *, desk, phone, key):
        self.seen = set()
        self._desk = desk
        self._phone = phone
        self._key = key

    def at(self, eyes, path, status):
        """Look at a page unless one of its kind was looked at before."""
        kind = ONE_OF_MANY.sub("*", path), status
        if kind in self.seen:
            return
        self.seen.add(kind)
        eyes.check()
        if eyes.page.viewport_size == self._desk and kind[0].endswith(self._key):
            eyes.page.set_viewport_size(self._phone)
            eyes.check()
            eyes.page.set_viewport_size(self._desk)


def _fill(form, name, value):
    boxes = form.locator(f'[name="{name}"]')
    first = boxes.first
    kind = first.evaluate("box => box.type")
    if kind == "radio":
        form.locator(f'[name="{name}"][value="{value}"]').check()
    elif kind == "checkbox":
        first.check()
    elif kind == "select-one":
        first.select_option(value)
    else:
        for box, text in enumerate([value] if isinstance(value, str) else value):
            boxes.nth(box).fill(text)
