"""Every step × every person through its page: who finds it, what it refuses and where, what it keeps and does."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import clocks, services
from cases.codes import Status
from cases.forms.steps import SLUGS, STEP_FORMS
from cases.models import Case, Concern, Question
from cases.workflow import MOVES
from tests.cases.conftest import BY_PHONE, DAY, PEOPLE, START
from tests.cases.test_moves import DAYS, FROM_STATES, MAY, snapshot, target
from tests.pages import Page, browser_of

pytestmark = pytest.mark.once

# From Skatteverket's series of made-up numbers for tests.
NUMBER = "640823-3234"
R, K, W, P, B, C = (
    Status.RECEIVED, Status.CLARIFYING, Status.WITH_PARTY, Status.IN_PROGRESS, Status.ANSWERED, Status.CLOSED,
)  # fmt: skip

Data = dict[str, Any]


@dataclass(frozen=True)
class Try:
    """How a step is taken through its form: from which status, by whom, with what filled in.

    `required` are the fields that an empty form is refused for, `texts` those that the guard reads. `refused` is a
    status in which the person would take the step if it could be taken.
    """

    status: Status
    by: str
    fill: Callable[[SimpleNamespace, Case, Concern], Data] = lambda w, case, concern: {}
    required: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    refused: Status | None = None


def says(*names: str, **more: Any) -> Callable[..., Data]:
    """Fill text fields with words, and others as given."""
    return lambda w, case, concern: {**dict.fromkeys(names, "Några ord om vad som hände."), **more}


def next_month(days: int = 0) -> str:
    return (START.date() + (60 + days) * DAY).isoformat()


ANSWER = {"gap_type": "STRUKTUR", "cause": "RESOURCES", "own_reference": "AVV 2026-12"}
PLAN_1 = {"what_1": "Bemanna brevlådan.", "cause_1": "RESOURCES", "owner_1": "Enhetschefen", "due_1": next_month()}
TRIES: dict[str, Try] = {
    "komplettera": Try(R, "rakel", says("body"), {"body"}, {"body"}, C),
    "svara-pa-fraga": Try(K, "rakel", says("body"), {"body"}, {"body"}, R),
    "ta-tillbaka": Try(R, "rakel", refused=W),
    "oppna-igen": Try(C, "rakel", says("reason"), {"reason"}, {"reason"}, R),
    "hjalpte-det": Try(C, "rakel", says("comment", helped="PARTLY"), {"helped"}, {"comment"}, B),
    "kom-det-tillbaka": Try(C, "rakel", says("comment", came_back="NO"), {"came_back"}, {"comment"}, B),
    "fraga": Try(R, "sanna", says("body", part_of_report="on"), {"body"}, {"body"}, C),
    "fraga-rapportoren": Try(W, "karl", says("body"), {"body"}, {"body"}, C),
    "maskera": Try(
        R,
        "sanna",
        says("reason", target="field:happened", phrase="tre gånger"),
        {"target", "phrase", "reason"},
        {"reason"},
    ),
    "anteckna": Try(R, "sanna", says("body"), {"body"}, {"body"}),
    "ansvarig": Try(
        R, "sanna", lambda w, *_: {"responsible": str(w.people["stina"].pk)}, {"responsible"}, refused=C
    ),
    "klassa": Try(
        R,
        "sanna",
        lambda w, case, *_: {
            **{f"type_{c.pk}": "RELATION" for c in case.concerns.all()},
            "track": "ANALYSIS",
            "initiative": str(w.insats.pk),
        },
        {"type_0", "type_1"},
        refused=C,
    ),
    "berord-part": Try(
        R,
        "sanna",
        lambda w, *_: {"concerned": f"member:{w.kommun.pk}", "unit": str(w.unit.pk), "gap_type": "STRUKTUR",
                       "primary": "on"},
        {"concerned", "gap_type"},
        refused=C,
    ),
    "stryk-part": Try(R, "sanna", says("reason"), {"reason"}, {"reason"}, C),
    "skicka": Try(
        R,
        "sanna",
        lambda w, case, *_: {
            **{f"go_{c.pk}": "on" for c in case.concerns.all()},
            **{f"to_{c.pk}": str(f.pk) for c, f in zip(case.concerns.all(), (w.function, w.fk_function), strict=True)},
        },
        {"to_0", "to_1"},
        refused=C,
    ),
    "mottaget": Try(W, "karl", refused=B),
    "lamna-tillbaka": Try(W, "karl", says("reason"), {"reason"}, {"reason"}, B),
    "svara": Try(
        W,
        "karl",
        says("finding", "no_measure", **ANSWER, **PLAN_1),
        {"finding", "gap_type", "cause"},
        {"finding", "no_measure", "own_reference", "what_1", "owner_1"},
        B,
    ),
    "dela-svaret": Try(B, "sanna", refused=R),
    "svar-uteblev": Try(W, "sanna", says("reason"), {"reason"}, {"reason"}, B),
    "atgard": Try(
        W, "karl", says(**PLAN_1), {"what_1", "cause_1", "owner_1", "due_1"}, {"what_1", "owner_1"}, C
    ),
    "atgard-klar": Try(P, "karl", lambda w, case, *_: measure(case), {"measure"}, {"how"}, B),
    "avbryt-atgard": Try(P, "karl", lambda w, case, *_: measure(case), {"measure", "how"}, {"how"}, B),
    "flytta-atgard": Try(P, "sanna", lambda w, case, *_: measure(case, how=False), {"measure"}, refused=B),
    "lyft": Try(
        R,
        "sanna",
        says("proposal", body="BOARD", held_on=next_month()),
        {"body", "held_on", "proposal"},
        {"proposal"},
        C,
    ),
    "rekommendera": Try(
        R,
        "bea",
        lambda w, case, *_: {"item": str(case.agenda_items.get().pk), "body": "Ta upp det med ledningen."},
        {"item", "body"},
        {"body"},
    ),
    "systemfel": Try(R, "sanna", says("new_title"), {"pattern"}, {"new_title"}),
    "lamna-systemfel": Try(R, "sanna"),
    "avsluta": Try(
        B,
        "sanna",
        says("reply", "no_measure", outcome="RESOLVED", cause="OTHER"),
        {"outcome", "cause", "no_measure", "reply"},
        {"reply", "no_measure"},
        R,
    ),
    "skriv-av": Try(R, "sanna", says("reply", reason="OTHER"), {"reason", "reply"}, {"reply", "duplicate_of"}, W),
    "hanvisa": Try(R, "sanna", says("reply", "elsewhere"), {"reply"}, {"reply", "elsewhere"}, W),
}  # fmt: skip
# Answered by the button that sends the form.
BY_CLICK = {"helped", "came_back"}
WITH_TEXTS = [(slug, name) for slug, one in TRIES.items() for name in sorted(one.texts)]


def measure(case: Case, *, how: bool = True) -> Data:
    words = {"how": "Det gick bra, och brevlådan är bemannad."} if how else {}
    return {"measure": str(case.measures.filter(state="OPEN").first().pk), **words}


def case_in(world, slug: str, status: Status | None = None) -> Case:
    return Case.objects.get(pk=world.cases[status or TRIES[slug].status].pk)


def concern_for(case: Case, slug: str) -> Concern | None:
    return target(case, SLUGS[slug]) if SLUGS[slug] in FROM_STATES else None


def address(case: Case, slug: str, person: str = "") -> str:
    if "code" in person:
        return reverse("follow_step", args=[slug])
    concern = concern_for(case, slug)
    return reverse(
        "case_concern_step" if concern else "case_step", args=[case.number, slug, *([concern.pk] if concern else [])]
    )


def browser(world, person: str, case: Case):
    if "code" in person:
        return browser_of(codes=[case.pk] if person == "code" else [])
    client = Client()
    client.cookies["session"] = world.sessions[person]
    return client


@pytest.fixture(scope="module", autouse=True)
def _logged_in(_built, django_db_blocker) -> None:
    """Log everybody in once; each test opens a browser of its own with the session."""
    with django_db_blocker.unblock():
        _built.sessions = {name: browser_of(user).session.session_key for name, user in _built.people.items()}


@pytest.fixture
def at_its_time(world) -> Iterator[Callable[[str], Any]]:
    return lambda slug: clocks.at(START + DAYS.get(SLUGS[slug], 0) * DAY)


class Opened:
    """A step's page as somebody has it before them, ready to be sent."""

    def __init__(self, world, at_its_time, slug: str, status: Status | None, by: str) -> None:
        self.slug, self.case, self._at = slug, case_in(world, slug, status), at_its_time
        self.visit, self.url = browser(world, by, self.case), address(self.case, slug)
        self.data = TRIES[slug].fill(world, self.case, concern_for(self.case, slug))
        self.hidden = {"seen": str(self.case.last_seq), "nonce": f"{slug} {by}"}
        if SLUGS[slug] == "reply" and (asked := self.case.questions.filter(answered_at=None).first()):
            self.hidden["question"] = str(asked.pk)

    @cached_property
    def page(self) -> Page:
        """Read the page itself; what stands hidden in it is known beforehand, and one test sees that it is so."""
        with self._at(self.slug):
            return Page(self.visit.get(self.url))

    def send(self, **data: Any) -> Any:
        with self._at(self.slug):
            return self.visit.post(self.url, {**self.hidden, **data})


@pytest.fixture
def opened(world, at_its_time) -> Callable[..., Opened]:
    """Return a function that opens a step's page as the one who takes it."""

    def open_it(slug: str, *, status: Status | None = None, by: str = "") -> Opened:
        return Opened(world, at_its_time, slug, status, by or TRIES[slug].by)

    return open_it


def named(case: Case, name: str) -> str:
    """Put the concern's own number in a field's name: type_0 is the type of the first one."""
    stem, _, index = name.rpartition("_")
    return f"{stem}_{case.concerns.all()[int(index)].pk}" if stem in ("type", "to", "go") else name


# ---- the table ----


def test_every_step_has_a_row():
    assert TRIES.keys() == SLUGS.keys()
    assert set(SLUGS.values()) == set(MOVES) == set(STEP_FORMS)


# ---- who ----


@pytest.mark.parametrize("slug", TRIES)
def test_a_step_has_a_page_only_for_whom_may_take_it(world, at_its_time, slug):
    one, verb = TRIES[slug], SLUGS[slug]
    case = case_in(world, slug)
    got, wanted = {}, {}
    for name in PEOPLE:
        with at_its_time(slug):
            got[name] = browser(world, name, case).get(address(case, slug, name)).status_code
        wanted[name] = 200 if one.status in MAY[verb].get(name, ()) else 302 if name == "other_code" else 404
        if name == "code" and verb in FROM_STATES:
            wanted[name] = 404
    if slug in ("atgard-klar", "avbryt-atgard"):
        wanted["frida"] = 302  # a function of the case, where no measure goes on
    assert got == wanted


@pytest.mark.parametrize("slug", [slug for slug in TRIES if TRIES[slug].refused])
def test_a_step_that_cannot_be_taken_now_leads_back_with_the_reason(world, at_its_time, slug):
    one = TRIES[slug]
    case = case_in(world, slug, one.refused)
    with at_its_time(slug):
        sent_back = browser(world, one.by, case).get(address(case, slug), follow=True)
    assert sent_back.redirect_chain == [(reverse("case", args=[case.number]), 302)]
    [message] = sent_back.context["messages"]
    assert message.level_tag == "warning"
    assert len(str(message)) > 20


@pytest.mark.parametrize("slug", [slug for slug in TRIES if TRIES[slug].refused])
def test_a_step_that_cannot_be_taken_now_changes_nothing_and_keeps_what_was_written(world, opened, slug):
    before, one = snapshot(), TRIES[slug]
    case = case_in(world, slug, one.refused)
    fill = dict.fromkeys(("body", "reason", "finding", "reply", "how", "proposal"), "Det här skrev jag länge på.")
    with clocks.at(START + DAYS.get(SLUGS[slug], 0) * DAY):
        visit = browser(world, one.by, case)
        refused = visit.post(address(case, slug), {**fill, "nonce": "x", "seen": case.last_seq})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()
    assert snapshot() == before
    kept = Page(refused).forms[address(case, slug)]
    assert {name: kept[name] for name in fill if name in kept} == {n: [v] for n, v in fill.items() if n in kept}


# ---- what is filled in ----


@pytest.mark.parametrize("slug", TRIES)
def test_a_filled_in_step_is_done_and_leads_back_to_the_case(opened, slug):
    step = opened(slug)
    shown = {name: value for name, [value] in step.page.hidden(step.url).items() if name in step.hidden}
    assert {**shown, "nonce": ""} == {**step.hidden, "nonce": ""}
    done = step.send(**step.data)
    assert done.status_code == 302, Page(done).html
    new = step.case.events.filter(seq__gt=step.case.last_seq)
    assert set(new.values_list("verb", flat=True)) == {SLUGS[slug]}


@pytest.mark.parametrize("slug", [slug for slug in TRIES if TRIES[slug].required])
def test_an_empty_step_is_refused_beside_each_field_that_it_needs(opened, slug):
    before, step = snapshot(), opened(slug)
    refused = step.send()
    page = Page(refused)
    assert (refused.status_code, snapshot()) == (422, before)
    errors = {name for name in page.names[step.url] if page.error_beside(name)}
    assert errors == {named(step.case, name) for name in TRIES[slug].required}
    marked = errors - BY_CLICK  # a button has no value that could be wrong
    assert page.html.count('aria-invalid="true"') >= len(marked)


@pytest.mark.parametrize("slug", [slug for slug in TRIES if STEP_FORMS[SLUGS[slug]].base_fields.keys() - {"seen"}])
def test_a_refused_step_keeps_everything_that_was_filled_in(opened, slug):
    step = opened(slug)
    refused = step.send(**step.data, seen="abc")
    kept = Page(refused).forms[step.url]
    assert refused.status_code == 422
    written = {name: value for name, value in step.data.items() if name not in BY_CLICK}
    assert {name: kept.get(name) for name in written} == {name: [value] for name, value in written.items()}


@pytest.mark.parametrize(
    ("slug", "broken"),
    [*((slug, {"nonce": ""}) for slug in TRIES), ("anteckna", {"seen": "abc"}), ("anteckna", {"nonce": "x" * 65})],
)
def test_a_step_whose_hidden_part_came_broken_can_be_sent_again_from_the_same_page(opened, slug, broken):
    step = opened(slug)
    refused = step.send(**{**step.data, **broken})
    page = Page(refused)
    assert refused.status_code == 422
    assert "Sidan kom inte fram hel" in page.html
    again = {name: page.forms[step.url][name][0] for name in ("seen", "nonce")}
    assert step.send(**{**step.data, **again}).status_code == 302


# ---- the guard ----


@pytest.mark.parametrize(("slug", "name"), WITH_TEXTS)
def test_a_personal_number_is_stopped_beside_its_field_and_kept_nowhere(opened, caplog, slug, name):
    step = opened(slug)
    before = snapshot()
    with caplog.at_level(logging.DEBUG):
        refused = step.send(**{**step.data, name: f"Gäller {NUMBER}."})
    page = Page(refused)
    assert (refused.status_code, snapshot()) == (422, before)
    assert "Ta bort det" in page.error_beside(name)
    assert page.html.count(NUMBER) == 1
    assert page.forms[step.url][name] == [f"Gäller {NUMBER}."]
    assert NUMBER not in caplog.text
    assert not any(NUMBER in str(record.args) + str(record.__dict__) for record in caplog.records)


@pytest.mark.parametrize(("slug", "name"), [*WITH_TEXTS, ("maskera", "phrase"), ("skriv-av", "duplicate_of")])
def test_a_text_that_has_no_room_is_refused_beside_its_field_and_kept(opened, slug, name):
    step = opened(slug)
    before = snapshot()
    text = "Nul\x00tecken" + "x" * 10_001
    page = Page(step.send(**{**step.data, name: text}))
    assert page.error_beside(name)
    assert page.forms[step.url][name] == [text]
    assert snapshot() == before


DAYS_THAT_CANNOT_BE = ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31", "2026-02-30", "i morgon", "2026-13-01"]


@pytest.mark.parametrize(("slug", "name"), [("lyft", "held_on"), ("atgard", "due_1"), ("svara", "due_1")])
def test_a_day_that_cannot_be_is_refused_beside_its_field(opened, slug, name):
    step = opened(slug)
    before = snapshot()
    for day in DAYS_THAT_CANNOT_BE:
        assert Page(step.send(**{**step.data, name: day})).error_beside(name)
    assert snapshot() == before


def test_a_number_is_stopped_in_a_second_measure_beside_the_second_measure(opened):
    step = opened("svara")
    second = {name.replace("_1", "_2"): value for name, value in PLAN_1.items()}
    data = {k: v for k, v in step.data.items() if k not in PLAN_1}
    page = Page(step.send(**{**data, **second, "what_2": NUMBER}))
    assert "Ta bort det" in page.error_beside("what_2")
    assert not page.error_beside("what_1")


def test_a_number_may_be_masked(opened, world):
    step = opened("maskera")
    # Set by hand: it came in before the guard knew its form.
    Case.objects.filter(pk=step.case.pk).update(happened=f"Det gällde {NUMBER} hela tiden.")
    assert step.send(**{**step.data, "phrase": NUMBER}).status_code == 302
    assert NUMBER not in step.visit.get(reverse("case", args=[step.case.number])).content.decode()


# ---- what the services refuse ----

# Slug, what is filled in otherwise than in the table, the field that the sentence stands beside (none: on top).
REFUSALS: list[tuple[str, Data, str, str]] = [
    ("svara", {**dict.fromkeys(PLAN_1, ""), "no_measure": ""}, "no_measure", "Lägg till en åtgärd"),
    ("svara", {"what_1": ""}, "what_1", "eller töm åtgärden"),
    ("svara", {"cause_1": ""}, "cause_1", "eller töm åtgärden"),
    ("svara", {"owner_1": ""}, "owner_1", "eller töm åtgärden"),
    ("svara", {"due_1": ""}, "due_1", "eller töm åtgärden"),
    ("svara", {"what_2": "En till."}, "owner_2", "eller töm åtgärden"),
    ("svara", {"due_1": "2026-03-01"}, "due_1", "inte har varit"),
    ("atgard", {"due_1": "2026-03-01"}, "due_1", "inte har varit"),
    ("lyft", {"held_on": "2026-03-01"}, "held_on", "inte har varit"),
    ("lyft", {"held_on": "2062-03-01"}, "held_on", "högst 18 månader"),
    ("lyft", {"held_on": (START.date() + 30 * DAY).isoformat(), "body": "PREPARATORY"}, "held_on", "redan"),
    ("maskera", {"phrase": "finns inte där"}, "phrase", "Kopiera dem"),
    ("systemfel", {"new_title": ""}, "pattern", "Välj ett systemfel"),
    ("skriv-av", {"reason": "DUPLICATE"}, "duplicate_of", "Skriv numret"),
    ("skriv-av", {"reason": "DUPLICATE", "duplicate_of": "LH-BRED-2026-0001"}, "duplicate_of", "Skriv numret"),
    ("skriv-av", {"duplicate_of": "LH-ALLT-2026-0001"}, "duplicate_of", "Välj skälet dubblett"),
    ("hanvisa", {"elsewhere": ""}, "to", "skriv vart du hänvisar"),
    ("anteckna", {"body": "\u202e\u2066 \x07"}, "body", "Skriv något"),
    ("komplettera", {"body": "\u202e\x07"}, "body", "Skriv det du vill"),
]


@pytest.mark.parametrize(("slug", "changes", "name", "words"), REFUSALS)
def test_what_the_step_refuses_is_said_beside_its_field(opened, slug, changes, name, words):
    step = opened(slug)
    before = snapshot()
    refused = step.send(**{**step.data, **changes})
    page = Page(refused)
    assert (refused.status_code, snapshot()) == (422, before)
    assert words in page.error_beside(name)


def test_a_part_that_is_concerned_already_is_refused_beside_its_field(opened, world):
    step = opened("berord-part")
    page = Page(step.send(**{**step.data, "unit": ""}))
    assert "redan en berörd part" in page.error_beside("concerned")


def test_a_unit_of_another_member_is_refused_beside_its_field(opened, world):
    step = opened("berord-part")
    page = Page(step.send(**{**step.data, "concerned": f"member:{world.region.pk}"}))
    assert "Enheten hör till Provköpings kommun" in page.error_beside("unit")


def test_sending_nothing_says_so_on_top(opened):
    step = opened("skicka")
    page = Page(step.send(**{name: value for name, value in step.data.items() if name.startswith("to_")}))
    assert "Välj minst en berörd part" in page.html


@pytest.mark.parametrize(
    ("slug", "status"), [("mottaget", W), ("svara", W), ("lamna-tillbaka", W), ("svara-pa-fraga", K)]
)
def test_what_the_kansli_records_for_another_needs_how_and_when_it_came(opened, slug, status):
    step = opened(slug, by="sanna")
    refused = Page(step.send(**step.data))
    assert refused.error_beside("source")
    assert refused.error_beside("received_on")
    tomorrow = (START.date() + DAY).isoformat()
    late = Page(step.send(**step.data, source="PHONE", received_on=tomorrow))
    assert "i dag eller tidigare" in late.error_beside("received_on")
    assert step.send(**step.data, source="PHONE", received_on=START.date().isoformat()).status_code == 302


@pytest.mark.parametrize(
    ("slug", "status", "words"),
    [
        ("mottaget", W, "Det är antecknat att parten har tagit emot ärendet."),
        ("svara", W, "Partens svar är antecknat."),
        ("lamna-tillbaka", W, "Det är antecknat att parten har lämnat tillbaka ärendet."),
        ("svara-pa-fraga", K, "Rapportörens svar är antecknat."),
    ],
)
def test_the_kansli_that_records_for_another_is_spoken_to_as_the_kansli(opened, slug, status, words):
    step = opened(slug, by="sanna")
    form = step.page.html.split("<form class=")[1].split("</form>")[0]
    assert not [word for word in (" ni ", "Ditt", "Tack", "Ert ") if word in form]
    step.send(**step.data, source="PHONE", received_on=START.date().isoformat())
    assert words in step.visit.get(reverse("case", args=[step.case.number])).content.decode()


def test_a_step_for_another_is_complete_in_words_that_fit():
    spoken = {verb for verb, move in MOVES.items() if move.on_behalf}
    assert spoken == {verb for verb, form in STEP_FORMS.items() if form.done_for_another}


# ---- choices that say what they are ----


def test_the_texts_to_mask_are_told_apart_by_how_they_begin(opened):
    page = opened("maskera", status=W).page
    assert "Fråga 2026-03-02: Vilken brevlåda gäller det?" in page.html
    assert "Rapporten, vad hände: Vi har skrivit tre gånger utan att få sv …" in page.html


def test_everything_in_columns_can_be_chosen_for_a_mask(opened, world):
    step = opened("maskera", status=P)
    measure = step.case.measures.get()
    assert f'value="field:measure:{measure.pk}:owner"' in step.page.html
    step.send(target=f"field:measure:{measure.pk}:owner", phrase="Enhetschefens", reason="Pekar ut en person.")
    measure.refresh_from_db()
    assert measure.owner == "████████ funktion"


@pytest.fixture
def planned(world):
    return world.forbund.meetings.create(body="BOARD", held_on=START.date() + 45 * DAY)


def test_a_case_is_lifted_to_a_meeting_that_is_planned(opened, planned):
    step = opened("lyft")
    assert step.send(meeting=str(planned.pk), proposal="Ta upp frågan.").status_code == 302
    assert step.case.agenda_items.filter(meeting=planned).exists()


def test_another_date_than_the_planned_ones_needs_the_date(opened, planned):
    step = opened("lyft")
    page = Page(step.send(meeting="other", proposal="Ta upp frågan."))
    assert page.error_beside("held_on")
    assert step.send(meeting="other", **step.data).status_code == 302
    assert step.case.agenda_items.filter(meeting__held_on=next_month()).exists()


def test_a_meeting_that_the_case_is_on_already_is_no_choice(opened, world, planned):
    on = world.cases[R].agenda_items.get().meeting
    page = opened("lyft").page
    assert f'name="meeting" value="{planned.pk}"' in page.html
    assert f'name="meeting" value="{on.pk}"' not in page.html


def test_what_was_opened_again_is_first_of_all_sent_on(world):
    closed = world.cases[C]
    services.reopen(closed, actor=world.people["rakel"], reason="Det hände igen.")
    page = Page(browser_of(world.people["sanna"]).get(reverse("case", args=[closed.number])))
    assert address(closed, "skicka") in page.forms


# ---- what belongs to another case or förbund ----


def test_the_concern_of_another_case_is_no_place_for_a_step(world):
    other = world.cases[P].concerns.first()
    url = reverse("case_concern_step", args=[world.cases[W].number, "svara", other.pk])
    karl = browser_of(world.people["karl"])
    assert (karl.get(url).status_code, karl.post(url, {"finding": "x"}).status_code) == (404, 404)


@pytest.mark.parametrize("slug", ["svara", "dela-svaret", "stryk-part"])
def test_a_step_on_a_concern_needs_one_in_its_address(world, slug):
    sanna = browser_of(world.people["sanna"])
    assert sanna.get(reverse("case_step", args=[world.cases[W].number, slug])).status_code == 404


@pytest.mark.parametrize("slug", ["klassa", "anteckna"])
def test_a_step_on_the_case_has_no_concern_in_its_address(world, slug):
    sanna, case = browser_of(world.people["sanna"]), world.cases[R]
    concern = case.concerns.first().pk
    assert sanna.get(reverse("case_concern_step", args=[case.number, slug, concern])).status_code == 404


def test_an_unknown_step_does_not_exist(world):
    sanna = browser_of(world.people["sanna"])
    assert sanna.get(reverse("case_step", args=[world.cases[R].number, "radera"])).status_code == 404


@pytest.mark.parametrize(
    ("slug", "name", "theirs"),
    [
        ("berord-part", "concerned", "member"),
        ("berord-part", "unit", "unit"),
        ("klassa", "initiative", "initiative"),
        ("skicka", "to_0", "function"),
        ("systemfel", "pattern", "pattern"),
        ("rekommendera", "item", "item"),
        ("ansvarig", "responsible", "coordinator"),
        ("atgard-klar", "measure", "measure"),
        ("maskera", "target", "text"),
        ("svara-pa-fraga", "question", "question"),
    ],
)
def test_what_belongs_to_another_association_or_case_is_no_choice(opened, world, foreign, slug, name, theirs):
    step = opened(slug)
    before = snapshot()
    refused = step.send(**{**step.data, named(step.case, name): foreign[theirs]})
    assert (refused.status_code, snapshot()) == (422, before)


@pytest.fixture
def foreign(world) -> dict[str, str]:
    """Ids that exist, but not here."""
    member = world.annat.members.create(party="KOMMUN", name="Bredvids kommun", from_on="2020-01-01")
    elsewhere = world.cases[W]
    return {
        "member": f"member:{member.pk}",
        "unit": str(member.units.create(name="Deras enhet", from_on="2020-01-01").pk),
        "initiative": str(world.annat.initiatives.create(name="Deras insats", from_on="2020-01-01").pk),
        "function": str(
            member.functions.create(name="Deras funktion", mailbox="d@example.org", from_on="2020-01-01").pk
        ),
        "pattern": str(world.annat.patterns.create(title="Deras systemfel").pk),
        "item": str(elsewhere.agenda_items.get().pk),
        "coordinator": str(world.people["olle"].pk),
        "measure": str(elsewhere.measures.first().pk),
        "text": f"text:{elsewhere.texts.first().pk}",
        "question": str(Question.objects.filter(case=elsewhere).first().pk),
    }


# ---- twice, and two at a time ----


@pytest.mark.parametrize("slug", TRIES)
def test_the_same_form_twice_is_done_once_and_says_so(opened, slug):
    step = opened(slug)
    step.send(**step.data)
    after = snapshot()
    again = step.send(**step.data)
    assert (again.status_code, snapshot()) == (302, after)


def test_the_second_click_is_told_that_it_was_done(opened):
    step = opened("anteckna")
    step.send(**step.data)
    step.send(**step.data)
    page = step.visit.get(reverse("case", args=[step.case.number])).content.decode()
    assert "Ingenting har gjorts två gånger" in page


def test_going_back_and_writing_something_else_is_not_taken_for_the_same(opened):
    step = opened("anteckna")
    step.send(**step.data)
    changed = step.send(body="Något helt annat.")
    page = Page(changed)
    assert changed.status_code == 409
    assert page.forms[step.url]["body"] == ["Något helt annat."]
    assert step.send(body="Något helt annat.", seen=page.forms[step.url]["seen"][0]).status_code == 302
    assert step.case.texts.filter(kind="NOTE").count() == 2


def test_the_second_of_two_people_is_told_what_changed_and_loses_nothing(opened, world):
    sanna, stina = opened("fraga"), opened("anteckna", by="stina")
    sanna.send(**sanna.data)
    told = stina.send(**stina.data)
    page = Page(told)
    assert told.status_code == 409
    assert "Kansliet ställde en fråga till rapportören" in page.html
    assert page.forms[stina.url]["body"] == [stina.data["body"]]
    seen = page.forms[stina.url]["seen"][0]
    assert stina.send(**stina.data, seen=seen).status_code == 302


def test_somebody_who_was_overtaken_is_told_by_what_and_then_why_not(opened):
    came = {"source": "PHONE", "received_on": START.date().isoformat()}
    sanna, stina = opened("svara", by="sanna"), opened("svara", by="stina")
    sanna.send(**sanna.data, **came)
    told = stina.send(**stina.data, **came)
    assert told.status_code == 409
    assert "Provköpings kommun svarade" in Page(told).html
    seen = Page(told).forms[stina.url]["seen"][0]
    refused = stina.send(**stina.data, **came, seen=seen)
    assert refused.status_code == 422
    assert "är i läget ”besvarad”" in Page(refused).html
    assert Page(refused).forms[stina.url]["finding"] == [stina.data["finding"]]


def test_the_second_click_on_what_takes_the_case_away_is_told_so_too(opened):
    karl = opened("lamna-tillbaka")
    karl.send(**karl.data)
    again = karl.visit.post(karl.url, {**karl.hidden, **karl.data}, follow=True)
    assert again.redirect_chain == [("/", 302)]
    assert "Ingenting har gjorts två gånger" in again.content.decode()
    assert karl.send(**{**karl.data, "reason": "Något annat."}).status_code == 404


def test_an_invalid_form_on_a_case_that_changed_tells_that_too(opened, world):
    sanna, stina = opened("anteckna"), opened("fraga", by="stina")
    sanna.send(**sanna.data)
    refused = stina.send(body="")
    assert refused.status_code == 422
    assert "Det här har hänt sedan du öppnade sidan" in refused.content.decode()


def test_a_function_is_not_told_what_only_the_kansli_may_know(opened, world):
    karl, sanna = opened("atgard"), opened("anteckna", status=W)
    sanna.send(**sanna.data)
    assert karl.send(**karl.data).status_code == 302


@pytest.mark.parametrize("seen", ["-99999999999999999999", "-1", "0"])
def test_a_seen_that_is_forged_low_only_tells_what_has_happened(opened, seen):
    step = opened("anteckna")
    told = step.send(**step.data, seen=seen)
    assert told.status_code == 409
    assert "Rapporten kom in" in told.content.decode()


@pytest.mark.parametrize("seen", ["99999999999999999999999", ""])
def test_a_seen_that_is_forged_high_breaks_nothing(opened, seen):
    step = opened("anteckna")
    assert step.send(**step.data, seen=seen).status_code == 302


def test_a_reply_whose_question_was_answered_meanwhile_is_kept_beside_the_new_question(opened, world):
    rakel = opened("svara-pa-fraga")
    sanna, case = world.people["sanna"], rakel.case
    services.reply(case, actor=sanna, question=case.questions.get(), body="Ja.", on_behalf=BY_PHONE)
    services.ask(case, actor=sanna, body="En helt ny fråga?")
    page = Page(rakel.send(**rakel.data))
    assert "Frågan är en annan nu" in page.html
    assert "En helt ny fråga?" in page.html
    assert page.forms[rakel.url]["body"] == [rakel.data["body"]]
    again = {name: page.forms[rakel.url][name][0] for name in ("seen", "nonce", "question")}
    assert rakel.send(**rakel.data, **again).status_code == 302


def test_a_reply_when_no_question_is_left_is_refused_and_kept(opened, world):
    rakel = opened("svara-pa-fraga")
    case = rakel.case
    services.reply(case, actor=world.people["sanna"], question=case.questions.get(), body="Ja.", on_behalf=BY_PHONE)
    refused = rakel.send(**rakel.data)
    assert refused.status_code == 422
    assert "Det finns ingen obesvarad fråga" in Page(refused).html
    assert Page(refused).forms[rakel.url]["body"] == [rakel.data["body"]]


# ---- what the ladder brings to an agenda ----


def test_a_meeting_where_a_late_answer_stands_takes_the_case_with_a_proposal(world, opened):
    step = opened("lyft", status=W)
    meeting = world.forbund.meetings.create(held_on=START.date() + 45 * DAY)
    item = meeting.items.create(case=step.case, late=step.case.concerns.first())
    assert str(meeting.pk) in step.page.html
    assert step.send(meeting=meeting.pk, proposal="Ta upp varför svaret dröjer.").status_code == 302
    item.refresh_from_db()
    assert item.proposal.body == "Ta upp varför svaret dröjer."


def test_the_kansli_writes_the_groups_word_on_a_late_answer_that_waits_for_a_meeting(world):
    case = case_in(world, "rekommendera", W)
    item = case.agenda_items.create(late=case.concerns.first())
    visit, url = browser(world, "sanna", case), address(case, "rekommendera")
    assert "Beredningsgruppens nästa möte, inte planerat än (svaret dröjer)" in Page(visit.get(url)).html
    assert visit.post(url, {"nonce": "x", "item": item.pk, "body": "Ring chefen."}).status_code == 302
    item.refresh_from_db()
    assert item.recommendation.body == "Ring chefen."


def test_a_case_that_waits_for_an_agenda_has_a_page(world):
    case = case_in(world, "rekommendera", W)
    case.agenda_items.create(late=case.concerns.first())
    for person in ("sanna", "karl", "rakel", "bea"):
        assert browser(world, person, case).get(f"/arenden/{case.number}/").status_code == 200
