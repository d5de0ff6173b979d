"""The start page: one's work, what is late first, from all one's förbund."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import clocks
from cases.codes import MeasureState, Role
from cases.models import Association, Case, Concern, ContactFunction, Draft, Measure, User
from cases.querysets import Standing
from cases.routing import unassigned as unassigned_concerns
from cases.shown import for_rows
from cases.views.base import members_only, user_of
from cases.views.registers.base import routing_warnings_count

SHOWN = 10
# There is no page with more of these.
SHOWN_LATE = 100


@dataclass(frozen=True)
class WorkList:
    """A titled list of what somebody has to do, with a way to all of it."""

    title: str
    empty: str
    items: list[Any]
    more: bool = False
    url: str = ""
    kind: str = "case"


@require_safe
def start(request: HttpRequest) -> HttpResponseBase:
    """Show the work lists of everything that the person is; without log-in, the ways in."""
    if not request.user.is_authenticated:
        return render(request, "cases/welcome.html", {"associations_open": _open_to_all()})
    return _work(request)


@members_only
def _work(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    standing = user.standing()
    context = {
        "lists": [*_kansli(user), *_function(user), *_prepared(user), *_reported(user)],
        "unassigned": _unassigned_count(standing),
        "many": len(standing.everywhere) > 1,
        "may_file": bool(standing.everywhere),
        "summary": bool(standing.counted),
        "registers": bool(standing.associations(Role.ADMIN)),
        "routing_warnings": routing_warnings_count(user),
        "to_confirm": _to_confirm(standing),
        "nothing": not standing.everywhere,
        "today": clocks.today(),
    }
    return render(request, "cases/start.html", context)


@require_safe
@members_only
def my_reports(request: HttpRequest) -> HttpResponse:
    """List one's own drafts and reports, what goes on first."""
    return render(request, "cases/my_reports.html", {"lists": _reported(user_of(request), every=True)})


def _open_to_all() -> bool:
    return Association.objects.filter(open_to_all=True, ended_on__isnull=True).exists()


def _unassigned_count(standing: Standing) -> int:
    coordinated = Association.objects.filter(pk__in=standing.associations(Role.COORDINATOR))
    return sum(len(unassigned_concerns(association)) for association in coordinated)


def _to_confirm(standing: Standing) -> list[ContactFunction]:
    """List the functions that the person sits in and whose people it is time to go through."""
    if not standing.functions:
        return []
    return list(ContactFunction.objects.confirm_due(standing.day).filter(pk__in=standing.functions))


def _by_due(cases: QuerySet[Case], user: User) -> QuerySet[Case]:
    return for_rows(cases, user).order_by(F("next_due").asc(nulls_last=True), "pk")


def _list(
    title: str, empty: str, rows: QuerySet[Any], url: str = "", kind: str = "case", most: int = SHOWN
) -> WorkList:
    found = list(rows[: most + 1])
    return WorkList(title, empty, found[:most], len(found) > most, url, kind)


def _kansli(user: User) -> list[WorkList]:
    coordinated = user.standing().associations(Role.COORDINATOR)
    if not coordinated:
        return []
    mine = Case.objects.filter(association__in=coordinated)
    listed = reverse("case_list")
    timely = mine.timely()
    return [
        _list("Försenat", "Inget är försenat.", _by_due(mine.late(), user), f"{listed}?sent=1&ordning=forfaller"),
        _list(
            "Att ta hand om",
            "Inget väntar på dig.",
            _by_due(timely.to_handle(), user),
            f"{listed}?oppna=ja&ordning=forfaller",
        ),
        _list(
            "Väntar",
            "Inget väntar på någon annan.",
            _by_due(timely.waiting(), user),
            f"{listed}?oppna=ja&ordning=forfaller",
        ),
    ]


def _function(user: User) -> list[WorkList]:
    if not user.standing().functions:
        return []
    concerns = (
        Concern.objects.answerable_by(user)
        .filter(case__ending="")
        .select_related("case__association", "function", "member", "unit")
    )
    measures = Measure.objects.filter(
        state=MeasureState.OPEN, case__ending="", concern__in=concerns.order_by()
    ).select_related("case__association", "what", "concern__function")
    listed = f"{reverse('case_list')}?oppna=ja"
    return [
        _list("Nya", "Inga nya ärenden.", concerns.new().order_by("acknowledge_due", "pk"), listed, "new"),
        _list(
            "Att besvara", "Inget att besvara.", concerns.to_answer().order_by("answer_due", "pk"), listed, "concern"
        ),
        _list("Åtgärder", "Inga pågående åtgärder.", measures.order_by("due_on", "pk"), listed, "measure"),
    ]


def _prepared(user: User) -> list[WorkList]:
    prepared = user.standing().associations(Role.PREPARATORY)
    if not prepared:
        return []
    lifted = for_rows(Case.objects.filter(association__in=prepared).open().exclude(lifted=""), user)
    late = Concern.objects.brought_to(user).filter(case__association__in=prepared)
    return [
        _list(
            "Svar som dröjer",
            "Inget svar dröjer så länge att det har kommit till er.",
            late.select_related("case__association", "function").order_by("answer_due", "pk"),
            kind="status",
            most=SHOWN_LATE,
        ),
        _list(
            "Lyfta ärenden",
            "Inget ärende är lyft just nu.",
            lifted.order_by("-filed_at"),
            reverse("case_list"),
            "lifted",
        ),
    ]


def _reported(user: User, *, every: bool = False) -> list[WorkList]:
    standing = user.standing()
    mine = Case.objects.filter(reporter=user)
    drafts = Draft.objects.of(user).select_related("association")
    if not every and not standing.associations(Role.REPORTER) and not mine.exists() and not drafts.exists():
        return []
    url = reverse("my_reports")
    most = 200 if every else SHOWN
    open_ones = for_rows(mine.open(), user).prefetch_related("questions").order_by("-filed_at")
    ended = for_rows(mine.ended(), user).prefetch_related("questions").order_by("-ended_at")
    return [
        _list("Utkast", "Inga utkast.", drafts, url, "draft", most),
        _list("Pågår", "Inga rapporter pågår.", open_ones, url, "report", most),
        _list("Avslutade", "Inga avslutade rapporter.", ended, url, "report", most),
    ]
