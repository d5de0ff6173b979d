"""How it stands with letters and webhooks, for operators: numbers and reasons, never to whom."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import health


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Show what waits, what is stuck and why."""
    found = health.state()
    counts = [(state.label, count) for state, count in found.letters.items()]
    context = {**admin.site.each_context(request), "title": "Brev", "health": found, "counts": counts}
    context["hooks"] = health.hooks()
    return render(request, "notifications/operator.html", context)
