"""What the register pages share: whose förbund it is, and one way from a form to its service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from cases.codes import Role
from cases.errors import DomainError
from cases.forms.fields import put_beside
from cases.forms.registers import RegisterForm, Search
from cases.models import Association, User
from cases.routing import Router
from cases.views.base import members_only, user_of
from cases.views.listing import Page


def administered(user: User) -> QuerySet[Association]:
    """Return the förbund whose registers the person keeps."""
    return Association.objects.filter(pk__in=user.standing().associations(Role.ADMIN))


def routing_warnings_count(user: User) -> int:
    """Count what the person should look at in the rules and functions whose registers they keep."""
    return sum(len(Router(association).warnings()) for association in administered(user))


@method_decorator(members_only, name="dispatch")
class RegisterPage(View):
    """A page of one förbund's registers; to anybody but its administrator it does not exist."""

    template_name = "cases/registers/form.html"
    association: Association
    actor: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = user_of(request)
        self.association = self.find(kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, named: dict[str, Any]) -> Association:
        """Take the förbund out of what the address names."""
        return get_object_or_404(self.own().select_related("successor"), code=named.pop("code"))

    def own(self) -> QuerySet[Association]:
        """Return the förbund that the page is there for."""
        return administered(self.actor)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(**self.content())

    def content(self) -> dict[str, Any]:
        """Return what the page shows besides the förbund."""
        return {}

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        # Not "association": the header has a label of its own by that name.
        return render(self.request, self.template_name, {"forbund": self.association, **context}, status=status)

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs={"code": self.association.code, **kwargs})


class SearchPage(RegisterPage, ABC):
    """A list that is searched. What the form refuses finds nothing, and says why."""

    form_class: type[Search]

    @abstractmethod
    def found(self, asked: dict[str, Any]) -> QuerySet[Any]:
        """Return the förbund's rows that fit what was asked for; nothing asked for is an empty dictionary."""

    def shown(self, rows: list[Any]) -> None:
        """Give the rows of the page what the template shows."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.GET or None)
        refused = form.is_bound and not form.is_valid()
        asked = form.cleaned_data if form.is_bound and not refused else {}
        rows = self.found(asked)
        page = Page(request, rows.none() if refused else rows)
        self.shown(page.rows)
        return self.page(422 if refused else 200, form=form, page=page)


class FormPage(RegisterPage, ABC):
    """A form that one service stores. Where the address names a row it is changed, else one is added."""

    form_class: type[RegisterForm]
    title = ""
    title_change = ""
    lead = ""
    submit = "Spara"
    done = "Sparat."
    danger = False
    # The list that the page belongs to: its address by name, and what it is called.
    list_name = "register"
    list_label = ""
    row: Any = None

    def rows(self) -> QuerySet[Any]:
        """Return the förbund's rows that the address may name."""
        return self.association.members.none()

    @abstractmethod
    def store(self, data: dict[str, Any]) -> None:
        """Hand what was filled in to the service."""

    def setup_row(self, pk: int | None = None) -> None:
        """Look up the row that the address names among the förbund's own."""
        if pk is not None:
            self.row = get_object_or_404(self.rows(), pk=pk)

    def form(self, data: Any = None) -> RegisterForm:
        return self.form_class(data, association=self.association, row=self.row)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.setup_row(**kwargs)
        return self.form_page(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.setup_row(**kwargs)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.store(form.cleaned_data)
            except DomainError as error:
                put_beside(form, error)
            else:
                self.tell()
                return redirect(self.back())
        return self.form_page(form, status=422)

    def tell(self) -> None:
        messages.success(self.request, self.done)

    def back(self) -> str:
        """Return where the page leads when all went well, or on second thoughts."""
        return self.url(self.list_name)

    def form_page(self, form: RegisterForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "row": self.row,
            "title": self.title_change if self.row and self.title_change else self.title,
            "lead": self.lead,
            "submit": self.submit,
            "danger": self.danger,
            "back": self.back(),
            "list_url": self.url(self.list_name),
            "list_label": self.list_label,
        }
        return self.page(status, **context | self.content())


class ActionPage(RegisterPage, ABC):
    """A button without fields: acts, tells, and leads back. It is no page to read."""

    http_method_names = ["post"]
    done = ""
    row: Any = None

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """Return the förbund's rows that the address may name."""

    @abstractmethod
    def act(self) -> None:
        """Call the service."""

    @abstractmethod
    def back(self) -> str:
        """Return where the button leads."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.row = get_object_or_404(self.rows(), pk=pk)
        try:
            self.act()
        except DomainError as error:
            messages.error(request, error.message)
        else:
            self.tell()
        return redirect(self.back())

    def tell(self) -> None:
        messages.success(self.request, self.done)
