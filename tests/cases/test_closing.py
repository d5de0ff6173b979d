"""Every way that a case ends, and what comes after."""

import datetime as dt

import pytest

from cases import clocks, services, workflow
from cases.codes import (
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    Helped,
    MeasureState,
    Outcome,
    Party,
    Role,
    Status,
    TextKind,
)
from cases.errors import Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import Case, Member
from cases.querysets import ReceiptHolder, roles_of
from cases.services import Concerned
from tests.cases.conftest import BY_PHONE, DAY, PLAN, START
from tests.people import LONG_AGO
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def later(days: int):
    return clocks.at(START + days * DAY)


@shared
def answered(case, flow):
    return flow.answer(flow.send(case))


def close(case, actor, **fields):
    told = {"outcome": Outcome.RESOLVED, "cause": Cause.RESOURCES, "reply": "Klart nu.", "no_measure": "Rättat."}
    return services.close(case, actor=actor, **{**told, **fields})


def dismiss(case, actor, reason=DismissReason.OTHER, **fields):
    return services.dismiss(case, actor=actor, reason=reason, **{"reply": "Vi gör inget mer.", **fields})


def replies(case) -> list[str]:
    return list(case.texts.filter(kind=TextKind.CLOSING).values_list("body", flat=True))


# ---- closing ----


def test_closing_keeps_outcome_cause_and_the_reply(answered, sanna, flow):
    close(answered, sanna)
    case = flow.again(answered)
    assert (case.status, case.ending, case.ended_at) == (Status.CLOSED, Status.CLOSED, START)
    assert (case.outcome, case.cause, replies(case)) == (Outcome.RESOLVED, Cause.RESOURCES, ["Klart nu."])


@pytest.mark.parametrize("missing", ["reply", "no_measure"])
def test_closing_needs_a_reply_and_a_measure_or_a_reason_for_none(answered, sanna, missing):
    with pytest.raises(Incomplete) as refused:
        close(answered, sanna, **{missing: "  "})
    assert refused.value.fields.keys() == {missing}
    assert replies(answered) == []


@pytest.mark.parametrize(("state", "enough"), [("DONE", True), ("MOVED", True), ("DROPPED", False)])
def test_a_measure_done_or_moved_is_enough_and_a_dropped_one_is_not(answered, flow, sanna, state, enough):
    services.add_measure(answered, actor=sanna, concern=answered.concerns.get(), plan=PLAN)
    measure = answered.measures.get()
    if state == "DONE":
        services.finish_measure(answered, actor=sanna, measure=measure)
    elif state == "MOVED":
        services.join(answered, actor=sanna, new_title="Brevlådor")
        services.move_measure(answered, actor=sanna, measure=measure)
    else:
        services.drop_measure(answered, actor=sanna, measure=measure, why="Nej.")
    if enough:
        close(answered, sanna, no_measure="")
    else:
        with pytest.raises(Incomplete):
            close(answered, sanna, no_measure="")


def test_a_case_with_an_open_measure_is_not_closed(answered, sanna):
    services.add_measure(answered, actor=sanna, concern=answered.concerns.get(), plan=PLAN)
    with pytest.raises(MoveNotAllowed, match="ärendet har en åtgärd på gång"):
        close(answered, sanna)


def test_a_case_may_close_while_its_pattern_stays_open(answered, sanna, flow):
    pattern = services.join(answered, actor=sanna, new_title="Brevlådor")
    close(answered, sanna)
    pattern.refresh_from_db()
    assert (pattern.status, flow.again(answered).pattern) == ("OBSERVED", pattern)


def test_closing_opens_the_answers_to_the_reporter(answered, sanna):
    close(answered, sanna)
    assert answered.concerns.get().shared_at == START


def test_closing_leaves_an_answer_that_was_shared_before_as_it_was(answered, sanna):
    services.share(answered, actor=sanna, concern=answered.concerns.get())
    with later(3):
        close(answered, sanna)
    assert answered.concerns.get().shared_at == START


def test_a_case_whose_answer_never_came_can_be_closed(case, flow, sanna):
    sent = flow.send(case)
    with later(82):
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="Ringt.")
        close(sent, sanna, outcome=Outcome.REMAINS)
    assert flow.again(case).status == Status.CLOSED


# ---- whoever answered for the förbund ----


@shared
def own(file_case, flow, sanna) -> Case:
    """A case about the förbund itself, which Sanna has answered."""
    case = flow.send(file_case(concerned=[Concerned(Party.FORBUND)]))
    services.answer(
        case, actor=sanna, concern=case.concerns.get(), finding="Vår kö.", cause=Cause.STEERING, no_measure="Nej."
    )
    return flow.again(case)


def end(verb: str, case, actor):
    {
        "close": lambda: close(case, actor),
        "dismiss": lambda: dismiss(case, actor),
        "refer": lambda: services.refer(case, actor=actor, reply="Dit.", elsewhere="Skolan"),
    }[verb]()


@pytest.mark.parametrize("verb", ["close", "dismiss", "refer"])
def test_whoever_answered_for_the_forbund_does_not_end_the_case(own, sanna, stina, verb):
    with pytest.raises(MoveNotAllowed, match="En annan samordnare behöver avsluta"):
        end(verb, own, sanna)
    end(verb, own, stina)


@pytest.mark.parametrize("verb", ["close", "dismiss", "refer"])
def test_a_lone_coordinator_needs_the_groups_word_first(own, sanna, bea, verb):
    with pytest.raises(MoveNotAllowed, match="Lyft ärendet till beredningsgruppen"):
        end(verb, own, sanna)
    item = services.lift(own, actor=sanna, held_on=START.date(), proposal="Avsluta?")
    with pytest.raises(MoveNotAllowed):
        end(verb, own, sanna)
    services.recommend(own, actor=bea, item=item, body="Ja.")
    end(verb, own, sanna)


def test_a_recommendation_that_one_wrote_oneself_is_not_the_groups_word(own, sanna):
    item = services.lift(own, actor=sanna, held_on=START.date(), proposal="Avsluta?")
    services.recommend(own, actor=sanna, item=item, body="Ja.")
    with pytest.raises(MoveNotAllowed):
        close(own, sanna)


@pytest.mark.parametrize("change", [{"to_on": START.date() - DAY}, {"from_on": START.date() + DAY}])
def test_a_colleague_whose_role_does_not_hold_today_does_not_count(own, sanna, stina, change):
    stina.grants.update(**change)
    with pytest.raises(MoveNotAllowed, match="ensam samordnare"):
        close(own, sanna)


def test_a_colleague_who_may_not_log_in_does_not_count(own, sanna, stina):
    stina.is_active = False
    stina.save()
    with pytest.raises(MoveNotAllowed, match="ensam samordnare"):
        close(own, sanna)


def test_a_members_answer_that_was_noted_on_its_behalf_may_be_closed_by_the_same(case, flow, sanna):
    sent = flow.send(case)
    answer = {"finding": "Fel.", "cause": Cause.OTHER, "no_measure": "Nej."}
    services.answer(sent, actor=sanna, concern=sent.concerns.get(), on_behalf=BY_PHONE, **answer)
    close(sent, sanna)


# ---- dismissing and withdrawing ----


def test_dismissing_needs_a_reply(case, sanna):
    with pytest.raises(Incomplete) as refused:
        dismiss(case, sanna, reply="")
    assert refused.value.fields.keys() == {"reply"}


def test_the_kansli_cannot_take_a_report_back_for_somebody(case, sanna):
    with pytest.raises(Incomplete, match="Bara rapportören"):
        dismiss(case, sanna, DismissReason.WITHDRAWN)


def test_a_reporter_takes_a_report_back_before_it_is_sent(case, flow, rakel):
    services.withdraw(case, actor=rakel)
    again = flow.again(case)
    assert (again.status, again.dismiss_reason) == (Status.DISMISSED, DismissReason.WITHDRAWN)


def test_a_report_that_was_sent_and_came_back_cannot_be_taken_back(case, flow, rakel, karl):
    sent = flow.send(case)
    services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Inte vår.")
    with pytest.raises(MoveNotAllowed, match="har redan skickats"):
        services.withdraw(sent, actor=rakel)


def test_the_holder_of_the_code_takes_a_report_back(by_code, flow):
    services.withdraw(by_code.case, actor=ReceiptHolder(frozenset({by_code.case.pk})))
    assert flow.again(by_code.case).status == Status.DISMISSED


# ---- duplicates ----


def duplicate(case, original, actor):
    return dismiss(case, actor, DismissReason.DUPLICATE, duplicate_of=original.number, reply="Vi vet redan.")


def test_a_duplicates_reporter_gets_the_originals_reply_when_it_comes(answered, file_case, sanna):
    copy = file_case()
    duplicate(copy, answered, sanna)
    close(answered, sanna)
    assert replies(copy) == ["Vi vet redan.", "Klart nu."]


def test_a_duplicates_reporter_gets_the_reply_that_was_given_before(answered, file_case, sanna):
    close(answered, sanna)
    copy = file_case()
    duplicate(copy, answered, sanna)
    assert replies(copy) == ["Vi vet redan.", "Klart nu."]


@pytest.mark.parametrize("verb", ["dismiss", "refer"])
def test_a_duplicates_reporter_gets_the_reply_however_the_original_ends(case, file_case, sanna, verb):
    copy = file_case()
    duplicate(copy, case, sanna)
    end(verb, case, sanna)
    assert replies(copy) == ["Vi vet redan.", *replies(case)]


def test_a_duplicate_of_a_duplicate_points_to_the_first(answered, file_case, flow, sanna):
    second, third = file_case(), file_case()
    duplicate(second, answered, sanna)
    duplicate(third, second, sanna)
    assert flow.again(third).duplicate_of == answered


def test_the_duplicates_of_what_becomes_a_duplicate_get_the_reply_too(answered, file_case, sanna):
    second, third = file_case(), file_case()
    duplicate(third, second, sanna)
    duplicate(second, answered, sanna)
    close(answered, sanna)
    assert replies(third) == ["Vi vet redan.", "Klart nu."]


def test_the_duplicates_of_what_becomes_a_duplicate_of_a_closed_case_get_its_reply(answered, file_case, sanna):
    close(answered, sanna)
    second, third = file_case(), file_case()
    duplicate(third, second, sanna)
    duplicate(second, answered, sanna)
    assert replies(third) == ["Vi vet redan.", "Klart nu."]


def test_a_duplicate_never_gets_the_originals_text(answered, file_case, sanna, karl):
    copy = file_case(actor=karl)
    duplicate(copy, answered, sanna)
    close(answered, sanna)
    assert roles_of(answered, karl) == {Role.CONTACT}  # as before, by his function
    assert set(copy.texts.values_list("kind", flat=True)) == {TextKind.CLOSING}


def test_a_duplicate_that_was_opened_again_gets_no_reply_of_the_originals(answered, file_case, sanna):
    copy = file_case()
    duplicate(copy, answered, sanna)
    services.reopen(copy, actor=sanna, reason="Det är något annat.")
    close(answered, sanna)
    assert replies(copy) == ["Vi vet redan."]


def test_a_duplicate_counts_as_new_and_points_to_its_original(case, file_case, flow, sanna):
    copy = file_case()
    duplicate(copy, case, sanna)
    again = flow.again(copy)
    assert (again.dismiss_reason, again.duplicate_of, again.number[-4:]) == (DismissReason.DUPLICATE, case, "0002")


def test_a_case_is_no_duplicate_of_itself_however_far_around(case, file_case, sanna):
    second, third = file_case(), file_case()
    duplicate(third, second, sanna)
    duplicate(second, case, sanna)
    for one in (case, second, third):
        with pytest.raises(Incomplete, match="dubblett av sig självt"):
            duplicate(case, one, sanna)


def test_a_duplicate_points_within_the_forbund(case, annat_forbund, rakel, sanna):
    from_elsewhere = services.file(
        annat_forbund, services.Report("a", "b", [Concerned(Party.OTHER)], None), actor=rakel
    ).case
    for wrong in ("", "LH-PRO-2026-9999", from_elsewhere.number):
        with pytest.raises(Incomplete) as refused:
            dismiss(case, sanna, DismissReason.DUPLICATE, duplicate_of=wrong)
        assert refused.value.fields.keys() == {"duplicate_of"}


def test_the_number_of_an_original_needs_the_reason_that_goes_with_it(case, file_case, flow, sanna):
    with pytest.raises(Incomplete) as refused:
        dismiss(case, sanna, DismissReason.OTHER, duplicate_of=file_case().number)
    assert refused.value.fields.keys() == {"duplicate_of"}
    assert flow.again(case).is_open


def test_the_number_of_an_original_is_found_however_it_is_typed(case, file_case, flow, sanna):
    original = file_case()
    dismiss(case, sanna, DismissReason.DUPLICATE, duplicate_of=f" {original.number.lower()} ")
    assert flow.again(case).duplicate_of == original


def test_a_personal_number_is_no_number_of_a_case(case, sanna):
    with pytest.raises(PersonalDataFound) as refused:
        dismiss(case, sanna, DismissReason.DUPLICATE, duplicate_of="640823-3234")
    assert refused.value.findings.keys() == {"duplicate_of"}


def test_when_word_to_a_duplicate_cannot_be_stored_the_original_does_not_close(answered, file_case, sanna, monkeypatch):
    duplicate(file_case(), answered, sanna)

    def fails(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cases.services.closing._tell_duplicates", fails)
    with pytest.raises(RuntimeError):
        close(answered, sanna)
    assert Case.objects.get(pk=answered.pk).status == Status.ANSWERED


# ---- referring ----


def refer(case, actor, **fields):
    return services.refer(case, actor=actor, reply="Ett annat förbund tar över.", **fields)


def test_referring_makes_a_case_of_its_own_there(case, flow, sanna, annat_forbund):
    new = refer(case, sanna, to=annat_forbund)
    assert (new.number, new.association, new.channel) == ("LH-ANN-2026-0001", annat_forbund, Channel.REFERRAL)
    assert (new.status, new.referral_of, new.triage_due) == (Status.RECEIVED, case, START.date() + 5 * DAY)
    assert flow.again(case).status == Status.REFERRED


def test_the_two_forbund_do_not_see_each_others_case(case, sanna, olle, rakel, annat_forbund):
    new = refer(case, sanna, to=annat_forbund)
    assert list(Case.objects.visible_to(sanna)) == [case]
    assert list(Case.objects.visible_to(olle)) == [new]
    assert set(Case.objects.visible_to(rakel)) == {case, new}


def test_the_report_goes_along_word_for_word_and_what_was_done_stays(file_case, sanna, annat_forbund):
    case = file_case(consequence="Följd", tried="Prövat", suggestion="Förslag", agreement="Rutin 1", occurred="I mars")
    services.note(case, actor=sanna, body="Ring chefen.")
    new = refer(case, sanna, to=annat_forbund)
    assert all(getattr(new, name) == getattr(case, name) for name in Case.TEXT_FIELDS)
    assert not new.texts.exists()
    assert list(new.events.values_list("verb", flat=True)) == ["file"]


def test_what_the_reporter_added_and_replied_goes_along(case, rakel, sanna, annat_forbund):
    services.add(case, actor=rakel, body="Det händer än.")
    question = services.ask(case, actor=sanna, body="När?")
    services.reply(case, actor=rakel, question=question, body="I går.")
    private = services.ask(case, actor=sanna, body="Vem?", part_of_report=False)
    services.reply(case, actor=rakel, question=private, body="Växeln.")
    new = refer(case, sanna, to=annat_forbund)
    assert list(new.texts.values_list("kind", "body")) == [("ADDITION", "Det händer än."), ("ADDITION", "I går.")]


def test_what_is_masked_stays_masked_there(file_case, sanna, annat_forbund, rakel):
    case = file_case(happened="Fråga Ella.")
    services.add(case, actor=rakel, body="Ella vet.")
    services.mask(case, actor=sanna, phrase="Ella", reason="Namn", field="happened")
    services.mask(case, actor=sanna, phrase="Ella", reason="Namn", text=case.texts.get())
    new = refer(case, sanna, to=annat_forbund)
    assert (new.happened, new.texts.get().body) == ("Fråga ████.", "████ vet.")
    assert not new.masked_originals.exists()
    assert not Case.objects.filter(association=annat_forbund, search__stems="ella").exists()


def test_a_party_is_found_again_there_by_what_it_is(file_case, sanna, kommun, fk, annat_forbund):
    there = Member.objects.create(association=annat_forbund, party=Party.FORSAKRINGSKASSAN, name="FK", from_on=LONG_AGO)
    Member.objects.create(association=annat_forbund, party=Party.KOMMUN, name="Annan kommun", from_on=LONG_AGO)
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    new = refer(case, sanna, to=annat_forbund)
    assert list(new.concerns.values_list("party", "member")) == [("KOMMUN", None), ("FORSAKRINGSKASSAN", there.pk)]


def test_the_receipt_code_opens_the_case_there_too(by_code, sanna, annat_forbund):
    new = refer(by_code.case, sanna, to=annat_forbund)
    assert new.receipt_hash == services.receipt_hash(by_code.receipt_code)


def test_referring_elsewhere_makes_no_case_here(case, flow, sanna):
    assert refer(case, sanna, elsewhere="Skolinspektionen") is None
    assert flow.again(case).referred_to == "Skolinspektionen"
    assert Case.objects.count() == 1


def test_referring_needs_somewhere_to_go(case, sanna):
    with pytest.raises(Incomplete, match="Välj ett förbund, eller skriv vart"):
        refer(case, sanna)


def test_a_case_is_not_referred_to_two_places(case, sanna, annat_forbund):
    with pytest.raises(Incomplete, match="inte båda"):
        refer(case, sanna, to=annat_forbund, elsewhere="Skolinspektionen")


@pytest.mark.parametrize("ended", [False, True])
def test_a_case_is_not_referred_to_itself_or_to_what_has_ended(case, sanna, forbund, annat_forbund, ended):
    annat_forbund.ended_on = START.date() if ended else None
    with pytest.raises(MoveNotAllowed, match="ett annat förbund som fortfarande finns"):
        refer(case, sanna, to=annat_forbund if ended else forbund)
    assert Case.objects.count() == 1


# ---- opening again ----


def test_opening_again_leads_to_answered_and_forgets_the_ending(answered, flow, sanna, rakel):
    close(answered, sanna)
    services.feedback(answered, actor=rakel, helped=Helped.NO)
    services.reopen(answered, actor=rakel, reason="Det hände igen.")
    case = flow.again(answered)
    assert (case.status, case.ending, case.ended_at, case.outcome, case.cause, case.helped) == (
        Status.ANSWERED,
        "",
        None,
        "",
        "",
        "",
    )


def test_from_there_it_is_sent_on(answered, flow, sanna, funktion):
    close(answered, sanna)
    services.reopen(answered, actor=sanna, reason="Det hände igen.")
    services.send(answered, actor=sanna, concerns={answered.concerns.get().pk: funktion})
    assert flow.again(answered).status == Status.WITH_PARTY


def test_what_was_opened_again_is_handled_within_the_days_of_triage(answered, flow, sanna, rakel):
    close(answered, sanna)
    with later(20):
        services.reopen(answered, actor=rakel, reason="Det hände igen.")
    case = flow.again(answered)
    assert (case.status, case.reopened, case.next_due) == (Status.ANSWERED, True, START.date() + 25 * DAY)
    with later(26):
        assert case.is_late


def test_what_was_opened_again_no_longer_waits_once_it_is_sent_on(answered, flow, sanna, funktion, karl):
    close(answered, sanna)
    services.reopen(answered, actor=sanna, reason="Det hände igen.")
    services.send(answered, actor=sanna, concerns={answered.concerns.get().pk: funktion})
    case = flow.answer(answered)
    assert (case.status, case.reopened, case.next_due) == (Status.ANSWERED, False, None)


def test_what_was_opened_again_no_longer_waits_once_it_is_closed(answered, flow, sanna):
    close(answered, sanna)
    services.reopen(answered, actor=sanna, reason="Det hände igen.")
    close(answered, sanna)
    case = flow.again(answered)
    assert (case.reopened, case.next_due) == (False, None)


def test_opening_again_needs_a_reason(answered, sanna):
    close(answered, sanna)
    with pytest.raises(Incomplete) as refused:
        services.reopen(answered, actor=sanna, reason="")
    assert refused.value.fields.keys() == {"reason"}


def test_a_reporter_opens_again_on_the_thirtieth_day_and_not_on_the_next(answered, sanna, rakel):
    close(answered, sanna)
    with later(31), pytest.raises(MoveNotAllowed, match="Det har gått mer än 30 dagar"):
        services.reopen(answered, actor=rakel, reason="Det hände igen.")
    with later(30):
        services.reopen(answered, actor=rakel, reason="Det hände igen.")


def test_the_thirtieth_day_lasts_until_midnight_in_sweden(answered, sanna, rakel):
    close(answered, sanna)
    # 2026-04-01 has summer time: midnight is at 22 UTC.
    midnight = dt.datetime(2026, 4, 1, 22, tzinfo=dt.UTC)
    with clocks.at(midnight), pytest.raises(MoveNotAllowed):
        services.reopen(answered, actor=rakel, reason="Det hände igen.")
    with clocks.at(midnight - dt.timedelta(seconds=1)):
        services.reopen(answered, actor=rakel, reason="Det hände igen.")


def test_the_days_are_the_forbunds_own(forbund, answered, sanna, rakel):
    forbund.reopen_days = 5
    forbund.save()
    close(answered, sanna)
    with later(6), pytest.raises(MoveNotAllowed, match="mer än 5 dagar"):
        services.reopen(answered, actor=rakel, reason="Det hände igen.")


def test_the_coordinator_opens_again_at_any_time(answered, flow, sanna):
    close(answered, sanna)
    with later(900):
        services.reopen(answered, actor=sanna, reason="Det kom tillbaka.")
    assert flow.again(answered).is_open


def test_the_days_run_to_the_last_closing(answered, flow, sanna):
    close(answered, sanna)
    with later(10):
        services.reopen(answered, actor=sanna, reason="Det kom tillbaka.")
    with later(20):
        close(answered, sanna)
    assert flow.again(answered).ended_at == START + 20 * DAY


def test_a_referred_case_is_not_opened_again(case, sanna):
    refer(case, sanna, elsewhere="Skolan")
    with pytest.raises(MoveNotAllowed):
        services.reopen(case, actor=sanna, reason="Ändå vårt.")


# ---- afterwards ----


def test_the_last_word_on_whether_it_helped_counts(answered, flow, sanna, rakel):
    close(answered, sanna)
    for helped in (Helped.NO, Helped.YES):
        services.feedback(answered, actor=rakel, helped=helped)
    assert (flow.again(answered).helped, answered.feedback.count()) == (Helped.YES, 2)


@pytest.mark.parametrize("name", ["rakel", "karl"])
def test_reporter_and_member_are_asked_after_three_months_and_not_before(answered, sanna, name, request):
    person = request.getfixturevalue(name)
    close(answered, sanna)
    with later(89), pytest.raises(MoveNotAllowed, match="90 dagar efter"):
        services.effect(answered, actor=person, came_back=Helped.NO)
    with later(90):
        services.effect(answered, actor=person, came_back=Helped.NO)


def test_a_members_word_is_kept_by_its_own_concern(answered, sanna, karl):
    close(answered, sanna)
    with later(90):
        services.effect(answered, actor=karl, came_back=Helped.YES, comment="Det kom tillbaka.")
    assert answered.feedback.get().concern == answered.concerns.get()


def test_a_members_word_is_not_kept_by_a_concern_that_was_struck(file_case, flow, sanna, karl, kommun, enhet):
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.KOMMUN, kommun, enhet)])
    struck, kept = flow.send(case).concerns.all()
    services.withdraw_concern(case, actor=sanna, concern=struck, reason="Fel enhet.")
    closed = flow.close(flow.answer(case))
    with later(90):
        services.effect(closed, actor=karl, came_back=Helped.NO)
    assert closed.feedback.get().concern == kept


def test_a_closed_concern_stays_answered(answered, sanna):
    close(answered, sanna)
    assert answered.concerns.get().state == ConcernState.ANSWERED


def test_moving_the_measure_to_the_pattern_makes_the_case_closable(answered, sanna):
    services.add_measure(answered, actor=sanna, concern=answered.concerns.get(), plan=PLAN)
    pattern = services.join(answered, actor=sanna, new_title="Brevlådor")
    services.move_measure(answered, actor=sanna, measure=answered.measures.get())
    close(answered, sanna, no_measure="")
    assert pattern.measures.get().state == MeasureState.MOVED


def test_dismissing_an_answered_case_opens_the_answer_to_the_reporter(case, flow, sanna):
    answered = flow.answer(flow.send(case))
    services.dismiss(answered, actor=sanna, reason=DismissReason.OTHER, reply="Se svaret.")
    assert answered.concerns.get().shared_at


@pytest.mark.parametrize("verb", ["dismiss", "refer"])
def test_a_case_with_an_open_measure_cannot_end_another_way(case, flow, sanna, karl, fk, verb):
    sent = flow.send(case)
    services.answer(
        sent, actor=karl, concern=sent.concerns.get(), finding="Vi ordnar det.", cause=Cause.ROUTINES, plans=[PLAN]
    )
    services.add_concern(sent, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    with pytest.raises(MoveNotAllowed, match="En åtgärd pågår"):
        workflow.check(flow.again(case), verb, sanna)
