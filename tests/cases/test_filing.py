"""Filing a report, and the guard on every text that a person can fill in."""

import dataclasses
import datetime as dt
import inspect
import traceback
import uuid
from contextlib import nullcontext

import pytest

from cases import clocks, services
from cases.codes import Cause, Channel, DismissReason, GapType, Helped, Outcome, Party, Role, Source
from cases.errors import DomainError, Incomplete, MoveNotAllowed, PersonalDataFound, ReferenceTaken
from cases.models import Case, Draft, Event, Initiative, Member, NumberSeries, Outbox, Submission, Text, Unit
from cases.querysets import NOBODY, ReceiptHolder
from cases.services import Concerned, Duty, ForCaller, OnBehalf, Plan, Report
from tests.cases.conftest import BY_PHONE, DAY, START
from tests.people import LONG_AGO, grant, make_report, make_user
from tests.sharing import tool

pytestmark = pytest.mark.usefixtures("db")

# From Skatteverket's series of numbers for tests; nobody has it.
NUMBER = "640823-3234"


@tool
def kommun_report(kommun, funktion):
    """Return a function that makes a report about the kommun."""
    return lambda **fields: make_report(Concerned(Party.KOMMUN, kommun), **fields)


def nothing_stored() -> bool:
    return not any(model.objects.exists() for model in (Case, Event, Outbox, Text, Submission))


# ---- the reporter's own reference ----


def test_the_same_reporter_files_once_with_a_reference_and_is_told_which_case_it_is(file_case):
    first = file_case(reporter_reference="AVV-7")
    with pytest.raises(ReferenceTaken, match=first.number) as refused:
        file_case(reporter_reference=" AVV-7 ")
    assert (refused.value.code, refused.value.case) == ("reference_taken", first)
    assert NumberSeries.objects.get().last == Case.objects.count() == 1


def test_the_same_form_sent_twice_is_no_second_report_with_the_reference(forbund, kommun_report, rakel):
    report = kommun_report(reporter_reference="AVV-7")
    first, second = (services.file(forbund, report, actor=rakel, key="k") for _ in range(2))
    assert first.case == second.case


def test_two_reporters_may_use_the_same_reference(file_case, rakel, karl):
    assert len({file_case(actor, reporter_reference="AVV-7").pk for actor in (rakel, karl, NOBODY, NOBODY)}) == 4


def test_reports_without_a_reference_are_as_many_as_they_are(file_case):
    assert file_case() != file_case()


def test_a_callers_report_is_not_the_reference_of_who_writes_it_down(forbund, kommun_report, sanna):
    caller, report = ForCaller(Channel.PHONE, clocks.today()), kommun_report(reporter_reference="AVV-7")
    filed = [services.file(forbund, report, actor=sanna, for_caller=caller).case for _ in range(2)]
    assert len({case.pk for case in filed}) == 2


def test_a_case_that_is_referred_keeps_the_reference_for_the_same_reporter(file_case, annat_forbund, sanna):
    first = file_case(reporter_reference="AVV-7")
    new = services.refer(first, actor=sanna, reply="Dit.", to=annat_forbund)
    assert (new.reporter, new.reporter_reference) == (first.reporter, "AVV-7")
    with pytest.raises(ReferenceTaken, match=first.number):
        file_case(reporter_reference="AVV-7")


def test_two_references_may_look_alike_under_a_mask(file_case, sanna):
    cases = [file_case(reporter_reference=f"AVV {name}") for name in ("Ella", "Olle")]
    for case, name in zip(cases, ("Ella", "Olle"), strict=True):
        services.mask(case, actor=sanna, phrase=name, reason="Ett namn.", field="reporter_reference")
    assert list(Case.objects.values_list("reporter_reference", flat=True)) == ["AVV ████"] * 2


# ---- numbers and clocks ----


def test_numbers_follow_each_other(file_case):
    assert [file_case().number[-4:] for _ in range(3)] == ["0001", "0002", "0003"]


def test_each_forbund_has_its_own_series(case, annat_forbund, rakel):
    other = services.file(annat_forbund, make_report(Concerned(Party.OTHER)), actor=rakel).case
    assert other.number == f"LH-ANN-{other.filed_at.year}-0001"


def test_each_year_begins_at_one(file_case):
    with clocks.at(dt.datetime(2025, 12, 30, 12, tzinfo=dt.UTC)):
        assert file_case().number == "LH-PRO-2025-0001"
    with clocks.at(dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)):
        assert file_case().number == "LH-PRO-2026-0001"


def test_the_year_is_the_one_it_is_in_sweden(file_case):
    with clocks.at(dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC)):
        assert file_case().number == "LH-PRO-2026-0001"


def test_a_number_beyond_four_digits_is_written_out(forbund, file_case):
    NumberSeries.objects.create(association=forbund, year=clocks.today().year, last=9999)
    assert file_case().number.endswith("-10000")


def test_a_refused_report_takes_no_number(forbund, kommun_report, rakel, file_case):
    with pytest.raises(Incomplete):
        services.file(forbund, kommun_report(heading=" "), actor=rakel)
    assert file_case().number.endswith("-0001")


def test_triage_is_due_after_the_forbunds_days(file_case):
    with clocks.at(START):
        filed = file_case()
    assert filed.triage_due == filed.handle_by == filed.next_due == START.date() + 5 * DAY


def test_the_first_party_is_the_primary_one_and_a_double_counts_once(forbund, kommun, fk, rakel):
    report = make_report(
        Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk), Concerned(Party.KOMMUN, kommun)
    )
    concerns = services.file(forbund, report, actor=rakel).case.concerns
    assert list(concerns.values_list("party", "is_primary")) == [("KOMMUN", True), ("FORSAKRINGSKASSAN", False)]


def test_a_type_that_the_reporter_does_not_know_is_left_open(file_case):
    concern = file_case(gap_type=None).concerns.get()
    assert (concern.type_reported, concern.type_set) == ("", "")


# ---- what is missing or wrong ----


@pytest.mark.parametrize("field", ["heading", "happened"])
@pytest.mark.parametrize("empty", ["", "  \n\t ", "\x00\x07", "\u202e"])
def test_a_report_without_heading_or_story_is_incomplete(forbund, kommun_report, rakel, field, empty):
    with pytest.raises(Incomplete) as refused:
        services.file(forbund, kommun_report(**{field: empty}), actor=rakel)
    assert refused.value.fields.keys() == {field}
    assert nothing_stored()


def test_a_report_about_nobody_is_incomplete(forbund, rakel):
    with pytest.raises(Incomplete, match="Välj vem det gäller"):
        services.file(forbund, make_report(), actor=rakel)


def test_all_that_is_missing_is_said_at_once(forbund, rakel):
    with pytest.raises(Incomplete) as refused:
        services.file(forbund, make_report(heading="", happened=""), actor=rakel)
    assert refused.value.fields.keys() == {"heading", "happened", "concerned"}


def elsewhere(annat_forbund) -> Member:
    return Member.objects.create(association=annat_forbund, party=Party.KOMMUN, name="Annan kommun", from_on=LONG_AGO)


def test_another_forbunds_member_is_refused(forbund, annat_forbund, rakel):
    with pytest.raises(Incomplete, match="en medlem i förbundet"):
        services.file(forbund, make_report(Concerned(Party.KOMMUN, elsewhere(annat_forbund))), actor=rakel)


def test_a_member_that_is_not_of_the_party_is_refused(forbund, kommun, rakel):
    with pytest.raises(Incomplete, match="hör inte till den parten"):
        services.file(forbund, make_report(Concerned(Party.REGION, kommun)), actor=rakel)


def test_an_own_organisation_is_of_its_party_and_tells_it(forbund, kommun, kommun_report, rakel):
    with pytest.raises(Incomplete) as refused:
        services.file(forbund, kommun_report(own_party=Party.REGION, own_member=kommun), actor=rakel)
    assert refused.value.fields == {"own_member": "Medlemmen hör inte till den parten."}
    assert services.file(forbund, kommun_report(own_member=kommun), actor=rakel).case.own_party == Party.KOMMUN


def test_a_heading_is_one_line(file_case):
    assert file_case(heading="Ingen\r\n svarar\u2028alls ").heading == "Ingen svarar alls"


def test_a_unit_of_another_member_is_refused(forbund, kommun, fk, rakel):
    unit = Unit.objects.create(member=fk, name="Kontor", from_on=LONG_AGO)
    with pytest.raises(Incomplete, match="hör inte till den valda medlemmen"):
        services.file(forbund, make_report(Concerned(Party.KOMMUN, kommun, unit)), actor=rakel)


def test_another_forbunds_insats_is_refused(forbund, annat_forbund, kommun_report, rakel):
    insats = Initiative.objects.create(association=annat_forbund, name="Annan", from_on=LONG_AGO)
    with pytest.raises(Incomplete, match="en av förbundets insatser"):
        services.file(forbund, kommun_report(initiative=insats), actor=rakel)


def test_another_forbunds_member_is_no_own_organisation(forbund, annat_forbund, kommun_report, rakel):
    with pytest.raises(Incomplete) as refused:
        services.file(forbund, kommun_report(own_member=elsewhere(annat_forbund)), actor=rakel)
    assert refused.value.fields.keys() == {"own_member"}


def test_a_member_that_has_ended_is_refused_from_the_day_after(forbund, kommun, kommun_report, rakel, moved):
    kommun.to_on = clocks.today()
    kommun.save()
    services.file(forbund, kommun_report(), actor=rakel)
    with moved(1), pytest.raises(Incomplete, match="är inte medlem nu"):
        services.file(forbund, kommun_report(), actor=rakel)


@pytest.mark.parametrize("party", [Party.FORBUND, Party.OTHER])
def test_the_forbund_itself_and_others_need_no_member(forbund, rakel, party):
    assert services.file(forbund, make_report(Concerned(party)), actor=rakel).case.concerns.get().party == party


def test_a_text_that_is_too_long_for_its_place_is_refused(forbund, kommun_report, rakel):
    with pytest.raises(Incomplete, match="Högst 160 tecken"):
        services.file(forbund, kommun_report(heading="a" * 161), actor=rakel)


def test_a_text_that_grows_when_it_is_made_uniform_is_refused(forbund, kommun_report, rakel):
    # U+0958 is two characters in NFC: the form has counted half as many.
    with pytest.raises(Incomplete, match="Högst 160 tecken"):
        services.file(forbund, kommun_report(heading="\u0958" * 160), actor=rakel)


# ---- who may file ----


def test_anybody_may_file_where_the_form_is_open(forbund, kommun_report):
    assert services.file(forbund, kommun_report(), actor=NOBODY).case.reporter is None


def test_nobody_without_account_may_file_where_the_form_is_closed(forbund, kommun_report):
    forbund.open_to_all = False
    with pytest.raises(MoveNotAllowed) as refused:
        services.file(forbund, kommun_report(), actor=NOBODY)
    assert refused.value.code == "closed_form"


def test_somebody_of_another_forbund_may_not_file_where_the_form_is_closed(forbund, kommun_report, olle):
    forbund.open_to_all = False
    with pytest.raises(MoveNotAllowed, match="ingen roll i det här förbundet"):
        services.file(forbund, kommun_report(), actor=olle)


@pytest.mark.parametrize("name", ["rakel", "karl", "adam"])
def test_those_who_belong_may_file_where_the_form_is_closed(forbund, kommun_report, name, request):
    forbund.open_to_all = False
    person = request.getfixturevalue(name)
    assert services.file(forbund, kommun_report(), actor=person).case.reporter == person


def test_a_forbund_that_has_ended_takes_no_reports(forbund, kommun_report, rakel):
    forbund.ended_on = clocks.today()
    with pytest.raises(MoveNotAllowed, match="tar inte emot rapporter"):
        services.file(forbund, kommun_report(), actor=rakel)


CALLER = ForCaller(Channel.PHONE, dt.date(2026, 2, 27))


def test_a_callers_report_keeps_who_wrote_it_down_apart_from_the_reporter(forbund, kommun_report, sanna):
    with clocks.at(START):
        filed = services.file(forbund, kommun_report(), actor=sanna, for_caller=CALLER)
    case = filed.case
    assert (case.reporter, case.filed_by, case.channel, case.received_on) == (
        None,
        sanna,
        Channel.PHONE,
        dt.date(2026, 2, 27),
    )
    assert filed.receipt_code
    assert case.events.get().actor_role == Role.COORDINATOR


def test_a_callers_report_did_not_come_in_tomorrow(forbund, kommun_report, sanna):
    with clocks.at(START), pytest.raises(Incomplete) as refused:
        services.file(forbund, kommun_report(), actor=sanna, for_caller=ForCaller(Channel.PHONE, START.date() + DAY))
    assert refused.value.fields.keys() == {"received_on"}


@pytest.mark.parametrize("name", ["rakel", "karl", "adam", "olle"])
def test_only_the_coordinator_files_for_a_caller(forbund, kommun_report, name, request):
    with pytest.raises(MoveNotAllowed, match="Bara samordnaren"):
        services.file(forbund, kommun_report(), actor=request.getfixturevalue(name), for_caller=CALLER)


# ---- the receipt code ----


def test_a_report_with_an_account_has_no_code(forbund, kommun_report, rakel):
    filed = services.file(forbund, kommun_report(), actor=rakel)
    assert (filed.receipt_code, filed.case.receipt_hash) == ("", "")


def test_a_code_is_four_groups_without_letters_that_look_like_digits(by_code):
    groups = by_code.receipt_code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert not set("OILU") & set(by_code.receipt_code)


def test_of_the_code_only_a_hash_is_stored(by_code):
    plain = by_code.receipt_code.replace("-", "")
    stored = (
        str(list(Case.objects.values())) + str(list(Event.objects.values())) + str(list(Submission.objects.values()))
    )
    assert plain not in stored.replace("-", "")
    assert by_code.case.receipt_hash == services.receipt_hash(by_code.receipt_code)


def test_the_code_is_not_in_what_a_log_would_print(by_code):
    assert by_code.receipt_code not in repr(by_code)


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code}\n",
        lambda code: code.replace("0", "O"),
        lambda code: code.replace("0", "o"),
        lambda code: code.replace("1", "I"),
        lambda code: code.replace("1", "l"),
        lambda code: code.replace("-", "–"),
    ],
)
def test_a_code_is_known_however_it_is_typed(typed):
    code = "0A1B-10ZK-W3RT-110X"
    assert services.receipt_hash(typed(code)) == services.receipt_hash(code)


def test_a_code_with_one_other_character_is_another_code(by_code):
    other = by_code.receipt_code[:-1] + ("A" if by_code.receipt_code[-1] != "A" else "B")
    assert services.receipt_hash(other) != by_code.case.receipt_hash


def test_two_reports_have_different_codes(forbund, kommun_report):
    codes = {services.file(forbund, kommun_report(), actor=NOBODY).receipt_code for _ in range(3)}
    assert len(codes) == 3


def test_the_same_form_sent_twice_is_one_case_with_one_code(forbund, kommun_report):
    first, second = (services.file(forbund, kommun_report(), actor=NOBODY, key="k") for _ in range(2))
    assert (first.case, first.receipt_code) == (second.case, second.receipt_code)
    assert Case.objects.count() == Event.objects.count() == Outbox.objects.count() == 1


def test_the_same_key_from_two_people_is_two_cases(forbund, kommun_report, rakel, karl):
    cases = {services.file(forbund, kommun_report(), actor=actor, key="k").case for actor in (rakel, karl, NOBODY)}
    assert len(cases) == 3


def test_a_code_depends_on_the_secret_key(forbund, kommun_report, settings):
    first = services.file(forbund, kommun_report(), actor=NOBODY, key="k").receipt_code
    Submission.objects.all().delete()
    settings.SECRET_KEY = "another-secret-for-this-test"
    assert services.file(forbund, kommun_report(), actor=NOBODY, key="k").receipt_code != first


def test_filing_throws_the_draft_away(forbund, kommun_report, rakel):
    draft = services.save_draft(forbund, author=rakel, key=uuid.uuid4(), fields={"heading": "Utkast"})
    services.file(forbund, kommun_report(), actor=rakel, draft=draft)
    assert not Draft.objects.exists()


def test_filing_leaves_somebody_elses_draft_alone(forbund, kommun_report, rakel, karl):
    draft = services.save_draft(forbund, author=karl, key=uuid.uuid4(), fields={"heading": "Utkast"})
    services.file(forbund, kommun_report(), actor=rakel, draft=draft)
    assert Draft.objects.filter(author=karl).exists()


def test_a_refused_report_keeps_the_draft(forbund, kommun_report, rakel):
    draft = services.save_draft(forbund, author=rakel, key=uuid.uuid4(), fields={"heading": "Utkast"})
    with pytest.raises(Incomplete):
        services.file(forbund, kommun_report(heading=""), actor=rakel, draft=draft)
    assert Draft.objects.filter(pk=draft.pk).exists()


# ---- odd text ----


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c", "abc"),
        ("  mellanslag\n\n", "mellanslag"),
        ("e\u0301", "é"),
        ("😀👩‍👩‍👧 ok", "😀👩‍👩‍👧 ok"),
        ("שלום", "שלום"),
        ("a\u202eb", "ab"),
        ("x" * 10_000, "x" * 10_000),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE cases_case; --", "'; DROP TABLE cases_case; --"),
        ("\ud800a", "a"),
    ],
)
def test_odd_text_is_kept_as_it_can_be_read(file_case, typed, kept):
    assert Case.objects.get(pk=file_case(happened=typed).pk).happened == kept


# ---- the guard: every text that a service takes ----


def call(world, name: str, text: str, field: str):
    """Call a service with the text in one of its parameters and all else in order."""
    people, cases = world.people, world.cases
    sanna, karl, rakel, bea = (people[who] for who in ("sanna", "karl", "rakel", "bea"))
    sent, answered, closed, new = (cases[status] for status in ("WITH_PARTY", "ANSWERED", "CLOSED", "RECEIVED"))
    concern = sent.concerns.get(is_primary=True)
    fine = {field: text}

    def plan(**fields: str) -> Plan:
        return Plan(**{"what": "Bemanna.", "owner": "Chefen", "cause": Cause.OTHER, "due_on": START.date(), **fields})

    def duty(**fields: str) -> Duty:
        return Duty(**{"who": "Chefen", "what": "Bemanna.", "due_on": START.date(), **fields})

    def answer(**fields):
        told = {"finding": "Fel nummer.", "cause": Cause.OTHER, "no_measure": "Klart.", **fields}
        return services.answer(sent, actor=karl, concern=concern, **told)

    def close(**fields):
        told = {"reply": "Klart.", "no_measure": "Rättat.", **fields}
        return services.close(answered, actor=sanna, outcome=Outcome.RESOLVED, cause=Cause.OTHER, **told)

    calls = {
        "file": lambda: services.file(
            world.forbund, make_report(Concerned(Party.KOMMUN, world.kommun), **fine), actor=rakel
        ),
        "add": lambda: services.add(sent, actor=rakel, **fine),
        "ask": lambda: services.ask(new, actor=sanna, **fine),
        "reply": lambda: services.reply(sent, actor=rakel, question=sent.questions.get(), **fine),
        "mask": lambda: services.mask(new, actor=sanna, phrase="tre", field="happened", **fine),
        "note": lambda: services.note(new, actor=sanna, **fine),
        "withdraw_concern": lambda: services.withdraw_concern(sent, actor=sanna, concern=concern, **fine),
        "return_": lambda: services.return_(sent, actor=karl, concern=concern, **fine),
        "answer": lambda: answer(**fine),
        "answer with a plan": lambda: answer(no_measure="", plans=[plan(), plan(**fine)]),
        "mark_unanswered": lambda: services.mark_unanswered(sent, actor=sanna, concern=concern, **fine),
        "add_measure": lambda: services.add_measure(sent, actor=karl, concern=concern, plan=plan(**fine)),
        "finish_measure": lambda: services.finish_measure(sent, actor=karl, measure=sent.measures.get(), **fine),
        "drop_measure": lambda: services.drop_measure(sent, actor=karl, measure=sent.measures.get(), **fine),
        "lift": lambda: services.lift(new, actor=sanna, held_on=START.date() + 60 * DAY, **fine),
        "recommend": lambda: services.recommend(new, actor=bea, item=new.agenda_items.get(), **fine),
        "recommend with a duty": lambda: services.recommend(
            new, actor=bea, item=new.agenda_items.get(), body="Gör så.", duties=[duty(), duty(**fine)]
        ),
        "join": lambda: services.join(new, actor=sanna, **fine),
        "close": lambda: close(**fine),
        "dismiss": lambda: services.dismiss(new, actor=sanna, reason=DismissReason.OTHER, **fine),
        "refer": lambda: services.refer(new, actor=sanna, **{"reply": "Dit.", "elsewhere": "Skolan", **fine}),
        "reopen": lambda: services.reopen(closed, actor=rakel, **fine),
        "feedback": lambda: services.feedback(closed, actor=rakel, helped=Helped.NO, **fine),
        "effect": lambda: services.effect(closed, actor=rakel, came_back=Helped.NO, **fine),
        "save_draft": lambda: services.save_draft(world.forbund, author=rakel, key=uuid.uuid4(), fields=fine),
    }  # fmt: skip
    return calls[name]()


# Every parameter, of a service or of what is handed to one, that carries what a person wrote.
TEXTS = {
    *(("file", name) for name in (*Case.TEXT_FIELDS, "reporter_email", "reporter_reference")),
    ("add", "body"),
    ("ask", "body"),
    ("reply", "body"),
    ("mask", "reason"),
    ("note", "body"),
    ("withdraw_concern", "reason"),
    ("return_", "reason"),
    ("answer", "finding"),
    ("answer", "no_measure"),
    ("answer", "own_reference"),
    ("answer with a plan", "what"),
    ("answer with a plan", "owner"),
    ("mark_unanswered", "reason"),
    ("add_measure", "what"),
    ("add_measure", "owner"),
    ("finish_measure", "how"),
    ("drop_measure", "why"),
    ("lift", "proposal"),
    ("recommend", "body"),
    ("recommend with a duty", "who"),
    ("recommend with a duty", "what"),
    ("join", "new_title"),
    ("close", "reply"),
    ("close", "no_measure"),
    ("dismiss", "reply"),
    ("refer", "reply"),
    ("refer", "elsewhere"),
    ("reopen", "reason"),
    ("feedback", "comment"),
    ("effect", "comment"),
    ("save_draft", "fields"),
}

# Parameters that are strings and no text of a person's, and why.
NO_TEXTS = {
    ("file", "key"): "made by the page; only its hash is stored",
    ("file", "nonce"): "made by the page; only its hash is stored",
    ("dismiss", "duplicate_of"): "the number of a case, or refused; guarded all the same",
    ("mask", "phrase"): "the very words to cover; looked for, and stored nowhere",
    ("mask", "field"): "one of the case's field names, or refused",
    ("receipt_hash", "code"): "only its hash is looked for",
    ("note_bounce", "address"): "looked for among the addresses; stored nowhere",
    ("log_use", "address"): "the pattern of one of our addresses",
}

# Registers, accounts, patterns, meetings and summaries are held by their own tests; these change nothing.
NOT_HERE = {
    "cases.services.registers",
    "cases.services.people",
    "cases.services.patterns",
    "cases.services.agendas",
    "cases.services.packs",
    "cases.services.summaries",
    "cases.services.releases",
    "cases.services.systems",
}
NO_SERVICES = {"guarded", "payload_key", "done_before", "receipt_code_again"}


# Called apart from the service's own parameters.
VIA = {("answer", Plan): "answer with a plan", ("recommend", Duty): "recommend with a duty"}


def text_parameters() -> set[tuple[str, str]]:
    """Look the string parameters up in the services themselves, and in what they take."""
    found = set()
    for name in services.__all__:
        service = getattr(services, name)
        if not inspect.isfunction(service) or service.__module__ in NOT_HERE or name in NO_SERVICES:
            continue
        for parameter in inspect.signature(service).parameters.values():
            kind = str(parameter.annotation)
            if kind == "str" or "str]" in kind:
                found.add((name, parameter.name))
            for handed in (Report, Plan, Duty, Concerned, ForCaller, OnBehalf):
                if handed.__name__ in kind.replace("[", " ").replace("]", " ").split():
                    via = VIA.get((name, handed), name)
                    found |= {(via, field.name) for field in dataclasses.fields(handed) if field.type == "str"}
    return found


def test_every_text_that_a_service_takes_has_a_row():
    assert text_parameters() == TEXTS | NO_TEXTS.keys()


def everything(world) -> list:
    models = (Case, Event, Outbox, Text, Submission, Draft)
    return [*(model.objects.count() for model in models), list(Case.objects.order_by("pk").values())]


@pytest.mark.once
@pytest.mark.parametrize(("service", "field"), sorted(TEXTS))
def test_a_personal_number_in_any_text_stops_the_step(world, service, field):
    before = everything(world)
    days = {"mark_unanswered": 120, "effect": 90}.get(service, 0)
    with clocks.at(START + days * DAY), pytest.raises(PersonalDataFound) as refused:
        call(world, service, f"Gäller {NUMBER}.", field)
    assert everything(world) == before
    assert len(refused.value.findings) == 1


@pytest.mark.once
@pytest.mark.parametrize(("service", "field"), sorted(TEXTS))
def test_the_same_text_without_the_number_goes_through(world, service, field):
    days = {"mark_unanswered": 120, "effect": 90}.get(service, 0)
    with clocks.at(START + days * DAY):
        call(world, service, "Gäller brevlådan.", field)


@pytest.mark.parametrize(("service", "field"), sorted(TEXTS))
def test_a_text_is_cleaned_before_it_is_stored(world, service, field):
    days = {"mark_unanswered": 120, "effect": 90}.get(service, 0)
    before = set(Text.objects.values_list("pk", flat=True))
    with clocks.at(START + days * DAY):
        call(world, service, " Gäl\x00ler\u202e brevlådan.\r\nIgen. ", field)
    stored = str(list(Text.objects.exclude(pk__in=before).values_list("body", flat=True)))
    assert "\\x00" not in stored
    assert "\\r" not in stored


@pytest.mark.parametrize(("service", "field"), sorted(TEXTS - {("save_draft", "fields")}))
def test_a_text_that_does_not_fit_is_refused_beside_its_field(world, service, field):
    before = everything(world)
    days = {"mark_unanswered": 120, "effect": 90}.get(service, 0)
    with clocks.at(START + days * DAY), pytest.raises(Incomplete, match="för lång"):
        call(world, service, "x" * 10_001, field)
    assert everything(world) == before


def test_what_the_guard_found_carries_no_text(world):
    with pytest.raises(PersonalDataFound) as refused:
        call(world, "note", f"Gäller {NUMBER}.", "body")
    error = refused.value
    said = f"{error} {error!r} {error.findings} {error.fields} {error.args} {vars(error)}"
    assert NUMBER not in said
    assert NUMBER[-4:] not in said


def test_the_traceback_of_the_guard_carries_no_text(world):
    with pytest.raises(PersonalDataFound) as refused:
        services.note(world.cases["RECEIVED"], actor=world.people["sanna"], body=NUMBER)
    assert NUMBER not in "".join(traceback.format_exception(refused.value))


def test_the_guard_says_which_field_and_how_many(world):
    with pytest.raises(PersonalDataFound) as refused:
        call(world, "close", f"{NUMBER} och {NUMBER}", "reply")
    assert refused.value.fields.keys() == {"reply"}
    assert "2 personnummer" in refused.value.fields["reply"]


def test_a_number_in_another_field_does_not_let_the_first_through(world):
    with pytest.raises(PersonalDataFound) as refused:
        services.file(
            world.forbund,
            make_report(Concerned(Party.KOMMUN, world.kommun), tried=NUMBER, suggestion=NUMBER),
            actor=world.people["rakel"],
        )
    assert refused.value.findings.keys() == {"tried", "suggestion"}


def test_a_number_is_found_before_anything_that_is_missing_is_said(world):
    with pytest.raises(PersonalDataFound):
        services.close(
            world.cases["ANSWERED"], actor=world.people["sanna"], outcome=Outcome.RESOLVED, cause=Cause.OTHER,
            reply="", no_measure=NUMBER,
        )  # fmt: skip


def test_every_refusal_has_a_code_and_a_sentence(world):
    with pytest.raises(DomainError) as refused:
        call(world, "note", "", "body")
    assert (refused.value.code, refused.value.message) == ("incomplete", "Skriv något i anteckningen.")


# ---- word that reached the kansli ----


def test_word_that_reached_the_kansli_did_not_come_tomorrow(world):
    case = world.cases["WITH_PARTY"]
    late = OnBehalf(Source.EMAIL, START.date() + DAY)
    with pytest.raises(Incomplete) as refused:
        services.acknowledge(case, actor=world.people["sanna"], concern=case.concerns.first(), on_behalf=late)
    assert refused.value.fields.keys() == {"received_on"}


@pytest.mark.parametrize("verb", ["acknowledge", "answer", "return_"])
def test_the_kansli_says_how_a_members_word_came(world, verb):
    case, sanna = world.cases["WITH_PARTY"], world.people["sanna"]
    more = {"answer": {"finding": "a", "no_measure": "b", "cause": Cause.OTHER}, "return_": {"reason": "a"}}
    arguments = {"actor": sanna, "concern": case.concerns.first(), **more.get(verb, {})}
    with pytest.raises(Incomplete) as refused:
        getattr(services, verb)(case, **arguments)
    assert refused.value.fields.keys() == {"source"}
    getattr(services, verb)(case, **arguments, on_behalf=BY_PHONE)
    assert case.events.last().data["source"] == "PHONE"


@pytest.mark.parametrize(("party", "needed"), [(Party.FORBUND, False), (Party.OTHER, True)])
def test_only_for_the_forbund_itself_does_the_kansli_answer_in_its_own_name(file_case, flow, sanna, party, needed):
    case = flow.send(file_case(concerned=[Concerned(party)]))
    with pytest.raises(Incomplete) if needed else nullcontext():
        services.acknowledge(case, actor=sanna, concern=case.concerns.get())


def test_a_contacts_own_word_has_no_source(world):
    case = world.cases["WITH_PARTY"]
    services.acknowledge(case, actor=world.people["karl"], concern=case.concerns.first(), on_behalf=BY_PHONE)
    assert "source" not in case.events.last().data


def test_a_person_may_be_reporter_in_one_forbund_and_coordinate_another(forbund, annat_forbund, kommun_report):
    person = make_user("Bodil")
    grant(person, annat_forbund, Role.COORDINATOR)
    case = services.file(forbund, kommun_report(), actor=person).case
    assert list(Case.objects.visible_to(person)) == [case]


def test_whoever_holds_the_code_follows_the_case(by_code):
    holder = ReceiptHolder(frozenset({by_code.case.pk}))
    services.add(by_code.case, actor=holder, body="Det händer än.")
    assert by_code.case.events.last().actor is None


def test_the_reported_type_is_kept_when_the_kansli_sets_another(case, sanna):
    concern = case.concerns.get()
    services.classify(case, actor=sanna, types={concern.pk: GapType.STRUKTUR})
    concern.refresh_from_db()
    assert (concern.type_reported, concern.type_set) == (GapType.ORGANISATION, GapType.STRUKTUR)
