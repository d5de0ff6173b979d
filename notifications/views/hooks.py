"""A förbund's webhooks, for its administrator: which systems are told what, and how it goes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers

from cases import clocks
from cases.errors import DomainError
from cases.forms.fields import put_beside
from cases.models import Association
from cases.views.registers.base import ActionPage, FormPage, RegisterPage
from notifications.forms import HookAddForm, HookForm, HookSecretForm
from notifications.hooks.keeping import (
    add_hook,
    change_hook,
    kinds_of,
    label_of,
    renew_secret,
    try_out,
    turn_off,
    turn_on,
)
from notifications.hooks.signing import secret_of
from notifications.models import Hook, new_key
from notifications.proof import fate
from notifications.why import of_hook

NEWEST = 25


def hooks_of(association: Association) -> QuerySet[Hook]:
    """Return the förbund's webhooks with whose they are; those that are on first."""
    return association.hooks.select_related("function__member").order_by("-is_on", "name", "pk")


class Hooks(RegisterPage):
    """Every webhook, and how it is."""

    template_name = "notifications/hooks.html"

    def content(self) -> dict[str, Any]:
        return {"hooks": hooks_of(self.association)}


class HookPage(RegisterPage):
    """One webhook: what it is told, whether it gets there, and what can be done about it."""

    template_name = "notifications/hook.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        hook = get_object_or_404(hooks_of(self.association).select_related("function__member", "made_by"), **kwargs)
        newest = hook.deliveries.select_related("event__case").order_by("-pk")[:NEWEST]
        return self.page(
            hook=hook,
            told=[label_of(kind, hook.function_id) for kind in kinds_of(hook.function_id) if kind in hook.kinds],
            newest=[(one, fate(one)) for one in newest],
            why=of_hook(hook.last_why),
            now=clocks.now(),
        )


class SecretShown(FormPage):
    """A form whose answer is a secret, shown once."""

    list_name, list_label = "hooks", "Webhookar"
    hook: Hook

    def rows(self) -> QuerySet[Hook]:
        return hooks_of(self.association)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.setup_row(**kwargs)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.store(form.cleaned_data)
            except DomainError as error:
                put_beside(form, error)
            else:
                return self.secret_page()
        return self.form_page(form, status=422)

    def secret_page(self) -> HttpResponse:
        self.template_name = "notifications/hook_secret.html"
        response = self.page(hook=self.hook, secret=secret_of(self.hook))
        add_never_cache_headers(response)
        return response


class HookAdd(SecretShown):
    form_class = HookAddForm
    title = "Lägg till en webhook"
    lead = "Systemet får veta att något har hänt, ärendets nummer och en länk. Inget annat lämnar Lex Heller."
    submit = "Lägg till"

    def form(self, data: Any = None) -> HookAddForm:
        return HookAddForm(data, association=self.association, initial={"key": new_key()})

    def store(self, data: dict[str, Any]) -> None:
        self.hook = add_hook(self.association, actor=self.actor, **data)


class HookSecret(SecretShown):
    form_class = HookSecretForm
    title = "Ny hemlighet"
    submit = "Gör en ny hemlighet"
    lead = "Gör en ny när den gamla kan ha kommit i fel händer, eller när den som tog hand om den har slutat."

    def store(self, data: dict[str, Any]) -> None:
        self.hook = renew_secret(self.row, actor=self.actor, **data)

    def back(self) -> str:
        return self.url("hook", pk=self.row.pk)


class HookEdit(FormPage):
    form_class = HookForm
    list_name, list_label = "hooks", "Webhookar"
    done = "Webhooken är sparad. Ändringen gäller det som händer från och med nu."

    def rows(self) -> QuerySet[Hook]:
        return hooks_of(self.association)

    def content(self) -> dict[str, Any]:
        return {"title": f"Ändra {self.row.name}"}

    def store(self, data: dict[str, Any]) -> None:
        change_hook(self.row, actor=self.actor, **data)

    def back(self) -> str:
        return self.url("hook", pk=self.row.pk)


class HookAction(ActionPage):
    """A button on a webhook's page."""

    def rows(self) -> QuerySet[Hook]:
        return self.association.hooks.all()

    def back(self) -> str:
        return self.url("hook", pk=self.row.pk)


class HookTry(HookAction):
    done = "Ett prov är på väg. Ladda om sidan om en stund, så ser du hur det gick."

    def act(self) -> None:
        try_out(self.row, actor=self.actor)


class HookOff(HookAction):
    done = "Webhooken är avstängd. Systemet får inte veta något mer."

    def act(self) -> None:
        turn_off(self.row, actor=self.actor)


class HookOn(HookAction):
    done = "Webhooken är på. Systemet får veta det som händer från och med nu."

    def act(self) -> None:
        turn_on(self.row, actor=self.actor)
