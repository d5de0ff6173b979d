"""Somebody at a browser who walks through the demo: shared by the walks."""

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Page, expect

from cases import demo
from tests.conftest import DESKTOP, PHONE

# The widths and colour schemes that every page is looked at in.
SIZES = pytest.mark.parametrize(
    ("size", "viewport", "scheme"),
    [
        pytest.param("1280", DESKTOP, "light", id="desktop"),
        pytest.param("390", PHONE, "dark", id="phone", marks=pytest.mark.slow),
    ],
)


@pytest.fixture(scope="session")
def kept_demo() -> Iterator[sqlite3.Connection]:
    """Have room for a copy of the database with the small demo in it."""
    with closing(sqlite3.connect(":memory:")) as copy:
        yield copy


@pytest.fixture
def small_demo(transactional_db, kept_demo) -> demo.Who:
    """The small demo with its letters, as `manage.py demo` makes it: made once a run, and copied after that."""
    if kept_demo.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        call_command("demo", "--small", stdout=io.StringIO())
        connection.connection.backup(kept_demo)
    else:
        connection.ensure_connection()
        kept_demo.backup(connection.connection)
    return demo.who()


class Walker:
    """Somebody at a browser: logs in, opens pages, has each looked at."""

    def __init__(self, open_page: Callable[..., Page], screenshot: Callable, *, size: str, **options) -> None:
        self._open, self._keep, self.size, self.options = open_page, screenshot, size, options
        self.seen: list[str] = []
        self.axe = Axe() if options.get("java_script", True) else None
        self.page = self._open("/", **options)

    def anew(self) -> Page:
        """Start over in a browser that knows nothing."""
        self.page.context.close()
        self.page = self._open("/", **self.options)
        return self.page

    def log_in(self, name: str) -> Page:
        page = self.anew()
        page.goto("/konto/login/")
        email = demo.who().by_name(name).email
        page.get_by_label("E-post").fill(email)
        page.get_by_label("Lösenord").fill(demo.PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Hej")
        return page

    def look(self, name: str) -> None:
        """Keep a picture of the page, and have axe find nothing on it."""
        self.seen.append(name)
        self._keep(self.page, f"{self.size}-{name}")
        if self.axe:
            found = self.axe.run(self.page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"

    def visit(self, path: str, name: str) -> Page:
        self.page.goto(path)
        self.look(name)
        return self.page

    def open_step(self, label: str) -> Page:
        """Unfold a step on the case page, or go to its own page."""
        page = self.page
        folded = page.locator("details.step > summary").filter(has_text=re.compile(f"^{label}"))
        if folded.count():
            folded.first.click()
            return page
        page.locator("details.step > summary").filter(has_text=re.compile("^(Fler steg|Välj ett steg)")).click()
        page.get_by_role("link", name=re.compile(f"^{label}")).first.click()
        return page

    def done(self, words: str) -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(words)


@pytest.fixture
def walk(open_page, screenshot) -> Callable[..., Walker]:
    return lambda **options: Walker(open_page, screenshot, **options)
