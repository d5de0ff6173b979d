"""The registers of a förbund, kept by its administrator: members, units, insatser, functions, rules, absence.

What has been in use is ended with a date, never removed, so that old cases keep their names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet

from cases import clocks
from cases.codes import GapType, Party, Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import (
    Absence,
    Association,
    Concern,
    ContactFunction,
    FunctionPerson,
    Initiative,
    Member,
    NumberSeries,
    RoutingRule,
    Unit,
    User,
)
from cases.services.guarding import guarded

Row = TypeVar("Row", bound=models.Model)

NAME_MISSING = "Skriv ett namn."
NOT_HERE = "Välj något som hör till förbundet."
ENDS_TOO_SOON = "Sista dagen kan inte ligga före första dagen."
CODE_IS_KEPT = "Koden står redan i ärendenummer och kan inte ändras."


@contextmanager
def holding(association: Association) -> Iterator[Association]:
    """Hold a förbund's registers while something in them changes.

    One change at a time: what was looked up to allow a change still holds when it is stored.
    """
    with transaction.atomic():
        held = Association.objects.select_for_update(no_key=True).get(pk=association.pk)
        if held.ended_on:
            raise MoveNotAllowed("Förbundet har upphört. Registren kan läsas men inte ändras.", code="ended")
        yield held


@contextmanager
def changing(association: Association, *, actor: User) -> Iterator[Association]:
    """Hold a förbund's registers for its administrator."""
    with holding(association) as held:
        if not (actor.is_superuser or actor.standing().holds(Role.ADMIN, held.pk)):
            raise MoveNotAllowed("Det här kan bara förbundets administratör göra.", code="not_admin")
        yield held


@contextmanager
def or_taken(field: str, sentence: str) -> Iterator[None]:
    """Turn the database's refusal of a second row of the same kind into a sentence beside the field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Incomplete({field: sentence}) from error


def one_line(texts: Mapping[str, str]) -> dict[str, str]:
    """Return guarded texts of one line each."""
    return {field: " ".join(text.split()) for field, text in guarded(texts).items()}


def check_dates(from_on: dt.date, to_on: dt.date | None) -> None:
    """Refuse a last day before the first."""
    if to_on is not None and to_on < from_on:
        raise Incomplete({"to_on": ENDS_TOO_SOON})


def overlapping(rows: QuerySet[Any], from_on: dt.date, to_on: dt.date | None) -> QuerySet[Any]:
    """Keep the dated rows that share a day with the period."""
    shared = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
    return shared if to_on is None else shared.filter(from_on__lte=to_on)


def people_of(association: Association) -> QuerySet[User]:
    """Return everybody who has, had or will have a role or a place in a function here; systems are nobody."""
    return User.objects.filter(_known_in(association), system_of=None)


def accounts_of(association: Association) -> QuerySet[User]:
    """Return the förbund's people, and its systems."""
    return User.objects.filter((_known_in(association) & Q(system_of=None)) | Q(system_of=association))


def _known_in(association: Association) -> Q:
    places = FunctionPerson.objects.filter(function__member__association=association)
    return Q(pk__in=association.grants.order_by().values("user")) | Q(pk__in=places.order_by().values("user"))


def current_people_of(association: Association) -> QuerySet[User]:
    """Return those of the förbund's people who have a role or a place in a function today or later."""
    going_on = Q(to_on__isnull=True) | Q(to_on__gte=clocks.today())
    places = FunctionPerson.objects.filter(going_on, function__member__association=association)
    grants = association.grants.filter(going_on)
    return people_of(association).filter(
        Q(pk__in=grants.order_by().values("user")) | Q(pk__in=places.order_by().values("user"))
    )


def code_is_kept(association: Association) -> bool:
    """Tell whether the förbund's code stands in a case number, so that it can no longer change."""
    return NumberSeries.objects.filter(association=association).exists()


# ---- the förbund ----

WORDS = ("name", "code", "region", "report_word", "reporter_word", "group_word")


def save_association(association: Association, *, actor: User, **fields: Any) -> Association:
    """Change the förbund's words, clocks and settings. Open cases get their new dates from `chase`, within the hour."""
    texts = one_line({name: fields[name] for name in WORDS if name in fields})
    fields |= texts | guarded({"form_intro": fields.get("form_intro", association.form_intro)})
    for name in {"name", "code", "report_word", "reporter_word", "group_word"} & set(texts):
        if not texts[name]:
            raise Incomplete({name: "Fyll i det här."})
    with changing(association, actor=actor) as held:
        if fields.get("code", held.code) != held.code and code_is_kept(held):
            raise Incomplete({"code": CODE_IS_KEPT})
        others = Association.objects.exclude(pk=held.pk)
        _free(others, "name", fields.get("name", held.name), "Ett annat förbund heter redan så.")
        _free(others, "code", fields.get("code", held.code), "Ett annat förbund har redan den koden.")
        for name, value in fields.items():
            setattr(held, name, value)
        with or_taken("name", "Ett annat förbund har redan det namnet eller den koden."):
            held.save()
    return held


# ---- members, units, insatser ----


def save_member(
    association: Association,
    *,
    actor: User,
    name: str,
    party: Party,
    from_on: dt.date,
    member: Member | None = None,
) -> Member:
    """Add a member, or change one. Its party is kept once a case names it."""
    name = named(name)
    with changing(association, actor=actor) as held:
        row = _fresh(held.members.all(), member) or Member(association=held)
        if row.pk and row.party != party and Concern.objects.filter(member=row).exists():
            raise Incomplete({"party": "Medlemmen finns i ärenden. Parten kan därför inte ändras."})
        if row.to_on and row.to_on < from_on:
            raise Incomplete({"from_on": f"Medlemskapet upphörde {row.to_on}. Välj en tidigare dag."})
        _free(held.members.exclude(pk=row.pk), "name", name, "En annan medlem heter redan så, kanske en som upphört.")
        row.name, row.party, row.from_on = name, party, from_on
        with or_taken("name", "En annan medlem heter redan så."):
            row.save()
    return row


def resume_member(member: Member, *, actor: User) -> Member:
    """Take back that a membership ended. Its functions stay ended until each is opened."""
    with changing(member.association, actor=actor) as held:
        row = held.members.get(pk=member.pk)
        row.to_on = None
        row.save(update_fields=["to_on"])
    return row


def save_unit(
    association: Association,
    *,
    actor: User,
    member: Member,
    name: str,
    from_on: dt.date,
    to_on: dt.date | None = None,
    unit: Unit | None = None,
) -> Unit:
    """Add a unit to a member, or rename or end one."""
    name = named(name)
    check_dates(from_on, to_on)
    with changing(association, actor=actor) as held:
        row = _fresh(Unit.objects.filter(member__association=held), unit) or Unit(member=own_member(held, member))
        units = Unit.objects.filter(member=row.member_id).exclude(pk=row.pk)
        _free(units, "name", name, "Medlemmen har redan en enhet som heter så, kanske en som upphört.")
        row.name, row.from_on, row.to_on = name, from_on, to_on
        with or_taken("name", "Medlemmen har redan en enhet som heter så."):
            row.save()
    return row


def save_initiative(
    association: Association,
    *,
    actor: User,
    name: str,
    from_on: dt.date,
    to_on: dt.date | None = None,
    initiative: Initiative | None = None,
) -> Initiative:
    """Add an insats, or rename or end one."""
    name = named(name)
    check_dates(from_on, to_on)
    with changing(association, actor=actor) as held:
        row = _fresh(held.initiatives.all(), initiative) or Initiative(association=held)
        others = held.initiatives.exclude(pk=row.pk)
        _free(others, "name", name, "En annan insats heter redan så, kanske en som upphört.")
        row.name, row.from_on, row.to_on = name, from_on, to_on
        with or_taken("name", "En annan insats heter redan så."):
            row.save()
    return row


# ---- functions and their people ----


def save_function(
    association: Association,
    *,
    actor: User,
    member: Member,
    name: str,
    from_on: dt.date,
    mailbox: str = "",
    is_general: bool = False,
    to_on: dt.date | None = None,
    function: ContactFunction | None = None,
) -> ContactFunction:
    """Add a contact function to a member, or change or end one.

    Nothing new goes to one that has ended; what lies there already stays with its people.
    """
    texts = one_line({"name": name, "mailbox": mailbox})
    if not texts["name"]:
        raise Incomplete({"name": NAME_MISSING})
    check_dates(from_on, to_on)
    with changing(association, actor=actor) as held:
        functions = ContactFunction.objects.filter(member__association=held)
        row = _fresh(functions, function) or ContactFunction(member=own_member(held, member))
        others = functions.filter(member=row.member_id).exclude(pk=row.pk)
        _free(others, "name", texts["name"], "Medlemmen har redan en funktion som heter så, kanske en som upphört.")
        if is_general:
            _make_room_for_general(others)
        mailbox = texts["mailbox"].lower()
        row.bounced_on = row.bounced_on if row.mailbox == mailbox else None
        row.name, row.mailbox, row.is_general = texts["name"], mailbox, is_general
        row.from_on, row.to_on = from_on, to_on
        with or_taken("name", "Medlemmen har redan en sådan funktion."):
            row.save()
    return row


def _make_room_for_general(others: QuerySet[ContactFunction]) -> None:
    """Refuse a second general function; one that has ended gives up its mark."""
    general = others.filter(is_general=True).first()
    if general is None:
        return
    if general.to_on is None or general.to_on >= clocks.today():
        raise Incomplete({"is_general": f"{general.name} är redan medlemmens allmänna funktion. Ändra den först."})
    general.is_general = False
    general.save(update_fields=["is_general"])


def save_place(
    association: Association,
    *,
    actor: User,
    function: ContactFunction,
    person: User,
    from_on: dt.date,
    is_deputy: bool = False,
    to_on: dt.date | None = None,
    place: FunctionPerson | None = None,
) -> FunctionPerson:
    """Put a person or a system in a function, or change or end their place there."""
    with changing(association, actor=actor) as held:
        places = FunctionPerson.objects.filter(function__member__association=held)
        row = _fresh(places, place)
        if row is None:
            if not accounts_of(held).filter(pk=person.pk).exists():
                raise Incomplete({"person": NOT_HERE})
            row = FunctionPerson(user=person, function=own_function(held, function))
        return put_in_function(row, is_deputy=is_deputy, from_on=from_on, to_on=to_on)


def put_in_function(
    row: FunctionPerson, *, is_deputy: bool, from_on: dt.date, to_on: dt.date | None = None
) -> FunctionPerson:
    """Store a place in a function whose förbund is held."""
    check_dates(from_on, to_on)
    if misfit := row.misfit():
        raise Incomplete({"function": misfit})
    others = FunctionPerson.objects.filter(function=row.function_id, user=row.user_id).exclude(pk=row.pk)
    taken = "Personen har redan en plats i funktionen under den tiden."
    if overlapping(others, from_on, to_on).exists():
        raise Incomplete({"from_on": taken})
    row.is_deputy, row.from_on, row.to_on = is_deputy, from_on, to_on
    with or_taken("from_on", taken):
        row.save()
    return row


# ---- routing rules ----


def save_rule(
    association: Association,
    *,
    actor: User,
    function: ContactFunction,
    unit: Unit | None = None,
    gap_type: GapType | None = None,
    initiative: Initiative | None = None,
    rule: RoutingRule | None = None,
) -> RoutingRule:
    """Point a member's concerns to one of its functions, or change a rule. The function says which member."""
    with changing(association, actor=actor) as held:
        to = own_function(held, function)
        if unit is not None and unit.member_id != to.member_id:
            raise Incomplete({"unit": "Enheten och funktionen hör till olika medlemmar."})
        if initiative is not None and initiative.association_id != held.pk:
            raise Incomplete({"initiative": NOT_HERE})
        rules = RoutingRule.objects.filter(member__association=held)
        row = _fresh(rules, rule) or RoutingRule()
        row.member, row.function, row.unit, row.initiative = to.member, to, unit, initiative
        row.gap_type = gap_type or ""
        same = rules.filter(member=row.member, unit=row.unit, gap_type=row.gap_type, initiative=row.initiative).exclude(
            pk=row.pk
        )
        if (twin := same.select_related("function").first()) is not None:
            raise Incomplete({"function": f"En regel för samma sak finns redan. Den går till {twin.function.name}."})
        row.save()
    return row


def remove_rule(rule: RoutingRule, *, actor: User) -> None:
    """Remove a rule. What it has already sent stays where it is."""
    with changing(rule.member.association, actor=actor) as held:
        RoutingRule.objects.filter(pk=rule.pk, member__association=held).delete()


# ---- absence ----


def save_absence(
    person: User,
    *,
    actor: User,
    from_on: dt.date,
    to_on: dt.date | None = None,
    absence: Absence | None = None,
) -> Absence:
    """Note when somebody in a function is away: themselves, or the administrator of a förbund where they sit."""
    check_dates(from_on, to_on)
    if to_on is not None and to_on < clocks.today():
        raise Incomplete({"to_on": "De dagarna har redan varit."})
    with transaction.atomic():
        _lock(person)
        _may_set_absence(person, actor)
        row = _fresh(person.absences.all(), absence) or Absence(user=person)
        if (other := overlapping(person.absences.exclude(pk=row.pk), from_on, to_on).first()) is not None:
            until = f"till {other.to_on}" if other.to_on else "tills vidare"
            raise Incomplete({"from_on": f"Det finns redan frånvaro från {other.from_on} {until}. Ändra den."})
        row.from_on, row.to_on = from_on, to_on
        row.save()
    return row


def remove_absence(absence: Absence, *, actor: User) -> None:
    """Take back an absence; days that have been stay noted."""
    today = clocks.today()
    with transaction.atomic():
        _lock(absence.user)
        _may_set_absence(absence.user, actor)
        row = absence.user.absences.filter(pk=absence.pk).first()
        if row is None or (row.to_on is not None and row.to_on < today):
            return
        if row.from_on >= today:
            row.delete()
            return
        row.to_on = today - dt.timedelta(days=1)
        row.save(update_fields=["to_on"])


def _may_set_absence(person: User, actor: User) -> None:
    places = person.function_places.all()
    if person.pk != actor.pk:
        places = places.filter(function__member__association__in=actor.standing().associations(Role.ADMIN))
    if not places.exists():
        raise MoveNotAllowed("Det här kan bara personen själv eller förbundets administratör göra.", code="not_admin")


def _lock(person: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


# ---- shared ----


def named(name: str) -> str:
    """Return a guarded name of one line. Raises Incomplete where it is empty."""
    clean = one_line({"name": name})["name"]
    if not clean:
        raise Incomplete({"name": NAME_MISSING})
    return clean


def _fresh(rows: QuerySet[Row], row: Row | None) -> Row | None:
    """Return the row as it stands now, found among the förbund's own."""
    return None if row is None else rows.get(pk=row.pk)


def _free(others: QuerySet[Any], field: str, value: str, sentence: str) -> None:
    """Refuse a name that another row has, however it is spelt with small and capital letters."""
    if value.casefold() in {taken.casefold() for taken in others.values_list(field, flat=True)}:
        raise Incomplete({field: sentence})


def own_member(association: Association, member: Member) -> Member:
    """Return the member if it is the förbund's. Raises Incomplete."""
    if member.association_id != association.pk:
        raise Incomplete({"member": NOT_HERE})
    return member


def own_function(association: Association, function: ContactFunction) -> ContactFunction:
    """Return the function if it is the förbund's. Raises Incomplete."""
    if function.member.association_id != association.pk:
        raise Incomplete({"function": NOT_HERE})
    return function
