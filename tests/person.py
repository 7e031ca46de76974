"""A person with a browser and no script: opens pages, follows links, fills forms."""

import html5lib
import pyotp
from builders import PASSWORD, TOTP

PLAIN = {"text", "hidden", "email", "tel", "date", "password", "search", "number"}


class Person:
    """Someone at a screen; `page` is what they look at."""

    def __init__(self, app, clock, name="somebody"):
        self.client = app.test_client()
        self.clock = clock
        self.name = name
        self.status = None
        self.path = None
        self.page = None

    def opens(self, path, *, status=200):
        """Open an address, following redirects, and expect an answer."""
        return self._look(self.client.get(path, follow_redirects=True), status)

    def signs_in(self, email, *, password=PASSWORD, totp=TOTP):
        """Sign in with password and code; the clock moves so that codes differ."""
        self.clock.forward(seconds=30)
        self.opens("/staff/login")
        self.presses("Continue", email=email, password=password)
        return self.presses("Sign in", code=pyotp.TOTP(totp).at(self.clock.at))

    def follows(self, text, *, status=200):
        """Follow the first link that says this."""
        found = [a for a in self.page.iter("a") if text in says(a)]
        assert found, f"{self.name} sees no link {text!r} at {self.path}:\n{self.text}"
        return self.opens(found[0].get("href"), status=status)

    def presses(self, button, *, status=200, **fields):
        """Fill in the form that this button is in, and press it."""
        form, pressed = self._form_of(button)
        filled = _as_it_stands(form)
        for name, value in fields.items():
            assert name in _names(form), (
                f"no field {name!r} beside {button!r} at {self.path}; "
                f"there are {sorted(_names(form))}"
            )
            filled[name] = value
        if pressed.get("name"):
            filled[pressed.get("name")] = pressed.get("value", "")
        action = pressed.get("formaction") or form.get("action") or self.path
        send = self.client.get if form.get("method") == "get" else self.client.post
        given = "query_string" if form.get("method") == "get" else "data"
        return self._look(
            send(action, **{given: filled}, follow_redirects=True), status
        )

    def sees(self, text):
        """Tell whether the page says this."""
        return text in self.text

    @property
    def text(self):
        """All that the page says, in one line."""
        return says(self.page)

    def _look(self, answer, status):
        self.status = answer.status_code
        self.path = answer.request.path
        self.page = html5lib.parse(answer.text, namespaceHTMLElements=False)
        assert self.status == status, f"{self.path}: {self.status}\n{self.text[:1500]}"
        return self

    def _form_of(self, button):
        places = [(f, b) for f in self.page.iter("form") for b in f.iter("button")]
        # The button that says just this, before one that says more.
        for fits in (button.__eq__, lambda said: button in said):
            for form, pressed in places:
                if fits(says(pressed)):
                    return form, pressed
        buttons = [says(one) for one in self.page.iter("button")]
        message = f"{self.name} sees no button {button!r} at {self.path}: {buttons}"
        raise AssertionError(f"{message}\n{self.text[:1500]}")


def says(element):
    """The words in an element, white space folded, scripts left out."""
    return " ".join(" ".join(element.itertext()).split())


def _names(form):
    return {
        one.get("name")
        for kind in ("input", "textarea", "select")
        for one in form.iter(kind)
        if one.get("name")
    }


def _as_it_stands(form):
    filled = {}
    for box in form.iter("input"):
        kind, name = box.get("type", "text"), box.get("name")
        if not name:
            continue
        if kind in PLAIN:
            _add(filled, name, box.get("value", ""))
        elif kind in {"radio", "checkbox"} and box.get("checked") is not None:
            _add(filled, name, box.get("value", "on"))
    for area in form.iter("textarea"):
        # A parser drops the first line break of a text area, as browsers do.
        filled[area.get("name")] = "".join(area.itertext())
    for select in form.iter("select"):
        options = list(select.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None]
        for one in chosen or options[:1]:
            filled[select.get("name")] = one.get("value", says(one))
    return filled


def _add(filled, name, value):
    """Keep several boxes of one name, such as a date's three, in their order."""
    if name in filled:
        there = filled[name]
        filled[name] = [*(there if isinstance(there, list) else [there]), value]
    else:
        filled[name] = value
