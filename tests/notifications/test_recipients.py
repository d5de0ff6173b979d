"""Who is told of what."""

from cases import clocks, services, timeline, workflow
from cases.codes import Cause, DismissReason, Party, Source
from cases.models import Absence, Event
from cases.querysets import ReceiptHolder
from cases.services import Concerned
from notifications.models import Kind
from notifications.recipients import TABLE, told_of
from tests.people import make_function, make_report

# What happens to a case without a move of the table.
IMPOSED = {
    "file", "merge", "member_ended", "original_closed", "remind", "move_clock", "defer", "unlift", "finish_assignment",
}  # fmt: skip


def told(case, verb: str) -> dict[str, str]:
    """Return address and kind of the letters about the latest event of a verb."""
    event = Event.objects.filter(case=case, verb=verb).latest("seq")
    return {recipient.address: kind for recipient, kind in told_of(event)}


def test_the_table_has_a_row_for_every_verb():
    assert set(TABLE) == set(workflow.MOVES) | IMPOSED == set(timeline.SENTENCES)


def test_a_new_case_gives_the_reporter_a_receipt_and_the_kansli_word(case, sanna, stina):
    assert told(case, "file") == {
        "rakel@example.org": Kind.RECEIPT,
        "sanna@example.org": Kind.NEW,
        "stina@example.org": Kind.NEW,
    }


def test_a_coordinator_who_reports_gets_the_receipt_alone(file_case, sanna):
    assert told(file_case(actor=sanna), "file") == {"sanna@example.org": Kind.RECEIPT}


def test_a_reporter_without_account_gets_the_receipt_at_the_address_they_left(forbund, kommun):
    report = make_report(Concerned(Party.KOMMUN, kommun), reporter_email="nagon@example.org")
    case = services.file(forbund, report, actor=ReceiptHolder()).case
    assert told(case, "file") == {"nagon@example.org": Kind.RECEIPT}


def test_a_reporter_who_left_no_address_gets_no_letter(by_code):
    assert told(by_code.case, "file") == {}


def test_a_reporter_whose_account_is_closed_gets_no_letter(case, rakel):
    rakel.is_active = False
    rakel.save()
    assert "rakel@example.org" not in told(case, "file")


def test_a_question_goes_to_the_reporter_and_the_reply_to_the_kansli(case, sanna, rakel):
    question = services.ask(case, actor=sanna, body="När var det?")
    services.reply(case, actor=rakel, question=question, body="I våras.")
    assert told(case, "ask") == {"rakel@example.org": Kind.QUESTION}
    assert told(case, "reply") == {"sanna@example.org": Kind.REPLIED}


def test_the_reply_to_a_functions_question_goes_to_the_function(case, flow, karl, rakel):
    concern = flow.send(case).concerns.get()
    question = services.ask(case, actor=karl, concern=concern, body="Vilken brevlåda?")
    services.reply(case, actor=rakel, question=question, body="Den gemensamma.")
    assert told(case, "ask_as_function") == {"rakel@example.org": Kind.QUESTION}
    assert told(case, "reply") == {"karl@example.org": Kind.REPLIED}


def test_a_sent_case_goes_to_the_people_present(case, flow, kim):
    assert told(flow.send(case), "send") == {"karl@example.org": Kind.SENT}


def test_the_deputy_is_told_while_the_others_are_away(case, flow, karl, kim):
    Absence.objects.create(user=karl, from_on=clocks.today(), to_on=clocks.today())
    assert told(flow.send(case), "send") == {"kim@example.org": Kind.SENT}


def test_the_reporter_counts_as_absent_in_the_function(file_case, flow, karl, kim):
    assert told(flow.send(file_case(actor=karl)), "send") == {"kim@example.org": Kind.SENT}


def test_the_mailbox_is_told_when_its_people_have_left(case, flow, karl):
    flow.send(case)
    karl.is_active = False
    karl.save()
    assert told(case, "send") == {"funktion@example.org": Kind.SENT}


def test_what_stays_with_the_kansli_is_told_to_the_other_coordinators(case, flow, karl, sanna, stina):
    Absence.objects.create(user=karl, from_on=clocks.today())
    assert told(flow.send(case), "send") == {"stina@example.org": Kind.SENT}


def test_word_follows_the_event_and_not_where_the_case_went_next(case, flow, kommun, frida, sanna):
    flow.send(case)
    other = make_function(kommun, "En annan funktion", frida)
    services.send(case, actor=sanna, concerns={case.concerns.get().pk: other})
    first, second = Event.objects.filter(case=case, verb="send").order_by("seq")
    assert [r.address for r, _ in told_of(first)] == ["karl@example.org"]
    assert [r.address for r, _ in told_of(second)] == ["frida@example.org"]


def test_a_returned_and_an_answered_case_are_told_to_the_kansli(file_case, flow, karl, sanna):
    returned, answered = flow.send(file_case()), flow.answer(flow.send(file_case()))
    services.return_(returned, actor=karl, concern=returned.concerns.get(), reason="Hör till en annan enhet.")
    assert told(returned, "return") == {"sanna@example.org": Kind.RETURNED}
    assert told(answered, "answer") == {"sanna@example.org": Kind.ANSWERED}


def test_a_shared_answer_and_the_closing_are_told_to_the_reporter(case, flow, sanna):
    answered = flow.answer(flow.send(case))
    services.share(answered, actor=sanna, concern=answered.concerns.get())
    flow.close(answered)
    assert told(case, "share") == {"rakel@example.org": Kind.SHARED}
    assert told(case, "close") == {"rakel@example.org": Kind.CLOSED}


def test_every_other_ending_is_told_to_the_reporter_too(file_case, flow, sanna, annat_forbund):
    dismissed, referred = file_case(), file_case()
    services.dismiss(dismissed, actor=sanna, reason=DismissReason.NOT_COOPERATION, reply="Det gäller inget samarbete.")
    services.refer(referred, actor=sanna, reply="De tar över.", to=annat_forbund)
    assert told(dismissed, "dismiss") == told(referred, "refer") == {"rakel@example.org": Kind.ENDED}


def test_a_duplicates_reporter_is_told_when_the_original_is_closed(file_case, flow, sanna):
    original, duplicate = file_case(), file_case()
    services.dismiss(
        duplicate,
        actor=sanna,
        reason=DismissReason.DUPLICATE,
        reply="Vi följer det andra.",
        duplicate_of=original.number,
    )
    flow.to_closed(original)
    assert told(duplicate, "original_closed") == {"rakel@example.org": Kind.ENDED}


def test_a_merged_forbunds_case_is_told_of_under_both_numbers(case, forbund, annat_forbund, adam, olle):
    services.merge(forbund, into=annat_forbund, actor=adam)
    new = case.__class__.objects.get(referral_of=case)
    assert told(case, "merge") == {"rakel@example.org": Kind.ENDED}
    assert told(new, "file") == {"rakel@example.org": Kind.RECEIPT, "olle@example.org": Kind.NEW}


def test_a_reopened_case_is_told_to_the_coordinators_of_that_day(case, flow, rakel, sanna, stina, moved):
    services.reopen(flow.to_closed(case), actor=rakel, reason="Det hände igen.")
    stina.grants.update(to_on=clocks.today())
    with moved(2):
        assert told(case, "reopen") == {"sanna@example.org": Kind.REOPENED, "stina@example.org": Kind.REOPENED}


def test_who_acts_is_not_told_of_it(case, flow, sanna, stina, karl):
    flow.send(case)
    services.answer(
        case,
        actor=sanna,
        concern=case.concerns.get(),
        finding="De ringde.",
        cause=Cause.RESOURCES,
        no_measure="Redan rättat.",
        on_behalf=services.OnBehalf(source=Source.PHONE, received_on=clocks.today()),
    )
    assert told(case, "answer") == {"stina@example.org": Kind.ANSWERED}


def test_nobody_is_told_of_a_note(case, sanna):
    services.note(case, actor=sanna, body="Ring på måndag.")
    assert told(case, "note") == {}
