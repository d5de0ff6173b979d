"""A person's own keys, and the keys of a förbund for its administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from api import tokens
from api.forms import KeyFilter, KeyForm
from api.models import Token
from api.scopes import Scope
from cases import services
from cases.errors import AlreadyDone, DomainError
from cases.forms.fields import put_beside
from cases.models import User
from cases.views.base import members_only, user_of
from cases.views.registers.base import FormPage, SearchPage

REVOKED = "Nyckeln är återkallad. Den fungerar inte längre."


@require_safe
@members_only
def keys(request: HttpRequest) -> HttpResponse:
    """List one's own keys."""
    return render(request, "api/keys.html", {"keys": [with_words(key) for key in user_of(request).tokens.all()]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def key_make(request: HttpRequest) -> HttpResponse:
    """Make a key for oneself."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    made = _made(request, form, user_of(request), {}) if form.is_valid() else None
    return made or render(request, "api/key_make.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of one's own keys stop working, after a question."""
    user = user_of(request)
    key = get_object_or_404(user.tokens.all(), pk=pk)
    if request.method == "POST":
        tokens.revoke(key, actor=user)
        messages.success(request, REVOKED)
        return redirect("keys")
    return render(request, "api/key_revoke.html", {"key": with_words(key)})


def _made(request: HttpRequest, form: KeyForm, owner: User, context: dict[str, Any]) -> HttpResponse | None:
    """Answer the post itself with the new key; nothing where the form was refused.

    As with a receipt, the key must not be kept anywhere between two pages. The same page makes no second one.
    """
    try:
        issued = tokens.issue(owner, actor=user_of(request), **form.wanted())
    except AlreadyDone:
        return render(request, "api/key_made_before.html", context, status=409)
    except DomainError as error:
        put_beside(form, error)
        return None
    return render(request, "api/key_made.html", {**context, "key": with_words(issued.token), "plain": issued.plain})


def with_words(key: Any) -> Any:
    """Give a key what its page says it may be used for."""
    key.labels = [Scope(scope).label for scope in key.scopes if scope in Scope]
    return key


# ---- for the administrator of a förbund ----


class AssociationKeys(SearchPage):
    """The keys of the förbund's systems, and of its people, so that one can be taken from somebody who has left."""

    template_name = "api/association_keys.html"
    form_class = KeyFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[Token]:
        found = tokens.kept_in(self.association).select_related("user__system_member", "created_by")
        if not asked.get("alla"):
            found = found.working()
        if owner := asked.get("vem"):
            found = found.filter(user=owner)
        if text := asked.get("q"):
            found = found.filter(Q(name__icontains=text) | Q(user__name__icontains=text) | Q(prefix=text))
        return found

    def shown(self, rows: list[Any]) -> None:
        for key in rows:
            with_words(key)


@method_decorator(never_cache, name="dispatch")
class SystemKey(FormPage):
    """Make a key for a system, which cannot make one itself."""

    template_name = "api/system_key.html"
    title = "Gör en nyckel"
    submit = "Gör nyckeln"
    list_name, list_label = "systems", "System"

    def rows(self) -> QuerySet[User]:
        return services.systems_of(self.association)

    def content(self) -> dict[str, Any]:
        return {"lead": self.row.name}

    def form(self, data: Any = None) -> Any:
        return KeyForm(data)

    def store(self, data: dict[str, Any]) -> None:
        """Leave it to `post`, which answers with the key itself."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.setup_row(**kwargs)
        form = self.form(request.POST)
        context = {"forbund": self.association, "system": self.row}
        made = _made(request, form, self.row, context) if form.is_valid() else None
        return made or self.form_page(form, status=422)

    def back(self) -> str:
        return self.url("system", pk=self.row.pk)


class KeyRevoke(FormPage):
    """Make a key of the förbund stop working, after a question."""

    template_name = "api/association_key_revoke.html"
    title = "Återkalla nyckeln"
    submit, danger = "Återkalla nyckeln", True
    list_name, list_label = "association_keys", "Nycklar"
    done = REVOKED

    def rows(self) -> QuerySet[Token]:
        return tokens.kept_in(self.association).select_related("user")

    def content(self) -> dict[str, Any]:
        return {"key": with_words(self.row)}

    def form(self, data: Any = None) -> Any:
        return forms.Form(data)

    def store(self, data: dict[str, Any]) -> None:
        tokens.revoke(self.row, actor=self.actor)
