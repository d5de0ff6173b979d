"""What has changed since: every change once, none missed, whoever commits when, and also after a restore."""

import importlib
import threading
import time

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cases import changes, clocks, services
from cases.changes import news
from cases.errors import UnknownMark
from cases.models import Case, Change, ChangeNote, Concern, Text
from tests.cases.conftest import DAY, START
from tests.servers import url_of_database

pytestmark = pytest.mark.usefixtures("db")

BEGINNING = "1970-01-01T00:00:00Z"


class Poller:
    """A program that keeps a copy of the cases: it asks, and goes on from the mark that it got."""

    def __init__(self, since: str = BEGINNING) -> None:
        self.mark = since
        self.copy: dict[int, str] = {}

    def poll(self, limit: int = 100) -> list[Case]:
        """Ask until nothing is left; what comes may be nothing that it has already."""
        given, more = [], True
        while more:
            told = news(Case.objects.all(), self.mark, limit=limit)
            for case in told.cases:
                assert self.copy.get(case.pk) != case.heading, "the same twice"
                self.copy[case.pk] = case.heading
            given += told.cases
            self.mark, more = told.mark, told.more
        return given


@pytest.fixture
def poller(case) -> Poller:
    """A program that has asked once, after one case was filed."""
    program = Poller()
    assert program.poll() == [case]
    return program


def touch(case: Case, heading: str) -> None:
    Case.objects.filter(pk=case.pk).update(heading=heading)


# ---- what is noted ----

WAYS = {
    "update": lambda case: Case.objects.filter(pk=case.pk).update(heading="Ny"),
    "save": lambda case: case.save(update_fields=["heading"]),
    "bulk_update": lambda case: Case.objects.bulk_update([case], ["heading"]),
    "a concern": lambda case: Concern.objects.filter(case=case).update(unit=None),
    "a text": lambda case: Text.objects.create(case=case, kind="NOTE", audience="KANSLI", body="Ring."),
    "a measure": lambda case: services.measures.Measure.objects.create(
        case=case,
        what=Text.objects.create(case=case, kind="MEASURE", audience="FUNCTION", body="Ring."),
        cause="OTHER",
        owner="Chefen",
        due_on=clocks.today(),
    ),
    "a question": lambda case: case.questions.create(
        text=Text.objects.create(case=case, kind="QUESTION", audience="REPORTER", body="När?"),
        pauses_from=clocks.today(),
        pauses_until=clocks.today(),
    ),
    "feedback": lambda case: case.feedback.create(kind="HELPED", value="YES", given_on=clocks.today()),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_case_is_news_however_it_or_what_it_shows_was_written(case, way):
    mark = news(Case.objects.all(), BEGINNING, limit=9).mark
    WAYS[way](case)
    assert list(news(Case.objects.all(), mark, limit=9).cases) == [case]


def test_sql_by_hand_is_news_too(case, poller):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET heading = 'Ny' WHERE id = %s", [case.pk])
    assert poller.poll() == [case]


def test_what_was_rolled_back_is_no_news(case, poller):
    with transaction.atomic():
        touch(case, "Ångrad")
        transaction.set_rollback(True)
    assert poller.poll() == []


def test_reading_a_case_is_no_news(case, poller, sanna):
    services.log_read(case, actor=sanna, action="OPENED")
    assert poller.poll() == []


@pytest.mark.once
@pytest.mark.parametrize("name", ["cases_case_noted_update", "cases_text_noted_insert", "cases_event_no_update"])
def test_a_trigger_that_a_migration_lost_on_sqlite_is_made_again(name):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}")
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = %s", [name])
        assert cursor.fetchone() == (1,)


# ---- marks ----


def test_each_change_comes_once_and_the_last_one_last(file_case, poller):
    first, second = file_case(heading="Första"), file_case(heading="Andra")
    assert poller.poll() == [first, second]
    touch(first, "Första igen")
    assert poller.poll() == [first]
    assert poller.poll() == []


def test_several_changes_of_a_case_are_one_piece_of_news(case, poller, sanna):
    for body in ("Ring.", "Ring igen."):
        services.note(case, actor=sanna, body=body)
    touch(case, "Ny")
    assert poller.poll() == [case]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_hold_together(file_case, limit):
    cases = [file_case() for _ in range(5)]
    assert Poller().poll(limit) == cases


def test_an_answer_says_whether_more_waits(file_case):
    for _ in range(2):
        file_case()
    assert [news(Case.objects.all(), BEGINNING, limit=limit).more for limit in (1, 2, 3)] == [True, False, False]


def test_the_mark_passes_what_others_see(case, file_case, kommun, frida, karl, flow):
    """A program that sees little does not read past everybody's cases at each poll."""
    file_case()
    told = news(Case.objects.visible_to(frida), BEGINNING, limit=9)
    assert (list(told.cases), told.mark) == ([], f"c{Change.objects.order_by('-number').first().number}")
    flow.send(case)
    assert list(news(Case.objects.visible_to(karl), told.mark, limit=9).cases) == [case]


def test_a_change_in_the_moment_between_numbering_and_reading_waits_for_its_number(case, poller, monkeypatch):
    touch(case, "Ny")
    with monkeypatch.context() as patch:
        patch.setattr(changes, "settle", lambda: Change.objects.get(pk=case.pk).number)
        assert list(news(Case.objects.all(), BEGINNING, limit=9).cases) == []
    assert poller.poll() == [case]


def test_what_another_program_numbers_in_that_moment_is_left_for_the_next_time(case, file_case, poller, monkeypatch):
    last, new, settle = changes.settle(), file_case(), changes.settle
    with monkeypatch.context() as patch:
        patch.setattr(changes, "settle", lambda: min(settle(), last))
        assert poller.poll() == []
    assert poller.poll() == [new]


def test_what_changed_last_comes_last(file_case, poller):
    first, second = file_case(), file_case()
    touch(first, "Ny")
    assert poller.poll() == [second, first]


def test_a_note_about_a_case_that_is_gone_is_thrown_away(case, poller):
    ChangeNote.objects.create(case_id=case.pk + 1000)
    assert poller.poll() == []
    assert not ChangeNote.objects.exists()


def test_asking_costs_a_question_where_there_is_news_and_numbering_a_few_more(case, poller, django_assert_num_queries):
    touch(case, "Ny")
    changes.settle()
    for questions, found in ((1, [case]), (3, [])):
        with django_assert_num_queries(questions):
            assert poller.poll() == found
    touch(case, "Nyare")
    with django_assert_num_queries(9):
        assert poller.poll() == [case]


@pytest.mark.parametrize(
    "since",
    [
        "", "0", "x", "c", "c-1", "c1.5", "C1", "c1 ", " c1", "c1\n", "c\0", "c٣", "c" + "9" * 18, "c" + "9" * 40,
        "2026-11-01", "2026-11-01T00:00:00", "2026-13-01T00:00:00Z", "2026-11-01T00:00:00 01:00", "null", "c1,c2",
        "9999-12-31T23:59:59+99:00", "' OR 1=1",
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_with_what_to_write(case, poller, since):
    with pytest.raises(UnknownMark) as refused:
        news(Case.objects.all(), since, limit=9)
    assert refused.value.code == "unknown_mark"
    assert list(refused.value.fields) == ["updated_since"]


# ---- moments ----


def test_a_moment_gives_the_cases_with_an_event_at_it_or_later(file_case, sanna):
    with clocks.at(START - DAY):
        early, noted = file_case(), file_case()
        changes.settle()
    with clocks.at(START):
        late = file_case()
        services.note(noted, actor=sanna, body="Ring.")
        told = news(Case.objects.all(), START.isoformat(), limit=9)
        assert {case.pk for case in told.cases} == {late.pk, noted.pk}
        assert early.pk in {case.pk for case in Poller((START - DAY).isoformat()).poll()}


def test_from_a_moment_one_goes_on_by_marks_without_gap_or_double(file_case):
    cases = [file_case() for _ in range(3)]
    changes.settle()
    begun = Poller(clocks.now().isoformat())
    assert begun.poll() == []
    later = [file_case() for _ in range(3)]
    assert (begun.poll(limit=2), Poller().poll()) == (later, cases + later)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "1969-07-20T20:17:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_moment_long_ago_or_far_ahead_is_a_moment(case, moment):
    assert list(news(Case.objects.all(), moment, limit=9).cases) == ([] if moment.startswith("9") else [case])


def test_the_cases_that_were_there_before_are_numbered_by_their_last_event(file_case, sanna):
    with clocks.at(START):
        first, second, third = file_case(), file_case(), file_case()
    with clocks.at(START + DAY):
        services.note(first, actor=sanna, body="Ring.")
    Change.objects.all().delete()
    ChangeNote.objects.all().delete()
    importlib.import_module("cases.migrations.0013_changes_noted").number_all(apps, None)
    assert [case.pk for case in Poller().poll()] == [second.pk, third.pk, first.pk]
    assert [case.pk for case in Poller((START + DAY).isoformat()).poll()] == [first.pk]


# ---- clocks that are set back, databases that are read back ----


def test_a_clock_that_was_set_back_hides_nothing(case, file_case):
    program = Poller()
    program.poll()
    with clocks.at(clocks.now() - 30 * DAY):
        new = file_case()
        touch(case, "Ny")
        assert program.poll() == [new, case]


def test_what_changes_after_an_older_copy_was_read_back_is_told_to_whoever_had_seen_more(case, file_case, poller):
    copy = list(Change.objects.values_list("case", "number"))
    lost = file_case()
    assert poller.poll() == [lost]
    # The copy is read back into another cluster: what was numbered since is not in it.
    Change.objects.exclude(case__in=dict(copy)).delete()
    touch(case, "Efter återläsningen")
    assert case in poller.poll()


def test_all_cases_are_told_again_on_command(case, file_case, poller, capsys):
    cases = [case, file_case()]
    poller.poll()
    poller.copy.clear()
    call_command("changes_again")
    assert poller.poll() == cases
    assert "2 ärenden" in capsys.readouterr().out


def test_a_mark_that_the_copy_does_not_reach_is_refused_rather_than_believed(case, file_case, poller):
    file_case()
    poller.poll()
    Change.objects.exclude(case=case).delete()
    with pytest.raises(UnknownMark, match="Börja om"):
        poller.poll()


# ---- many at once, on PostgreSQL ----


@pytest.fixture
def cases(transactional_db, file_case) -> list[Case]:
    return [file_case(heading=f"{number}:0") for number in range(4)]


class Writer:
    """A transaction of its own that changes one case, for as long as the test wants."""

    def __init__(self, case: Case) -> None:
        self.case, self.version = case, int(case.heading.split(":")[1])
        self.connection = psycopg.connect(url_of_database())

    def write(self) -> None:
        self.version += 1
        heading = f"{self.case.heading.split(':')[0]}:{self.version}"
        self.connection.execute("UPDATE cases_case SET heading = %s WHERE id = %s", [heading, self.case.pk])


def stored() -> dict[int, str]:
    return dict(Case.objects.values_list("pk", "heading"))


@pytest.mark.postgres
def test_transactions_that_commit_in_the_reverse_order_are_all_told(cases):
    program, writers = Poller(), [Writer(case) for case in cases]
    program.poll()
    for writer in writers:
        writer.write()
        assert program.poll() == []
    for writer in reversed(writers):
        writer.connection.commit()
        assert program.poll() == [writer.case]
        writer.connection.close()
    assert (program.copy, program.poll()) == (stored(), [])


@pytest.mark.postgres
def test_a_transaction_that_stays_open_delays_its_own_case_alone(cases):
    program, stuck = Poller(), Writer(cases[0])
    stuck.write()
    program.poll()
    touch(cases[1], "1:1")
    assert program.poll() == [cases[1]]
    stuck.connection.commit()
    stuck.connection.close()
    assert program.poll() == [cases[0]]


@pytest.mark.postgres
def test_whoever_numbers_second_waits_for_the_first(cases):
    """Or the later numbers could be there before the earlier ones, and a program would pass those."""
    second = threading.Thread(target=lambda: (changes.settle(), connection.close()))
    with psycopg.connect(url_of_database()) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [changes.LOCK])
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive()
        assert not Change.objects.exists()
    second.join(timeout=20)
    assert Change.objects.count() == len(cases)


STEPS = st.tuples(st.sampled_from(["write", "write", "commit", "rollback", "poll", "poll by one"]), st.integers(0, 3))


@pytest.mark.postgres
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_each_poll_the_copy_is_what_has_been_committed_whatever_the_order(cases, steps):
    cases = list(Case.objects.order_by("pk"))
    writers, program = [Writer(case) for case in cases], Poller()
    for what, number in [*steps, ("poll", 0)]:
        writer = writers[number]
        if what == "write":
            writer.write()
        elif what in ("commit", "rollback"):
            getattr(writer.connection, what)()
        else:
            program.poll(limit=1 if what == "poll by one" else 100)
            assert program.copy == stored()
    for writer in writers:
        writer.connection.close()


@pytest.mark.postgres
def test_programs_that_ask_all_the_time_while_many_write_miss_nothing_and_get_nothing_twice(cases):
    programs, ended, failed = [Poller() for _ in range(3)], threading.Event(), []

    def ask(program: Poller) -> None:
        try:
            while not ended.is_set():
                program.poll(limit=2)
            program.poll()
        except AssertionError as error:
            failed.append(error)
        finally:
            connection.close()

    def write(writer: Writer) -> None:
        for number in range(60):
            writer.write()
            time.sleep(0.001 * (number % 4))
            writer.connection.commit()
        writer.connection.close()

    asking = [threading.Thread(target=ask, args=[program]) for program in programs]
    writing = [threading.Thread(target=write, args=[Writer(case)]) for case in cases]
    for thread in asking + writing:
        thread.start()
    for thread in writing:
        thread.join(timeout=60)
    ended.set()
    for thread in asking:
        thread.join(timeout=60)
    assert failed == []
    assert all(program.copy == stored() for program in programs)
    assert set(stored().values()) == {f"{number}:60" for number in range(4)}
