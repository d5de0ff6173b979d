"""A case's story in words: a sentence for each event, who is named to whom, who holds the case."""

import pytest

from cases import clocks, services, timeline
from cases.codes import Channel, GapType, Party, Role, Source, Status
from cases.ladder import LADDERS
from cases.models import Case, Event
from cases.services import Concerned, OnBehalf
from cases.workflow import MOVES
from tests.cases.conftest import DAY, PEOPLE, START, actor_of
from tests.people import make_report

# Events that no step of the table writes: they follow from something else.
IMPOSED = {
    "file", "merge", "member_ended", "original_closed", "remind", "move_clock", "defer", "unlift", "finish_assignment",
}  # fmt: skip


def told(case: Case, actor) -> list[str]:
    return [entry.what for entry in timeline.entries(case, actor)]


def test_every_verb_has_its_sentence_and_no_other_has():
    assert timeline.SENTENCES.keys() == MOVES.keys() | IMPOSED


def test_every_status_says_who_holds_the_case():
    assert timeline.HOLDERS.keys() | {Status.WITH_PARTY} == set(Status)


@pytest.mark.parametrize("status", Status)
def test_every_event_comes_out_in_words_for_everybody_who_may_see_it(world, status):
    case = world.cases[status]
    for name in PEOPLE:
        for entry in timeline.entries(case, actor_of(world, name, case)):
            assert entry.what
            assert entry.who
            assert not {"None", "{", "}"} & set(entry.what.split())


@pytest.mark.parametrize("status", Status)
def test_the_holder_is_a_whole_sentence(world, status):
    case = world.cases[status]
    for role in (Role.COORDINATOR, Role.REPORTER, Role.CONTACT):
        sentence = timeline.holder(case, list(case.concerns.all()), {role})
        assert sentence.endswith(".")
        assert "None" not in sentence


def test_a_reporter_with_an_open_question_is_who_holds_the_case(world):
    case = world.cases[Status.CLARIFYING]
    asked = "Du har fått en fråga. Svara gärna före 16 mars 2026."
    assert timeline.holder(case, [], {Role.REPORTER}) == asked
    assert timeline.holder(case, [], {Role.COORDINATOR}) == "Kansliet väntar på svar från rapportören."


def test_a_stranger_is_told_nothing(world):
    for name in ("stranger", "olle", "berit", "adam", "other_code"):
        case = world.cases[Status.WITH_PARTY]
        assert timeline.entries(case, actor_of(world, name, case)) == []


def test_the_story_is_told_in_the_order_it_happened(world):
    entries = timeline.entries(world.cases[Status.CLOSED], world.people["sanna"])
    assert entries[0].verb == "file"
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def test_the_kansli_reads_names_and_roles_and_others_what_people_are(world):
    case, sanna = world.cases[Status.WITH_PARTY], world.people["sanna"]
    by_name = {e.verb: e.who for e in timeline.entries(case, sanna)}
    assert by_name["ask_as_function"] == f"{world.people['karl'].name}, partskontakt"
    assert by_name["file"] == f"{world.people['rakel'].name}, rapportör"
    for name in ("rakel", "karl", "bea"):
        by_what = {e.verb: e.who for e in timeline.entries(case, world.people[name])}
        assert by_what["ask_as_function"] == "Kommunens samverkansfunktion"
        assert by_what["file"] == "Rapportören"
        assert by_what["send"] == "Kansliet"


def test_a_report_without_account_is_by_the_reporter_to_the_kansli_too(by_code, sanna):
    assert [entry.who for entry in timeline.entries(by_code.case, sanna)] == ["Rapportören"]


def test_what_was_recorded_for_another_says_how_it_came(world):
    case, sanna = world.cases[Status.WITH_PARTY], world.people["sanna"]
    on_behalf = OnBehalf(Source.PHONE, START.date())
    services.acknowledge(case, actor=sanna, concern=case.concerns.get(is_primary=True), on_behalf=on_behalf)
    last = timeline.entries(case, world.people["rakel"])[-1]
    assert last.who == "Kansliet. Beskedet kom via telefon den 2 mars 2026"


def test_a_concern_that_the_kansli_keeps_is_held_by_the_kansli(forbund, rakel, sanna, flow):
    case = services.file(forbund, make_report(Concerned(Party.FORBUND)), actor=rakel).case
    case = flow.send(case)
    sentence = timeline.holder(case, list(case.concerns.all()), {Role.REPORTER})
    due = timeline.in_words(case.concerns.get().answer_due)
    assert sentence == f"Kansliet har ärendet och ska svara senast {due}."


def test_a_function_is_told_of_no_other_holder_than_itself(forbund, kommun, fk, funktion, frida, rakel, sanna):
    both = make_report(Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk))
    case = services.file(forbund, both, actor=rakel).case
    types = dict.fromkeys(case.concerns.values_list("pk", flat=True), GapType.STRUKTUR)
    services.classify(case, actor=sanna, types=types)
    services.send(case, actor=sanna)
    case.refresh_from_db()
    own = [concern for concern in case.concerns.all() if concern.member == kommun]
    assert "Försäkringskassan" not in timeline.holder(case, own, {Role.CONTACT})
    assert timeline.holder(case, [], {Role.CONTACT}) == "Ärendet ligger hos den som ska svara."


def test_a_day_is_written_as_people_say_it():
    assert timeline.in_words("2026-03-05") == timeline.in_words(START.date().replace(day=5)) == "5 mars 2026"


def test_texts_stand_under_their_event_and_say_what_they_are(world):
    case = world.cases[Status.CLOSED]
    [answer] = [e for e in timeline.entries(case, world.people["karl"]) if e.verb == "answer"]
    assert [label for label, _ in answer.labelled] == ["Partens svar", "Varför ingen åtgärd"]
    [question] = [e for e in timeline.entries(case, world.people["rakel"]) if e.verb == "ask"]
    assert [label for label, _ in question.labelled] == [""]


def test_a_case_that_came_from_elsewhere_says_so(case, sanna, annat_forbund, olle):
    new = services.refer(case, actor=sanna, to=annat_forbund, reply="Det hör dit.")
    assert told(new, olle) == ["Rapporten kom in, hänvisad från ett annat förbund"]


def test_a_caller_is_told_by_channel(forbund, kommun, sanna):
    caller = services.ForCaller(Channel.PHONE, clocks.today())
    report = make_report(Concerned(Party.KOMMUN, kommun))
    case = services.file(forbund, report, actor=sanna, for_caller=caller).case
    assert told(case, sanna) == ["Rapporten kom in (telefon)"]


def test_a_sentence_uses_only_what_its_event_holds(world):
    # The story must come out the same whatever has happened to the case since.
    for event in Event.objects.filter(case__in=world.cases.values()).select_related("function", "concern__member"):
        event.case = Case(pk=event.case_id)
        assert timeline.sentence(event)


def test_a_reopened_case_says_when_the_kansli_takes_it_up(case, flow, rakel):
    services.reopen(flow.to_closed(case), actor=rakel, reason="Det hände igen.")
    case.refresh_from_db()
    sentence = timeline.holder(case, list(case.concerns.all()), {Role.REPORTER})
    assert sentence == f"Ärendet är öppnat igen. Kansliet tar upp det senast {timeline.in_words(case.triage_due)}."


# ---- what the clock wrote ----

REMINDERS = {
    ("TRIAGE", "KANSLI", 0): "Påminnelse till kansliet om att ta hand om rapporten senast 1 maj 2026",
    ("TRIAGE", "KANSLI", 3): "Påminnelse till kansliet om rapporten, som skulle ha tagits om hand senast 1 maj 2026",
    ("ACKNOWLEDGE", "FUNCTION", 0): "Påminnelse till Kommunens samverkansfunktion om att bekräfta senast 1 maj 2026",
    ("ACKNOWLEDGE", "DEPUTIES", 7): "Påminnelse till Kommunens samverkansfunktion och ersättarna om bekräftelsen, som "
    "skulle ha kommit senast 1 maj 2026",
    ("ANSWER", "FUNCTION", -7): "Påminnelse till Kommunens samverkansfunktion om att svara senast 1 maj 2026",
    ("ANSWER", "FUNCTION", 28): "Påminnelse till Kommunens samverkansfunktion om svaret, som skulle ha kommit senast "
    "1 maj 2026",
    ("ANSWER", "GROUP", 14): "Provköpings kommun påmindes i beredningsgruppen om svaret, som skulle ha kommit senast "
    "1 maj 2026",
    ("ANSWER", "AGENDA", 21): "Tas upp på beredningsgruppens nästa möte, eftersom svaret från Provköpings kommun "
    "skulle ha kommit senast 1 maj 2026",
    ("MEASURE", "FUNCTION", -7): "Påminnelse till Kommunens samverkansfunktion om en åtgärd som ska vara klar senast "
    "1 maj 2026",
    ("MEASURE", "KANSLI", 14): "Påminnelse till kansliet om en åtgärd som skulle ha varit klar senast 1 maj 2026",
    ("HELPED", "REPORTER", 7): "Rapportören fick frågan igen: hjälpte det?",
    ("EFFECT", "BOTH", 0): "Rapportören och de som svarade fick frågan: kom det tillbaka?",
}


@pytest.mark.parametrize(
    ("reporter", "functions", "who"),
    [(True, [1], "Rapportören och de som svarade"), (True, [], "Rapportören"), (False, [1], "De som svarade")],
)
def test_an_effect_check_says_which_sides_were_asked(reporter, functions, who):
    data = {"clock": "EFFECT", "to": "BOTH", "days": 0, "due": "2026-05-01"}
    event = Event(verb="remind", data=data | {"reporter": reporter, "functions": functions})
    assert timeline.sentence(event) == f"{who} fick frågan: kom det tillbaka?"


def reminded(clock: str, to: str, days: int, **fields: object) -> Event:
    return Event(verb="remind", data={"clock": clock, "to": to, "days": days, "due": "2026-05-01"}, **fields)


@pytest.mark.parametrize("rung", REMINDERS)
def test_a_reminder_says_to_whom_and_about_what(case, funktion, rung):
    event = reminded(*rung, function=funktion, concern=case.concerns.get())
    assert timeline.sentence(event) == REMINDERS[rung]


@pytest.mark.parametrize("clock", LADDERS)
def test_every_rung_comes_out_in_words(case, funktion, clock):
    concern = case.concerns.get()
    for rung in LADDERS[clock]:
        for function in (funktion, None):
            words = timeline.sentence(reminded(clock, rung.to, rung.days, function=function, concern=concern))
            assert words[0].isupper()
            assert not {"None", "{"} & set(words.split())


@pytest.mark.parametrize("to", ["FUNCTION", "DEPUTIES", "GROUP"])
def test_a_reminder_about_what_no_function_has_went_to_the_kansli(case, to):
    words = timeline.sentence(reminded("ANSWER", to, 7, concern=case.concerns.get()))
    assert words == "Påminnelse till kansliet om svaret, som skulle ha kommit senast 1 maj 2026"


def test_an_agenda_that_is_known_is_named(case):
    event = reminded("ANSWER", "AGENDA", 21, concern=case.concerns.get())
    event.data["held_on"] = "2026-06-15"
    assert timeline.sentence(event).startswith("Tas upp på beredningsgruppens möte 15 juni 2026, eftersom ")


def test_moved_days_are_told_from_and_to():
    moved = {"ACKNOWLEDGE": ["2026-03-12", "2026-03-16"], "ANSWER": ["2026-05-01", "2026-05-29"]}
    assert timeline.sentence(Event(verb="move_clock", data={"moved": moved})) == (
        "Dagarna räknades om efter förbundets klockor: dagen för bekräftelse flyttades från 12 mars 2026 till "
        "16 mars 2026 och svarsdagen flyttades från 1 maj 2026 till 29 maj 2026"
    )


def test_what_the_clock_wrote_is_nobodys_doing(sanna, rakel, case):
    with clocks.at(clocks.now() + 5 * DAY):
        services.chase()
        entries = timeline.entries(case, sanna)
    assert [(entry.verb, entry.who) for entry in entries][-1] == ("remind", "Automatiskt")


def test_reminders_stand_in_the_story_of_those_who_may_know_of_them(case, flow, rakel, karl, bea):
    flow.send(case)
    with clocks.at(clocks.now() + 10 * DAY):
        services.chase()
    told = {who.name: [e.verb for e in timeline.entries(case, who) if e.verb == "remind"] for who in (rakel, karl, bea)}
    assert list(told.values()) == [["remind"], ["remind"], []]
