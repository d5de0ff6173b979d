"""Triage: classing, concerns, notes, masking, and the clock to first handling."""

import datetime as dt
import itertools

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cases import clocks, services
from cases.codes import Cause, ConcernState, GapType, Party, Role, Status, TextKind, Track
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Case, Concern, Initiative, MaskedOriginal, Member, ReadLog, Text, Unit
from cases.services import Concerned, Plan
from cases.workflow import derive_status
from tests.cases.conftest import BY_PHONE, DAY, START
from tests.people import LONG_AGO, grant, make_user

pytestmark = pytest.mark.usefixtures("db")
at_start = pytest.mark.clock(START)


def later(days: int):
    return clocks.at(START + days * DAY)


def day(days: int) -> dt.date:
    return START.date() + days * DAY


# ---- the status follows from the concerns ----


def told_apart(ending: str, states: set[str], question: bool, measures: bool) -> str:
    """Say the domain book's sentence about the status once more, in other words."""
    if ending:
        return ending
    if "SENT" in states or "ACKNOWLEDGED" in states:
        return "WITH_PARTY"
    if "PENDING" in states or "RETURNED" in states:
        return {True: "CLARIFYING", False: "RECEIVED"}[question]
    return {True: "IN_PROGRESS", False: "ANSWERED"}[measures]


@given(
    st.sampled_from(["", "CLOSED", "DISMISSED", "REFERRED"]),
    st.lists(st.sampled_from(ConcernState), max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_the_status_is_what_the_domain_book_says(ending, states, question, measures):
    derived = derive_status(ending=ending, concern_states=states, open_kansli_question=question, open_measures=measures)
    assert derived == told_apart(ending, set(states), question, measures)


def test_every_pair_of_states_gives_a_status():
    for one, other in itertools.product(ConcernState, repeat=2):
        for question, measures in itertools.product([True, False], repeat=2):
            states = [one, other]
            assert derive_status(
                ending="", concern_states=states, open_kansli_question=question, open_measures=measures
            ) == told_apart("", set(states), question, measures)


@pytest.mark.parametrize("ending", ["", Status.CLOSED])
def test_the_database_refuses_a_status_that_does_not_agree_with_the_ending(case, ending):
    wrong = Status.RECEIVED if ending else Status.CLOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(ending=ending, status=wrong, ended_at=clocks.now() if ending else None)


# ---- the triage clock ----


@at_start
def test_the_day_of_triage_is_the_next_one_to_keep(case):
    assert (case.triage_due, case.next_due) == (day(5), day(5))


@at_start
def test_a_forbund_may_count_working_days(forbund, file_case):
    forbund.day_kind = clocks.DayKind.WORKING
    forbund.save()
    # Monday and five working days: the next Monday.
    assert file_case().triage_due == day(7)


@pytest.mark.parametrize(("days", "late"), [(5, False), (6, True)])
@at_start
def test_a_case_is_late_from_the_day_after(case, days, late):
    with later(days):
        assert (case in Case.objects.late(), case.is_late) == (late, late)


@at_start
def test_nothing_is_due_when_a_case_has_ended(case, rakel):
    services.withdraw(case, actor=rakel)
    case.refresh_from_db()
    assert case.next_due is None
    with later(100):
        assert not Case.objects.late().exists()


@at_start
def test_a_returned_concern_starts_triage_anew(case, flow, karl):
    sent = flow.send(case)
    with later(20):
        services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Inte vår.")
    back = flow.again(case)
    assert (back.status, back.triage_due, back.next_due) == (Status.RECEIVED, day(25), day(25))
    assert back.handle_by == day(5)


@at_start
def test_a_concern_that_comes_back_while_another_is_out_starts_triage_anew(flow, file_case, kommun, fk, frida):
    case = flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))
    with later(20):
        services.return_(case, actor=frida, concern=case.concerns.get(member=fk), reason="Inte vår.")
    back = flow.again(case)
    assert (back.status, back.triage_due) == (Status.WITH_PARTY, day(25))
    with later(21):
        # The kommun has not acknowledged; that is what is late, and the only thing.
        assert back.next_due == day(10)


@at_start
def test_a_party_that_is_added_to_an_answered_case_starts_triage_anew(case, flow, sanna, fk):
    answered = flow.answer(flow.send(case))
    with later(40):
        services.add_concern(answered, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    again = flow.again(case)
    assert (again.status, again.triage_due, again.next_due) == (Status.RECEIVED, day(45), day(45))


@at_start
def test_a_party_that_is_added_during_triage_does_not_move_the_clock(case, flow, sanna, fk):
    with later(3):
        services.add_concern(case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    assert flow.again(case).triage_due == day(5)


@at_start
def test_a_withdrawn_report_that_is_opened_again_starts_triage_anew(case, flow, rakel):
    services.withdraw(case, actor=rakel)
    with later(10):
        services.reopen(case, actor=rakel, reason="Det hände igen.")
    assert flow.again(case).triage_due == day(15)


@at_start
def test_an_open_question_goes_on_stopping_a_clock_that_starts_anew(case, flow, sanna, karl):
    with later(3):
        services.ask(case, actor=sanna, body="När?")
        sent = flow.send(case)
    with later(7):
        services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Inte vår.")
    back = flow.again(case)
    # Back on day 7, stopped till day 17, and then five days.
    assert (back.status, back.triage_due) == (Status.CLARIFYING, day(22))


@at_start
def test_first_handling_is_the_coordinators_first_step(case, flow, rakel, sanna):
    services.add(case, actor=rakel, body="Mer.")
    assert flow.again(case).first_handled_at is None
    with later(1):
        services.note(case, actor=sanna, body="Läst.")
    with later(2):
        services.note(case, actor=sanna, body="Läst igen.")
    assert flow.again(case).first_handled_at == START + DAY


# ---- classing ----


def test_classing_sets_type_track_and_insats(case, flow, sanna, insats):
    services.classify(
        case, actor=sanna, types={case.concerns.get().pk: GapType.STRUKTUR}, track=Track.ANALYSIS, initiative=insats
    )
    again = flow.again(case)
    assert (again.track, again.initiative, again.concerns.get().type_set) == (Track.ANALYSIS, insats, GapType.STRUKTUR)


def test_a_type_is_not_changed_once_it_is_sent(case, flow, sanna):
    sent = flow.send(case)
    services.classify(sent, actor=sanna, types={sent.concerns.get().pk: GapType.RELATION})
    assert sent.concerns.get().type_set == GapType.ORGANISATION


def test_another_forbunds_insats_is_refused(case, sanna, annat_forbund):
    insats = Initiative.objects.create(association=annat_forbund, name="Annan", from_on=LONG_AGO)
    with pytest.raises(Incomplete, match="en av förbundets insatser"):
        services.classify(case, actor=sanna, types={}, initiative=insats)


def test_only_a_coordinator_of_the_forbund_is_made_responsible(case, flow, sanna, stina, rakel):
    with pytest.raises(Incomplete, match="en samordnare i förbundet"):
        services.assign(case, actor=sanna, responsible=rakel)
    services.assign(case, actor=sanna, responsible=stina)
    assert flow.again(case).responsible == stina


# ---- concerns ----


def test_a_case_has_exactly_one_primary_party(case, sanna, fk):
    services.add_concern(case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk), primary=True)
    assert case.concerns.get(is_primary=True).member == fk


def test_the_database_refuses_two_primary_parties(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Concern.objects.create(case=case, party=Party.OTHER, is_primary=True)


def test_the_same_party_is_not_added_twice(case, sanna, kommun):
    with pytest.raises(Incomplete, match="redan en berörd part"):
        services.add_concern(case, actor=sanna, concerned=Concerned(Party.KOMMUN, kommun))


def test_another_unit_of_the_same_member_is_another_party(case, sanna, kommun, enhet):
    services.add_concern(case, actor=sanna, concerned=Concerned(Party.KOMMUN, kommun, enhet))
    assert case.concerns.count() == 2


def test_a_party_needs_its_member(case, sanna):
    with pytest.raises(Incomplete, match="vilken medlem"):
        services.add_concern(case, actor=sanna, concerned=Concerned(Party.KOMMUN))


def test_another_forbunds_member_is_refused(case, sanna, annat_forbund):
    other = Member.objects.create(association=annat_forbund, party=Party.KOMMUN, name="Annan", from_on=LONG_AGO)
    with pytest.raises(Incomplete, match="en medlem i förbundet"):
        services.add_concern(case, actor=sanna, concerned=Concerned(Party.KOMMUN, other))


def test_a_member_that_has_ended_is_refused(case, sanna, fk):
    fk.to_on = clocks.today() - DAY
    fk.save()
    with pytest.raises(Incomplete, match="inte medlem nu"):
        services.add_concern(case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))


def test_a_unit_of_another_member_is_refused(case, sanna, kommun, fk):
    unit = Unit.objects.create(member=fk, name="Kontor", from_on=LONG_AGO)
    with pytest.raises(Incomplete, match="hör inte till den valda medlemmen"):
        services.add_concern(case, actor=sanna, concerned=Concerned(Party.KOMMUN, kommun, unit))


def test_the_last_party_cannot_be_struck(case, sanna):
    with pytest.raises(MoveNotAllowed, match="Minst en berörd part måste vara kvar"):
        services.withdraw_concern(case, actor=sanna, concern=case.concerns.get(), reason="Fel.")


def test_when_the_primary_party_is_struck_the_next_takes_its_place(case, sanna, fk):
    added = services.add_concern(case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    services.withdraw_concern(case, actor=sanna, concern=case.concerns.get(is_primary=True), reason="Fel.")
    assert case.concerns.get(is_primary=True) == added


def test_a_party_that_was_struck_may_be_added_again(case, sanna, kommun, fk):
    services.add_concern(case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    services.withdraw_concern(case, actor=sanna, concern=case.concerns.get(is_primary=True), reason="Fel.")
    services.add_concern(case, actor=sanna, concerned=Concerned(Party.KOMMUN, kommun))
    assert case.concerns.filter(member=kommun).count() == 2


def test_the_reporter_hears_which_parties_are_added_and_struck_and_not_why(case, sanna, rakel, fk):
    added = services.add_concern(case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    services.withdraw_concern(case, actor=sanna, concern=added, reason="Fel part.")
    heard = case.events.for_roles({Role.REPORTER}, frozenset())
    assert list(heard.values_list("verb", flat=True)) == ["file", "add_concern", "withdraw_concern"]
    assert not case.texts.for_roles({Role.REPORTER}, frozenset()).exists()


# ---- masking ----


def masked(case, sanna, phrase, **fields):
    services.mask(case, actor=sanna, phrase=phrase, reason="Namn på en person", **fields)
    return Case.objects.get(pk=case.pk)


def test_a_mask_covers_the_phrase_wherever_it_stands(file_case, sanna):
    case = masked(file_case(happened="Ella ringde. Sedan ringde Ella igen."), sanna, "Ella", field="happened")
    assert case.happened == "████ ringde. Sedan ringde ████ igen."
    assert case.events.last().data["count"] == 2


def test_a_mask_is_silent_on_how_long_the_phrase_was(file_case, sanna):
    case = masked(file_case(happened="Ring Ella Påhittadsson."), sanna, "Ella Påhittadsson", field="happened")
    assert case.happened == "Ring ████████."


def test_the_search_no_longer_finds_what_is_masked(file_case, sanna):
    case = file_case(happened="Ella ringde.", heading="Telefon")
    assert Case.objects.filter(search__stems="ella").exists()
    masked(case, sanna, "Ella", field="happened")
    assert not Case.objects.filter(search__stems="ella").exists()
    assert Case.objects.filter(search__stems="ringde").exists()


def test_a_text_on_the_case_can_be_masked_too(case, sanna, rakel):
    services.add(case, actor=rakel, body="Fråga Ella.")
    text = case.texts.get(kind=TextKind.ADDITION)
    masked(case, sanna, "Ella", text=text)
    text.refresh_from_db()
    assert text.body == "Fråga ████."


def test_the_function_that_owns_a_measure_can_be_masked(case, flow, sanna, karl):
    sent = flow.send(case)
    plan = Plan("Bemanna.", Cause.RESOURCES, "Chefen Ella", clocks.today())
    measure = services.add_measure(sent, actor=karl, concern=sent.concerns.get(), plan=plan)
    masked(sent, sanna, "Ella", field=f"measure:{measure.pk}:owner")
    measure.refresh_from_db()
    kept = MaskedOriginal.objects.get()
    assert (measure.owner, kept.field, kept.body) == ("Chefen ████", f"measure:{measure.pk}:owner", "Chefen Ella")


def test_a_partys_own_reference_can_be_masked(case, flow, sanna, karl):
    sent = flow.send(case)
    concern = sent.concerns.get()
    answer = {"finding": "Fel.", "cause": Cause.OTHER, "no_measure": "Rättat.", "own_reference": "Ellas ärende"}
    services.answer(sent, actor=karl, concern=concern, **answer)
    masked(sent, sanna, "Ella", field=f"concern:{concern.pk}:own_reference")
    concern.refresh_from_db()
    assert (concern.own_reference, concern.state) == ("████s ärende", ConcernState.ANSWERED)


def test_where_a_case_was_referred_to_can_be_masked(case, sanna):
    services.refer(case, actor=sanna, reply="Dit.", elsewhere="Ella på skolan")
    assert masked(case, sanna, "Ella", field="referred_to").referred_to == "████ på skolan"


def test_a_row_of_another_case_is_no_field_to_mask(case, file_case, flow, sanna):
    concern = flow.answer(flow.send(file_case())).concerns.get()
    concern.own_reference = "Ella"
    concern.save()
    with pytest.raises(Incomplete, match="Välj vilken text"):
        masked(case, sanna, "Ella", field=f"concern:{concern.pk}:own_reference")


def test_a_phrase_over_two_lines_is_found_as_a_browser_sends_it(file_case, sanna):
    case = masked(file_case(happened="Fråga Ella\nPåhittad."), sanna, "Ella\r\nPåhittad", field="happened")
    assert case.happened == "Fråga ████████."


@pytest.mark.parametrize("phrase", ["", "   ", "ella", "Någon annan"])
def test_a_phrase_that_does_not_stand_there_is_refused(file_case, sanna, phrase):
    with pytest.raises(Incomplete, match="De orden står inte så i texten"):
        masked(file_case(happened="Fråga Ella."), sanna, phrase, field="happened")


@pytest.mark.parametrize("field", ["", "status", "number", "reporter_email", "search"])
def test_what_nobody_writes_about_the_case_in_is_no_field_to_mask(case, sanna, field):
    with pytest.raises(Incomplete, match="Välj vilken text"):
        masked(case, sanna, "LH", field=field)


def test_a_text_of_another_case_is_refused(case, file_case, sanna, rakel):
    other = file_case()
    services.add(other, actor=rakel, body="Fråga Ella.")
    with pytest.raises(MoveNotAllowed, match="hör inte till ärendet"):
        masked(case, sanna, "Ella", text=other.texts.get())


def test_what_is_given_as_field_beside_a_text_is_kept_nowhere(case, sanna, rakel):
    services.add(case, actor=rakel, body="Fråga Ella.")
    masked(case, sanna, "Ella", text=case.texts.get(), field="640823-3234")
    assert case.events.last().data["field"] == MaskedOriginal.objects.get().field == ""


def test_the_event_of_a_mask_holds_nothing_of_the_phrase(file_case, sanna):
    case = masked(file_case(happened="Fråga Ella."), sanna, "Ella", field="happened")
    assert "Ella" not in str(list(case.events.values()))


def test_the_original_is_read_by_a_coordinator_and_that_is_logged(file_case, sanna):
    case = masked(file_case(happened="Fråga Ella."), sanna, "Ella", field="happened")
    assert services.original(case, actor=sanna, masked=case.masked_originals.get()) == "Fråga Ella."
    log = ReadLog.objects.get()
    assert (log.user, log.action, log.role) == (sanna, "ORIGINAL", Role.COORDINATOR)


@pytest.mark.parametrize("name", ["rakel", "karl", "bea", "berit", "adam", "olle"])
def test_nobody_else_reads_the_original(file_case, flow, sanna, name, request):
    case = masked(flow.send(file_case(happened="Fråga Ella.")), sanna, "Ella", field="happened")
    with pytest.raises(MoveNotAllowed, match="Bara samordnaren"):
        services.original(case, actor=request.getfixturevalue(name), masked=case.masked_originals.get())
    assert not ReadLog.objects.exists()


def test_an_original_is_not_read_through_another_case(file_case, sanna):
    case = masked(file_case(happened="Fråga Ella."), sanna, "Ella", field="happened")
    with pytest.raises(MoveNotAllowed):
        services.original(file_case(), actor=sanna, masked=case.masked_originals.get())


def test_a_masked_answer_stays_masked_when_it_is_shared(case, flow, sanna):
    answered = flow.answer(flow.send(case))
    text = answered.texts.get(kind=TextKind.ANSWER)
    masked(answered, sanna, "bemanning", text=text)
    services.share(answered, actor=sanna, concern=answered.concerns.get())
    assert Text.objects.get(pk=text.pk).body == "Brevlådan saknade ████████."


def test_a_deputy_coordinator_of_another_forbund_masks_nothing_here(case, olle, forbund):
    grant(make_user("Ylva"), forbund, Role.ADMIN)
    with pytest.raises(MoveNotAllowed):
        masked(case, olle, "tre", field="happened")


def test_a_note_is_seen_by_the_kansli_alone(case, sanna):
    services.note(case, actor=sanna, body="Ring chefen.")
    assert case.texts.get().audience == case.events.last().audience == "KANSLI"


@at_start
def test_a_reply_by_phone_is_noted_with_its_source(case, sanna):
    question = services.ask(case, actor=sanna, body="När?")
    services.reply(case, actor=sanna, question=question, body="I går.", on_behalf=BY_PHONE)
    assert case.events.last().data["source"] == "PHONE"
