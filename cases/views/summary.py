"""The first summary page: one förbund, one period, for those who read its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import clocks, current
from cases.codes import GAP_TYPE_DEFINITIONS, GapType, Party, Role, Status
from cases.forms.summary import PeriodForm
from cases.models import Association
from cases.statistics import TYPE_NOT_SET, PartTable, Summary
from cases.views.base import members_only, user_of

# What the list's filter calls a type that is not set.
NOT_SET = "ingen"
TYPES = [*GapType.choices, (TYPE_NOT_SET, "Ej satt")]

Link = Callable[..., str]


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and the list of exactly the cases behind it, for those who may open them."""

    value: int
    label: str = ""
    url: str = ""


@require_safe
@members_only
def summary(request: HttpRequest) -> HttpResponse:
    """Show a förbund's figures for a period: to its coordinators, beredningsgrupp and styrelse."""
    user = user_of(request)
    associations = current.associations_of(user)
    chosen = current.association_named(request.GET.get("forbund", ""), associations, user)
    form = PeriodForm(request.GET, associations=associations, chosen=chosen, first=current.begun_on(chosen, user))
    context: dict[str, Any] = {"form": form, "association": chosen, "several": len(associations) > 1}
    if not form.is_valid():
        return render(request, "cases/summary.html", context, status=422)
    found = current.figures(chosen, form.chosen(), user)
    link = _links(chosen) if user.standing().holds(Role.COORDINATOR, chosen.pk) else _no_link
    return render(request, "cases/summary.html", {**context, **_goals(chosen), **_shown(found, link)})


def _goals(association: Association) -> dict[str, str]:
    """Say how many days the förbund allows today; each case keeps the day that it was given."""
    kind = "arbetsdagar" if association.day_kind == clocks.DayKind.WORKING else "dagar"
    return {
        "goal_handling": f"{association.triage_days} {kind}",
        "goal_answer": f"{association.answer_days} {kind}",
    }


def _links(association: Association) -> Link:
    """Return a function that gives the case list's address with filters."""

    def link(**filters: str) -> str:
        return f"{reverse('case_list')}?{urlencode({'forbund': association.code, **filters})}"

    return link


def _no_link(**filters: str) -> str:
    """Stand in where the reader counts cases that they may not open."""
    return ""


def _shown(found: Summary, link: Link) -> dict[str, Any]:
    filed = {"fran": found.period.first.isoformat(), "till": found.period.last.isoformat()}
    return {
        "summary": found,
        "period": found.period,
        "goes_on": found.period.last >= found.now.day,
        "new": Figure(found.balance.new, "nya ärenden", link(**filed)),
        "open": Figure(found.now.total, "öppna ärenden", link(oppna="ja")),
        "late": Figure(found.now.late, "försenade ärenden", link(sent="1")),
        "by_status": _by_status(found, link),
        "types": TYPES,
        "definitions": [(gap.label, text) for gap, text in GAP_TYPE_DEFINITIONS.items()],
        "parts": _part_rows(found.parts, lambda **filters: link(**filed, **filters)),
        "part_types": [(label, found.parts.of_type(gap_type)) for gap_type, label in TYPES],
        "part_columns": len(TYPES) + 1,
        "part_cases": Figure(found.parts.cases, "ärenden", link(**filed)),
    }


def _by_status(found: Summary, link: Link) -> list[tuple[str, str, Figure]]:
    """List how many open cases there are in each status, in the flow's order."""
    return [
        (status.value, status.label, Figure(number, "ärenden", link(status=status.value)))
        for status in Status
        if (number := found.now.by_status.get(status.value, 0))
    ]


def _part_rows(parts: PartTable, link: Link) -> list[dict[str, Any]]:
    """Return a row for each party, the four owners also when nothing concerns them, with a figure for each type."""
    rows = []
    for party in Party:
        total = parts.of_party(party)
        if not total and party in (Party.FORBUND, Party.OTHER):
            continue
        cells = [
            {
                "type": label,
                "figure": Figure(
                    parts.cell(party, gap_type),
                    f"{party.label}, {label}",
                    link(part=party.value, typ=gap_type or NOT_SET),
                ),
            }
            for gap_type, label in TYPES
        ]
        rows.append(
            {
                "label": party.label,
                "cells": cells,
                "total": Figure(total, f"{party.label}, alla typer", link(part=party.value)),
            }
        )
    return rows
