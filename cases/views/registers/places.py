"""Members, units and insatser."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet

from cases import clocks, services
from cases.codes import WITH_FUNCTION, Party
from cases.forms.registers import EndMemberForm, InitiativeForm, MemberForm, UnitForm
from cases.models import Concern, ContactFunction, Member, Unit
from cases.views.registers.base import ActionPage, FormPage, RegisterPage


class Members(RegisterPage):
    template_name = "cases/registers/members.html"

    def content(self) -> dict[str, Any]:
        today = clocks.today()
        holds = Q(units__from_on__lte=today) & (Q(units__to_on__isnull=True) | Q(units__to_on__gte=today))
        works = Q(functions__from_on__lte=today) & (Q(functions__to_on__isnull=True) | Q(functions__to_on__gte=today))
        members = self.association.members.annotate(
            unit_count=Count("units", filter=holds, distinct=True),
            function_count=Count("functions", filter=works, distinct=True),
        )
        return {"members": members, "today": today}


class MemberPage(FormPage):
    form_class = MemberForm
    title, title_change = "Lägg till en medlem", "Ändra medlemmen"
    list_name, list_label = "members", "Medlemmar"
    done = "Medlemmen är sparad."

    def rows(self) -> QuerySet[Member]:
        return self.association.members.all()

    def store(self, data: dict[str, Any]) -> None:
        data["party"] = Party(data["party"])
        services.save_member(self.association, actor=self.actor, member=self.row, **data)


class MemberEnd(FormPage):
    """End a membership, after saying what will come of it."""

    template_name = "cases/registers/member_end.html"
    form_class = EndMemberForm
    title = "Avsluta medlemskapet"
    submit, danger = "Avsluta medlemskapet", True
    list_name, list_label = "members", "Medlemmar"
    moved = 0

    def rows(self) -> QuerySet[Member]:
        return self.association.members.select_related("association")

    def content(self) -> dict[str, Any]:
        held = Concern.objects.filter(member=self.row, state__in=WITH_FUNCTION, function__isnull=False)
        functions = ContactFunction.objects.in_force().filter(member=self.row)
        return {"moving": held.values("case").distinct().count(), "functions": functions.count()}

    def store(self, data: dict[str, Any]) -> None:
        self.moved = services.end_member(self.row, actor=self.actor, last_day=data["last_day"])

    def tell(self) -> None:
        gone = "" if not self.moved else f" {self.moved} ärenden gick tillbaka till kansliet."
        gone = " Ett ärende gick tillbaka till kansliet." if self.moved == 1 else gone
        messages.success(self.request, f"Medlemskapet är avslutat.{gone}")


class MemberResume(ActionPage):
    done = "Medlemskapet gäller igen. Kontaktfunktionerna öppnar du var för sig."

    def rows(self) -> QuerySet[Member]:
        return self.association.members.select_related("association")

    def act(self) -> None:
        services.resume_member(self.row, actor=self.actor)

    def back(self) -> str:
        return self.url("members")


class Units(RegisterPage):
    template_name = "cases/registers/units.html"

    def content(self) -> dict[str, Any]:
        units = Unit.objects.filter(member__association=self.association).select_related("member")
        return {"units": units.order_by("member__name", "name"), "today": clocks.today()}


class UnitPage(FormPage):
    form_class = UnitForm
    title, title_change = "Lägg till en enhet", "Ändra enheten"
    lead = "En enhet tas inte bort, eftersom gamla ärenden kan nämna den. Skriv en sista dag i stället."
    list_name, list_label = "units", "Enheter"
    done = "Enheten är sparad."

    def rows(self) -> QuerySet[Unit]:
        return Unit.objects.filter(member__association=self.association).select_related("member")

    def content(self) -> dict[str, Any]:
        return {"lead": f"Hör till {self.row.member}. {self.lead}"} if self.row else {}

    def store(self, data: dict[str, Any]) -> None:
        member = self.row.member if self.row else data.pop("member")
        services.save_unit(self.association, actor=self.actor, member=member, unit=self.row, **data)


class Initiatives(RegisterPage):
    template_name = "cases/registers/initiatives.html"

    def content(self) -> dict[str, Any]:
        return {"initiatives": self.association.initiatives.all(), "today": clocks.today()}


class InitiativePage(FormPage):
    form_class = InitiativeForm
    title, title_change = "Lägg till en insats", "Ändra insatsen"
    lead = "En insats tas inte bort, eftersom gamla ärenden kan nämna den. Skriv en sista dag i stället."
    list_name, list_label = "initiatives", "Insatser"
    done = "Insatsen är sparad."

    def rows(self) -> QuerySet[Any]:
        return self.association.initiatives.all()

    def store(self, data: dict[str, Any]) -> None:
        services.save_initiative(self.association, actor=self.actor, initiative=self.row, **data)
