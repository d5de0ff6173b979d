"""The registers of a förbund: what one needs to report and to send, and for its administrator all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.access import Scope
from api.base import Endpoint, Listing, wanted_fields
from api.filters import (
    AssociationFilters,
    FunctionFilters,
    InitiativeFilters,
    MemberFilters,
    PeopleFilters,
    RuleFilters,
    UnitFilters,
)
from api.shapes import registers as shapes
from api.shapes.acts import DoneShape
from api.shapes.registers import InRegister
from api.views.acts import Acting, Making, act_views
from cases import services
from cases.codes import Role
from cases.models import (
    Association,
    ContactFunction,
    FunctionPerson,
    Initiative,
    Member,
    RoutingRule,
    Unit,
    User,
)
from cases.registers import functions_of, with_grants, with_roles
from cases.routing import Router


class Associations(Listing):
    """The förbund that one may know of."""

    lists = "List the förbund that one has to do with, and those that one may report to."
    shape = shapes.AssociationShape
    filters = AssociationFilters

    def rows(self, **where: Any) -> QuerySet[Association]:
        return known(self.actor)


class OneAssociation(Endpoint):
    """One förbund."""

    sparse = shapes.AssociationShape
    gives = {"GET": shapes.AssociationShape}

    def get(self, request: Request, code: str) -> Response:
        """Show a förbund: what it calls things, and its clocks to those who have to do with it."""
        wanted = wanted_fields(request, shapes.AssociationShape)
        association = get_object_or_404(known(self.actor), code=code)
        context = {"request": request, "actor": self.actor, "fields": wanted}
        return Response(shapes.AssociationShape(association, context=context).data)


class InOne(Endpoint):
    """An address in one förbund's registers."""

    @cached_property
    def association(self) -> Association:
        """Return the förbund that the address names, if the actor may know of it. Raises Http404."""
        return get_object_or_404(known(self.actor), code=self.kwargs["code"])

    @property
    def keeps(self) -> bool:
        """Tell whether the actor keeps the registers."""
        return self.actor.standing().holds(Role.ADMIN, self.association.pk)

    @property
    def sees_all(self) -> bool:
        """Tell whether the actor sees what has ended too: administrator and kansli."""
        return self.keeps or self.actor.standing().holds(Role.COORDINATOR, self.association.pk)

    def for_keeper(self) -> None:
        """Refuse everybody but the administrator, for whom alone it exists. Raises Http404."""
        if not self.keeps:
            raise Http404


class RegisterList(InOne, Listing):
    """One kind of row of a förbund's registers; `of` tells which of them the actor may see."""

    of: ClassVar[Callable[[InOne], QuerySet[Any]]]

    def rows(self, **where: Any) -> QuerySet[Any]:
        return self.of()

    def shown(self, request: Request, rows: list[Any]) -> list[dict[str, Any]]:
        context = {
            "actor": self.actor,
            "request": request,
            "fields": wanted_fields(request, self.shape),
            "association": self.association,
        }
        return list(self.shape(rows, many=True, context=context).data)

    def chosen(self, rows: QuerySet[Any]) -> FilterSet:
        self._filters.offer_in(self.association)
        return super().chosen(rows)


class Register(Making, RegisterList):
    """A register to which rows are added."""

    scopes = {"GET": Scope.READ, "POST": Scope.HANDLE}
    gives = {"POST": DoneShape}

    def subject(self, **where: Any) -> InRegister:
        # Whoever may not even see the register is told so first.
        self.of()
        return InRegister(self.association)

    def url_of(self, request: Request, subject: Any) -> str:
        return reverse(f"api:{self.address}", args=[self.association.code, subject.pk], request=request)


class OneRow(InOne):
    """One row of a register."""

    of: ClassVar[Callable[[InOne], QuerySet[Any]]]
    shape: ClassVar[type[shapes.Row]]

    def get(self, request: Request, code: str, pk: int) -> Response:
        """Show a row of a förbund's registers."""
        wanted = wanted_fields(request, self.shape)
        row = get_object_or_404(self.of(), pk=pk)
        context = {"actor": self.actor, "request": request, "fields": wanted, "association": self.association}
        return Response(self.shape(row, context=context).data)


# ---- which rows there are for whom ----


def members(view: InOne) -> QuerySet[Member]:
    """Return the members of today; to administrator and kansli those that have left too."""
    rows = view.association.members.all()
    return rows if view.sees_all else rows.in_force()


def units(view: InOne) -> QuerySet[Unit]:
    """Return the units of today; to administrator and kansli those that have ended too."""
    rows = Unit.objects.filter(member__association=view.association).select_related("member")
    return rows if view.sees_all else rows.in_force()


def initiatives(view: InOne) -> QuerySet[Initiative]:
    """Return the insatser of today; to administrator and kansli those that have ended too."""
    rows = view.association.initiatives.all()
    return rows if view.sees_all else rows.in_force()


def functions(view: InOne) -> QuerySet[ContactFunction]:
    """Return all functions to the administrator, else those of today whose people the actor may see."""
    if view.keeps:
        return functions_of(view.association)
    here = FunctionPerson.objects.in_force().select_related("user").order_by("is_deputy", "user__name")
    mine = ContactFunction.objects.known_to(view.actor).filter(member__association=view.association)
    return mine.select_related("member").prefetch_related(Prefetch("people", queryset=here))


def rules(view: InOne) -> QuerySet[RoutingRule]:
    """Return the routing rules, to the administrator alone. Raises Http404."""
    view.for_keeper()
    found = RoutingRule.objects.filter(member__association=view.association)
    return found.select_related("member", "unit", "initiative", "function")


def people(view: InOne) -> QuerySet[User]:
    """Return the people, to the administrator alone. Raises Http404."""
    view.for_keeper()
    return services.people_of(view.association)


def people_with_roles(view: InOne) -> QuerySet[User]:
    """Return the people with what they are in the förbund, to the administrator alone. Raises Http404."""
    return with_roles(people(view), view.association)


# ---- the registers ----


class Members(Register):
    """Add a member to the förbund."""

    lists = "List the members of a förbund: those of today; for administrator and kansli those that have left too."
    of = members
    shape, filters = shapes.MemberShape, MemberFilters
    address, made = "member", "member"
    act = shapes.AddMemberShape
    takes = {"POST": shapes.AddMemberShape}


class Units(Register):
    """Add a unit to a member."""

    lists = "List the units of a förbund's members: those of today; for administrator and kansli all."
    of = units
    shape, filters = shapes.UnitShape, UnitFilters
    address, made = "unit", "unit"
    act = shapes.AddUnitShape
    takes = {"POST": shapes.AddUnitShape}


class Initiatives(Register):
    """Add an insats."""

    lists = "List the insatser of a förbund: those of today; for administrator and kansli those that have ended too."
    of = initiatives
    shape, filters = shapes.InitiativeShape, InitiativeFilters
    address, made = "initiative", "initiative"
    act = shapes.AddInitiativeShape
    takes = {"POST": shapes.AddInitiativeShape}


class Functions(Register):
    """Add a contact function to a member."""

    lists = "List contact functions and who is in them: for the kansli those of today, for their own people their own."
    of = functions
    shape, filters = shapes.FunctionShape, FunctionFilters
    address, made = "function", "function"
    act = shapes.AddFunctionShape
    takes = {"POST": shapes.AddFunctionShape}


class Rules(Register):
    """Point some of a member's concerns to one of its functions; the function says which member."""

    lists = "List a förbund's routing rules, for its administrator."
    of = rules
    shape, filters = shapes.RuleShape, RuleFilters
    address, made = "rule", "rule"
    act = shapes.AddRuleShape
    takes = {"POST": shapes.AddRuleShape}


class People(RegisterList):
    """A förbund's people."""

    lists = "List a förbund's people with their roles, for its administrator: those of today and later, unless told."
    of = people
    shape, filters = shapes.PersonRow, PeopleFilters

    def rows(self, **where: Any) -> QuerySet[User]:
        return with_grants(super().rows(**where), self.association)


class OnePerson(OneRow):
    """Show one of a förbund's people, to the administrator."""

    of = people_with_roles
    shape = sparse = shapes.PersonShape
    gives = {"GET": shapes.PersonShape}


class Warnings(InOne):
    """What to look at in a förbund's rules and functions."""

    gives = {"GET": shapes.WarningsShape}

    def get(self, request: Request, code: str) -> Response:
        """List rules that never match, and functions that may not be reached, for the administrator; all of them."""
        self.for_keeper()
        return Response(shapes.WarningsShape({"results": Router(self.association).warnings()}).data)


# ---- acts ----


class OnAssociation(Acting, InOne):
    """An act on the förbund itself."""

    address = "association"

    def subject(self, **where: Any) -> InRegister:
        return InRegister(self.association)

    def told(self, request: Request, subject: InRegister, made: Association) -> Response:
        # The code may be what was changed.
        self.association = made
        return super().told(request, subject, made)

    def url_of(self, request: Request, subject: Any) -> str:
        return reverse(f"api:{self.address}", args=[self.association.code], request=request)


class OnRow(Acting, InOne):
    """An act on a row of a register."""

    of: ClassVar[Callable[[InOne], QuerySet[Any]]]

    def subject(self, **where: Any) -> InRegister:
        return InRegister(self.association, get_object_or_404(self.of(), pk=where["pk"]))

    def url_of(self, request: Request, subject: Any) -> str:
        return reverse(f"api:{self.address}", args=[self.association.code, self.kwargs["pk"]], request=request)


class OnPlace(OnRow):
    """An act on somebody's place in a function."""

    of = functions
    address = "function"

    def subject(self, **where: Any) -> InRegister:
        function = super().subject(**where).row
        places = function.people.select_related("user", "function__member")
        return InRegister(self.association, get_object_or_404(places, pk=where["place"]))


class OnGoneRule(OnRow):
    """An act after which a rule is no more; the answer leads to the list."""

    of = rules
    address = "rules"

    def url_of(self, request: Request, subject: Any) -> str:
        return reverse(f"api:{self.address}", args=[self.association.code], request=request)


def known(actor: User) -> QuerySet[Association]:
    """Return the förbund whose registers the actor may know."""
    return Association.objects.known_to(actor).select_related("successor")


def one_of(register: type[Register], words: str) -> type[OneRow]:
    """Make the view of one row of a register."""
    shape = register.shape
    own = {"of": register.of, "shape": shape, "sparse": shape, "gives": {"GET": shape}, "__doc__": words}
    return type(f"One{register.__name__[:-1]}", (OneRow,), {**own, "__module__": __name__})


def on(register: type[Register]) -> type[OnRow]:
    """Make the base of acts on a row of a register."""
    own = {"of": register.of, "address": register.address, "__module__": __name__}
    return type(f"On{register.__name__[:-1]}", (OnRow,), own)


ONE = {
    "member": one_of(Members, "Show a member of a förbund."),
    "unit": one_of(Units, "Show a unit of a förbund's member."),
    "initiative": one_of(Initiatives, "Show an insats of a förbund."),
    "function": one_of(Functions, "Show a contact function and who is in it."),
    "rule": one_of(Rules, "Show a routing rule, to the administrator."),
}
ACTS = act_views(OnAssociation, change=shapes.ChangeAssociationShape)
MEMBER_ACTS = act_views(
    on(Members), change=shapes.ChangeMemberShape, end=shapes.EndMemberShape, resume=shapes.ResumeMemberShape
)
UNIT_ACTS = act_views(on(Units), change=shapes.ChangeUnitShape)
INITIATIVE_ACTS = act_views(on(Initiatives), change=shapes.ChangeInitiativeShape)
FUNCTION_ACTS = act_views(on(Functions), change=shapes.ChangeFunctionShape, add_person=shapes.AddPlaceShape)
PLACE_ACTS = act_views(OnPlace, change=shapes.ChangePlaceShape)
RULE_ACTS = {
    **act_views(on(Rules), change=shapes.ChangeRuleShape),
    **act_views(OnGoneRule, remove=shapes.RemoveRuleShape),
}
