"""Following a report without account: the receipt code opens it, and is never part of an address."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import services
from cases.codes import ReadAction, Role, TextKind
from cases.forms.filing import ReceiptCodeForm
from cases.forms.steps import STEP_FORMS
from cases.models import Case, Text
from cases.querysets import NOBODY, ReceiptHolder
from cases.shown import for_one
from cases.views.case import case_context, take_step
from cases.views.errors import logged_out
from cases.workflow import Step

# The hash of the code, never the code. The cases are looked up each time, since one may be referred meanwhile.
_SESSION = "receipt"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and open the case that it belongs to."""
    form = ReceiptCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # Only wrong codes count: a kansli's many visitors may share one address.
        if not ratelimit.consume(request, action="receipt_code", dry_run=True):
            form.add_error("code", "Det blev för många försök. Vänta några minuter och försök igen.")
            return render(request, "cases/follow.html", {"form": form}, status=429)
        receipt = services.receipt_hash(form.cleaned_data["code"])
        if Case.objects.filter(receipt_hash=receipt).exists():
            request.session.cycle_key()
            request.session[_SESSION] = receipt
            return redirect("followed")
        ratelimit.consume(request, action="receipt_code")
        form.add_error("code", "Ingen rapport har den koden. Se efter att alla tecken är med.")
    return render(request, "cases/follow.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """Show the case that the code opened; one that was referred goes on where it is now."""
    holder = _holder(request)
    cases = list(for_one(Case.objects.visible_to(holder)).order_by("pk"))
    if not cases:
        return redirect("follow")
    case = cases[-1]
    for shown in cases:
        services.log_read(shown, actor=holder, action=ReadAction.OPENED)
    context = case_context(case, holder, FollowAddress())
    context["earlier"] = _replies(cases[:-1])
    return render(request, "cases/case.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_step(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a step as the holder of the code."""
    holder = _holder(request)
    case = for_one(Case.objects.visible_to(holder)).order_by("-pk").first()
    if case is None:
        return logged_out(request) if request.method == "POST" else redirect("follow")
    return take_step(request, case, holder, slug, None, FollowAddress())


@require_POST
def follow_end(request: HttpRequest) -> HttpResponse:
    """Forget the code, on a computer that others use."""
    request.session.pop(_SESSION, None)
    return redirect("follow")


class FollowAddress:
    """Where a case's page and steps are for the holder of a code: nothing in the address says which case."""

    printed = ""

    @property
    def page(self) -> str:
        return reverse("followed")

    def step(self, step: Step) -> str:
        return reverse("follow_step", args=[STEP_FORMS[step.verb].slug])


def _replies(cases: list[Case]) -> list[tuple[Case, list[Text]]]:
    """Give each case that was referred on the reply that its reporter got there."""
    told = Text.objects.filter(case__in=cases, kind=TextKind.CLOSING).for_roles({Role.REPORTER}, frozenset())
    return [(case, [text for text in told if text.case_id == case.pk]) for case in cases] if cases else []


def _holder(request: HttpRequest) -> ReceiptHolder:
    receipt = request.session.get(_SESSION)
    if not receipt:
        return NOBODY
    return ReceiptHolder(frozenset(Case.objects.filter(receipt_hash=receipt).values_list("pk", flat=True)))
