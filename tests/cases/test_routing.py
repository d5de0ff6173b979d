"""Which function gets a concern and why, and the rules that do not do what somebody believes."""

import itertools

import pytest

from cases import clocks, services
from cases.codes import GapType, Party
from cases.models import Absence, FunctionPerson, Initiative, Member, RoutingRule, Unit
from cases.routing import Router, Why, unassigned
from cases.services import Concerned
from tests.cases.conftest import DAY
from tests.people import LONG_AGO, make_function, make_user
from tests.sharing import shared, tool

pytestmark = pytest.mark.usefixtures("db")


@shared
def precise(file_case, kommun, enhet, insats):
    """A concern of which everything is known that a rule can ask for."""
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun, enhet)], initiative=insats, gap_type=GapType.STRUKTUR)
    return case.concerns.select_related("case__association", "member").get()


@tool
def add_rule(kommun, enhet, insats):
    """Return a function that makes a rule for the kommun, with a function and a person of its own."""
    numbers = itertools.count()

    def add(*, unit=False, gap_type=False, initiative=False, function=None, **fields) -> RoutingRule:
        function = function or make_function(kommun, f"F{(n := next(numbers))}", make_user(f"p{n}"))
        return RoutingRule.objects.create(
            member=kommun,
            unit=enhet if unit else None,
            gap_type=GapType.STRUKTUR if gap_type else "",
            initiative=insats if initiative else None,
            function=function,
            **fields,
        )

    return add


def route(concern):
    return Router(concern.case.association).route(concern)


# ---- the most specific rule wins ----

# From the most specific to the least: a unit says more than an insats, and an insats more than a type.
ORDER = [
    {"unit": True, "initiative": True, "gap_type": True},
    {"unit": True, "initiative": True},
    {"unit": True, "gap_type": True},
    {"unit": True},
    {"initiative": True, "gap_type": True},
    {"initiative": True},
    {"gap_type": True},
    {},
]


@pytest.mark.parametrize(("stronger", "weaker"), list(itertools.combinations(range(8), 2)))
@pytest.mark.parametrize("order", ["older first", "newer first"])
def test_of_two_rules_the_one_that_says_more_wins(precise, add_rule, stronger, weaker, order):
    if order == "older first":
        wins, _ = add_rule(**ORDER[stronger]), add_rule(**ORDER[weaker])
    else:
        _, wins = add_rule(**ORDER[weaker]), add_rule(**ORDER[stronger])
    assert route(precise).function == wins.function


@pytest.mark.parametrize("said", range(8))
def test_of_two_rules_that_say_the_same_the_older_wins(precise, add_rule, said):
    older, _ = add_rule(**ORDER[said]), add_rule(**ORDER[said])
    assert route(precise).function == older.function


@pytest.mark.parametrize("other", ["unit", "gap_type", "initiative", "member"])
def test_a_rule_for_something_else_does_not_match(precise, add_rule, kommun, fk, forbund, funktion, other):
    wrong = {
        "unit": lambda: {"unit": Unit.objects.create(member=kommun, name="Annan", from_on=LONG_AGO)},
        "gap_type": lambda: {"gap_type": GapType.RELATION},
        "initiative": lambda: {
            "initiative": Initiative.objects.create(association=forbund, name="Annan", from_on=LONG_AGO)
        },
        "member": lambda: {"member": fk},
    }[other]()
    rule = add_rule()
    RoutingRule.objects.filter(pk=rule.pk).update(**wrong)
    assert route(precise).function == funktion


def test_the_type_that_the_kansli_set_is_the_one_that_counts(precise, add_rule, funktion):
    add_rule(gap_type=True)
    precise.type_set = GapType.RELATION
    assert route(precise).function == funktion


def test_a_type_may_be_tried_before_it_is_set(precise, add_rule, funktion):
    rule = add_rule(gap_type=True)
    router = Router(precise.case.association)
    assert router.route(precise, gap_type=GapType.STRUKTUR).function == rule.function
    assert router.route(precise, gap_type=GapType.RELATION).function == funktion


# ---- why ----


def test_a_rule_says_for_what_it_points_there(precise, add_rule):
    add_rule(unit=True, gap_type=True)
    found = route(precise)
    assert found.why == Why.RULE
    assert found.because == "en regel pekar dit för Provköpings kommun, Ekonomiskt bistånd, Struktur"


def test_without_a_rule_it_is_the_general_function(precise, funktion):
    found = route(precise)
    assert (found.function, found.why, found.target) == (funktion, Why.GENERAL, funktion.name)


def test_without_a_general_function_it_is_the_kansli(precise, funktion):
    funktion.is_general = False
    funktion.save()
    found = route(precise)
    assert (found.function, found.why, found.is_unassigned, found.target) == (None, Why.NO_MATCH, True, "kansliet")


@pytest.mark.parametrize("party", [Party.FORBUND, Party.OTHER])
def test_what_concerns_the_forbund_or_others_is_the_kanslis_own(file_case, party):
    found = route(file_case(concerned=[Concerned(party)]).concerns.get())
    assert (found.function, found.why, found.is_unassigned) == (None, Why.KANSLI, False)


def test_a_member_that_nobody_named_must_be_chosen(file_case):
    found = route(file_case(concerned=[Concerned(Party.REGION)]).concerns.get())
    assert (found.why, found.is_unassigned) == (Why.NO_MEMBER, True)


def test_a_member_that_has_ended_gets_nothing(precise, kommun):
    precise.member.to_on = clocks.today() - DAY
    assert route(precise).why == Why.MEMBER_ENDED


def test_a_function_that_has_ended_gets_nothing(precise, add_rule, funktion):
    rule = add_rule()
    rule.function.to_on = clocks.today() - DAY
    rule.function.save()
    assert route(precise).function == funktion


def test_a_function_gets_things_on_its_last_day(precise, add_rule):
    rule = add_rule()
    rule.function.to_on = clocks.today()
    rule.function.save()
    assert route(precise).function == rule.function


def test_a_rule_that_points_to_another_members_function_is_not_used(precise, add_rule, funktion, frida):
    add_rule(function=frida.function_places.get().function)
    assert route(precise).function == funktion


# ---- who is present ----


def away(person, **dates):
    Absence.objects.create(user=person, **{"from_on": clocks.today(), "to_on": clocks.today(), **dates})


def present(concern, funktion):
    return Router(concern.case.association).present(funktion)


def test_those_who_are_there_get_it_and_the_deputy_does_not(precise, funktion, karl, kim):
    assert present(precise, funktion) == [karl]


def test_the_deputy_gets_it_when_the_others_are_away(precise, funktion, karl, kim):
    away(karl)
    assert present(precise, funktion) == [kim]
    assert route(precise).function == funktion


def test_when_the_deputy_is_away_too_it_is_the_kansli_and_says_so(precise, funktion, karl, kim):
    away(karl)
    away(kim)
    found = route(precise)
    assert (found.function, found.why) == (None, Why.NOBODY)
    assert found.because.endswith("men ingen är på plats i Kommunens samverkansfunktion")


@pytest.mark.parametrize("days", [-1, 1])
def test_absence_on_another_day_does_not_matter(precise, funktion, karl, days):
    day = clocks.today() + days * DAY
    away(karl, from_on=day, to_on=day)
    assert present(precise, funktion) == [karl]


def test_absence_without_an_end_goes_on(precise, funktion, karl, moved):
    away(karl, to_on=None)
    with moved(100):
        assert present(precise, funktion) == []


def test_the_reporter_counts_as_absent(forbund, kommun, funktion, karl, kim):
    report = services.Report("a", "b", [Concerned(Party.KOMMUN, kommun)], None)
    concern = services.file(forbund, report, actor=karl).case.concerns.get()
    assert route(concern).function == funktion
    kim.function_places.update(to_on=clocks.today() - DAY)
    assert route(concern).why == Why.NOBODY


@pytest.mark.parametrize(("field", "days"), [("to_on", -1), ("from_on", 1)])
def test_somebody_whose_place_does_not_hold_today_is_not_there(precise, funktion, field, days):
    FunctionPerson.objects.update(**{field: clocks.today() + days * DAY})
    assert present(precise, funktion) == []


def test_somebody_who_may_not_log_in_is_not_there(precise, funktion, karl):
    karl.is_active = False
    karl.save()
    assert present(precise, funktion) == []


def test_the_choice_of_a_function_with_nobody_there_falls_back_too(precise, kommun):
    empty = make_function(kommun, "Tom")
    assert Router(precise.case.association).choose(precise, empty).why == Why.NOBODY


def test_a_coordinator_chooses_among_the_members_functions_in_force(precise, kommun, fk, funktion, frida):
    ended = make_function(kommun, "Nedlagd")
    ended.to_on = clocks.today() - DAY
    ended.save()
    assert Router(precise.case.association).choices(precise) == [funktion]


def test_another_forbunds_rules_do_not_count(precise, annat_forbund, funktion):
    other = Member.objects.create(association=annat_forbund, party=Party.KOMMUN, name="Annan", from_on=LONG_AGO)
    RoutingRule.objects.create(member=other, function=make_function(other, "Annan", make_user("x")))
    assert route(precise).function == funktion


# ---- warnings ----


def warnings(forbund) -> list[str]:
    return [warning.sentence for warning in Router(forbund).warnings()]


def test_rules_that_work_give_no_warning(forbund, add_rule, funktion):
    for said in ORDER:
        add_rule(**said)
    assert warnings(forbund) == []


def test_a_rule_that_another_always_goes_before_is_a_warning(forbund, add_rule):
    add_rule(unit=True)
    shadowed = add_rule(unit=True)
    [warning] = Router(forbund).warnings()
    assert warning.subject == shadowed
    assert warning.sentence == (
        "Regeln används aldrig: regeln för ”Provköpings kommun, Ekonomiskt bistånd” går alltid före."
    )
    assert warning.in_full.startswith("Regeln för ”Provköpings kommun, Ekonomiskt bistånd” används aldrig")


def test_a_rule_that_several_others_cover_together_is_a_warning(forbund, add_rule):
    general = add_rule()
    for gap_type in GapType:
        RoutingRule.objects.filter(pk=add_rule(gap_type=True).pk).update(gap_type=gap_type)
    assert [warning.subject for warning in Router(forbund).warnings()] == [general]


def test_a_rule_to_a_function_that_has_ended_is_a_warning(forbund, add_rule):
    rule = add_rule()
    rule.function.to_on = clocks.today() - DAY
    rule.function.save()
    assert warnings(forbund) == ["Regeln pekar på F0, som har upphört. Den används inte."]


def test_a_rule_to_another_members_function_is_a_warning(forbund, add_rule, frida):
    add_rule(function=frida.function_places.get().function)
    assert warnings(forbund) == [
        "Regeln pekar på Försäkringskassan, samverkan, som hör till en annan medlem. Den används inte."
    ]


@pytest.mark.parametrize("what", ["member", "unit", "initiative"])
def test_a_rule_for_what_does_not_hold_today_can_never_match(forbund, add_rule, what):
    rule = add_rule(unit=True, initiative=True)
    part = getattr(rule, what)
    part.to_on = clocks.today() - DAY
    part.save()
    [sentence] = [one for one in warnings(forbund) if "aldrig passa" in one]
    assert f"{part.name} gäller inte i dag" in sentence


def test_a_rule_for_another_members_unit_can_never_match(forbund, add_rule, fk):
    rule = add_rule(unit=True)
    unit = Unit.objects.create(member=fk, name="Kontor", from_on=LONG_AGO)
    RoutingRule.objects.filter(pk=rule.pk).update(unit=unit)
    assert warnings(forbund) == ["Regeln kan aldrig passa: enheten hör till en annan medlem."]


def test_a_function_with_nobody_present_is_one_warning_also_where_rules_point_there(forbund, kommun, add_rule):
    add_rule(function=make_function(kommun, "Tom"))
    assert warnings(forbund) == ["Ingen är på plats i Tom. Det som skickas dit går till kansliet."]


def test_a_function_that_has_ended_needs_nobody(forbund, kommun):
    ended = make_function(kommun, "Nedlagd")
    ended.to_on = clocks.today() - DAY
    ended.save()
    assert warnings(forbund) == []


# ---- the unassigned ----


def listed(forbund) -> list:
    return [concern.case for concern, _ in unassigned(forbund)]


def test_what_has_somewhere_to_go_is_not_unassigned(forbund, case):
    assert listed(forbund) == []


def test_what_no_rule_matches_is_unassigned(forbund, case, funktion):
    funktion.is_general = False
    funktion.save()
    assert listed(forbund) == [case]


def test_what_fell_back_to_the_kansli_stays_on_the_list(forbund, case, flow, karl):
    away(karl)
    flow.send(case)
    assert listed(forbund) == [case]


def test_what_a_function_has_is_not_unassigned_though_nobody_is_there_any_more(forbund, case, flow, karl):
    flow.send(case)
    away(karl)
    assert listed(forbund) == []


def test_what_has_ended_is_not_unassigned(forbund, case, funktion, rakel):
    funktion.is_general = False
    funktion.save()
    services.withdraw(case, actor=rakel)
    assert listed(forbund) == []


def test_the_forbunds_own_is_never_unassigned(forbund, file_case):
    file_case(concerned=[Concerned(Party.FORBUND)])
    assert listed(forbund) == []


def test_the_oldest_stands_first(forbund, file_case, moved):
    with moved(5):
        younger = file_case(concerned=[Concerned(Party.REGION)])
    older = file_case(concerned=[Concerned(Party.REGION)])
    assert listed(forbund) == [older, younger]


def test_each_forbund_has_its_own_list(annat_forbund, file_case):
    file_case(concerned=[Concerned(Party.REGION)])
    assert listed(annat_forbund) == []


@pytest.mark.once
def test_routing_asks_as_much_for_many_concerns_as_for_one(forbund, file_case, django_assert_max_num_queries):
    for _ in range(5):
        file_case(concerned=[Concerned(Party.REGION)])
    with django_assert_max_num_queries(5):
        unassigned(forbund)


def test_a_returned_concern_is_not_proposed_to_the_function_that_returned_it(case, flow, karl, sanna):
    sent = flow.send(case)
    services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Hör till regionen.")
    route = Router(case.association).route(sent.concerns.select_related("case", "member").get())
    assert (route.function, route.why) == (None, Why.RETURNED)


def test_a_returned_concern_is_unassigned(case, flow, karl, forbund):
    sent = flow.send(case)
    services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Hör till regionen.")
    assert [concern.case_id for concern, _ in unassigned(forbund)] == [case.pk]


def test_a_concern_that_lies_with_an_ended_function_is_unassigned(case, flow, funktion, forbund):
    flow.send(case)
    funktion.to_on = clocks.today() - DAY
    funktion.save()
    assert [concern.case_id for concern, _ in unassigned(forbund)] == [case.pk]


def test_what_the_coordinator_chose_to_keep_is_not_unassigned(case, sanna, forbund):
    concern = case.concerns.get()
    services.classify(case, actor=sanna, types={concern.pk: GapType.ORGANISATION})
    services.send(case, actor=sanna, concerns={concern.pk: None})
    assert unassigned(forbund) == []
