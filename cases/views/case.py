"""A case's page, its steps, its print and what stands under a mask: for people who log in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import services, shown, timeline
from cases.codes import ConcernState, ReadAction, Role, TextKind
from cases.errors import AlreadyDone, ChangedMeanwhile, DomainError, MoveNotAllowed
from cases.forms.fields import filled_key
from cases.forms.steps import SLUGS, STEP_FORMS, StepForm, is_first, order
from cases.models import Case, Event, MaskedOriginal, User
from cases.querysets import Actor, concerns_shown, roles_of
from cases.views.base import case_or_404, members_only, user_of
from cases.workflow import MOVES, Step, acting_role, check, next_steps

ALREADY_DONE = "Det här var redan gjort. Ingenting har gjorts två gånger."


@require_safe
@members_only
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case as the person may know it, with the steps that they may take."""
    actor = user_of(request)
    found = case_or_404(actor, number)
    services.log_read(found, actor=actor, action=ReadAction.OPENED)
    return render(request, "cases/case.html", case_context(found, actor, CaseAddress(found)))


@require_safe
@members_only
def case_print(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case for paper, and note that it was printed."""
    actor = user_of(request)
    found = case_or_404(actor, number)
    services.log_read(found, actor=actor, action=ReadAction.PRINTED)
    return render(request, "cases/print.html", case_context(found, actor, CaseAddress(found), steps=False))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def case_step(request: HttpRequest, number: str, slug: str, concern: int | None = None) -> HttpResponse:
    """Show one step's form, or take the step."""
    actor = user_of(request)
    try:
        found = case_or_404(actor, number)
        return take_step(request, found, actor, slug, concern, CaseAddress(found))
    except Http404:
        if request.method == "POST" and _was_last_step(request, actor, number, slug):
            messages.info(request, ALREADY_DONE)
            return redirect("start")
        raise


@require_POST
@members_only
def original(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Show what stands under a mask, to a coordinator; a post, so that it never happens by following a link."""
    actor = user_of(request)
    found = case_or_404(actor, number)
    masked = get_object_or_404(MaskedOriginal, case=found, pk=key)
    try:
        body = services.original(found, actor=actor, masked=masked)
    except DomainError as error:
        raise Http404 from error
    return render(request, "cases/original.html", {"case": found, "masked": masked, "body": body})


class CaseAddress:
    """Where a case's page and its steps are, for somebody with an account."""

    def __init__(self, case: Case) -> None:
        self.number = case.number

    @property
    def page(self) -> str:
        return reverse("case", args=[self.number])

    @property
    def printed(self) -> str:
        return reverse("case_print", args=[self.number])

    def step(self, step: Step) -> str:
        slug = STEP_FORMS[step.verb].slug
        if step.concern is None:
            return reverse("case_step", args=[self.number, slug])
        return reverse("case_concern_step", args=[self.number, slug, step.concern.pk])


def case_context(case: Case, actor: Actor, address: Any, *, steps: bool = True) -> dict[str, Any]:
    """Gather what the page shows, each thing as this person may know it."""
    told = shown.one(case, actor)
    seen = [one.concern for one in told.concerns]
    context: dict[str, Any] = {
        "case": case,
        "whole": told,
        "address": address,
        "association": case.association,
        "roles": told.roles,
        "kansli": told.kansli,
        "is_reporter": Role.REPORTER in told.roles,
        "concerns": told.concerns,
        "measures": told.measures,
        "holder": told.holder,
        "next_due": told.next_due,
        "is_late": told.is_late,
        "timeline": timeline.entries(case, actor),
    }
    # What ended it this time; an earlier ending's reply stays in the story.
    context["replies"] = [
        text
        for entry in context["timeline"]
        for text in entry.texts
        if text.kind == TextKind.CLOSING and case.ended_at and text.created_at >= case.ended_at
    ]
    if told.kansli:
        context["returned"] = [c for c in seen if c.state == ConcernState.RETURNED and case.is_open]
        context["masked"] = case.masked_originals.select_related("masked_by", "text")
    if steps:
        taken = [(step, address.step(step)) for step in next_steps(case, actor)]
        first = sorted((pair for pair in taken if is_first(pair[0], case)), key=lambda pair: order(pair[0]))
        context["first"] = [(STEP_FORMS[step.verb](case=case, actor=actor, step=step), url) for step, url in first]
        context["others"] = [
            {"step": step, "url": url, "danger": STEP_FORMS[step.verb].danger}
            for step, url in taken
            if not is_first(step, case)
        ]
    return context


def take_step(
    request: HttpRequest, case: Case, actor: Actor, slug: str, concern: int | None, address: Any
) -> HttpResponse:
    """Show a step's form, or take the step and go back to the case; a refusal keeps what was written."""
    step, refusal = _step(case, actor, slug, concern)
    form_class = STEP_FORMS[step.verb]
    if request.method == "POST":
        form = form_class(request.POST, case=case, actor=actor, step=step)
        return _take(request, form, refusal, address) or redirect(_after(case, actor, address))
    if refusal:
        messages.warning(request, refusal)
        return redirect(address.page)
    return _step_page(request, form_class(case=case, actor=actor, step=step), address)


def _take(request: HttpRequest, form: StepForm, refusal: str, address: Any) -> HttpResponse | None:
    """Take the step; return the page that says why not, or nothing when it is done."""
    case, actor = form.case, form.actor
    valid = form.is_valid()
    if services.done_before(case, form.verb, actor=actor, basis=form.basis()):
        messages.info(request, ALREADY_DONE)
        return None
    if not valid:
        if refusal:
            form.add_error(None, refusal)
        return _step_page(request, form, address, status=422, news=_told(form, _new_since(form)))
    try:
        form.perform(form.basis())
    except AlreadyDone:
        messages.info(request, ALREADY_DONE)
    except ChangedMeanwhile as error:
        form.add_error(None, error.message)
        return _step_page(request, form, address, status=409, news=_told(form, error.events))
    except DomainError as error:
        form.show(error)
        return _step_page(request, form, address, status=422)
    else:
        messages.success(request, form.done)
    return None


def _was_last_step(request: HttpRequest, actor: User, number: str, slug: str) -> bool:
    """Tell whether it was this very form, clicked twice, that took the case away from the actor."""
    case = Case.objects.filter(number=number).first()
    if case is None or slug not in SLUGS:
        return False
    return services.done_before(case, SLUGS[slug], actor=actor, basis=services.Basis(key=filled_key(request.POST)))


def _new_since(form: StepForm) -> list[Event]:
    """Return what has happened, as the actor may know it, since the page of the form was opened."""
    case, actor, seen = form.case, form.actor, form.cleaned_data.get("seen")
    if seen is None or seen >= case.last_seq:
        return []
    new = case.events.filter(seq__gt=seen).for_roles(roles_of(case, actor), actor.standing().functions)
    return list(new.select_related("actor", "function", "concern__member", "concern__unit"))


def _told(form: StepForm, events: list[Event]) -> list[tuple[dt.datetime, str, str]]:
    """Put events in words for the page, which then starts from the last of them."""
    if events:
        form.start_from(events[-1].seq)
    roles = roles_of(form.case, form.actor)
    return [(event.at, timeline.sentence(event), timeline.who(event, roles)) for event in events]


def _after(case: Case, actor: Actor, address: Any) -> str:
    """Choose where to go after a step: a case that was handed back can no longer be opened."""
    visible = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    return address.page if visible else reverse("start")


def _step(case: Case, actor: Actor, slug: str, concern: int | None) -> tuple[Step, str]:
    """Find the step, and why it cannot be taken now if it cannot.

    Only a step that the person's roles never take does not exist: somebody who was overtaken is told so instead.
    """
    if slug not in SLUGS:
        raise Http404
    verb = SLUGS[slug]
    own = next((mine for mine in concerns_shown(case, actor) if mine.pk == concern), None)
    role = acting_role(case, verb, actor, own)
    if role is None or (own is None) != (MOVES[verb].states is None):
        raise Http404
    try:
        check(case, verb, actor, own)
    except MoveNotAllowed as error:
        return Step(verb, MOVES[verb].label, role, own), error.message
    return Step(verb, MOVES[verb].label, role, own), ""


def _step_page(
    request: HttpRequest, form: StepForm, address: Any, *, status: int = 200, news: Any = ()
) -> HttpResponse:
    context = {
        "form": form,
        "case": form.case,
        "step": form.step,
        "address": address,
        "url": address.step(form.step),
        "news": news,
        "association": form.case.association,
    }
    return render(request, "cases/step.html", context, status=status)
