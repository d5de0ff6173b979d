"""The figures of one förbund and period as the cases are now: the same for the page and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.http import Http404

from cases import clocks, statistics
from cases.models import Association, Case
from cases.periods import Period
from cases.querysets import Actor, CaseQuerySet
from cases.statistics import Summary

ONLY_SUMMARY_ROLES = "Sammanställningen är för samordnare, beredningsgrupp och styrelse."


def associations_of(actor: Actor) -> list[Association]:
    """Return the förbund whose figures the actor reads."""
    return list(Association.objects.filter(pk__in=actor.standing().counted))


def association_named(code: str, among: Sequence[Association], actor: Actor) -> Association:
    """Return the förbund of a code, or the first where none is named, `among` those whose figures the actor reads.

    One that the actor has another role in says why not: raises PermissionDenied. Any other raises Http404.
    """
    if not code:
        if not among:
            raise PermissionDenied(ONLY_SUMMARY_ROLES)
        return among[0]
    for association in among:
        if association.code == code.upper():
            return association
    if Association.objects.filter(code=code.upper(), pk__in=actor.standing().everywhere).exists():
        raise PermissionDenied(ONLY_SUMMARY_ROLES)
    raise Http404


def begun_on(association: Association, actor: Actor) -> dt.date:
    """Return the day of the förbund's first report; today where there is none."""
    first = _counted(association, actor).aggregate(first=Min("filed_at"))["first"]
    return clocks.local_date(first or clocks.now())


def figures(association: Association, period: Period, actor: Actor) -> Summary:
    """Count the figures of a period, as the actor may count them."""
    return statistics.summary(statistics.live(_counted(association, actor)), period)


def _counted(association: Association, actor: Actor) -> CaseQuerySet:
    return Case.objects.countable_by(actor).filter(association=association)
