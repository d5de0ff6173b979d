"""Systemfel through the API: what each person may know of one, and the figures of the page."""

import pytest

from cases import services
from cases.codes import Cause, MeasureState, PatternStatus
from cases.models import Case, Pattern, PatternFollower, PatternTally
from cases.pattern_figures import figures
from cases.services import Plan
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused, shown
from tests.cases.conftest import DAY, START

PATTERNS = "patterns/"
PLAN = Plan("Bemanna brevlådorna.", Cause.RESOURCES, "Enhetschefens funktion", START.date() + 30 * DAY)
WHOLE = ("figures", "measures", "agenda_items", "assignments", "events", "cases_url")


@pytest.fixture
def pattern(world) -> Pattern:
    """The systemfel of all the cases."""
    return Pattern.objects.get(association=world.forbund)


def one(world, name: str, pattern: Pattern, **query: object) -> dict:
    return shown(world.people[name], f"{PATTERNS}{pattern.pk}/", **query)


@pytest.mark.parametrize("name", ["rakel", "karl", "frida"])
def test_whoever_takes_part_knows_name_description_and_status_alone(world, pattern, name):
    services.change_pattern(
        pattern, actor=world.people["sanna"], title=pattern.title, description="Ingen läser.",
        owner=world.people["stina"], review_on=START.date() + DAY,
    )  # fmt: skip
    for told in (one(world, name, pattern), *listed(world.people[name], PATTERNS)):
        assert (told["title"], told["description"], told["status"]) == (pattern.title, "Ingen läser.", "OBSERVED")
        assert {told.get(field) for field in (*WHOLE, "owner", "review_on", "counts")} == {None}


@pytest.mark.parametrize("name", ["sanna", "bea"])
def test_kansli_and_group_get_the_figures_of_the_page(world, pattern, name):
    services.tally(pattern, actor=world.people["rakel"])
    measure = services.plan_pattern_measure(pattern, actor=world.people["sanna"], plan=PLAN)
    services.end_pattern_measure(measure, actor=world.people["sanna"], state=MeasureState.DONE, how="Klart.")
    page = figures([pattern], world.people[name])[pattern.pk]
    told = one(world, name, pattern)["figures"]
    assert (told["cases"], told["open_cases"], told["tallies"]) == (page.cases, page.open_cases, page.tallies)
    assert (tuple(told["members"]), tuple(told["initiatives"])) == (page.members, page.initiatives)
    assert (told["first"], told["last"]) == (page.first.isoformat(), page.last.isoformat())
    assert (told["around"]["before"], told["around"]["after"]) == (page.around.before, page.around.after)
    [row] = listed(world.people[name], PATTERNS)
    assert row["counts"] == {key: told[key] for key in ("cases", "open_cases", "tallies", "first", "last")}


def test_one_tells_measures_meetings_and_what_has_happened(world, pattern):
    services.plan_pattern_measure(pattern, actor=world.people["sanna"], plan=PLAN)
    told = one(world, "sanna", pattern)
    [measure] = told["measures"]
    assert (measure["what"], measure["owner"], measure["state"]) == (PLAN.what, PLAN.owner, "OPEN")
    assert (measure["is_late"], measure["from_case"]) == (False, False)
    assert told["events"][0]["verb"] == "plan"
    assert told["owner"] == world.people["sanna"].name


def test_its_cases_are_listed_for_who_knows_the_whole(world, pattern):
    address = one(world, "sanna", pattern)["cases_url"]
    numbers = {row["number"] for row in browser_of(world.people["sanna"]).get(address).json()["results"]}
    assert numbers == set(Case.objects.filter(pattern=pattern).values_list("number", flat=True))
    for name in ("rakel", "karl"):
        answer = browser_of(world.people[name]).get(address)
        assert refused(answer, 400) == ("invalid", ["systemfel"])


def test_a_pattern_of_another_forbund_does_not_exist(world, pattern):
    for name in ("berit", "adam", "olle", "stranger"):
        assert browser_of(world.people[name]).get(f"/api/v1/{PATTERNS}{pattern.pk}/").status_code == 404
        assert listed(world.people[name], PATTERNS) == []


@pytest.mark.parametrize("key", ["0", "99999999999999999999999999"])
def test_a_key_that_no_pattern_can_have_is_not_there(world, key):
    assert browser_of(world.people["sanna"]).get(f"/api/v1/{PATTERNS}{key}/").status_code == 404


def test_one_that_was_merged_points_to_the_other_and_leaves_the_list(world, pattern):
    sanna = world.people["sanna"]
    other = services.make_pattern(world.forbund, actor=sanna, title="Ett annat")
    services.merge_patterns(pattern, actor=sanna, into=other)
    assert one(world, "rakel", pattern)["merged_into"] == other.pk
    assert [row["id"] for row in listed(sanna, PATTERNS)] == [other.pk]


def test_the_list_is_narrowed_by_status_and_by_what_one_follows(world, pattern):
    sanna = world.people["sanna"]
    solved = services.make_pattern(world.forbund, actor=sanna, title="Ett löst")
    services.set_pattern_status(solved, actor=sanna, status=PatternStatus.SOLVED)
    found = {"oppna": ("ja", pattern), "status": ("SOLVED", solved), "status__in": ("OBSERVED,MEASURES", pattern)}
    for name, (value, wanted) in found.items():
        assert [row["id"] for row in listed(sanna, PATTERNS, **{name: value})] == [wanted.pk]
    assert [row["id"] for row in listed(world.people["karl"], PATTERNS, oppna="nej")] == [solved.pk]
    services.follow(pattern, actor=world.people["karl"])
    assert [row["id"] for row in listed(world.people["karl"], PATTERNS, foljer="true")] == [pattern.pk]


def test_who_may_not_know_the_day_to_look_again_cannot_find_it_out(world, pattern):
    Pattern.objects.filter(pk=pattern.pk).update(review_on=START.date())
    wish = {"review_on__gte": START.date().isoformat(), "review_on__lte": START.date().isoformat()}
    assert len(listed(world.people["sanna"], PATTERNS, **wish)) == 1
    assert listed(world.people["rakel"], PATTERNS, **wish) == []


def test_news_stay_until_they_are_marked_as_seen(world, pattern):
    stina = world.people["stina"]
    services.follow(pattern, actor=stina)
    services.set_pattern_status(pattern, actor=world.people["sanna"], status=PatternStatus.ANALYSIS)
    for _ in range(2):
        assert one(world, "stina", pattern)["has_news"]
    browser_of(stina).post(f"/api/v1/{PATTERNS}{pattern.pk}/seen/", {}, content_type="application/json")
    assert not one(world, "stina", pattern)["has_news"]


def test_a_tally_counts_once_a_day(world, pattern):
    for _ in range(2):
        answer = browser_of(world.people["karl"]).post(
            f"/api/v1/{PATTERNS}{pattern.pk}/tally/", {}, content_type="application/json"
        )
        assert answer.status_code == 200
    assert PatternTally.objects.get().user == world.people["karl"]
    assert one(world, "karl", pattern)["tallied_today"]


def test_what_a_change_leaves_out_stays(world, pattern):
    stina = world.people["stina"]
    for body in ({"description": "Ingen läser."}, {"owner": stina.email}, {"review_on": "2026-06-01"}):
        answer = browser_of(stina).post(
            f"/api/v1/{PATTERNS}{pattern.pk}/change/", body, content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
    told = one(world, "stina", pattern)
    assert (told["title"], told["description"]) == (pattern.title, "Ingen läser.")
    assert (told["owner"], told["review_on"]) == (stina.name, "2026-06-01")
    assert PatternFollower.objects.filter(pattern=pattern, user=stina).exists()


@pytest.mark.parametrize(
    ("act", "body", "place"),
    [
        ("change", {"owner": "rakel-i-allt@example.org"}, "#/owner"),
        ("change", {"title": " "}, "#/title"),
        ("merge", {"into": 10**18}, "#/into"),
        ("merge", {"into": "7"}, "#/into"),
        ("set-status", {"status": "GONE"}, "#/status"),
        ("plan-measure", {"what": "Så.", "cause": "IT", "owner": "Chefen", "due_on": "2020-01-01"}, "#/due_on"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(world, pattern, act, body, place):
    answer = browser_of(world.people["sanna"]).post(
        f"/api/v1/{PATTERNS}{pattern.pk}/{act}/", body, content_type="application/json"
    )
    assert refused(answer, 400)[1] == [place]


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "rakel"])
def test_a_longer_list_puts_no_more_questions(world, name):
    few = questions(world.people[name], PATTERNS)
    for number in range(5):
        services.make_pattern(world.forbund, actor=world.people["sanna"], title=f"Nummer {number}")
    assert questions(world.people[name], PATTERNS) == few <= MOST_QUESTIONS


def test_one_is_shown_in_a_fixed_number_of_questions(world, pattern):
    address = f"{PATTERNS}{pattern.pk}/"
    few = questions(world.people["sanna"], address)
    for _ in range(3):
        services.plan_pattern_measure(pattern, actor=world.people["sanna"], plan=PLAN)
    assert questions(world.people["sanna"], address) == few <= 14
