"""`manage.py demo` where it makes nothing; what it makes is tried in tests/notifications/test_backfill.py."""

import io

import pytest
from django.core.management import CommandError, call_command

from cases.management.commands import demo as command
from cases.models import Association

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("demo", *args, stdout=out)
    return out.getvalue()


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
