"""What every test stands on: servers that may be missing, a clean cache, the browser.

The databases are in tests/databases.py, the made-up people in tests/people.py.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache as django_cache
from django.db import connection
from playwright.sync_api import Browser, Page, Response, ViewportSize, sync_playwright

from cases import clocks
from tests import servers

pytest_plugins = [
    "tests.databases",
    "tests.sharing",
    "tests.people",
    "tests.own_servers",
    "tests.own_receiver",
    "tests.browser.walker",
    "tests.notifications.hooked",
]

hypothesis.settings.register_profile("house", deadline=None, database=None, derandomize=servers.under_ci())
hypothesis.settings.load_profile("house")

# ---- servers ----


@cache
def missing(marker: str) -> str:
    """Ask once a run what does not answer."""
    return servers.MISSING[marker]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser, which takes longest, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """Spare the collector what stays until the end anyway: modules, the tests themselves."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here; under CI that is a failure."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("runs in the suite's PostgreSQL half")
    for marker in ("redis", "browser"):
        if item.get_closest_marker(marker) and (reason := missing(marker)):
            servers.skip_or_fail(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let the program's clock stand still for a test marked with its moment, its fixtures included."""
    mark = item.get_closest_marker("clock")
    with clocks.at(mark.args[0]) if mark else nullcontext():
        return (yield)


# ---- cache ----


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Forget the rate limits of the test before."""
    django_cache.clear()


# ---- browser ----

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(settings.BASE_DIR) / "var" / "screenshots"

DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for the tests of one file.

    Playwright keeps an event loop running in this thread, in which Django refuses to ask the database; the
    permission to do so all the same lasts as long as the browser.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=servers.CHROMIUM, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of its own session against the running program.

    `open_page("/rapport/", viewport=PHONE, color_scheme="dark", java_script=False)`. A page that asks another
    host for something, breaks its content policy, throws in a script or gets a 500 fails the test at its end.
    """
    wrongs: list[str] = []
    contexts = []

    def watch(response: Response) -> None:
        if response.status >= 500:
            wrongs.append(f"{response.status} {response.url}")
        if not response.url.startswith(live_server.url):
            wrongs.append(f"foreign host: {response.url}")

    def opened(path: str = "/", *, viewport=DESKTOP, color_scheme="light", java_script=True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            color_scheme=color_scheme,
            java_script_enabled=java_script,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("response", watch)
        page.on("pageerror", lambda error: wrongs.append(f"script error: {error}"))
        page.on("console", lambda line: "Content Security" in line.text and wrongs.append(line.text))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrongs, wrongs


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Return a function that keeps a picture of the whole page in var/screenshots."""

    def keep(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        # A long page takes its time on a busy machine.
        page.screenshot(path=path, full_page=True, timeout=60_000)
        return path

    return keep
