"""Where the registers begin: which förbund, what it keeps, its own words and clocks, who has read its cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cases import services
from cases.codes import Role
from cases.forms.registers import AssociationForm, ReadLogFilter
from cases.models import Absence, ContactFunction, FunctionPerson, Invitation, ReadLog, RoutingRule, Unit, User
from cases.routing import Router
from cases.views.base import members_only, user_of
from cases.views.registers.base import FormPage, RegisterPage, SearchPage, administered


@require_safe
@members_only
def registers(request: HttpRequest) -> HttpResponse:
    """Lead to the registers of one's förbund, or let one choose."""
    own = list(administered(user_of(request)))
    if not own:
        raise Http404
    if len(own) == 1:
        return redirect("register", code=own[0].code)
    return render(request, "cases/registers/choose.html", {"own": own})


class Register(RegisterPage):
    """One förbund's registers at a glance: how many of each, and what to look at."""

    template_name = "cases/registers/home.html"

    def content(self) -> dict[str, Any]:
        forbund = self.association
        holding = Q(pk__in=forbund.grants.in_force().order_by().values("user"))
        seated = FunctionPerson.objects.in_force().filter(function__member__association=forbund)
        people = User.objects.filter(holding | Q(pk__in=seated.order_by().values("user")), system_of=None)
        away = Absence.objects.in_force().filter(user__in=seated.order_by().values("user"))
        waiting = Invitation.objects.filter(association=forbund, accepted_at__isnull=True)
        return {
            "counts": {
                "members": forbund.members.in_force().count(),
                "units": Unit.objects.in_force().filter(member__association=forbund).count(),
                "initiatives": forbund.initiatives.in_force().count(),
                "functions": ContactFunction.objects.in_force().filter(member__association=forbund).count(),
                "people": people.count(),
                "systems": forbund.systems.count(),
                "waiting": waiting.values("user").distinct().count(),
                "rules": RoutingRule.objects.filter(member__association=forbund).count(),
                "away": away.values("user").distinct().count(),
            },
            "warnings": Router(forbund).warnings(),
        }


class AssociationPage(FormPage):
    """The förbund itself: its words, clocks and settings."""

    template_name = "cases/registers/association.html"
    form_class = AssociationForm
    title = "Förbundet"

    def setup_row(self, pk: int | None = None) -> None:
        self.row = self.association

    def store(self, data: dict[str, Any]) -> None:
        # The code is part of the address that the page leads back to.
        self.association = services.save_association(self.association, actor=self.actor, **data)


class ReadLogPage(SearchPage):
    """Who opened, printed or exported which case, and what was done by keys. No text, and no reporter's name."""

    template_name = "cases/registers/read_log.html"
    form_class = ReadLogFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[ReadLog]:
        rows = ReadLog.objects.filter(association=self.association).select_related("user", "case")
        if key := asked.get("nyckel"):
            rows = rows.filter(via__icontains=key).exclude(role=Role.REPORTER)
        if number := asked.get("arende"):
            rows = rows.filter(case__number__iexact=number)
        if person := asked.get("person"):
            # Who filed a case is not for this log to tell, by a search either.
            named = Q(user__name__icontains=person) | Q(user__email__icontains=person)
            rows = rows.filter(named).exclude(role=Role.REPORTER)
        return rows
