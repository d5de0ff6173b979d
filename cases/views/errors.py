"""What people see when something goes wrong; what they had written is kept on the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

# Never echoed, whatever form they came from.
_NEVER_KEPT = {
    "csrfmiddlewaretoken",
    "password",
    "password1",
    "password2",
    "oldpassword",
    "code",
    "login",
    "seen",
    "nonce",
}


def kept_fields(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what was posted as fields to show again; long ones as text areas that can be copied from."""
    return [
        {"name": name, "value": value, "is_text": len(value) > 40 or "\n" in value}
        for name, values in request.POST.lists()
        if name not in _NEVER_KEPT
        for value in values
    ]


# Addresses that only take what is sent to them, and the page that it is sent from.
_SENT_FROM = {
    "file_draft": ("file", "code"),
    "draft_discard": ("my_reports", ""),
    "original": ("case", "number"),
    "follow_end": ("follow", ""),
    "assignment_done": ("meetings", ""),
}


def _again(request: HttpRequest) -> str:
    """Return the address of the page to open anew."""
    match = request.resolver_match
    if match is None or match.url_name not in _SENT_FROM:
        return request.get_full_path()
    name, part = _SENT_FROM[match.url_name]
    return reverse(name, args=[match.kwargs[part]] if part else [])


def logged_out(request: HttpRequest) -> HttpResponse:
    """Tell that the session has ended, with everything that was written still on the page."""
    context = {"kept": kept_fields(request), "again": _again(request)}
    return render(request, "cases/logged_out.html", context, status=401)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Ask for the form once more, filled in as it was, when its token is too old."""
    context = {"kept": kept_fields(request), "again": _again(request)}
    return render(request, "403_csrf.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"message": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
