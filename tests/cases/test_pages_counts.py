"""How often each page asks the database: no more than the table says, and no more with many rows than with few."""

import itertools
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import clocks
from cases.codes import Audience, ConcernState, Role, Status, TextKind
from cases.forms.steps import SLUGS
from cases.models import AgendaItem, Case, Concern, Draft, Event, MaskedOriginal, Measure, Question, RoutingRule, Text
from notifications import health
from notifications.models import Channel, Delivery, Kind, State
from tests.cases.conftest import DAY, START
from tests.cases.test_moves import DAYS
from tests.cases.test_pages_steps import TRIES, address
from tests.pages import browser_of, html_of
from tests.people import LONG_AGO, grant, make_function, make_user

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.once]

MANY = 30
NUMBERS = itertools.count(1)
LOOKED_AT = {one.status for one in TRIES.values()}

LISTS = {
    "sanna": [
        "/arenden/", "/arenden/?q=brevlåda", "/arenden/?status=WITH_PARTY", "/arenden/?oppna=ja&ordning=forfaller",
        "/arenden/?sent=1", "/arenden/?part=KOMMUN&typ=ORGANISATION", "/arenden/?medlem={kommun}&insats={insats}",
        "/arenden/?ansvarig={sanna}", "/arenden/?fran=2026-01-01&till=2026-12-31", "/arenden/lista.csv", "/ofordelat/",
        "/nytt/", "/nytt/installningar/",
        "/moten/", "/moten/{meeting}/",
    ],
    "karl": ["/arenden/", "/arenden/?part=KOMMUN", "/arenden/lista.csv", "/nytt/", "/nytt/installningar/"],
    "rakel": ["/arenden/", "/mina/", "/rapportera/", "/rapportera/allt/", "/rapportera/allt/?utkast={draft}"],
    "bea": ["/arenden/", "/moten/", "/moten/{meeting}/"],
    "nobody": ["/rapportera/", "/rapportera/allt/", "/folj/", "/hjalp/"],
}  # fmt: skip


def grow(w: SimpleNamespace, numbers: range) -> None:
    """Add rows of every kind that a page reads: around every case, beside it, and in the registers."""
    sanna, karl, rakel = (w.people[name] for name in ("sanna", "karl", "rakel"))
    places = []
    for n in numbers:
        person = make_user(f"person-{n}")
        function = make_function(w.kommun, f"Funktion {n}", person, karl)
        unit = w.kommun.units.create(name=f"Enhet {n}", from_on=LONG_AGO)
        insats = w.forbund.initiatives.create(name=f"Insats {n}", from_on=LONG_AGO)
        RoutingRule.objects.create(member=w.kommun, unit=unit, initiative=insats, function=function)
        grant(person, w.forbund, Role.COORDINATOR)
        w.forbund.patterns.create(title=f"Systemfel {n}", owner=sanna)
        meeting = w.forbund.meetings.create(held_on=START.date() + (60 + n) * DAY, body="BOARD")
        Draft.objects.create(key=uuid.uuid4(), author=rakel, association=w.forbund, fields={"heading": f"Utkast {n}"})
        places.append(SimpleNamespace(function=function, unit=unit, meeting=meeting))
    for status in LOOKED_AT:
        fill(w, w.cases[status], places)
    add_cases(w, places)


def fill(w: SimpleNamespace, case: Case, places: list[SimpleNamespace]) -> None:
    """Add rows of everything to a case, as if more had happened to it."""
    karl, sanna = w.people["karl"], w.people["sanna"]
    first, day, seq = case.concerns.get(is_primary=True), START.date(), case.events.count()
    Concern.objects.bulk_create(
        Concern(
            case=case, party="KOMMUN", member=w.kommun, unit=place.unit, state=first.state, type_set="STRUKTUR",
            function=place.function if first.sent_at else None, sent_at=first.sent_at, answer_due=first.answer_due,
            acknowledge_due=first.acknowledge_due,
        )
        for place in places
    )  # fmt: skip
    events = Event.objects.bulk_create(
        Event(
            case=case, seq=(seq := seq + 1), verb="return", at=START, actor=actor, actor_role=Role.CONTACT,
            to_status=case.status, audience=audience, concern=first, function=w.function, hash="x",
        )
        for audience, actor in [(Audience.EVERYONE, sanna), (Audience.REPORTER_FUNCTION, karl)]
        for _ in places
    )  # fmt: skip
    Text.objects.bulk_create(
        Text(case=case, event=event, kind=TextKind.RETURN, audience=event.audience, body="Inte vår.")
        for event in events
    )
    Delivery.objects.bulk_create(
        Delivery(
            event=event, kind=Kind.RETURNED, channel=channel, user=user, address=user.email, state=State.SENT,
            sent_at=START, created_at=START,
        )
        for event in events
        for channel in (Channel.MAIL, Channel.APP)
        for user in (sanna, karl)
    )  # fmt: skip

    def texts(kind: TextKind) -> list[Text]:
        return Text.objects.bulk_create(
            Text(case=case, kind=kind, audience=Audience.EVERYONE, body="Några ord.", concern=first) for _ in places
        )

    Measure.objects.bulk_create(
        Measure(case=case, concern=first, what=what, cause="LAW", owner="Chefen", due_on=day)
        for what in texts(TextKind.MEASURE)
    )
    Question.objects.bulk_create(
        Question(case=case, text=text, pauses_from=day, pauses_until=day + 14 * DAY)
        for text in texts(TextKind.QUESTION)
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=place.meeting, case=case, proposal=text)
        for place, text in zip(places, texts(TextKind.LIFT), strict=True)
    )
    MaskedOriginal.objects.bulk_create(
        MaskedOriginal(case=case, field="happened", body="x", reason="Prov", masked_by=sanna) for _ in places
    )
    Case.objects.filter(pk=case.pk).update(last_seq=seq)


def add_cases(w: SimpleNamespace, places: list[SimpleNamespace]) -> None:
    """Add cases in four statuses, each about two members, with a measure."""
    day = START.date()
    cases = Case.objects.bulk_create(
        Case(
            association=w.forbund, number=f"LH-ALLT-2026-9{next(NUMBERS):03}", heading="En till", happened="Brev.",
            search=" brevlåd ", reporter=w.people["rakel"], responsible=w.people["sanna"], initiative=w.insats,
            status=status, ending=status if status == "CLOSED" else "", ended_at=START if status == "CLOSED" else None,
            lifted="PREPARATORY", received_on=day, filed_at=START, handle_by=day, triage_from=day, triage_due=day,
            next_due=None if status == "CLOSED" else day - DAY,
        )
        for status in (Status.RECEIVED, Status.WITH_PARTY, Status.ANSWERED, Status.CLOSED)
        for _ in places
    )  # fmt: skip
    states = {Status.RECEIVED: ConcernState.PENDING, Status.WITH_PARTY: ConcernState.SENT}
    concerns = Concern.objects.bulk_create(
        Concern(
            case=case, party=party, member=member, is_primary=primary, type_set="ORGANISATION",
            state=states.get(case.status, ConcernState.ANSWERED), sent_at=START, answer_due=day - DAY,
            acknowledge_due=day, function=w.function if primary and case.status != Status.RECEIVED else None,
        )
        for case in cases
        for party, member, primary in (("KOMMUN", w.kommun, True), ("REGION", w.region, False))
    )  # fmt: skip
    first = [concern for concern in concerns if concern.is_primary]
    AgendaItem.objects.bulk_create(AgendaItem(case=concern.case, late=concern) for concern in first)
    words = Text.objects.bulk_create(
        Text(case=concern.case, kind=TextKind.MEASURE, audience=Audience.EVERYONE, body="Bemanna.") for concern in first
    )
    Measure.objects.bulk_create(
        Measure(case=concern.case, concern=concern, what=what, cause="LAW", owner="Chefen", due_on=day)
        for concern, what in zip(first, words, strict=True)
    )


def browser(w: SimpleNamespace, person: str, case: Case | None = None) -> Any:
    """Return a browser that has been there before: a first visit writes its session."""
    key = (person, case and case.pk)
    if key not in w.browsers:
        if person == "code":
            w.browsers[key] = browser_of(codes=[case.pk] if case else [])
        else:
            w.browsers[key] = browser_of(None if person == "nobody" else w.people[person])
        w.browsers[key].get("/hjalp/")
    return w.browsers[key]


def asked(visit: Any, url: str, data: dict[str, Any] | None = None) -> int:
    """Return how many queries an answer took."""
    with CaptureQueriesContext(connection) as queries:
        response = visit.get(url) if data is None else visit.post(url, data)
        html_of(response)
    assert response.status_code in (200, 302), (url, response.status_code)
    return len(queries)


def report(w: SimpleNamespace) -> dict[str, Any]:
    return {
        "nonce": str(uuid.uuid4()), "heading": "En rubrik", "happened": "Det här hände.",
        "concerned": f"member:{w.kommun.pk}", "also": [f"member:{w.fk.pk}"], "unit": w.unit.pk,
        "initiative": w.insats.pk, "gap_type": "STRUKTUR", "own": f"member:{w.kommun.pk}", "frequency": "SINGLE",
        "consequence": "Följd.", "tried": "Prövat.", "suggestion": "Förslag.", "agreement": "Rutin.",
    }  # fmt: skip


def measured(w: SimpleNamespace) -> dict[str, int]:
    """Ask for every page once and count."""
    names = {
        "kommun": w.kommun.pk, "insats": w.insats.pk, "sanna": w.people["sanna"].pk, "draft": w.draft.key,
        "meeting": w.forbund.meetings.get(body="PREPARATORY").pk,
    }  # fmt: skip
    found: dict[str, int] = {}
    for person in ("sanna", "karl", "rakel", "bea", "adam", "berit", "stranger", "nobody"):
        found[f"{person} /"] = asked(browser(w, person), "/")
    for person, urls in LISTS.items():
        for url in urls:
            found[f"{person} {url}"] = asked(browser(w, person), url.format(**names))
    found["sanna /rapportera/allt/?caller=1"] = asked(browser(w, "sanna"), "/rapportera/allt/?caller=1")
    for person in ("rakel", "nobody"):
        found[f"{person} sends a report"] = asked(browser(w, person), "/rapportera/allt/", report(w))
    for status in (Status.RECEIVED, Status.WITH_PARTY, Status.ANSWERED):
        for person in ("sanna", "karl", "rakel", "bea", "code"):
            if person == "karl" and status == Status.RECEIVED:
                continue
            case = w.cases[status]
            url = reverse("followed") if person == "code" else reverse("case", args=[case.number])
            found[f"{person} case {status}"] = asked(browser(w, person, case), url)
    found["sanna print"] = asked(browser(w, "sanna"), reverse("case_print", args=[w.cases["WITH_PARTY"].number]))
    for slug, one in TRIES.items():
        case = Case.objects.get(pk=w.cases[one.status].pk)
        with clocks.at(START + DAYS.get(SLUGS[slug], 0) * DAY):
            found[f"{one.by} {slug}"] = asked(browser(w, one.by), address(case, slug))
    return found


@pytest.fixture(scope="module")
def counted(_built, django_db_blocker) -> tuple[dict[str, int], dict[str, int]]:
    w = _built
    with django_db_blocker.unblock(), transaction.atomic(), clocks.at(START), pytest.MonkeyPatch.context() as patch:
        # Counting takes longer than the answer is kept.
        patch.setattr(health, "KEPT_SECONDS", 3600)
        w.browsers = {}
        w.draft = Draft.objects.create(author=w.people["rakel"], association=w.forbund, fields={"heading": "Ett"})
        grow(w, range(3))
        few = measured(w)
        grow(w, range(3, MANY))
        many = measured(w)
        transaction.set_rollback(True)
    return few, many


# Signing in takes two queries, what somebody is three or four, the names in the header one, the bell one or two. The
# proof on a coordinator's case takes three.
MOST: dict[str, int] = {
    "sanna /": 22,
    "karl /": 13,
    "rakel /": 13,
    "bea /": 11,
    "adam /": 14,
    "berit /": 8,
    "stranger /": 7,
    "nobody /": 1,
    "sanna /ofordelat/": 14,
    "sanna /moten/": 16,
    "sanna /moten/{meeting}/": 16,
    "sanna /arenden/lista.csv": 11,
    "karl /arenden/lista.csv": 9,
    "rakel /mina/": 13,
    "rakel /rapportera/": 7,
    "rakel /rapportera/allt/": 11,
    "rakel /rapportera/allt/?utkast={draft}": 12,
    "sanna /rapportera/allt/?caller=1": 12,
    "nobody /rapportera/": 1,
    "nobody /rapportera/allt/": 4,
    "nobody /folj/": 0,
    "nobody /hjalp/": 0,
    "rakel sends a report": 31,
    "nobody sends a report": 23,
    "sanna case RECEIVED": 24,
    "sanna case WITH_PARTY": 20,
    "sanna case ANSWERED": 20,
    "sanna print": 17,
    "sanna skicka": 17,
}
# What is in no row of its own.
LIST, CASE, STEP = 16, 15, 15


def most(key: str) -> int:
    return MOST.get(key, LIST if "/arenden/" in key else CASE if " case " in key else STEP)


def test_no_page_asks_more_than_it_may(counted):
    _, many = counted
    assert {key: (count, most(key)) for key, count in many.items() if count > most(key)} == {}


def test_no_page_asks_more_for_thirty_rows_than_for_three(counted):
    few, many = counted
    # A list that goes on over a page counts how far, once.
    goes_on = {key: "/arenden/" in key or key.endswith("/nytt/") for key in few}
    grown = {key: (few[key], many[key]) for key in few if many[key] > few[key] + goes_on[key]}
    assert grown == {}


def test_every_row_of_the_table_was_asked_for(counted):
    few, _ = counted
    assert [key for key in MOST if key not in few] == []
