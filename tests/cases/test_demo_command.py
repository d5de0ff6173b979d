"""`manage.py demo`: what it prints, when it does nothing, and that it comes out the same."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cases import clocks, demo
from cases.management.commands import demo as command
from cases.models import Association, Case, Event, Text

# Each of these makes a whole demo; tests/cases/test_demo.py makes one on either database.
pytestmark = [pytest.mark.django_db, pytest.mark.once]
MORNING = dt.datetime(2025, 3, 3, tzinfo=clocks.STOCKHOLM)


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("demo", *args, stdout=out)
    return out.getvalue()


def make_and_read() -> list[object]:
    """Make the small demo, read all that happened in it, and roll it back."""
    with transaction.atomic():
        who = demo.make(small=True, today=MORNING.date())
        cases = Case.objects.order_by("number").values_list("number", "status", "heading", "filed_at", "next_due")
        events = Event.objects.order_by("at", "case__number", "seq").values_list(
            "case__number", "verb", "at", "actor__email"
        )
        texts = Text.objects.order_by("created_at", "case__number", "pk").values_list("case__number", "kind", "body")
        found = [who, list(cases), list(events), list(texts)]
        transaction.set_rollback(True)
    return found


def test_it_comes_out_the_same_each_time():
    assert make_and_read() == make_and_read()


def test_it_makes_prints_and_then_leaves_alone():
    told = run("--small", "--today", "2025-03-03")
    assert told.count(demo.PASSWORD) == 1
    assert "Demodata: rapporter och personer är påhittade" in told
    assert "sanna.samordnare@example.se" in told
    assert demo.PASSWORD in told
    assert run("--if-empty") == ""
    assert demo.PASSWORD in run("--who")
    assert run("--if-empty", "--who") == run("--who")
    with pytest.raises(CommandError, match="finns redan"):
        run()


def test_the_first_start_tells_who_is_who_once():
    told = run("--if-empty", "--who", "--small", "--today", "2025-03-03")
    assert told.count(demo.PASSWORD) == 1
    assert "Klart på" in told


def test_it_readies_the_database_and_the_static_files_first_when_asked(monkeypatch):
    called = []
    monkeypatch.setattr(command, "call_command", lambda name, **options: called.append(name))
    run("--ready", "--who")
    assert called == ["migrate", "collectstatic"]


def test_it_leaves_a_forbund_that_somebody_set_up_alone():
    Association.objects.create(name="Samordningsförbundet Prov", code="PRO")
    assert run("--if-empty") == ""
    assert Association.objects.count() == 1


def test_it_says_when_there_is_no_demo():
    assert "ingen demodata" in run("--who")


def test_it_is_not_made_on_a_day_that_has_not_come():
    with pytest.raises(CommandError, match="har varit"):
        run("--today", "2999-01-01")
    assert not Association.objects.exists()
