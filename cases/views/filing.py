"""Filing a report: with an account, for a caller, or without account."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import clocks, services
from cases.errors import AlreadyDone, DomainError
from cases.forms.fields import put_beside
from cases.forms.filing import ReportForm, may_file_for_caller
from cases.models import Association, Draft, User
from cases.querysets import NOBODY, Actor
from cases.views.base import members_only, user_of
from cases.views.errors import kept_fields


@require_safe
def file_choose(request: HttpRequest) -> HttpResponse:
    """Let the reporter choose förbund; somebody with just one goes straight on."""
    actor = _actor(request)
    found, own = Association.objects.open_to(actor), actor.standing().everywhere
    mine, others = list(found.filter(pk__in=own)), list(found.exclude(pk__in=own))
    if len(mine) == 1:
        return redirect("file", code=mine[0].code.lower())
    return render(request, "cases/file_choose.html", {"mine": mine, "others": others})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form, or file what was written and show the receipt.

    The receipt is the answer to the post itself: a code must not be kept anywhere between two pages, and the form's
    key makes a reload harmless.
    """
    association = _association(request, code)
    actor = _actor(request)
    for_caller = "caller" in request.GET and may_file_for_caller(association, actor)
    if request.method != "POST":
        draft = _draft(request, association, request.GET.get("utkast"))
        initial = {**draft.fields, "nonce": draft.key} if draft else {}
        form = ReportForm(initial=initial, association=association, actor=actor, for_caller=for_caller)
        return _page(request, form, draft)
    form = ReportForm(request.POST, association=association, actor=actor, for_caller=for_caller)
    draft = _draft(request, association, request.POST.get("nonce"))
    if form.is_valid():
        try:
            filed = services.file(
                association,
                form.report(),
                actor=actor,
                for_caller=form.caller(),
                key=form.key(),
                nonce=str(form.cleaned_data["nonce"]),
                draft=draft,
            )
        except AlreadyDone as error:
            return _sent_before(request, form, error)
        except DomainError as error:
            put_beside(form, error)
        else:
            context = {
                "case": filed.case,
                "code": filed.receipt_code,
                "for_caller": for_caller,
                "association": association,
            }
            return render(request, "cases/receipt.html", context)
    return _page(request, form, draft, status=422)


@require_POST
@members_only
def file_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what has been written so far: by itself while one writes, or when the button is pressed."""
    association = _association(request, code)
    key = _uuid(request.POST.get("nonce"))
    if key is None:
        raise Http404
    names = [name for name in ReportForm.base_fields if name in request.POST and name != "nonce"]
    fields: dict[str, Any] = {
        name: request.POST.getlist(name) if name == "also" else request.POST[name] for name in names
    }
    by_itself = "HX-Request" in request.headers
    try:
        services.save_draft(association, author=user_of(request), key=key, fields=fields)
    except DomainError as error:
        if by_itself:
            return HttpResponse(format_html('<p class="field-error">{}</p>', error.message))
        form = ReportForm(request.POST, association=association, actor=user_of(request))
        form.is_valid()
        put_beside(form, error)
        return _page(request, form, None, status=422)
    if by_itself:
        return HttpResponse(
            format_html("<p>Utkastet sparades {}.</p>", f"{clocks.now().astimezone(clocks.STOCKHOLM):%H.%M}")
        )
    return redirect("my_reports")


@require_POST
@members_only
def draft_discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw one's own draft away."""
    user = user_of(request)
    services.discard_draft(get_object_or_404(Draft.objects.of(user), key=key), author=user)
    return redirect("my_reports")


def _page(request: HttpRequest, form: ReportForm, draft: Draft | None, status: int = 200) -> HttpResponse:
    user = request.user
    context = {
        "form": form,
        "association": form.association,
        "for_caller": form.for_caller,
        "may_file_for_caller": may_file_for_caller(form.association, form.actor),
        "may_save": user.is_authenticated and not form.for_caller,
        "draft": draft,
    }
    return render(request, "cases/file.html", context, status=status)


def _sent_before(request: HttpRequest, form: ReportForm, error: AlreadyDone) -> HttpResponse:
    """Say that the report has been sent, with what was written since to copy: going back must lose or double nothing.

    Without account the case is not named: whoever has the page's number alone has no receipt.
    """
    context = {
        "case": error.case if form.actor.pk is not None and not form.for_caller else None,
        "association": form.association,
        "again": request.get_full_path(),
        "kept": kept_fields(request),
    }
    return render(request, "cases/file_again.html", context, status=409)


def _actor(request: HttpRequest) -> Actor:
    return request.user if isinstance(request.user, User) else NOBODY


def _association(request: HttpRequest, code: str) -> Association:
    """Find the förbund, unless its form is only for its own and the person is not one of them."""
    return get_object_or_404(Association.objects.open_to(_actor(request)), code=code.upper())


def _draft(request: HttpRequest, association: Association, key: str | None) -> Draft | None:
    found = _uuid(key)
    if found is None or not isinstance(request.user, User):
        return None
    return Draft.objects.of(request.user).filter(key=found, association=association).first()


def _uuid(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(value or "")
    except ValueError:
        return None
