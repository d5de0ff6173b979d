"""What the views share: who acts, which case they may open, and one way to take a step."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from cases.models import Case, User
from cases.querysets import Actor
from cases.shown import for_one
from cases.views.errors import logged_out

View = Callable[..., HttpResponseBase]


def members_only(view: View) -> View:
    """Let people in who are logged in; a form sent after the session ended keeps its text on a page of its own."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return logged_out(request)
        return redirect_to_login(request.get_full_path())

    return checked


def user_of(request: HttpRequest) -> User:
    """Return who is logged in, on a page that only such people reach."""
    return cast("User", request.user)


def case_or_404(actor: Actor, number: str) -> Case:
    """Find a case that the actor may open; for everybody else it does not exist."""
    return get_object_or_404(for_one(Case.objects.visible_to(actor)), number=number)
