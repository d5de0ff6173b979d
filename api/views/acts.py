"""Acts on something else than a case: `POST` with what the act needs, and an answer in numbers and addresses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api import answers
from api.access import Scope
from api.base import Endpoint
from api.shapes.acts import ActShape, DoneShape
from cases.codes import Role
from cases.querysets import Standing


class Acting(Endpoint):
    """An address where something is done: the body is what the act's shape takes, and its service has the last word."""

    act: ClassVar[type[ActShape]]
    scopes = {"POST": Scope.HANDLE}
    # What the answer calls the act, and what it makes if that is something new.
    does: ClassVar[str]
    made: ClassVar[str] = ""
    # The address of what is acted on, by name.
    address: ClassVar[str]

    def post(self, request: Request, **where: Any) -> Response:
        """Do it."""
        return answers.once(request, lambda: self._do(request, where))

    def subject(self, **where: Any) -> Any:
        """Return what the address names, if the actor may know of it. Raises Http404."""
        raise NotImplementedError

    def allow(self, request: Request, subject: Any) -> None:
        """Ask for a scope that depends on what is acted on. Raises OutOfScope."""

    def place(self, name: str) -> tuple[str | int, ...]:
        """Return the path in the body of what the service calls by this name."""
        return self._form.place(name)

    def told(self, request: Request, subject: Any, made: Any) -> Response:
        """Say what came of it, in numbers and codes: the answer is kept for whoever asks again."""
        new = {"type": self.made, "id": made.pk} if self.made else None
        return Response({"id": subject.pk, "url": self.url_of(request, subject), "verb": self.does, "made": new})

    def url_of(self, request: Request, subject: Any) -> str:
        """Return where what was acted on is."""
        return reverse(f"api:{self.address}", args=[subject.pk], request=request)

    @cached_property
    def _form(self) -> ActShape:
        return self.act(data=self.request.data)

    def _do(self, request: Request, where: dict[str, Any]) -> Response:
        subject = self.subject(**where)
        self.allow(request, subject)
        self._form.is_valid(raise_exception=True)
        return self.told(request, subject, self._form.act(subject, self.actor))


class Making(Acting):
    """A list to which something new is added."""

    does = "add"
    statuses = {"POST": HTTPStatus.CREATED}

    def told(self, request: Request, subject: Any, made: Any) -> Response:
        url = self.url_of(request, made)
        body = {"id": made.pk, "url": url, "verb": self.does, "made": {"type": self.made, "id": made.pk}}
        return Response(body, status=HTTPStatus.CREATED, headers={"Location": url})


def act_views(base: type[Acting], **acts: type[ActShape]) -> dict[str, type[Acting]]:
    """Make the views of acts on the same kind of thing, by verb; the words of each are those of its shape."""
    return {verb: _act_view(base, verb, shape) for verb, shape in acts.items()}


def _act_view(base: type[Acting], verb: str, shape: type[ActShape]) -> type[Acting]:
    own = {
        "verb": verb,
        "does": verb,
        "act": shape,
        "takes": {"POST": shape},
        "gives": {"POST": DoneShape},
        "made": shape.makes,
        "__doc__": shape.__doc__,
        "__module__": base.__module__,
    }
    return type(shape.__name__.removesuffix("Shape"), (base,), own)


def roles_in(standing: Standing, association_id: int) -> list[Scope]:
    """Return what a key may be good for to act here as whoever its owner is: as reporter, contact, kansli or group."""
    found = [Scope.FILE] if standing.holds(Role.REPORTER, association_id) else []
    if association_id in standing.function_associations:
        found.append(Scope.ANSWER)
    if association_id in standing.knows_patterns:
        found.append(Scope.HANDLE)
    return found
