"""What the benchmark puts beside the real pages: a bare view, a bare list of 25 rows; and the stopwatch."""

import resource
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from cases.models import Case

ROWS = 25
TEMPLATE = """<!DOCTYPE html><html lang="sv"><title>Ärenden</title><table>{% for case in cases %}
<tr><td>{{ case.number }}</td><td>{{ case.heading }}</td>
<td>{{ case.get_status_display }}</td><td>{{ case.filed_at }}</td></tr>
{% endfor %}</table></html>"""


def stopwatch(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say with each answer how many ms it took here, how many questions it asked, and the process's most kB."""

    def middleware(request: HttpRequest) -> HttpResponse:
        questions = 0

        def count(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal questions
            questions += 1
            return execute(*args)

        began = time.perf_counter()
        with connection.execute_wrapper(count):
            response = get_response(request)
        took = (time.perf_counter() - began) * 1000
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        response.headers["X-Bench"] = f"{took:.3f} {questions} {most}"
        return response

    return middleware


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hej")


def bare_list(request: HttpRequest) -> HttpResponse:
    """List the newest rows of the cases' table for anybody."""
    template = engines["django"].from_string(TEMPLATE)
    return HttpResponse(template.render({"cases": Case.objects.order_by("-pk")[:ROWS]}))


urlpatterns = [path("", bare), path("list/", bare_list)]
