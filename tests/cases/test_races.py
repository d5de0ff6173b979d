"""Many at once: numbers without gap or double, and one winner where two do the same."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cases import services
from cases.codes import Cause, DismissReason, GapType, Outcome, Party, Status
from cases.errors import AlreadyDone, ChangedMeanwhile, DomainError, MoveNotAllowed, ReferenceTaken
from cases.models import Association, Case, Event, NumberSeries, Outbox, Submission, User
from cases.querysets import NOBODY, ReceiptHolder
from cases.services import Basis, Concerned
from tests.people import make_report

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything in a thread of its own at the same moment; return what each gave or was refused with."""
    results: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            results[index] = act()
        except DomainError as refused:
            results[index] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def numbers(association: Association) -> list[int]:
    return sorted(int(number[-4:]) for number in association.cases.values_list("number", flat=True))


def anew(user: User) -> User:
    """Return a person of one's own for a thread."""
    return User.objects.get(pk=user.pk)


# ---- numbers ----


@pytest.mark.postgres
def test_fifty_who_file_at_once_get_numbers_without_gap_or_double(forbund):
    acts = [lambda: services.file(forbund, make_report(Concerned(Party.OTHER)), actor=NOBODY)] * 50
    filed = at_once(*acts)
    assert len({one.case.number for one in filed}) == 50
    assert numbers(forbund) == list(range(1, 51))
    assert Event.objects.count() == Outbox.objects.count() == 50


@pytest.mark.postgres
def test_a_report_that_fails_in_the_rush_leaves_no_gap(forbund, annat_forbund, monkeypatch):
    kept = services.filing.start_case

    def now_and_then(case, **fields):
        if case.heading == "fails":
            raise MoveNotAllowed("prov")
        return kept(case, **fields)

    monkeypatch.setattr("cases.services.filing.start_case", now_and_then)

    def file(heading: str) -> Any:
        return services.file(forbund, make_report(Concerned(Party.OTHER), heading=heading), actor=NOBODY)

    at_once(*[lambda heading=heading: file(heading) for heading in ["fails", "works"] * 8])
    assert numbers(forbund) == list(range(1, 9))
    assert NumberSeries.objects.get(association=forbund).last == 8


@pytest.mark.postgres
def test_two_forbund_do_not_wait_for_each_others_numbers(forbund, annat_forbund):
    def file(association: Association) -> Any:
        return services.file(association, make_report(Concerned(Party.OTHER)), actor=NOBODY)

    at_once(*[lambda association=association: file(association) for association in [forbund, annat_forbund] * 6])
    assert numbers(forbund) == numbers(annat_forbund) == list(range(1, 7))


@pytest.mark.postgres
def test_the_same_form_eight_times_at_once_is_one_case(forbund):
    acts = [lambda: services.file(forbund, make_report(Concerned(Party.OTHER)), actor=NOBODY, key="k")] * 8
    filed = at_once(*acts)
    assert len({one.case.pk for one in filed}) == len({one.receipt_code for one in filed}) == 1
    assert numbers(forbund) == [1]
    assert NumberSeries.objects.get().last == 1


def test_the_same_form_filed_again_is_the_same_case_on_either_database(forbund):
    acts = [lambda: services.file(forbund, make_report(Concerned(Party.OTHER)), actor=NOBODY, key="k")] * 2
    assert len({one.case.pk for one in at_once(*acts)}) == 1


@pytest.mark.postgres
def test_of_many_reports_with_the_same_reference_at_once_one_is_filed_and_the_others_are_told_which(
    forbund, annat_forbund, rakel
):
    report = make_report(Concerned(Party.OTHER), reporter_reference="AVV-7")
    places = [forbund, annat_forbund] * 4
    results = at_once(*[lambda place=place: services.file(place, report, actor=anew(rakel)) for place in places])
    [filed] = [one.case for one in results if not isinstance(one, ReferenceTaken)]
    assert {one.case for one in results if isinstance(one, ReferenceTaken)} == {filed}
    assert Case.objects.count() == Event.objects.count() == 1


# ---- one of two ----


@pytest.mark.postgres
def test_when_two_answer_at_once_one_wins_and_the_other_is_told(case, flow, karl, kim):
    sent = flow.send(case)
    told = {"finding": "Fel.", "cause": Cause.OTHER, "no_measure": "Nej."}
    concern = sent.concerns.get()
    results = at_once(
        *[
            lambda person=person: services.answer(sent, actor=anew(person), concern=concern, **told)
            for person in (karl, kim)
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["Case", "MoveNotAllowed"]
    assert sent.texts.filter(kind="ANSWER").count() == 1


@pytest.mark.postgres
def test_when_two_act_on_the_same_page_the_second_is_told_what_changed(case, sanna, stina):
    seen = Basis(seen=case.last_seq)
    results = at_once(
        *[lambda p=person: services.note(case, actor=anew(p), body="Ring.", basis=seen) for person in (sanna, stina)]
    )
    [told] = [one for one in results if isinstance(one, ChangedMeanwhile)]
    assert [event.verb for event in told.events] == ["note"]
    assert case.texts.count() == 1


@pytest.mark.postgres
def test_a_double_click_counts_once(case, sanna):
    basis = Basis(seen=case.last_seq, key="k")
    results = at_once(*[lambda: services.note(case, actor=anew(sanna), body="Ring.", basis=basis)] * 4)
    assert sorted(type(one).__name__ for one in results) == ["AlreadyDone", "AlreadyDone", "AlreadyDone", "Case"]
    assert (case.texts.count(), Submission.objects.filter(case=case).count()) == (1, 1)
    assert all(one.case == case for one in results if isinstance(one, AlreadyDone))


@pytest.mark.postgres
def test_when_one_sends_and_the_reporter_withdraws_at_once_only_one_happens(case, sanna, rakel, flow):
    services.classify(case, actor=sanna, types={case.concerns.get().pk: GapType.STRUKTUR})
    results = at_once(
        lambda: services.send(case, actor=anew(sanna)), lambda: services.withdraw(case, actor=anew(rakel))
    )
    assert sorted(type(one).__name__ for one in results) == ["Case", "MoveNotAllowed"]
    assert flow.again(case).status in (Status.WITH_PARTY, Status.DISMISSED)


@pytest.mark.postgres
def test_many_who_add_at_once_all_get_their_place_in_the_chain(case):
    holder = ReceiptHolder(frozenset({case.pk}))
    at_once(*[lambda n=n: services.add(case, actor=holder, body=f"Tillägg {n}") for n in range(12)])
    events = list(case.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, 14))
    assert [event.previous_hash for event in events[1:]] == [event.hash for event in events[:-1]]


# ---- duplicates and their original ----


@pytest.mark.postgres
@pytest.mark.parametrize("copies", [1, 5])
def test_when_a_case_closes_while_its_duplicates_are_dismissed_every_reporter_gets_the_reply(
    case, file_case, flow, sanna, copies
):
    answered = flow.answer(flow.send(case))
    doubles = [file_case() for _ in range(copies)]

    def close() -> Any:
        told = {"outcome": Outcome.RESOLVED, "cause": Cause.OTHER, "no_measure": "Nej.", "reply": "Klart nu."}
        return services.close(answered, actor=anew(sanna), **told)

    def dismiss(double: Case) -> Any:
        told = {"reason": DismissReason.DUPLICATE, "duplicate_of": answered.number, "reply": "Vi vet redan."}
        return services.dismiss(double, actor=anew(sanna), **told)

    results = at_once(close, *[lambda double=double: dismiss(double) for double in doubles])
    assert {type(one) for one in results} == {Case}
    for double in doubles:
        assert list(double.texts.values_list("body", flat=True)) == ["Vi vet redan.", "Klart nu."]


@pytest.mark.postgres
def test_two_cases_that_are_made_duplicates_of_each_other_at_once_do_not_both_become_it(case, file_case, sanna):
    pair = [case, file_case()]

    def dismiss(double: Case, original: Case) -> Any:
        told = {"reason": DismissReason.DUPLICATE, "duplicate_of": original.number, "reply": "Vi vet redan."}
        return services.dismiss(double, actor=anew(sanna), **told)

    results = at_once(lambda: dismiss(*pair), lambda: dismiss(*reversed(pair)))
    assert sorted(type(one).__name__ for one in results) == ["Case", "Incomplete"]
    assert Case.objects.filter(duplicate_of__isnull=False).count() == 1


# ---- processes on one SQLite file ----


@pytest.mark.once
def test_eight_processes_on_one_sqlite_file_get_numbers_without_gap_or_double(forbund):
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.cases.filing_process", str(forbund.pk), "8", "25"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(set(done.stdout.split())) == 200
    assert numbers(forbund) == list(range(1, 201))
    assert Event.objects.count() == Outbox.objects.count() == 200
