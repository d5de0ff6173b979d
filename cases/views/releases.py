"""What leaves the förbund: read before it does, approved by two persons, and then fetched as files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import services
from cases.annual import release_report
from cases.codes import ReleaseAudience, Role
from cases.documents import FORMATS
from cases.downloads import format_or_404, network_sent, sent
from cases.models import AnnualSummary, Association, Release, User
from cases.views.annual import SummaryPage
from cases.views.base import members_only, user_of
from cases.views.registers.base import ActionPage


@require_safe
@members_only
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a release as its readers will see it, and how far it has come."""
    actor = user_of(request)
    found = _readable(actor, pk)
    standing = actor.standing()
    is_kansli = standing.holds(Role.COORDINATOR, found.association_id)
    approves = is_kansli or standing.holds(Role.PREPARATORY, found.association_id)
    context = {
        "release": found,
        "report": release_report(found),
        "formats": FORMATS.values(),
        "may_approve": approves and not found.is_out and found.first_by_id != actor.pk,
        "has_approved": found.first_by_id == actor.pk,
        "may_drop": is_kansli and not found.is_out,
        "is_network": found.audience == ReleaseAudience.NETWORK,
    }
    return render(request, "cases/annual/release.html", context)


@require_safe
@members_only
def release_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a release as a file."""
    return sent(release_report(_readable(user_of(request), pk)), format_or_404(form))


@require_safe
@members_only
def network_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send the file that other förbund read; only what is out leaves."""
    return network_sent(_readable(user_of(request), pk), form)


def _readable(actor: User, pk: int) -> Release:
    rows = Release.objects.readable_by(actor)
    return get_object_or_404(rows.select_related("association", "summary", "made_by", "first_by", "second_by"), pk=pk)


# ---- buttons ----


class MakeRelease(SummaryPage, ActionPage):
    """Work out how a fixed summary may leave."""

    done = "Här är utgåvan som läsaren kommer att se den. Läs den, och godkänn om den är rätt."
    made: Release | None = None

    def rows(self) -> QuerySet[AnnualSummary]:
        return AnnualSummary.objects.filter(pk=self.summary.pk)

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        return super().post(request, self.summary.pk)

    def act(self) -> None:
        named = self.request.POST.get("audience", "")
        if named not in ReleaseAudience.values:
            raise Http404
        self.made = services.make_release(self.summary, actor=self.actor, audience=ReleaseAudience(named))

    def back(self) -> str:
        return (self.made or self.summary).get_absolute_url()


class ReleaseAction(ActionPage):
    """A button on a release."""

    release: Release

    def find(self, named: dict[str, Any]) -> Association:
        rows = Release.objects.readable_by(self.actor).select_related("association__successor", "summary")
        self.release = get_object_or_404(rows, pk=named.pop("pk"))
        return self.release.association

    def rows(self) -> QuerySet[Release]:
        return Release.objects.filter(pk=self.release.pk)

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        return super().post(request, self.release.pk)

    def back(self) -> str:
        return self.release.get_absolute_url()


class ApproveRelease(ReleaseAction):
    """Approve the figures that one has read."""

    def act(self) -> None:
        approved = services.approve_release(self.release, actor=self.actor, seen=self.request.POST.get("seen", ""))
        self.done = (
            "Utgåvan är godkänd av två personer. Nu kan ni lämna ut filerna."
            if approved.is_out
            else "Du har godkänt utgåvan. En person till måste läsa och godkänna den."
        )


class DropRelease(ReleaseAction):
    """Take back a release that is not out."""

    done = "Utgåvan är kastad."

    def act(self) -> None:
        services.drop_release(self.release, actor=self.actor)

    def back(self) -> str:
        return reverse("annual_summary", args=[self.release.summary_id])
