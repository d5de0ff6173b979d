"""A förbund's registers as they are read: for its pages, and for programs."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from cases.models import Association, ContactFunction, FunctionPerson, Grant, Invitation, User


def functions_of(association: Association) -> QuerySet[ContactFunction]:
    """Return the förbund's functions with their member and all who sit, sat or will sit in them."""
    places = FunctionPerson.objects.select_related("user").order_by("is_deputy", "user__name", "from_on")
    functions = ContactFunction.objects.filter(member__association=association).select_related("member")
    return functions.prefetch_related(Prefetch("people", queryset=places)).order_by("member__name", "name")


def with_grants(people: QuerySet[User], association: Association) -> QuerySet[User]:
    """Read with the förbund's people or systems the roles that they have, had or will have in it."""
    grants = Grant.objects.filter(association=association).select_related("member").order_by("role", "-from_on")
    return people.prefetch_related(Prefetch("grants", queryset=grants, to_attr="grants_here"))


def with_roles(people: QuerySet[User], association: Association) -> QuerySet[User]:
    """Read with the förbund's people or systems what they are in it, and nothing of what they are elsewhere."""
    places = FunctionPerson.objects.filter(function__member__association=association)
    invited = Invitation.objects.filter(association=association, accepted_at__isnull=True)
    return with_grants(people, association).prefetch_related(
        Prefetch("function_places", queryset=places.select_related("function__member"), to_attr="places_here"),
        Prefetch("invitations", queryset=invited, to_attr="waiting_here"),
    )


def named_like(people: QuerySet[User], query: str) -> QuerySet[User]:
    """Keep the people in whose name or address the words stand."""
    return people.filter(Q(name__icontains=query) | Q(email__icontains=query))


def waiting(people: QuerySet[User], association: Association) -> QuerySet[User]:
    """Keep those who have been invited and have not logged in yet."""
    invited = Invitation.objects.filter(association=association, accepted_at__isnull=True)
    return people.filter(pk__in=invited.order_by().values("user"))
