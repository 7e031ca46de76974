"""A real Chromium before a real server."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = "no Chromium: set CHROMIUM to its path, or install the package chromium"
# Nothing leaves this machine: the browser's own services stay silent.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium(request) -> Iterator[Browser]:
    given = os.environ.get("CHROMIUM")  # noqa: TID251 - the tests' own
    path = given or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if request.config.getoption("--require-browser"):
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite"])
def database_url(empty_sqlite) -> str:
    """SQLite only: what the pages look like does not depend on the database."""
    return empty_sqlite()


@contextmanager
def served(app) -> Iterator[int]:
    """Serve an application; gives the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["trigpoint"].database.dispose()


@pytest.fixture
def serving():
    """Serve an application that a test made: `with serving(app) as port`."""
    return served


@pytest.fixture
def live(app) -> Iterator[str]:
    """The address of a running server."""
    with served(app) as port:
        yield f"http://127.0.0.1:{port}"


class Eyes:
    """Looks at a page as a person, and as a checker of accessibility."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )

    def forget(self, words: str) -> None:
        """Leave out what the browser said in these words."""
        self.complaints = [one for one in self.complaints if words not in one]

    def check(self) -> None:
        """Find no fault: axe, sideways scrolling, one h1, a title."""
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth > innerWidth + 1"
        )
        assert not wide, f"{self.page.url} scrolls sideways"
        assert self.page.locator("h1").count() == 1, self.page.url
        assert self.page.title().strip()
        assert self.complaints == []


@pytest.fixture
def eyes_on(chromium):
    """Open a page at a size: `eyes_on(PHONE)`."""
    contexts = []

    def open_at(viewport, *, script=True, trusting=False) -> Eyes:
        # Axe is put into the page by the test: our own policy would refuse it.
        context = chromium.new_context(
            viewport=viewport,
            java_script_enabled=script,
            bypass_csp=script,
            ignore_https_errors=trusting,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Eyes(context.new_page())

    yield open_at
    for context in contexts:
        context.close()


__all__ = ["DESK", "PHONE"]
