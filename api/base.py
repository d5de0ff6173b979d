"""What every address of the API shares: who asks, what may be asked for, and how lists are cut."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django_filters import FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Field, Serializer
from rest_framework.views import APIView

from api.access import Scope
from api.errors import BadParameter
from api.paging import Keyset, Page
from api.shapes.base import Shape
from cases.models import User

NO_SUCH_CHOICE = "Det värdet går inte att välja."


class Endpoint(APIView):
    """One address. It takes the query parameters that it names, and refuses others."""

    # What a token must be good for, by method; a method that is left out asks for itself, with `access.require`.
    scopes: ClassVar[Mapping[str, Scope]] = {"GET": Scope.READ}
    # What the description says, by method: the body that comes in, what goes out, with which status, and in words.
    takes: ClassVar[Mapping[str, type[Serializer[Any]]]] = {}
    gives: ClassVar[Mapping[str, Any]] = {}
    statuses: ClassVar[Mapping[str, HTTPStatus]] = {}
    words: ClassVar[Mapping[str, str]] = {}
    media: ClassVar[Mapping[str, Collection[str]]] = {}
    # What a GET may be refused with that others of its kind are not.
    refuses: ClassVar[Collection[HTTPStatus]] = ()
    # Whether answers carry the version of a case, and a change may name it.
    has_versions: ClassVar[bool] = False
    # The query parameters of a GET, described; and the shape that `?fields=` chooses from.
    asked: ClassVar[Mapping[str, OpenApiParameter]] = {}
    sparse: ClassVar[type[Shape] | None] = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may come in, with nothing in the address that would be ignored."""
        super().initial(request, *args, **kwargs)
        # A method that is not there is refused for that, whatever else is in the address.
        if (request.method or "") in self.allowed_methods:
            refuse_odd(request, self.known(request))

    def known(self, request: Request) -> Collection[str]:
        """Name the query parameters that this address takes."""
        if request.method not in ("GET", "HEAD"):
            return ()
        return {*self.asked, "fields"} if self.sparse else set(self.asked)

    @property
    def actor(self) -> User:
        """Return who asks; nobody else comes this far."""
        return cast("User", self.request.user)


class Listing(Endpoint):
    """A list: rows that the actor may see, narrowed by filters, cut by keyset, with the fields that are wished for.

    Costs the same number of queries whatever the page.
    """

    # What the list does, in a line of the description.
    lists: ClassVar[str] = ""
    shape: ClassVar[type[Shape]]
    filters: ClassVar[type[FilterSet]]
    keyset: ClassVar[Keyset] = Keyset("-pk")
    # What an answer may hold besides its rows and the next page, for the description.
    beside: ClassVar[Mapping[str, Field[Any, Any, Any, Any]]] = {}

    def get(self, request: Request, **where: Any) -> Response:
        """List what the actor may see."""
        chosen = self.chosen(self.rows(**where))
        page = self.page(chosen, request)
        return Response({"results": self.shown(request, page.rows), "next": page.next})

    def page(self, chosen: FilterSet, request: Request) -> Page:
        """Cut the page that is asked for."""
        return self.keyset_for(chosen).page(chosen.qs, request)

    def rows(self, **where: Any) -> QuerySet[Any]:
        """Return all rows that the actor may see, each with what its shape shows."""
        raise NotImplementedError

    def keyset_for(self, chosen: FilterSet) -> Keyset:
        """Choose the order, which a filter may decide."""
        return self.keyset

    def shown(self, request: Request, rows: list[Any]) -> list[dict[str, Any]]:
        """Show the rows as the actor may know them."""
        wanted = wanted_fields(request, self.shape)
        context = {"actor": self.actor, "request": request, "fields": wanted}
        return cast("list[dict[str, Any]]", self.shape(rows, many=True, context=context).data)

    def chosen(self, rows: QuerySet[Any]) -> FilterSet:
        """Narrow the rows. Raises BadParameter for a value that a filter cannot have."""
        chosen = self._filters
        chosen.queryset = rows
        if not chosen.form.is_valid():
            raise BadParameter({name: list(sentences(errors)) for name, errors in chosen.form.errors.as_data().items()})
        return chosen

    def known(self, request: Request) -> Collection[str]:
        if request.method not in ("GET", "HEAD"):
            return ()
        return {*Keyset.PARAMETERS, *self.asked, "fields", *self._filters.filters}

    @property
    def sparse(self) -> type[Shape]:  # type: ignore[override]  # a list's own shape, always
        """Return the shape that `?fields=` chooses from."""
        return self.shape

    @cached_property
    def _filters(self) -> FilterSet:
        rows = self.filters._meta.model._default_manager.none()
        return self.filters(self.request.query_params, rows, actor=self.actor)


def sentences(errors: list[ValidationError], no_such_choice: str = NO_SUCH_CHOICE) -> Iterator[str]:
    """Yield what is wrong with a parameter. Django's own words would repeat what was sent, or name a list on a page."""
    for error in errors:
        yield from [no_such_choice] if error.code == "invalid_choice" else error.messages


def wanted_fields(request: Request, shape: type[Shape]) -> frozenset[str] | None:
    """Return the fields that `?fields=` names; none named means all. Raises BadParameter for one that is not there."""
    asked = request.query_params.get("fields")
    if asked is None:
        return None
    wanted = frozenset(asked.split(","))
    if unknown := wanted - set(shape().fields):
        there = ", ".join(shape().fields)
        raise BadParameter({"fields": f"{len(unknown)} av fälten finns inte. De som finns är {there}."})
    return wanted


def refuse_odd(request: Request, known: Collection[str] = ()) -> None:
    """Refuse query parameters that would be ignored: unknown ones, by name, empty ones, and what comes twice."""
    wrong = dict.fromkeys(sorted(set(request.query_params) - set(known)), "Parametern finns inte.")
    for name, values in request.query_params.lists():
        if name in known and (len(values) > 1 or not values[0]):
            many = "Skriv parametern en gång."
            wrong[name] = many if len(values) > 1 else "Skriv ett värde, eller låt parametern vara."
    if wrong:
        raise BadParameter(wrong)
