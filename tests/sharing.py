"""Rows that neighbouring tests need alike are built once: `@shared` instead of `@pytest.fixture`.

The suite's own people and cases take longer to make than most tests take to run. The tests of a file that ask for the
same shared fixtures find them in one open transaction, each behind a savepoint, and get copies of the objects; what
a test does is rolled back to where it began. When the next test asks for others, the transaction goes back to what
both have in common.

A shared fixture takes other shared ones, tools (`@tool`: functions around them, browsers; made anew for every test)
and what lives longer than a test, and returns what it built. Whatever else of ours a test asks for before it, and
every fixture that a file uses by itself, is kept in its order: then it is built as any other, for that test alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import isgeneratorfunction
from itertools import takewhile
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from pytest_django.fixtures import validate_django_db

# Of pytest-django: whoever asks for the database asks for this, which opens the test's own transaction.
OPENS_THE_DATABASE = "_django_db_helper"
GIVES_NOTHING = {"db", OPENS_THE_DATABASE}
# Where fixtures stand that every test has, and that no row depends on.
HARMLESS = {"tests.conftest", "tests.databases"}


def shared(build: Callable[..., Any]) -> Any:
    """Make a fixture of rows that neighbouring tests may share."""
    if isgeneratorfunction(build):
        raise TypeError(f"{build.__name__}: a shared fixture returns what it built, and has nothing to take away")
    build.sharing = "rows"  # type: ignore[attr-defined]
    return pytest.fixture(build)


def tool(make: Callable[..., Any]) -> Any:
    """Make a fixture anew for every test that no shared one waits for: functions around them, a browser."""
    make.sharing = "tool"  # type: ignore[attr-defined]
    return pytest.fixture(make)


class Plan:
    """What of a test's fixtures can be shared, in an order that is the same for all tests."""

    def __init__(self, item: pytest.Function) -> None:
        self.known = {name: found[-1] for name, found in item._fixtureinfo.name2fixturedefs.items() if found}
        self.longer: set[str] = set()
        first = self._first(item.fixturenames)
        places = {name: (one.baseid, one.func.__code__.co_firstlineno) for name, one in first.items()}
        self.steps = [one for name, one in self._in_order(sorted(places, key=places.__getitem__)) if name in first]

    def _in_order(self, names: Iterable[str]) -> list[tuple[str, Any]]:
        """Return fixtures by name, each after those that it asks for."""
        seen: dict[str, Any] = {}

        def ask(name: str) -> None:
            if name not in seen and name in self.known:
                for argument in self.known[name].argnames:
                    if argument != name:
                        ask(argument)
                seen[name] = self.known[name]

        for name in names:
            ask(name)
        return list(seen.items())

    def _first(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the shared fixtures that are asked for before any other of ours."""
        found = {}
        for name, one in self._in_order(names):
            if kind(one) == "rows" and self._to_be_had(name):
                found[name] = one
            elif not kind(one) and one.scope == "function" and is_ours(one):
                break
        return found

    def _to_be_had(self, name: str) -> bool:
        """Tell whether a fixture can be made outside a test."""
        one = self.known.get(name)
        if name in GIVES_NOTHING:
            return True
        if one is None or one.params or name in one.argnames:
            return False
        if one.scope != "function":
            self.longer.add(name)
            return True
        return bool(kind(one)) and all(map(self._to_be_had, one.argnames))


def kind(definition: Any) -> str:
    return getattr(definition.func, "sharing", "")


def is_ours(definition: Any) -> bool:
    return definition.func.__module__.startswith("tests.") and definition.func.__module__ not in HARMLESS


@dataclass
class Level:
    """A savepoint, the fixture that was built behind it and when, and all values as they were then."""

    definition: Any
    moment: Any
    savepoint: transaction.Atomic
    values: dict[str, Any]


class Sharing:
    """The open transaction of a file's tests, and what the test that runs has of it."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.copies: dict[str, Any] = {}
        self.within_test = False
        self.blocker: Any = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> Any:
        """Prepare the rows before a test's own transaction opens, and hand out copies instead of building again."""
        if fixturedef.argname == OPENS_THE_DATABASE:
            self._prepare(request.node, request)
        elif fixturedef.scope != "function" and is_ours(fixturedef) and not self.within_test:
            # It may write rows that outlive the test.
            self._end()
        elif kind(fixturedef) == "rows" and not self.within_test:
            raise TypeError(f"{fixturedef.argname}: a shared fixture asks for the database, itself or by another")
        elif any(level.definition is fixturedef for level in self.levels):
            value = self.copies[fixturedef.argname]
            fixturedef.cached_result = (value, fixturedef.cache_key(request), None)
            return value
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        try:
            return (yield)
        finally:
            self.copies, self.within_test = {}, False

    def _prepare(self, item: pytest.Function, request: pytest.FixtureRequest) -> None:
        """Build what the test needs and the one before did not, and take away what it does not ask for."""
        plan = Plan(item)
        steps = [] if is_transactional(item) else plan.steps
        needed = {"django_db_setup", "django_db_blocker", *plan.longer}
        longer = {name: request.getfixturevalue(name) for name in sorted(needed)}
        self.blocker = longer["django_db_blocker"]
        mark = item.get_closest_marker("clock")
        moment = mark and mark.args
        built = [(level.definition, level.moment) for level in self.levels]
        alike = len(list(takewhile(lambda pair: pair[0] == (pair[1], moment), zip(built, steps, strict=False))))
        with self.blocker.unblock():
            self._back_to(alike)
            if steps and not self.levels:
                item.getparent(pytest.Module).addfinalizer(self._end)
            for one in steps[alike:]:
                self._build(one, plan, longer, moment)
        self.within_test = True
        self.copies = copied(self.levels[-1].values) if self.levels else {}

    def _build(self, one: Any, plan: Plan, longer: dict[str, Any], moment: Any) -> None:
        values = copied(self.levels[-1].values) if self.levels else {}

        def give(name: str) -> Any:
            if name in values or name in longer or name in GIVES_NOTHING:
                return values.get(name, longer.get(name))
            return make(plan.known[name])

        def make(definition: Any) -> Any:
            return definition.func(**{name: give(name) for name in definition.argnames})

        savepoint = transaction.atomic()
        # As Django's own test cases do: what must be outermost in service may run in here.
        savepoint._from_testcase = True  # type: ignore[attr-defined]
        savepoint.__enter__()
        self.levels.append(Level(one, moment, savepoint, values))
        try:
            values[one.argname] = make(one)
        except BaseException:
            self._back_to(len(self.levels) - 1)
            raise
        if values[one.argname] is None:
            raise TypeError(f"{one.argname}: a shared fixture returns what it built")

    def _back_to(self, count: int) -> None:
        while len(self.levels) > count:
            level = self.levels.pop()
            transaction.set_rollback(True)
            level.savepoint.__exit__(None, None, None)

    def _end(self) -> None:
        if self.levels:
            with self.blocker.unblock():
                self._back_to(0)


def copied(values: dict[str, Any]) -> dict[str, Any]:
    """Copy what was built, so that the objects know each other as when it was, and still hold what they had read."""
    lazily = QuerySet.__deepcopy__

    def with_rows(queryset: Any, memo: dict[int, Any]) -> Any:
        anew = lazily(queryset, memo)
        anew._result_cache = copy.deepcopy(queryset._result_cache, memo)
        return anew

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "__deepcopy__", with_rows)
        return copy.deepcopy(values)


def is_transactional(item: pytest.Function) -> bool:
    """Tell whether a test commits, so that it must find the database as empty as it leaves it."""
    marked = item.get_closest_marker("django_db")
    commits = validate_django_db(marked)[0] if marked else False
    return commits or not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Sharing(), "sharing")
