"""Errors that no view answers: a page for people, problem+json for programs, which ask below /api/."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from api.errors import plain_problem
from cases.views import errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _by_program(request):
        return plain_problem(HTTPStatus.BAD_REQUEST, "bad_request")
    return errors.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _by_program(request):
        return plain_problem(HTTPStatus.FORBIDDEN, "permission_denied")
    return errors.forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _by_program(request):
        return plain_problem(HTTPStatus.NOT_FOUND, "not_found")
    return errors.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _by_program(request):
        return plain_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error")
    return errors.server_error(request)


def _by_program(request: HttpRequest) -> bool:
    # The page that describes the API is for people, and stands first there.
    return request.path.startswith("/api/") and request.path != "/api/"
