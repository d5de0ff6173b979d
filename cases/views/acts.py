"""One way from a small form on a systemfel or a meeting to its service and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cases.errors import AlreadyDone, DomainError
from cases.forms.acts import ActForm
from cases.models import User
from cases.views.case import ALREADY_DONE


def take_act(
    request: HttpRequest,
    forms: dict[str, type[ActForm]],
    slug: str,
    *,
    subject: Any,
    actor: User,
    back: str,
    about: str,
    goes_on: bool = False,
) -> HttpResponse:
    """Show the form, or do what it says and go back; a refusal keeps what was written.

    `about` names what the form is on. With `goes_on` what was made has a page of its own, by its address.
    """
    form_class = forms.get(slug)
    if form_class is None or not form_class.exists_for(subject, actor):
        raise Http404
    form = form_class(request.POST if request.method == "POST" else None, subject=subject, actor=actor)
    context = {"form": form, "about": about, "back": back, "association": form.association}
    if request.method != "POST":
        return render(request, "cases/act.html", context)
    made = _done(request, form) if form.is_valid() else None
    if form.errors:
        return render(request, "cases/act.html", context, status=422)
    return redirect(made if goes_on and made is not None else back)


def offered(forms: dict[str, type[ActForm]], subject: Any, actor: User) -> list[type[ActForm]]:
    """List the forms that it makes sense to offer somebody now."""
    return [form for form in forms.values() if form.exists_for(subject, actor) and form.offered(subject, actor)]


def _done(request: HttpRequest, form: ActForm) -> Any:
    try:
        made = form.perform(form.key())
    except AlreadyDone:
        messages.info(request, ALREADY_DONE)
        return None
    except DomainError as error:
        form.show(error)
        return None
    messages.success(request, form.done)
    return made
