"""The proof on a case's page: who was told, how the letter fared, who opened the case, and what they did."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.urls import reverse

from cases import clocks, services, timeline, workflow
from cases.codes import Helped, Party, ReadAction
from cases.models import Case, FunctionPerson
from cases.querysets import ReceiptHolder
from cases.services import Concerned
from notifications import why
from notifications.delivery import sweep
from notifications.models import Cadence, Channel, Delivery, Kind, State
from notifications.preferences import set_preferences
from notifications.proof import ANSWERED_BY, DID, FATES, MAILBOX, WITHOUT_ACCOUNT, Told, fate, words_about
from tests.pages import browser_of, html_of
from tests.people import LONG_AGO, make_function, make_report
from tests.sharing import shared

pytestmark = pytest.mark.django_db


@shared
def sent(case, flow, stina) -> Case:
    """Rakel's case with Karl, all letters sent."""
    sent = flow.send(case)
    sweep()
    return sent


def told(case: Case, verb: str = "send") -> dict[str, Told]:
    """Return who was told of the first event of a verb, by name."""
    at = case.events.filter(verb=verb).first().at
    return {one.who: one for word in words_about(case) if word.at == at for one in word.told}


def test_each_event_that_told_somebody_is_there_and_the_newest_first(sent, flow, sanna):
    services.note(sent, actor=sanna, body="Ring på måndag.")
    flow.answer(sent)
    sweep()
    whats = [word.what for word in words_about(sent)]
    assert whats == [timeline.sentence(sent.events.get(verb=verb)) for verb in ("answer", "send", "file")]


def test_nothing_told_is_said_in_words(case, sanna):
    assert words_about(case) == []
    assert "Ingen har fått veta något om ärendet än" in page_of(case, sanna)


def test_people_stand_by_name_and_others_by_what_they_are(forbund, kommun, funktion, karl, flow):
    report = make_report(Concerned(Party.KOMMUN, kommun), reporter_email="nagon@example.org")
    case = flow.send(services.file(forbund, report, actor=ReceiptHolder()).case)
    karl.is_active = False
    karl.save()
    sweep()
    assert set(told(case, "file")) == {WITHOUT_ACCOUNT, "Sanna Påhittad"}
    assert MAILBOX in told(case)


# ---- how the letter fared ----


def one(sent: Case, **fields: object) -> Delivery:
    Delivery.objects.filter(event__verb="send", channel=Channel.MAIL).update(**fields)
    return Delivery.objects.get(event__verb="send", channel=Channel.MAIL)


def test_a_letter_that_the_server_took_says_when(sent):
    letter = told(sent)["Karl Påhittad"].letter
    assert (letter.said, letter.at, letter.is_trouble) == ("Mottaget av servern", one(sent).sent_at, False)


@pytest.mark.parametrize(
    ("state", "code", "said", "is_trouble"),
    [
        (State.WAITING, "", "Väntar på att skickas", False),
        (State.CLAIMED, "", "Skickas", False),
        (State.RETRYING, "SMTPDataError 451", "Försöker igen", True),
        (State.FAILED, "SMTPRecipientsRefused 550", "Gick inte", True),
        (State.BOUNCED, "5.1.1", "Kom tillbaka", True),
        (State.SUPPRESSED, "off", "Skickades inte", False),
    ],
)
def test_a_letter_says_how_it_fares_and_why(sent, state, code, said, is_trouble):
    at = clocks.now() if state == State.BOUNCED else None
    letter = fate(one(sent, state=state, why=code, sent_at=at))
    assert (letter.said, letter.why, letter.is_trouble) == (said, why.in_words(code) if code else "", is_trouble)


def test_a_letter_that_is_tried_again_says_when(sent):
    later = clocks.now() + dt.timedelta(hours=1)
    assert fate(one(sent, state=State.RETRYING, sent_at=None, why="x", not_before=later)).at == later


def test_every_state_has_its_words():
    assert set(FATES) == set(State)


def test_a_collected_letter_says_so_and_fares_as_its_digest(case, stina, sanna):
    set_preferences(stina, cadences={Kind.NEW: Cadence.DAILY})
    sweep()
    letter = told(case, "file")["Stina Påhittad"].letter
    digest = Delivery.objects.get(kind=Kind.DIGEST)
    assert (letter.said, letter.at) == ("Väntar på ett samlat brev", digest.not_before)
    Delivery.objects.filter(pk=digest.pk).update(state=State.RETRYING, why="TimeoutError")
    assert told(case, "file")["Stina Påhittad"].letter.why == "e-postservern svarade inte i tid"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("SMTPRecipientsRefused 550", "adressen finns inte"),
        ("5.1.1", "adressen finns inte"),
        ("550", "adressen finns inte"),
        ("5.7.1", "e-postservern avvisar brevet"),
        ("SMTPRecipientsRefused 552", "brevlådan är full"),
        ("4.2.2", "brevlådan är full"),
        ("SMTPRecipientsRefused 451", "e-postservern tar inte emot just nu"),
        ("SMTPDataError 550", "e-postservern tar inte emot brevet"),
        ("SMTPSenderRefused 550", "e-postservern godtar inte avsändaren"),
        ("ConnectionRefusedError", "e-postservern svarar inte"),
        ("overtaken", "läget hann ändras innan brevet gick"),
        ("SMTPServerDisconnected", "e-postservern bröt förbindelsen"),
        ("something_new", "something_new"),
        ("SomethingNew 999", "SomethingNew 999"),
        ("", ""),
    ],
)
def test_a_code_is_said_in_words_and_an_unknown_one_stands(code, said):
    assert why.in_words(code) == said


# ---- opened ----


def test_the_first_opening_after_word_came_counts(sent, karl):
    assert told(sent)["Karl Påhittad"].opened is None
    for minutes in (-500, 5, 9):
        with clocks.at(clocks.now() + dt.timedelta(minutes=minutes)):
            services.log_read(sent, actor=karl, action=ReadAction.OPENED)
    opened = told(sent)["Karl Påhittad"].opened
    assert opened is not None
    assert dt.timedelta(minutes=4) < opened - clocks.now() < dt.timedelta(minutes=6)


def test_an_opening_between_two_words_counts_for_the_first_alone(case, flow, sanna):
    flow.send(case)
    sweep()
    services.log_read(case, actor=sanna, action=ReadAction.OPENED)
    flow.answer(case)
    sweep()
    assert told(case, "file")["Sanna Påhittad"].opened is not None
    assert told(case, "answer")["Sanna Påhittad"].opened is None


@pytest.mark.parametrize("action", [ReadAction.PRINTED, ReadAction.EXPORTED])
def test_what_is_not_opening_does_not_count(sent, karl, action):
    services.log_read(sent, actor=karl, action=action)
    assert told(sent)["Karl Påhittad"].opened is None


def test_a_reporter_without_account_opens_by_the_code(forbund, kommun, funktion, sanna):
    report = make_report(Concerned(Party.KOMMUN, kommun), reporter_email="nagon@example.org")
    case = services.file(forbund, report, actor=ReceiptHolder()).case
    sweep()
    holder = ReceiptHolder(frozenset({case.pk}))
    services.log_read(case, actor=holder, action=ReadAction.OPENED)
    assert told(case, "file")[WITHOUT_ACCOUNT].opened is not None
    assert told(case, "file")["Sanna Påhittad"].opened is None


def test_nobody_is_seen_to_open_a_mailbox(case, flow, karl):
    flow.send(case)
    karl.is_active = False
    karl.save()
    sweep()
    holder = ReceiptHolder(frozenset({case.pk}))
    services.log_read(case, actor=holder, action=ReadAction.OPENED)
    mailbox = told(case)[MAILBOX]
    assert (mailbox.opened, mailbox.shows_opening) == (None, False)


# ---- answered ----


def test_every_step_that_answers_word_is_one_that_can_be_taken():
    verbs = {verb for answers in ANSWERED_BY.values() for verb in answers}
    assert verbs == set(DID)
    assert verbs <= set(workflow.MOVES)


def test_an_answer_is_told_beside_the_word_that_asked_for_it(sent, flow, karl):
    assert (told(sent)["Karl Påhittad"].did, told(sent)["Karl Påhittad"].expects) == ("", True)
    flow.acknowledge(sent)
    flow.answer(sent)
    assert told(sent)["Karl Påhittad"].did == "Bekräftade"
    assert told(sent)["Karl Påhittad"].did_at == sent.events.get(verb="acknowledge").at


def test_an_answer_by_another_in_the_function_names_them(case, flow, karl, funktion, frida):
    FunctionPerson.objects.create(function=funktion, user=frida, from_on=LONG_AGO)
    flow.send(case)
    sweep()
    flow.acknowledge(case)
    assert told(case)["Karl Påhittad"].did == "Bekräftade"
    assert told(case)["Frida Påhittad"].did == "Bekräftade (Karl Påhittad)"


def test_another_functions_answer_is_none(forbund, rakel, kommun, fk, funktion, frida, flow, karl):
    both = make_report(Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk))
    case = flow.send(services.file(forbund, both, actor=rakel).case)
    sweep()
    flow.acknowledge(case)
    assert {one.who: one.did for word in words_about(case) for one in word.told if one.who.startswith(("K", "F"))} == {
        "Karl Påhittad": "Bekräftade",
        "Frida Påhittad": "",
    }


def test_the_answer_of_whoever_got_the_case_next_is_none_of_the_first(case, flow, kommun, frida, sanna):
    flow.send(case)
    sweep()
    services.send(case, actor=sanna, concerns={case.concerns.get().pk: make_function(kommun, "En annan", frida)})
    services.acknowledge(case, actor=frida, concern=case.concerns.get())
    assert told(case)["Karl Påhittad"].did == ""


def test_a_reply_belongs_to_its_own_question(case, flow, sanna, karl, rakel):
    flow.send(case)
    services.ask(case, actor=sanna, body="När var det?")
    mine = services.ask(case, actor=karl, concern=case.concerns.get(), body="Vilken brevlåda?")
    sweep()
    services.reply(case, actor=rakel, question=mine, body="Den gemensamma.")
    assert told(case, "ask_as_function")["Rakel Påhittad"].did == "Svarade"
    assert told(case, "ask")["Rakel Påhittad"].did == ""


def test_each_is_asked_whether_it_came_back_and_each_answers_for_themselves(case, flow, rakel, karl, kim, moved):
    flow.to_closed(case)
    with moved(91):
        services.chase()
        sweep()
        services.effect(case, actor=karl, came_back=Helped.NO)
        asked = told(case, "remind")
    assert {who: one.did for who, one in asked.items()} == {
        "Karl Påhittad": "Sade om det kom tillbaka",
        "Rakel Påhittad": "",
    }


def test_the_kanslis_own_word_is_answered_by_any_of_them(case, flow, stina):
    sweep()
    flow.send(case)
    assert told(case, "file")["Sanna Påhittad"].did == "Klassade"
    assert told(case, "file")["Stina Påhittad"].did == "Klassade (Sanna Påhittad)"


def test_what_was_done_before_the_word_came_is_no_answer(case, flow, sanna, karl, kommun):
    flow.acknowledge(flow.send(case))
    services.return_(case, actor=karl, concern=case.concerns.get(), reason="Hör till en annan enhet.")
    sweep()
    assert told(case, "return")["Sanna Påhittad"].did == ""
    flow.send(case)
    assert told(case, "return")["Sanna Påhittad"].did == "Skickade"


def test_word_that_asks_for_nothing_expects_nothing(sent):
    assert not told(sent, "file")["Rakel Påhittad"].expects


# ---- the page ----


def page_of(case: Case, user) -> str:
    return html_of(browser_of(user).get(reverse("case", args=[case.number])))


def test_the_kansli_sees_the_proof_and_nobody_else(sent, sanna, rakel, karl, bea):
    Case.objects.filter(pk=sent.pk).update(lifted="PREPARATORY")
    assert "Vem har fått veta" in page_of(sent, sanna)
    for user in (rakel, karl, bea):
        assert "Vem har fått veta" not in page_of(sent, user)


def test_the_holder_of_a_code_does_not_see_the_proof(by_code, sanna):
    sweep()
    page = html_of(browser_of(codes=[by_code.case.pk]).get(reverse("followed")))
    assert by_code.case.heading in page
    assert "Vem har fått veta" not in page


def test_the_tag_itself_shows_nothing_to_whoever_does_not_coordinate_the_case(sent, karl, olle, sanna):
    template = Template("{% load proof %}{% proof_of case user %}")
    shown = {user.name: template.render(Context({"case": sent, "user": user})).strip() for user in (karl, olle, sanna)}
    assert shown["Karl Påhittad"] == shown["Olle Påhittad"] == ""
    assert "Vem har fått veta" in shown["Sanna Påhittad"]


def test_a_coordinator_who_has_taken_over_does_not_see_whom_another_kansli_told(case, flow, annat_forbund, adam, olle):
    flow.to_closed(case)
    sweep()
    services.merge(case.association, into=annat_forbund, actor=adam)
    page = page_of(case, olle)
    assert case.heading in page
    assert "Vem har fått veta" not in page


def test_no_address_stands_in_the_proof(forbund, kommun, funktion, sanna, flow):
    report = make_report(Concerned(Party.KOMMUN, kommun), reporter_email="nagon@example.org")
    case = flow.send(services.file(forbund, report, actor=ReceiptHolder()).case)
    sweep()
    template = Template("{% load proof %}{% proof_of case user %}")
    assert "@" not in template.render(Context({"case": case, "user": sanna}))


def test_older_word_is_folded(sent, sanna, karl, rakel, flow):
    for _ in range(3):
        question = services.ask(sent, actor=sanna, body="När var det?")
        services.reply(sent, actor=rakel, question=question, body="I våras.")
    sweep()
    assert "Visa 3 äldre" in page_of(sent, sanna)


def test_the_proof_is_three_questions_to_the_database(sent, flow, sanna, django_assert_num_queries):
    flow.answer(sent)
    sweep()
    with django_assert_num_queries(3):
        words_about(sent)


def test_letters_that_did_not_get_there_are_counted_on_the_fold(sent, sanna):
    one(sent, state=State.FAILED, sent_at=None, why="SMTPRecipientsRefused 550")
    page = page_of(sent, sanna)
    assert "1 brev har inte kommit fram" in page
    assert "Adressen finns inte" in page
