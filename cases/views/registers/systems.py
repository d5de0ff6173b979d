"""Systems: the programs that come in by a key, and what each of them is here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from cases import clocks, services
from cases.codes import Role
from cases.forms.registers import SystemForm, SystemGrantForm, SystemPlaceForm
from cases.models import User
from cases.registers import with_roles
from cases.views.registers.base import FormPage, RegisterPage
from cases.views.registers.people import current


class Systems(RegisterPage):
    template_name = "cases/registers/systems.html"

    def content(self) -> dict[str, Any]:
        systems: list[Any] = list(with_roles(services.systems_of(self.association), self.association))
        for system in systems:
            system.grants_now = current(system.grants_here, clocks.today())
            system.places_now = current(system.places_here, clocks.today())
        return {"systems": systems}


class SystemRead(RegisterPage):
    """One system: whose it is, its roles and its functions."""

    template_name = "cases/registers/system.html"

    def content(self) -> dict[str, Any]:
        systems = with_roles(services.systems_of(self.association), self.association)
        system: Any = get_object_or_404(systems, pk=self.kwargs["pk"])
        today = clocks.today()
        nothing = not any(row.holds_on(today) for row in (*system.grants_here, *system.places_here))
        return {"system": system, "nothing_now": nothing, "today": today}


class SystemPage(FormPage):
    form_class = SystemForm
    title, title_change = "Lägg till ett system", "Byt namn på systemet"
    lead = "Namnet står i ärendenas historik när systemet har gjort något."
    list_name, list_label = "systems", "System"
    done = "Systemet är sparat."

    def rows(self) -> QuerySet[User]:
        return services.systems_of(self.association)

    def store(self, data: dict[str, Any]) -> None:
        self.row = services.save_system(self.association, actor=self.actor, system=self.row, **data)

    def back(self) -> str:
        return self.url("system", pk=self.row.pk) if self.row else super().back()


class _AddToSystem(FormPage):
    """Something more that a system is; the address names the system."""

    list_name, list_label = "systems", "System"
    system: User

    def setup_row(self, pk: int | None = None) -> None:
        self.system = get_object_or_404(services.systems_of(self.association), pk=pk)
        self.lead = self.system.name

    def form(self, data: Any = None) -> Any:
        return self.form_class(data, association=self.association, system=self.system)

    def back(self) -> str:
        return self.url("system", pk=self.system.pk)


class SystemGrant(_AddToSystem):
    form_class = SystemGrantForm
    title = "Lägg till en roll"
    done = "Rollen är tillagd."

    def store(self, data: dict[str, Any]) -> None:
        data["role"] = Role(data["role"])
        member = self.system.system_member
        services.grant(self.association, actor=self.actor, person=self.system, member=member, **data)


class SystemPlace(_AddToSystem):
    form_class = SystemPlaceForm
    title = "Lägg till en kontaktfunktion"
    done = "Systemet är tillagt i funktionen."

    def store(self, data: dict[str, Any]) -> None:
        services.save_place(self.association, actor=self.actor, person=self.system, **data)
