"""Who may log in and as what: people, roles, invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from cases import clocks, services
from cases.codes import Role
from cases.forms.registers import EndGrantForm, GrantForm, InviteForm, PeopleFilter, PersonForm
from cases.models import Grant, User
from cases.registers import named_like, waiting, with_roles
from cases.views.registers.base import ActionPage, FormPage, RegisterPage, SearchPage

NOT_MAILED = "Inbjudan är sparad, men brevet kunde inte skickas just nu. Skicka det igen om en stund."


def current(rows: Any, today: Any) -> list[Any]:
    """Keep dated rows that have not passed."""
    return [row for row in rows if row.to_on is None or row.to_on >= today]


class People(SearchPage):
    """Everybody with a role today or later; those whose roles have ended on request."""

    template_name = "cases/registers/people.html"
    form_class = PeopleFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[User]:
        all_of_them = services.people_of if asked.get("alla") else services.current_people_of
        people = with_roles(all_of_them(self.association), self.association)
        if query := asked.get("q"):
            people = named_like(people, query)
        return waiting(people, self.association) if asked.get("vantar") else people

    def shown(self, rows: list[Any]) -> None:
        today = clocks.today()
        for person in rows:
            person.grants_now = current(person.grants_here, today)
            person.places_now = current(person.places_here, today)


class Invite(FormPage):
    form_class = InviteForm
    title = "Bjud in en person"
    lead = "Personen får ett brev med en länk till inloggningen, och loggar in med en engångskod."
    submit = "Bjud in"
    list_name, list_label = "people", "Personer"
    invited: services.Invited

    def store(self, data: dict[str, Any]) -> None:
        data["roles"] = [Role(role) for role in data["roles"]]
        self.invited = services.invite(self.association, actor=self.actor, **data)
        self.row = self.invited.invitation.user

    def tell(self) -> None:
        if self.invited.mailed:
            messages.success(self.request, f"{self.row.name} är inbjuden. Ett brev har skickats.")
        else:
            messages.warning(self.request, NOT_MAILED)

    def back(self) -> str:
        return self.url("person", pk=self.row.pk) if self.row else super().back()


class PersonRead(RegisterPage):
    """One person: roles, functions, invitation, and what can be done about them."""

    template_name = "cases/registers/person.html"
    row: User

    def content(self) -> dict[str, Any]:
        today = clocks.today()
        people = with_roles(services.people_of(self.association), self.association)
        person: Any = get_object_or_404(people, pk=self.kwargs["pk"])
        return {
            "person": person,
            "nothing_now": not any(row.holds_on(today) for row in (*person.grants_here, *person.places_here)),
            "may_correct": services.may_correct(self.association, person),
            "today": today,
        }


class PersonChange(FormPage):
    form_class = PersonForm
    title = "Rätta namn och adress"
    lead = "Det går tills personen har loggat in. Skicka inbjudan igen om adressen var fel."
    list_name, list_label = "people", "Personer"

    def rows(self) -> QuerySet[User]:
        return services.people_of(self.association)

    def store(self, data: dict[str, Any]) -> None:
        services.save_person(self.association, actor=self.actor, person=self.row, **data)

    def back(self) -> str:
        return self.url("person", pk=self.row.pk)


class InvitationResend(ActionPage):
    invited: services.Invited

    def rows(self) -> QuerySet[User]:
        return services.people_of(self.association)

    def act(self) -> None:
        self.invited = services.resend_invitation(self.association, actor=self.actor, person=self.row)

    def tell(self) -> None:
        if self.invited.mailed:
            messages.success(self.request, "Inbjudan är skickad igen.")
        else:
            messages.warning(self.request, NOT_MAILED)

    def back(self) -> str:
        return self.url("person", pk=self.row.pk)


class GrantAdd(FormPage):
    form_class = GrantForm
    title = "Lägg till en roll"
    list_name, list_label = "people", "Personer"
    done = "Rollen är tillagd."
    person: User

    def setup_row(self, pk: int | None = None) -> None:
        self.person = get_object_or_404(services.people_of(self.association), pk=pk)
        self.lead = self.person.name

    def store(self, data: dict[str, Any]) -> None:
        data["role"] = Role(data["role"])
        services.grant(self.association, actor=self.actor, person=self.person, **data)

    def back(self) -> str:
        return self.url("person", pk=self.person.pk)


class GrantEnd(FormPage):
    form_class = EndGrantForm
    title = "Avsluta rollen"
    submit, danger = "Avsluta rollen", True
    list_name, list_label = "people", "Personer"
    done = "Rollen är avslutad."

    def rows(self) -> QuerySet[Grant]:
        return self.association.grants.select_related("association", "user")

    def content(self) -> dict[str, Any]:
        return {"lead": f"{self.row.user.name} är {Role(self.row.role).label.lower()}."}

    def store(self, data: dict[str, Any]) -> None:
        services.end_grant(self.row, actor=self.actor, last_day=data["last_day"])

    def back(self) -> str:
        if self.actor.pk == self.row.user_id and self.row.role == Role.ADMIN:
            return super().back()
        return self.url("system" if self.row.user.is_system else "person", pk=self.row.user_id)
