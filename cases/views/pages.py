"""Pages that say something to everybody: help, accessibility, personal data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.codes import GAP_TYPE_DEFINITIONS, GapType


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    types = [(gap.label, GAP_TYPE_DEFINITIONS[gap]) for gap in GapType]
    return render(request, "cases/help.html", {"types": types})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/privacy.html")
