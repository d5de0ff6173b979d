"""What leaves the förbund: made from a fixed summary, audited, approved by two persons, and then out for good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from cases import clocks
from cases.codes import ReleaseAudience, Role
from cases.disclosure import CannotProtect, Contradiction, Published, SolverMissing, audit
from cases.errors import DomainError, MoveNotAllowed
from cases.models import AnnualSummary, Association, Release, User
from cases.releasing import published_from
from cases.services.acting import by_a_person
from cases.services.summaries import figures_of

APPROVERS = (Role.COORDINATOR, Role.PREPARATORY)


class Unprotectable(DomainError):
    """The figures cannot leave: small numbers could be worked out, or nobody can tell whether they could."""

    code = "unprotectable"


def make_release(summary: AnnualSummary, *, actor: User, audience: ReleaseAudience) -> Release:
    """Work out how a fixed summary may leave; one that is under way and not out is made anew.

    Raises Unprotectable with the reason.
    """
    with _holding(summary.association) as association:
        if not actor.standing().holds(Role.COORDINATOR, association.pk):
            raise MoveNotAllowed("Det här kan bara samordnaren göra.", code="not_coordinator")
        if not summary.is_fixed:
            raise MoveNotAllowed("Fastställ sammanställningen först.", code="not_fixed")
        if Release.objects.filter(summary=summary, audience=audience, released_at__isnull=False).exists():
            raise MoveNotAllowed("Den här utgåvan är redan lämnad ut. Den ändras inte.", code="is_out")
        with _protected():
            published = published_from(
                figures_of(summary),
                name=f"{summary.period.first}–{summary.period.last}",
                threshold=association.threshold,
                earlier=what_is_out(association),
                place=association.code,
            )
        release = Release.objects.filter(summary=summary, audience=audience).first()
        release = release or Release(association=association, summary=summary, audience=audience)
        release.threshold, release.content = association.threshold, published.to_json()
        release.made_by, release.made_at = actor, clocks.now()
        # Whoever approved has not seen these figures.
        release.first_by = release.first_at = None
        release.save()
    return release


def approve_release(release: Release, *, actor: User, seen: str) -> Release:
    """Approve what one has read; with the second person's approval it is out, if it still withstands the audit.

    `seen` is the fingerprint of the figures that the actor has read. Raises Unprotectable, naming the cell and what
    gives it away.
    """
    with _holding(release.association) as association:
        held: Release = Release.objects.select_for_update(no_key=True).get(pk=release.pk)
        standing = actor.standing()
        if not any(standing.holds(role, association.pk) for role in APPROVERS):
            raise MoveNotAllowed("Utgåvor godkänns av samordnare och beredningsgrupp.", code="not_approver")
        by_a_person(actor)
        if held.is_out:
            raise MoveNotAllowed("Utgåvan är redan lämnad ut.", code="is_out")
        if held.fingerprint != seen:
            raise MoveNotAllowed("Utgåvan har räknats om sedan du läste den. Läs den igen.", code="changed")
        if held.first_by_id == actor.pk:
            raise MoveNotAllowed("Du har redan godkänt. En annan person måste också göra det.", code="same_person")
        with _protected():
            exposures = audit(Published.from_json(held.content), what_is_out(association))
        if exposures:
            raise Unprotectable(" ".join(exposure.why for exposure in exposures))
        if held.first_by_id is None:
            held.first_by, held.first_at = actor, clocks.now()
        else:
            held.second_by, held.released_at = actor, clocks.now()
        held.save()
    return held


def drop_release(release: Release, *, actor: User) -> None:
    """Take back a release that is not out."""
    with _holding(release.association) as association:
        if not actor.standing().holds(Role.COORDINATOR, association.pk):
            raise MoveNotAllowed("Det här kan bara samordnaren göra.", code="not_coordinator")
        held = Release.objects.select_for_update(no_key=True).get(pk=release.pk)
        if held.is_out:
            raise MoveNotAllowed("Utgåvan är redan lämnad ut och kan inte tas tillbaka.", code="is_out")
        held.delete()


def what_is_out(association: Association) -> list[Published]:
    """Return everything that an outsider holds already, the oldest first."""
    out = Release.objects.filter(association=association, released_at__isnull=False).order_by("released_at", "pk")
    return [Published.from_json(content) for content in out.values_list("content", flat=True)]


@contextmanager
def _holding(association: Association) -> Iterator[Association]:
    """Let one release of a förbund at a time be made or approved: each is worked out against those before it."""
    with transaction.atomic():
        yield Association.objects.select_for_update(no_key=True).get(pk=association.pk)


@contextmanager
def _protected() -> Iterator[None]:
    try:
        yield
    except (CannotProtect, Contradiction, SolverMissing) as error:
        raise Unprotectable(str(error)) from error
