"""Events: append-only, chained, each with its outbox row; and forms that are sent twice or too late."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from cases import clocks, services
from cases.codes import Party
from cases.errors import AlreadyDone, ChangedMeanwhile, Incomplete, MoveNotAllowed
from cases.models import Association, Case, Event, Outbox, Submission, Text
from cases.querysets import ReceiptHolder
from cases.services import Basis, Concerned, payload_key
from tests.cases.conftest import DAY, START

pytestmark = pytest.mark.usefixtures("db")


def broken(case: Case) -> list[int]:
    """Return the numbers of the events that do not follow from the one before."""
    wrong, previous = [], ""
    for number, event in enumerate(case.events.order_by("seq"), 1):
        if (event.seq, event.previous_hash, event.hash) != (number, previous, event.make_hash()):
            wrong.append(number)
        previous = event.hash
    return wrong if case.last_hash == previous and case.last_seq == case.events.count() else [*wrong, 0]


# ---- append-only ----

SQL = [
    "UPDATE cases_event SET verb = 'x'",
    "UPDATE cases_event SET verb = verb",
    "DELETE FROM cases_event",
    "DELETE FROM cases_event WHERE seq = 1",
]


@pytest.mark.parametrize("sql", SQL)
def test_the_database_refuses_to_change_or_delete_an_event(case, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert broken(case) == []


@pytest.mark.once
@pytest.mark.parametrize("on", ["id", "case_id, seq"])
def test_sqlite_refuses_to_replace_an_event(case, on):
    columns = [field.column for field in Event._meta.fields]
    copied = [name if name in on or name != "id" else "id + 1000" for name in columns]
    copied = ["'x'" if name == "verb" else name for name in copied]
    sql = f"INSERT OR REPLACE INTO cases_event ({', '.join(columns)}) SELECT {', '.join(copied)} FROM cases_event"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert broken(case) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE cases_event CASCADE",
        "TRUNCATE cases_case CASCADE",
        "UPDATE cases_event SET verb = 'x' WHERE false",
        "INSERT INTO cases_event SELECT * FROM cases_event ON CONFLICT (id) DO UPDATE SET verb = 'x'",
        "WITH gone AS (DELETE FROM cases_event RETURNING *) SELECT * FROM gone",
    ],
)
def test_postgresql_refuses_what_would_empty_or_rewrite_the_table(case, sql):
    connection.check_constraints()  # those that wait for the commit would be what stops a TRUNCATE here
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert broken(case) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda event: Event.objects.update(verb="x"),
        lambda event: Event.objects.filter(pk=event.pk)._raw_delete("default"),
        lambda event: Event.objects.bulk_update([event], ["data"]),
        lambda event: event.save(),
    ],
)
def test_django_is_refused_too(case, change):
    event = case.events.get()
    event.data = {"changed": True}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(event)
    assert broken(case) == []


def test_two_events_of_a_case_never_have_the_same_number(case):
    event = case.events.get()
    event.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save(force_insert=True)


# ---- the chain ----


def test_every_event_carries_the_hash_of_the_one_before(case, flow):
    flow.to_closed(case)
    case.refresh_from_db()
    assert case.events.count() == 5
    assert broken(case) == []


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "'close'"},
        {"at": "'2020-01-01 00:00:00+00'"},
        {"actor_id": "NULL"},
        {"actor_role": "'ADMIN'"},
        {"from_status": "'CLOSED'"},
        {"to_status": "'CLOSED'"},
        {"audience": "'KANSLI'"},
        {"concern_id": "NULL"},
        {"function_id": "NULL"},
        {"data": "'{}'"},
        {"previous_hash": "''"},
        {"hash": "''"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_altered_event_shows(case, flow, unguarded, change):
    flow.send(case)
    [(column, value)] = change.items()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_event SET {column} = {value} WHERE seq = 3")
    case.refresh_from_db()
    assert broken(case)[0] == 3


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_removed_event_shows(case, flow, unguarded, seq):
    flow.send(case)
    Outbox.objects.filter(event__seq=seq).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_event WHERE seq = %s", [seq])
    case.refresh_from_db()
    assert broken(case)


@given(st.dictionaries(st.text("abåäö", max_size=5), st.one_of(st.integers(), st.text(max_size=8), st.none())))
@pytest.mark.once
def test_the_hash_does_not_depend_on_the_order_of_the_data(data):
    event = Event(case_id=1, seq=1, verb="x", at=START, data=data)
    other = Event(case_id=1, seq=1, verb="x", at=START, data=dict(reversed(data.items())))
    assert event.make_hash() == other.make_hash()


# ---- events hold no text ----


def test_events_hold_ids_codes_and_dates_and_no_text(case, flow):
    flow.to_closed(case)
    told = str(list(case.events.values()))
    bodies = [*Text.objects.values_list("body", flat=True), case.heading, case.happened]
    assert bodies
    assert [body for body in bodies if body in told] == []


def test_every_text_but_a_draft_belongs_to_the_event_that_wrote_it(case, flow):
    flow.to_closed(case)
    assert set(case.texts.values_list("event__verb", "kind")) == {
        ("answer", "ANSWER"),
        ("answer", "NO_MEASURE"),
        ("close", "CLOSING"),
        ("close", "NO_MEASURE"),
    }


# ---- the outbox ----


def test_there_is_one_outbox_row_for_each_event(case, flow, rakel):
    flow.to_closed(case)
    services.reopen(case, actor=rakel, reason="Det hände igen.")
    assert sorted(Outbox.objects.values_list("event", flat=True)) == sorted(Event.objects.values_list("pk", flat=True))


def test_the_database_refuses_a_second_row_for_an_event(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Outbox.objects.create(event=case.events.get())


def test_a_step_that_is_rolled_back_leaves_nothing(case, sanna):
    with transaction.atomic():
        services.note(case, actor=sanna, body="Ring chefen.")
        transaction.set_rollback(True)
    case.refresh_from_db()
    assert (case.last_seq, Event.objects.count(), Outbox.objects.count(), Text.objects.count()) == (1, 1, 1, 0)


def test_a_step_that_fails_at_its_outbox_row_leaves_nothing(case, sanna, monkeypatch):
    def fails(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Outbox.objects, "create", fails)
    with pytest.raises(RuntimeError):
        services.note(case, actor=sanna, body="Ring chefen.")
    assert (Event.objects.count(), Text.objects.count()) == (1, 0)


# ---- the same form twice ----


def test_the_same_form_counts_once(case, sanna):
    basis = Basis(key="k")
    services.note(case, actor=sanna, body="Ring.", basis=basis)
    with pytest.raises(AlreadyDone) as refused:
        services.note(case, actor=sanna, body="Ring.", basis=basis)
    assert refused.value.case == case
    assert case.texts.count() == 1


@pytest.mark.parametrize("other", ["case", "verb", "actor", "key"])
def test_another_form_is_another_form(case, file_case, sanna, stina, other):
    services.note(case, actor=sanna, body="Ring.", basis=Basis(key="k"))
    where = file_case() if other == "case" else case
    actor = stina if other == "actor" else sanna
    basis = Basis(key="l" if other == "key" else "k")
    if other == "verb":
        services.assign(where, actor=actor, responsible=sanna, basis=basis)
    else:
        services.note(where, actor=actor, body="Ring.", basis=basis)
    assert Event.objects.filter(verb__in=["note", "assign"]).count() == 2


def test_a_form_that_was_refused_may_be_sent_again(case, flow, sanna):
    basis = Basis(key="k")
    with pytest.raises(MoveNotAllowed):
        services.reopen(case, actor=sanna, reason="Igen.", basis=basis)
    flow.to_closed(case)
    services.reopen(case, actor=sanna, reason="Igen.", basis=basis)


def test_a_form_that_lacked_something_may_be_sent_again(case, sanna):
    basis = Basis(key="k")
    with pytest.raises(Incomplete):
        services.send(case, actor=sanna, basis=basis)
    assert not Submission.objects.filter(case=case).exists()


def test_a_double_click_is_told_so_rather_than_that_the_case_has_changed(case, flow, karl):
    sent = flow.send(case)
    basis = Basis(seen=sent.last_seq, key="k")
    services.acknowledge(sent, actor=karl, concern=sent.concerns.get(), basis=basis)
    with pytest.raises(AlreadyDone):
        services.acknowledge(sent, actor=karl, concern=sent.concerns.get(), basis=basis)


def test_without_a_key_the_same_words_may_be_sent_twice(case, sanna):
    for _ in range(2):
        services.note(case, actor=sanna, body="Ring.")
    assert case.texts.count() == 2


def test_of_the_key_only_a_hash_is_stored(case, sanna):
    services.note(case, actor=sanna, body="Ring.", basis=Basis(key="640823-3234"))
    assert "640823" not in str(list(Submission.objects.values()))


def test_a_key_tells_its_parts_apart():
    assert payload_key("ab", "c") != payload_key("a", "bc")


# ---- two people on one case ----


def test_the_second_is_told_what_has_happened_meanwhile(case, sanna, stina):
    seen = Basis(seen=case.last_seq)
    services.note(case, actor=stina, body="Ring.")
    with pytest.raises(ChangedMeanwhile) as refused:
        services.note(case, actor=sanna, body="Ring.", basis=seen)
    assert [(event.verb, event.actor) for event in refused.value.events] == [("note", stina)]
    assert case.texts.count() == 1


def test_the_second_goes_on_after_having_seen_it(case, sanna, stina):
    services.note(case, actor=stina, body="Ring.")
    services.note(case, actor=sanna, body="Jag ringer.", basis=Basis(seen=case.last_seq + 1))
    assert case.texts.count() == 2


def test_a_step_that_one_may_not_see_does_not_stop_one(case, sanna, rakel):
    seen = Basis(seen=case.last_seq)
    services.note(case, actor=sanna, body="Ring.")
    services.add(case, actor=rakel, body="Mer.", basis=seen)


def test_another_functions_answer_does_not_stop_a_contact(file_case, flow, karl, frida, kommun, fk):
    case = flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))
    seen = Basis(seen=case.last_seq)
    services.acknowledge(case, actor=frida, concern=case.concerns.get(member=fk))
    services.acknowledge(case, actor=karl, concern=case.concerns.get(member=kommun), basis=seen)


def test_a_receipt_holder_is_told_what_they_may_see(by_code, sanna):
    case, holder = by_code.case, ReceiptHolder(frozenset({by_code.case.pk}))
    services.ask(case, actor=sanna, body="När?")
    with pytest.raises(ChangedMeanwhile) as refused:
        services.add(case, actor=holder, body="Mer.", basis=Basis(seen=1))
    assert [event.verb for event in refused.value.events] == ["ask"]


def test_a_stranger_is_told_nothing_of_what_has_changed(case, sanna, olle):
    services.note(case, actor=sanna, body="Ring.")
    with pytest.raises(MoveNotAllowed):
        services.note(case, actor=olle, body="Hej.", basis=Basis(seen=0))


def test_an_old_object_in_hand_does_not_matter(case, flow, sanna):
    old = Case.objects.get(pk=case.pk)
    flow.to_closed(case)
    with pytest.raises(MoveNotAllowed, match="kan öppna det igen"):
        services.send(old, actor=sanna)


def test_what_the_clock_wrote_meanwhile_stops_nobody(case, flow, karl, forbund):
    sent = flow.send(case)
    seen = Basis(seen=sent.last_seq)
    services.chase()  # notes what the clocks are
    with clocks.at(clocks.now() + 10 * DAY):
        Association.objects.filter(pk=forbund.pk).update(answer_days=90)
        services.chase()
        services.acknowledge(sent, actor=karl, concern=sent.concerns.get(), basis=seen)
    verbs = list(case.events.filter(seq__gt=seen.seen).order_by("seq").values_list("verb", flat=True))
    assert verbs == ["move_clock", "remind", "acknowledge"]
    assert broken(flow.again(case)) == []


def test_what_a_person_did_meanwhile_stops_one_also_after_a_reminder(case, flow, karl, sanna):
    sent = flow.send(case)
    seen = Basis(seen=sent.last_seq)
    with clocks.at(clocks.now() + 10 * DAY):
        services.chase()
        services.lift(sent, actor=sanna, held_on=clocks.today(), proposal="Ta upp frågan.")
        with pytest.raises(ChangedMeanwhile) as refused:
            services.acknowledge(sent, actor=karl, concern=sent.concerns.get(), basis=seen)
    assert [event.verb for event in refused.value.events] == ["lift"]
