"""Every step of the table of moves as an action of its own: `POST /api/v1/cases/{number}/{verb}/`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django.utils.functional import cached_property
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from api import answers
from api.access import Scope, require
from api.base import Endpoint
from api.etags import basis_of, etag_now
from api.scopes import BY_ROLE
from api.shapes.cases import address_of
from api.shapes.moves import CHOOSE_CONCERN, SHAPES, MoveShape, TakenShape, Taking, concern_of
from api.views.cases import find
from cases import workflow
from cases.errors import MoveNotAllowed
from cases.models import AgendaItem, Case, Concern, Measure, Pattern, Question

# What a step may make, by what the answer calls it.
MADE = {Concern: "concern", Measure: "measure", Question: "question", AgendaItem: "agenda_item", Pattern: "pattern"}


class NeverYours(exceptions.APIException):
    """The step is never for somebody who is what the actor is to this case."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "not_your_step"


class MoveView(Endpoint):
    """A step on a case."""

    verb: ClassVar[str]
    shape: ClassVar[type[MoveShape]]
    # The scope follows from the role.
    scopes: ClassVar[dict[str, Scope]] = {}
    gives = {"POST": TakenShape}
    has_versions = True

    def post(self, request: Request, number: str) -> Response:
        """Take the step."""
        return answers.once(request, lambda: self._act(request, find(self, number)))

    def place(self, name: str) -> tuple[str | int, ...]:
        """Return the path in the body of what the service calls by this name."""
        return self._form.place(name)

    @cached_property
    def _form(self) -> MoveShape:
        return self.shape(data=self.request.data)

    def _act(self, request: Request, case: Case) -> Response:
        data = request.data if isinstance(request.data, dict) else {}
        concern = concern_of(case, self.actor, data.get("concern")) if self._is_on_a_concern else None
        role = workflow.acting_role(case, self.verb, self.actor, concern)
        if role is None:
            if why := workflow.reported_by_themselves(case, self.verb, self.actor):
                raise MoveNotAllowed(why, code=NeverYours.default_code)
            raise NeverYours
        require(request, BY_ROLE[role])
        form = self._form
        form.is_valid(raise_exception=True)
        if self._is_on_a_concern and concern is None:
            raise exceptions.ValidationError({"concern": CHOOSE_CONCERN})
        # Why the step cannot be taken at all comes before what it is taken on; the service asks again under the lock.
        workflow.check(case, self.verb, self.actor, concern)
        basis = basis_of(request, case, self.actor)
        made = form.take(Taking(case, self.actor, role, concern, basis))
        return self._told(request, Case.objects.select_related("association").get(pk=case.pk), made)

    @property
    def _is_on_a_concern(self) -> bool:
        return workflow.MOVES[self.verb].states is not None

    def _told(self, request: Request, case: Case, made: Any) -> Response:
        """Say what came of it, in numbers and codes: the answer is kept for whoever asks again."""
        kind = MADE.get(type(made))
        body = {
            "number": case.number,
            "url": address_of(case, {"request": request}),
            "verb": self.verb,
            "status": case.status,
            "made": {"type": kind, "id": made.pk} if kind else None,
        }
        return Response(body, headers={"ETag": etag_now(case, self.actor)})


def view_of(verb: str) -> type[MoveView]:
    """Make the view of one step; its words are those of its shape."""
    shape = SHAPES[verb]
    name = shape.__name__.removesuffix("Shape")
    own = {"verb": verb, "shape": shape, "takes": {"POST": shape}, "__doc__": shape.__doc__, "__module__": __name__}
    return type(name, (MoveView,), own)


VIEWS = {verb: view_of(verb) for verb in workflow.MOVES}
