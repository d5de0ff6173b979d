"""`manage.py verify_events` finds what somebody with the database's password has done to the events."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cases.models import Event


def verify() -> None:
    call_command("verify_events")


def test_whole_chains_are_told_of(case, flow, capsys):
    flow.to_closed(case)
    verify()
    assert capsys.readouterr().out == "5 händelser, ingen bruten kedja.\n"


def test_a_changed_event_is_found(unguarded, case, flow, file_case):
    flow.to_closed(case)
    file_case()
    Event.objects.filter(case=case, verb="answer").update(verb="return")
    with pytest.raises(CommandError, match=rf"bruten i: {case.number}$"):
        verify()


@pytest.mark.parametrize("verb", ["file", "send", "close"])
def test_a_removed_event_is_found(unguarded, case, flow, verb):
    closed = flow.to_closed(case)
    closed.texts.filter(event__verb=verb).update(event=None)
    connection.cursor().execute("DELETE FROM cases_outbox")
    Event.objects.filter(case=case, verb=verb).delete()
    with pytest.raises(CommandError, match=case.number):
        verify()
