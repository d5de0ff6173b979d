"""When a member leaves or a förbund is merged: open cases go where somebody answers for them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from cases import clocks
from cases.codes import WITH_FUNCTION, Audience, BreakKind, Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, Case, Concern, ContactFunction, Member, User
from cases.routing import Why
from cases.services.acting import acting
from cases.services.closing import refer_to_successor


def end_member(member: Member, *, actor: User, last_day: dt.date) -> int:
    """End a membership and its functions; concerns that lie with them fall back to the kansli.

    Returns how many concerns moved. On and after the day after `last_day` no new concern can name the member.
    """
    _administers(actor, member.association)
    if last_day < member.from_on or last_day > clocks.today():
        raise Incomplete({"last_day": "Välj en dag från det att medlemskapet började till i dag."})
    with transaction.atomic():
        member.to_on = last_day
        member.save(update_fields=["to_on"])
        # One that began later, or was to go on longer, ends too; no function ends before its first day.
        going_on = ContactFunction.objects.filter(member=member).filter(Q(to_on__isnull=True) | Q(to_on__gt=last_day))
        going_on.update(to_on=Greatest("from_on", Value(last_day)))
        held = Concern.objects.filter(member=member, state__in=WITH_FUNCTION, function__isnull=False)
        moving = list(held.select_related("case"))
        for concern in moving:
            _fall_back(concern, actor)
    return len(moving)


def merge(association: Association, *, into: Association, actor: User) -> int:
    """End a förbund that has joined another: open cases are referred there, closed ones stay readable.

    Returns how many cases moved.
    """
    _administers(actor, association)
    if into.pk == association.pk or into.ended_on:
        raise Incomplete({"into": "Välj ett annat förbund som fortfarande finns."})
    with transaction.atomic():
        # A report that is being filed finishes first, or meets a förbund that has ended.
        Association.objects.select_for_update(no_key=True).get(pk=association.pk)
        moving = list(Case.objects.filter(association=association).open().order_by("pk"))
        for case in moving:
            refer_to_successor(case, actor=actor, to=into)
        association.successor = into
        association.ended_on = clocks.today()
        association.save(update_fields=["successor", "ended_on"])
        # From here on the successor's figures hold what both had.
        note = f"{association.name} har gått ihop med förbundet."
        into.series_breaks.create(on=association.ended_on, kind=BreakKind.MERGER, note=note, noted_by=actor)
    return len(moving)


def _administers(actor: User, association: Association) -> None:
    if not (actor.is_superuser or actor.standing().holds(Role.ADMIN, association.pk)):
        raise MoveNotAllowed("Det här kan bara förbundets administratör göra.", code="not_admin")


def _fall_back(concern: Concern, actor: User) -> None:
    with acting(concern.case, "member_ended", actor=actor, imposed_as=Role.ADMIN) as act:
        mine = act.concern(concern)
        left = mine.function
        if mine.state not in WITH_FUNCTION:
            return  # answered while the membership was being ended
        mine.function = None
        mine.routed_by = Why.MEMBER_ENDED
        act.record(Audience.FUNCTION, concern=mine, function=left)
