"""The status card: that an answer is late, for those whom the ladder has brought it to, and nothing of the case."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases import shown
from cases.models import Case, Concern
from cases.views.base import members_only, user_of


@require_safe
@members_only
def case_status(request: HttpRequest, number: str) -> HttpResponse:
    """Show how late the case's answers are, and who has been reminded when."""
    actor = user_of(request)
    late = Concern.objects.brought_to(actor).filter(case__number=number)
    cards = shown.status_cards(late.select_related("function"))
    if not cards:
        raise Http404
    opens = Case.objects.visible_to(actor).filter(number=number).exists()
    return render(request, "cases/status_card.html", {"number": number, "cards": cards, "opens": opens})
