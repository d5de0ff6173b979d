"""What the benchmark puts beside the real pages: a bare view, a bare list of 25 rows; and the stopwatch."""

import resource
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination

from cases.models import Case, Concern

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


# ---- what the API is held against: the same fields, without key, roles, log or quota ----


class BareConcern(serializers.ModelSerializer[Concern]):
    member = serializers.CharField(source="member.name", default=None)
    unit = serializers.CharField(source="unit.name", default=None)
    gap_type = serializers.CharField(source="type_set")
    function = serializers.CharField(source="function.name", default=None)

    class Meta:
        model = Concern
        fields = ["id", "party", "member", "unit", "is_primary", "gap_type", "state", "function", "answer_due"]


class BareCase(serializers.ModelSerializer[Case]):
    url = serializers.SerializerMethodField()
    association = serializers.CharField(source="association.code")
    initiative = serializers.CharField(source="initiative.name", default=None)
    concerns = BareConcern(many=True)

    class Meta:
        model = Case
        fields = [
            "number", "url", "association", "heading", "status", "received_on", "filed_at", "ended_at", "next_due",
            "is_late", "lifted", "initiative", "concerns",
        ]  # fmt: skip

    def get_url(self, case: Case) -> str:
        return self.context["request"].build_absolute_uri(f"/api/{case.number}/")


class Newest(CursorPagination):
    page_size = ROWS
    ordering = ("-filed_at", "-id")


class BareCases(ListAPIView[Case]):
    authentication_classes = ()
    permission_classes = ()
    pagination_class = Newest
    serializer_class = BareCase
    queryset = Case.objects.select_related("association", "initiative").prefetch_related(
        "concerns__member", "concerns__unit", "concerns__function"
    )


urlpatterns = [path("", bare), path("list/", bare_list), path("api/", BareCases.as_view())]
