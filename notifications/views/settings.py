"""When a person wants letters: on a page of their own, and by the link in a collected letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cases.views.base import members_only, user_of
from notifications.forms import PreferencesForm
from notifications.preferences import set_preferences, stop_collected
from notifications.unsubscribe import user_of as holder_of


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def letter_settings(request: HttpRequest) -> HttpResponse:
    """Show when the person gets which letters, or change it."""
    user = user_of(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid():
        set_preferences(user, cadences=form.cadences())
        messages.success(request, "Dina val är sparade.")
        return redirect("letter_settings")
    return render(request, "notifications/settings.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters_off(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to stop collected letters, or stop them: mail programs post here by themselves, by RFC 8058.

    The page says nothing about whom the token belongs to.
    """
    user = holder_of(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        stop_collected(user)
    return render(request, "notifications/off.html", {"done": request.method == "POST"})
