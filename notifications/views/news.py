"""What a person has been told, in the program."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cases.views.base import members_only, user_of
from cases.views.listing import Page
from notifications.forms import PutAwayForm
from notifications.news import item, last_seen, leads_to, news_of, opened, put_away


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def news(request: HttpRequest) -> HttpResponse:
    """Show what is news and what has been read lately, or mark all of it as read."""
    user = user_of(request)
    if request.method == "POST":
        form = PutAwayForm(request.POST)
        if form.is_valid():
            put_away(user, upto=form.cleaned_data["upto"])
            messages.success(request, "Allt är markerat som läst.")
        return redirect("news")
    page = Page(request, news_of(user))
    items = [item(row) for row in page.rows]
    context = {"page": page, "items": items, "many": len(user.standing().everywhere) > 1, "upto": last_seen(user)}
    return render(request, "notifications/news.html", context)


@require_safe
@members_only
def news_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page that word is about, which is read from then on."""
    user = user_of(request)
    word = opened(user, pk)
    if word is None:
        raise Http404
    return redirect(leads_to(word, user))
