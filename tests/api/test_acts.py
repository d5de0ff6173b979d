"""Every act on something else than a case × every person: who may, who may not, and for whom it is not there.

Everybody sends a body that fits. What is refused changes nothing.
"""

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from api.models import Token
from api.urls import urlpatterns
from api.views.acts import Acting
from cases import models, services
from cases.codes import Cause, PatternStatus
from cases.services import Duty, Plan
from tests.cases.conftest import DAY, START
from tests.sharing import shared

pytestmark = pytest.mark.clock(START)

# What an act may change; of the rest of the domain nothing is in their reach.
CHANGED = (
    models.AgendaItem, models.Assignment, models.Association, models.Case, models.Concern, models.ContactFunction,
    models.Deferral, models.Event, models.FunctionPerson, models.Grant, models.Initiative, models.Meeting,
    models.Member, models.Pack, models.Pattern, models.PatternEvent, models.PatternFollower, models.PatternMeasure,
    models.PatternTally, models.Removal, models.RoutingRule, models.Submission, models.Text, models.Unit,
)  # fmt: skip
DAY_30 = (START.date() + 30 * DAY).isoformat()
PEOPLE = ("nobody", "rakel", "sanna", "stina", "karl", "kim", "frida", "bea", "berit", "adam", "olle", "stranger")
Body = Callable[[Any], dict[str, Any]]
Row = tuple[Body, Mapping[str, int]]


def everybody(otherwise: int, *groups: tuple[int, str]) -> dict[str, int]:
    """Return what each person gets: `otherwise`, unless they are named with another status."""
    named = {person: status for status, persons in groups for person in persons.split()}
    return {**dict.fromkeys(PEOPLE, otherwise), "nobody": 401, **named}


def plain(**body: Any) -> Body:
    return lambda there: body


# The styrelse, the administrator and another förbund's coordinator take no part in systemfel.
READ_PATTERNS = "rakel karl kim frida bea"
KANSLI_PATTERN = everybody(404, (200, "sanna stina"), (403, READ_PATTERNS))
KNOWS_PATTERN = everybody(404, (200, "sanna stina"), (403, "bea"))
TAKES_PART = everybody(404, (200, f"sanna stina {READ_PATTERNS}"))
PATTERN = "patterns/<int:pattern>/"
# The agenda is the kansli's; the group writes what it recommends, or lets things wait.
KANSLI_MEETING = everybody(404, (200, "sanna stina"), (403, "bea"))
SITS = everybody(404, (200, "sanna stina bea"))
MEETING = "meetings/<int:meeting>/"
ITEM = f"{MEETING}items/<int:item>/"
DUTY = {"who": "Enhetschefens funktion", "what": "Ta fram ett schema.", "due_on": DAY_30}

# The registers are the administrator's. Everybody may know those of a förbund that everybody may report to; functions
# are the kansli's to know and their own people's, rules nobody's else.
ONE = "associations/ALLT/"
KEEPER = everybody(403, (200, "adam"))
ADDER = everybody(403, (201, "adam"))
KNOWS_FUNCTION = everybody(404, (200, "adam"), (403, "sanna stina karl kim"))
KNOWS_RULES = everybody(404, (200, "adam"))

ACTS: dict[str, Row] = {
    f"{ONE}change/": (plain(answer_days=45, report_word="anmälan"), KEEPER),
    f"{ONE}members/": (plain(party="REGION", name="Region Ny", from_on=DAY_30), ADDER),
    f"{ONE}members/<int:member>/change/": (plain(name="Nyköpings kommun"), KEEPER),
    f"{ONE}members/<int:member>/end/": (plain(last_day=START.date().isoformat()), KEEPER),
    f"{ONE}members/<int:member>/resume/": (plain(), KEEPER),
    f"{ONE}units/": (lambda there: {"member": there.member.pk, "name": "Skolan", "from_on": DAY_30}, ADDER),
    f"{ONE}units/<int:unit>/change/": (plain(to_on=DAY_30), KEEPER),
    f"{ONE}initiatives/": (plain(name="Trappan", from_on=DAY_30), ADDER),
    f"{ONE}initiatives/<int:initiative>/change/": (plain(to_on=DAY_30), KEEPER),
    f"{ONE}functions/": (
        lambda there: {"member": there.member.pk, "name": "Ny funktion", "mailbox": "", "from_on": DAY_30},
        ADDER,
    ),
    f"{ONE}functions/<int:function>/change/": (plain(mailbox="ny@example.org"), KNOWS_FUNCTION),
    f"{ONE}functions/<int:function>/add-person/": (
        lambda there: {"person": there.people["frida"].pk, "from_on": DAY_30},
        KNOWS_FUNCTION,
    ),
    f"{ONE}functions/<int:function>/people/<int:place>/change/": (plain(to_on=DAY_30), KNOWS_FUNCTION),
    f"{ONE}rules/": (
        lambda there: {"function": there.function.pk, "gap_type": "RELATION"},
        {
            **KNOWS_RULES,
            "adam": 201,
        },
    ),
    f"{ONE}rules/<int:rule>/change/": (plain(gap_type=None), KNOWS_RULES),
    f"{ONE}rules/<int:rule>/remove/": (plain(), KNOWS_RULES),
    "meetings/": (plain(association="ALLT", held_on=DAY_30, body="BOARD"), everybody(403, (201, "sanna stina"))),
    f"{MEETING}move/": (plain(held_on=(START.date() + 31 * DAY).isoformat()), KANSLI_MEETING),
    "meetings/<int:empty>/cancel/": (plain(), KANSLI_MEETING),
    f"{MEETING}fill/": (plain(), KANSLI_MEETING),
    f"{MEETING}freeze-pack/": (plain(), KANSLI_MEETING),
    f"{MEETING}add-item/": (plain(heading="En egen punkt", body="Vi talar om den."), KANSLI_MEETING),
    f"{MEETING}add-pattern/": (lambda there: {"pattern": there.pattern.pk, "body": "En rutin."}, KANSLI_MEETING),
    "meetings/<int:empty>/approve/": (plain(), KANSLI_MEETING),
    f"{ITEM}place/": (plain(up=False), KANSLI_MEETING),
    f"{ITEM}remove/": (plain(), KANSLI_MEETING),
    f"{ITEM}defer/": (plain(), SITS),
    f"{ITEM}settle/": (plain(body="Bemanna den.", duties=[DUTY]), SITS),
    f"{MEETING}assignments/<int:assignment>/finish/": (plain(), KANSLI_MEETING),
    "patterns/": (
        plain(association="ALLT", title="Något nytt", review_on=DAY_30),
        everybody(403, (201, "sanna stina")),
    ),
    f"{PATTERN}change/": (plain(title="Ett annat namn"), KANSLI_PATTERN),
    f"{PATTERN}set-status/": (plain(status="ANALYSIS"), KANSLI_PATTERN),
    f"{PATTERN}plan-measure/": (
        plain(what="Bemanna.", cause="RESOURCES", owner="Chefen", due_on=DAY_30),
        KANSLI_PATTERN,
    ),
    f"{PATTERN}merge/": (lambda there: {"into": there.other.pk}, KANSLI_PATTERN),
    f"{PATTERN}tally/": (plain(), TAKES_PART),
    f"{PATTERN}follow/": (plain(), TAKES_PART),
    f"{PATTERN}unfollow/": (plain(), TAKES_PART),
    f"{PATTERN}seen/": (plain(), TAKES_PART),
    f"{PATTERN}measures/<int:measure>/finish/": (plain(how="Klart."), KNOWS_PATTERN),
    f"{PATTERN}measures/<int:measure>/drop/": (plain(how="Behövs ej."), KNOWS_PATTERN),
}


@shared
def there(_built, db) -> SimpleNamespace:
    """Everything that an address may name, in the förbund with everybody in it."""
    sanna = _built.people["sanna"]
    pattern = models.Pattern.objects.get(association=_built.forbund)
    plan = Plan("Bemanna brevlådorna.", Cause.RESOURCES, "Enhetschefens funktion", START.date() + 30 * DAY)
    meeting = _built.forbund.meetings.get()
    item, settled, *_ = meeting.items.all()
    duty = Duty("Enhetschefens funktion", "Ta fram ett schema.", START.date() + 30 * DAY)
    services.settle_item(settled, actor=sanna, body="Bemanna den.", duties=[duty])
    rule = models.RoutingRule.objects.create(member=_built.kommun, function=_built.function, gap_type="STRUKTUR")
    return SimpleNamespace(
        people=_built.people,
        member=_built.kommun,
        unit=_built.unit,
        initiative=_built.insats,
        function=_built.function,
        place=_built.function.people.get(user=_built.people["kim"]),
        rule=rule,
        meeting=meeting,
        empty=models.Meeting.objects.create(association=_built.forbund, held_on=START.date()),
        item=item,
        assignment=settled.assignments.get(),
        pattern=pattern,
        other=services.make_pattern(_built.forbund, actor=sanna, title="Ett annat systemfel"),
        measure=services.plan_pattern_measure(pattern, actor=sanna, plan=plan),
    )


def address(route: str, there: SimpleNamespace) -> str:
    """Fill in what an address names."""
    for name, thing in vars(there).items():
        route = route.replace(f"<int:{name}>", str(getattr(thing, "pk", "")))
    assert "<" not in route, route
    return f"/api/v1/{route}"


def client_of(there: SimpleNamespace, name: str, *scopes: str) -> APIClient:
    """Return a program of a person's: as their browser, or with a key of these scopes."""
    client = APIClient()
    if name != "nobody":
        person = there.people[name]
        key = Token(user=person, scopes=list(scopes)) if scopes else None
        client.force_authenticate(person, key)
    return client


def snapshot() -> list[Any]:
    """Return all that an act could have changed."""
    return [list(model.objects.order_by("pk").values()) for model in CHANGED]


def routes() -> set[str]:
    """Return the addresses where something is done to something else than a case."""
    done = [one for one in urlpatterns if issubclass(one.callback.view_class, Acting)]
    return {str(one.pattern) for one in done}


def of_api(route: str) -> str:
    """Return the route as the API spells it: what an address is about is its `pk`."""
    named = route.replace(ONE, "associations/<str:code>/")
    return re.sub(r"^((associations/<str:code>/)?[a-z]+/)<int:[a-z]+>", r"\1<int:pk>", named)


def doer_of(route: str) -> str:
    """Return somebody who may do it."""
    return next(name for name, status in ACTS[route][1].items() if status < 300)


def test_every_act_and_every_person_has_a_row():
    assert {of_api(route) for route in ACTS} == routes()
    assert all(set(row) == set(PEOPLE) for _, row in ACTS.values())


@pytest.mark.once
@pytest.mark.parametrize("route", ACTS)
def test_a_person_may_do_what_the_table_says_and_a_refusal_changes_nothing(there, route):
    body, row = ACTS[route]
    before, got = snapshot(), {}
    for name in PEOPLE:
        with transaction.atomic():
            got[name] = client_of(there, name).post(address(route, there), body(there), format="json").status_code
            # What a refusal had changed would stay.
            transaction.set_rollback(got[name] < 400)
    assert got == row
    assert snapshot() == before


@pytest.mark.parametrize("route", ACTS)
def test_an_answer_names_what_was_done_and_holds_no_word_that_somebody_wrote(there, route):
    body, _ = ACTS[route]
    client = client_of(there, doer_of(route))
    answer = client.post(address(route, there), body(there), format="json")
    told = answer.json()
    assert told.keys() == {"id", "url", "verb", "made"}
    assert answer.wsgi_request.build_absolute_uri("/api/v1/") in told["url"]
    assert client.get(told["url"]).status_code == 200


@pytest.mark.parametrize("route", ACTS)
def test_the_same_key_does_it_once(there, route):
    body, _ = ACTS[route]
    client, key = client_of(there, doer_of(route)), {"Idempotency-Key": "en-gang"}
    first, second = (client.post(address(route, there), body(there), format="json", headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.once
@pytest.mark.parametrize("route", ACTS)
def test_a_key_that_may_only_read_does_nothing(there, route):
    body, _ = ACTS[route]
    answer = client_of(there, doer_of(route), "read").post(address(route, there), body(there), format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")


@pytest.mark.once
@pytest.mark.parametrize("route", ACTS)
def test_an_unknown_field_is_refused_by_name(there, route):
    body, _ = ACTS[route]
    sent = {**body(there), "nonsense": 1}
    answer = client_of(there, doer_of(route)).post(address(route, there), sent, format="json")
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/nonsense"]


@pytest.mark.once
@pytest.mark.parametrize("name", ["rakel", "karl", "sanna", "bea"])
@pytest.mark.parametrize("verb", ["tally", "follow"])
def test_a_key_needs_the_scope_of_what_its_owner_is(there, name, verb):
    own = {"rakel": "file", "karl": "answer"}.get(name, "handle")
    where = address(f"{PATTERN}{verb}/", there)
    for scope in ("read", "file", "answer", "handle", "summaries"):
        status = client_of(there, name, scope).post(where, {}, format="json").status_code
        assert status == (200 if scope == own else 403), scope


def test_what_has_ended_says_why_in_a_code(there):
    services.set_pattern_status(there.other, actor=there.people["sanna"], status=PatternStatus.SOLVED)
    there.pattern = there.other
    body, _ = ACTS[f"{PATTERN}plan-measure/"]
    answer = client_of(there, "sanna").post(address(f"{PATTERN}plan-measure/", there), body(there), format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")


def test_a_personal_number_is_refused_where_it_stands_and_not_repeated(there):
    bad = {"title": "Brevlådan", "description": "Det gällde 19850709-9805."}
    answer = client_of(there, "sanna").post(address(f"{PATTERN}change/", there), bad, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "personal_data")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/description"]
    assert "9805" not in answer.content.decode()
