"""Contact functions, the people in them, their absence, and the rules that lead there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases import clocks, services
from cases.codes import WITH_FUNCTION, GapType, Role
from cases.errors import DomainError
from cases.forms.fields import put_beside
from cases.forms.registers import AbsenceForm, ConfirmForm, FunctionForm, OwnAbsenceForm, PlaceForm, RuleForm
from cases.models import Absence, Association, Concern, ContactFunction, FunctionPerson, RoutingRule, User
from cases.registers import functions_of
from cases.routing import Router
from cases.views.base import members_only, user_of
from cases.views.registers.base import ActionPage, FormPage, RegisterPage

NOBODY_THERE = "Ingen är på plats i funktionen."


class Functions(RegisterPage):
    template_name = "cases/registers/functions.html"

    def content(self) -> dict[str, Any]:
        router = Router(self.association)
        listed = [(function, router.doubts(function)) for function in functions_of(self.association)]
        return {"functions": listed, "today": clocks.today()}


class FunctionPage(FormPage):
    template_name = "cases/registers/function.html"
    form_class = FunctionForm
    title = "Lägg till en kontaktfunktion"
    list_name, list_label = "functions", "Kontaktfunktioner"
    done = "Funktionen är sparad."

    def rows(self) -> QuerySet[ContactFunction]:
        return functions_of(self.association).select_related("member", "confirmed_by")

    def content(self) -> dict[str, Any]:
        today = clocks.today()
        if self.row is None:
            return {"today": today}
        held = Concern.objects.filter(function=self.row, state__in=WITH_FUNCTION)
        return {
            "title": self.row.name,
            "lead": self.row.member.name,
            "held": held.values("case").distinct().count(),
            "today": today,
            "in_force": self.row.holds_on(today),
            "doubts": Router(self.association, day=today).doubts(self.row),
        }

    def store(self, data: dict[str, Any]) -> None:
        member = self.row.member if self.row else data.pop("member")
        self.row = services.save_function(self.association, actor=self.actor, member=member, function=self.row, **data)

    def back(self) -> str:
        return self.url("function_edit", pk=self.row.pk) if self.row else super().back()


class PlacePage(FormPage):
    """A person's place in a function: the address names the function, and the place when it is changed."""

    form_class = PlaceForm
    title, title_change = "Lägg till en person", "Ändra personens plats"
    lead = "Saknas någon i listan? Bjud in personen under Personer först."
    list_name, list_label = "functions", "Kontaktfunktioner"
    done = "Personen är sparad i funktionen."
    function: ContactFunction

    def setup_row(self, pk: int | None = None, place: int | None = None) -> None:
        functions = ContactFunction.objects.filter(member__association=self.association).select_related("member")
        self.function = get_object_or_404(functions, pk=pk)
        self.lead = f"{self.function.name}, {self.function.member.name}. {self.lead}"
        if place is not None:
            self.row = get_object_or_404(self.function.people.select_related("user"), pk=place)
            self.lead = f"{self.row.user.name} i {self.function.name}. Skriv en sista dag när platsen upphör."

    def store(self, data: dict[str, Any]) -> None:
        person = self.row.user if self.row else data.pop("person")
        services.save_place(
            self.association, actor=self.actor, function=self.function, person=person, place=self.row, **data
        )

    def back(self) -> str:
        return self.url("function_edit", pk=self.function.pk)


# ---- are its people still the right ones? ----


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def function_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a function's own people, or the administrator, say who is still there; show it to the kansli."""
    user = user_of(request)
    own = ContactFunction.objects.confirmable_by(user)
    if request.method == "POST":
        if _just_left(user, pk):
            messages.info(request, "Det här var redan gjort.")
            return redirect("start")
        return _confirm(request, get_object_or_404(_with_member(own), pk=pk), user)
    function = get_object_or_404(_with_member(ContactFunction.objects.known_to(user)), pk=pk)
    return _confirm_page(request, function, ConfirmForm(function=function), may_confirm=own.filter(pk=pk).exists())


def _confirm(request: HttpRequest, function: ContactFunction, user: User) -> HttpResponse:
    form = ConfirmForm(request.POST, function=function)
    if form.is_valid():
        try:
            services.confirm_function(function, actor=user, **form.named())
        except DomainError as error:
            put_beside(form, error)
        else:
            messages.success(request, "Tack. Nu vet vi vilka som tar emot ärenden där.")
            return redirect(_register_of(function, user) or "start")
    return _confirm_page(request, function, form, may_confirm=True)


def _confirm_page(
    request: HttpRequest, function: ContactFunction, form: ConfirmForm, *, may_confirm: bool
) -> HttpResponse:
    register = _register_of(function, user_of(request))
    context = {"form": form, "function": function, "may_confirm": may_confirm, "register": register}
    return render(request, "cases/registers/function_confirm.html", context, status=422 if form.errors else 200)


def _with_member(functions: QuerySet[ContactFunction]) -> QuerySet[ContactFunction]:
    return functions.select_related("member__association", "confirmed_by")


def _register_of(function: ContactFunction, user: User) -> str:
    """Return the address where the administrator keeps the function; to anybody else there is none."""
    association = function.member.association
    if not user.standing().holds(Role.ADMIN, association.pk):
        return ""
    return reverse("function_edit", kwargs={"code": association.code, "pk": function.pk})


def _just_left(user: User, pk: int) -> bool:
    """Tell whether somebody took themselves out of the function just now, by a form that they then clicked again."""
    confirmed = ContactFunction.objects.filter(pk=pk, confirmed_by=user, confirmed_on=clocks.today())
    return confirmed.exists() and not ContactFunction.objects.confirmable_by(user).filter(pk=pk).exists()


# ---- rules ----


class Rules(RegisterPage):
    """The rules of each member, the one that goes first on top."""

    template_name = "cases/registers/rules.html"

    def content(self) -> dict[str, Any]:
        router = Router(self.association)
        warnings = router.warnings()
        wrong = {
            warning.subject.pk: warning.sentence for warning in warnings if isinstance(warning.subject, RoutingRule)
        }
        rules = sorted(router.rules, key=lambda rule: rule.member.name)
        rows = [
            {
                "rule": rule,
                "type": GapType(rule.gap_type).label if rule.gap_type else "",
                "warning": wrong.get(rule.pk) or ("" if router.present(rule.function) else NOBODY_THERE),
            }
            for rule in rules
        ]
        general = ContactFunction.objects.in_force().filter(member__association=self.association, is_general=True)
        without = self.association.members.in_force().exclude(pk__in=general.order_by().values("member"))
        return {"rows": rows, "warnings": warnings, "without_general": without}


class RulePage(FormPage):
    form_class = RuleForm
    title, title_change = "Lägg till en regel", "Ändra regeln"
    lead = "Det du lämnar på ”alla” gäller allt. Den mest detaljerade regeln prövas först."
    list_name, list_label = "rules", "Regler"
    done = "Regeln är sparad."

    def rows(self) -> QuerySet[RoutingRule]:
        return RoutingRule.objects.filter(member__association=self.association).select_related(
            "member", "unit", "initiative", "function"
        )

    def store(self, data: dict[str, Any]) -> None:
        data["gap_type"] = GapType(data["gap_type"]) if data["gap_type"] else None
        services.save_rule(self.association, actor=self.actor, rule=self.row, **data)


class RuleRemove(ActionPage):
    done = "Regeln är borttagen. Det som redan är skickat ligger kvar."

    def rows(self) -> QuerySet[RoutingRule]:
        return RoutingRule.objects.filter(member__association=self.association).select_related("member__association")

    def act(self) -> None:
        services.remove_rule(self.row, actor=self.actor)

    def back(self) -> str:
        return self.url("rules")


# ---- absence ----


def _current(absences: QuerySet[Absence]) -> QuerySet[Absence]:
    """Keep absences that have not passed."""
    return absences.filter(Q(to_on__isnull=True) | Q(to_on__gte=clocks.today()))


def _absences_in(association: Association) -> QuerySet[Absence]:
    places = FunctionPerson.objects.filter(function__member__association=association)
    absences = Absence.objects.filter(user__in=places.order_by().values("user"))
    return _current(absences).select_related("user").order_by("from_on", "user__name")


class Absences(RegisterPage):
    template_name = "cases/registers/absences.html"

    def content(self) -> dict[str, Any]:
        return {"absences": _absences_in(self.association), "today": clocks.today()}


class AbsencePage(FormPage):
    form_class = AbsenceForm
    title, title_change = "Lägg till frånvaro", "Ändra frånvaron"
    lead = "Den som är borta hoppas över. Ersättaren får det som skickas till funktionen."
    list_name, list_label = "absences", "Frånvaro"
    done = "Frånvaron är sparad."

    def rows(self) -> QuerySet[Absence]:
        return _absences_in(self.association)

    def content(self) -> dict[str, Any]:
        return {"lead": f"{self.row.user.name}. {self.lead}"} if self.row else {}

    def store(self, data: dict[str, Any]) -> None:
        person = self.row.user if self.row else data.pop("person")
        services.save_absence(person, actor=self.actor, absence=self.row, **data)


class AbsenceRemove(ActionPage):
    done = "Frånvaron är borttagen."

    def rows(self) -> QuerySet[Absence]:
        return _absences_in(self.association)

    def act(self) -> None:
        services.remove_absence(self.row, actor=self.actor)

    def back(self) -> str:
        return self.url("absences")


@members_only
def my_absence(request: HttpRequest) -> HttpResponse:
    """Let somebody who sits in a function say when they are away."""
    user = _contact_or_404(request)
    form = OwnAbsenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_absence(user, actor=user, **form.cleaned_data)
        except DomainError as error:
            put_beside(form, error)
        else:
            messages.success(request, "Din frånvaro är sparad.")
            return redirect("my_absence")
    context = {"form": form, "absences": _current(user.absences.all()), "today": clocks.today()}
    return render(request, "cases/registers/my_absence.html", context, status=422 if form.errors else 200)


@members_only
def my_absence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own absence."""
    user = _contact_or_404(request)
    absence = get_object_or_404(_current(user.absences.select_related("user")), pk=pk)
    if request.method == "POST":
        services.remove_absence(absence, actor=user)
        messages.success(request, "Frånvaron är borttagen.")
    return redirect("my_absence")


def _contact_or_404(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.standing().functions:
        raise Http404
    return user
