"""Patterns: made, changed, measured against, counted by those who have met them, merged.

Each holds the pattern while it changes, and writes one event in the same transaction. Where a case changes with it,
the case is held first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cases import clocks
from cases.codes import PATTERN_ENDED, Audience, MeasureState, PatternStatus, Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import (
    AgendaItem,
    Association,
    Case,
    Pattern,
    PatternFollower,
    PatternMeasure,
    PatternTally,
    User,
)
from cases.services.acting import chained, only_once, store_automatic
from cases.services.guarding import fits, guarded
from cases.services.measures import Plan
from cases.services.pattern_log import hold_pattern, hold_patterns, record
from cases.services.registers import or_taken

NOT_YOURS = "Det här kan bara samordnaren göra."
TAKEN = "Ett annat systemfel heter redan så."
NO_TITLE = "Skriv ett kort namn."


@dataclass
class PatternAct:
    """A change under way on a locked pattern, with its guarded texts."""

    pattern: Pattern
    actor: User
    texts: dict[str, str]
    at: dt.datetime

    @property
    def day(self) -> dt.date:
        return clocks.local_date(self.at)

    def record(self, verb: str, **data: Any) -> None:
        """Note the step; a kansli's coordinator took it."""
        record(self.pattern, verb, actor=self.actor, role=Role.COORDINATOR, at=self.at, **data)


@contextmanager
def keeping(
    pattern: Pattern,
    verb: str,
    *,
    actor: User,
    texts: Mapping[str, str] | None = None,
    required: Mapping[str, str] | None = None,
    key: str = "",
) -> Iterator[PatternAct]:
    """Hold a pattern while a coordinator of its förbund changes it, then save it.

    Raises PersonalDataFound, Incomplete, AlreadyDone or MoveNotAllowed before anything is stored.
    """
    clean = _checked(texts or {}, required or {})
    with transaction.atomic():
        held = hold_pattern(pattern)
        only_once(key, verb, held.pk, actor.pk)
        _may_keep(held.association, actor)
        if held.merged_into_id is not None:
            raise MoveNotAllowed("Systemfelet är sammanslaget med ett annat.", code="merged")
        act = PatternAct(held, actor, clean, clocks.now())
        yield act
        held.save()


def make_pattern(
    association: Association,
    *,
    actor: User,
    title: str,
    description: str = "",
    review_on: dt.date | None = None,
    key: str = "",
) -> Pattern:
    """Enter a systemfel that has no case yet; whoever does so owns and follows it."""
    texts = _checked({"title": title, "description": description}, {"title": NO_TITLE})
    with transaction.atomic():
        only_once(key, "make_pattern", association.pk, actor.pk)
        _may_keep(association, actor)
        with or_taken("title", TAKEN):
            pattern = Pattern.objects.create(
                association=association,
                title=one_line(texts["title"]),
                description=texts["description"],
                owner=actor,
                review_on=review_on,
                created_at=clocks.now(),
            )
        record(pattern, "make", actor=actor, role=Role.COORDINATOR, at=pattern.created_at)
        PatternFollower.objects.create(pattern=pattern, user=actor, seen=pattern.last_seq)
    return pattern


def change_pattern(
    pattern: Pattern,
    *,
    actor: User,
    title: str,
    description: str,
    owner: User | None,
    review_on: dt.date | None,
    key: str = "",
) -> Pattern:
    """Rename or describe a pattern, give it to another coordinator, or set the day to look at it again."""
    texts = {"title": title, "description": description}
    with keeping(pattern, "change", actor=actor, texts=texts, required={"title": NO_TITLE}, key=key) as act:
        row = act.pattern
        if owner is not None and owner.pk != row.owner_id:
            if not coordinators_of(row.association).filter(pk=owner.pk).exists():
                raise Incomplete({"owner": "Välj en samordnare i förbundet."})
            PatternFollower.objects.get_or_create(pattern=row, user=owner)
        wanted = {
            "title": one_line(act.texts["title"]),
            "description": act.texts["description"],
            "owner_id": owner.pk if owner else None,
            "review_on": review_on,
        }
        changed = [name for name, value in wanted.items() if getattr(row, name) != value]
        if not changed:
            return row
        for name in changed:
            setattr(row, name, wanted[name])
        with or_taken("title", TAKEN):
            row.save()
        day = review_on.isoformat() if review_on else None
        act.record("change", fields=changed, owner=wanted["owner_id"], review_on=day)
    return row


def set_pattern_status(pattern: Pattern, *, actor: User, status: PatternStatus, key: str = "") -> Pattern:
    """Say where work on a pattern stands; solved or remaining ends it, and its cases go on as they are."""
    with keeping(pattern, "status", actor=actor, key=key) as act:
        row = act.pattern
        if status == row.status:
            return row
        if status in PATTERN_ENDED and row.own_measures.filter(state=MeasureState.OPEN).exists():
            raise Incomplete({"status": "En åtgärd pågår. Gör den klar eller avbryt den först."})
        before, row.status = row.status, status
        if status in PATTERN_ENDED:
            row.review_on = None
        act.record("status", before=before, after=status.value)
    return row


def tally(pattern: Pattern, *, actor: User) -> bool:
    """Note that somebody has met a pattern too, without a case; once for a person and day. Tell whether it was new."""
    with transaction.atomic():
        row = Pattern.objects.visible_to(actor).current().select_related("association").filter(pk=pattern.pk).first()
        if row is None or row.association.ended_on:
            raise MoveNotAllowed("Det går inte att anmäla till det här systemfelet.", code="not_visible")
        _, is_new = PatternTally.objects.get_or_create(pattern=row, user=actor, met_on=clocks.today())
    return is_new


def follow(pattern: Pattern, *, actor: User, on: bool = True) -> None:
    """Begin or cease to follow a pattern. What has been until now counts as seen."""
    row = Pattern.objects.visible_to(actor).current().filter(pk=pattern.pk).first()
    if row is None:
        raise MoveNotAllowed("Det går inte att följa det här systemfelet.", code="not_visible")
    if on:
        PatternFollower.objects.get_or_create(pattern=row, user=actor, defaults={"seen": row.last_seq})
    else:
        PatternFollower.objects.filter(pattern=row, user=actor).delete()


def note_seen(pattern: Pattern, *, actor: User) -> None:
    """Remember that a follower has looked at the pattern as it stands."""
    late = PatternFollower.objects.filter(pattern=pattern, user=actor, seen__lt=pattern.last_seq)
    late.update(seen=pattern.last_seq)


def merge_patterns(pattern: Pattern, *, actor: User, into: Pattern, key: str = "") -> Pattern:
    """Move a pattern's cases, tallies, measures and followers to another, and keep the first as a pointer to it."""
    with transaction.atomic():
        # Cases before patterns, as everywhere; a case that joins meanwhile waits for the pattern's lock.
        rows = Case.objects.select_for_update(of=("self",)).filter(pattern=pattern.pk).order_by("pk")
        cases = list(rows)
        other = hold_patterns(pattern, into)[into.pk]
        with keeping(pattern, "merge", actor=actor, key=key) as act:
            _may_become(act.pattern, other)
            if Case.objects.filter(pattern=pattern.pk).exclude(pk__in=[case.pk for case in cases]).exists():
                raise MoveNotAllowed("Ett ärende fördes hit just nu. Försök igen.", code="changed")
            _move_cases(cases, act, other)
            _move_rest(act.pattern, other)
            act.pattern.merged_into = other
            act.pattern.review_on = None
            act.record("merge", into=other.pk)
            record(other, "take_over", actor=actor, role=Role.COORDINATOR, at=act.at, merged=pattern.pk)
    return other


def plan_pattern_measure(pattern: Pattern, *, actor: User, plan: Plan, key: str = "") -> PatternMeasure:
    """Plan a measure against the whole pattern."""
    texts = {"what": plan.what, "owner": plan.owner}
    required = {"what": "Skriv vad ni ska göra.", "owner": "Skriv vilken funktion som ansvarar."}
    with keeping(pattern, "plan", actor=actor, texts=texts, required=required, key=key) as act:
        if plan.due_on < act.day:
            raise Incomplete({"due_on": "Välj en dag som inte har varit."})
        if act.pattern.status in PATTERN_ENDED:
            raise MoveNotAllowed("Systemfelet är avslutat. Ändra läget först.", code="ended")
        measure = PatternMeasure.objects.create(
            pattern=act.pattern,
            what=act.texts["what"],
            owner=one_line(act.texts["owner"]),
            cause=plan.cause,
            due_on=plan.due_on,
            created_at=act.at,
        )
        act.record("plan", measure=measure.pk, due_on=plan.due_on.isoformat())
    return measure


def end_pattern_measure(
    measure: PatternMeasure, *, actor: User, state: MeasureState, how: str = "", key: str = ""
) -> PatternMeasure:
    """Note that a pattern's measure is done, or was dropped and why."""
    required = {"how": "Skriv varför åtgärden avbryts."} if state == MeasureState.DROPPED else {}
    verb = "drop" if state == MeasureState.DROPPED else "finish"
    with keeping(measure.pattern, verb, actor=actor, texts={"how": how}, required=required, key=key) as act:
        own = act.pattern.own_measures.filter(pk=measure.pk, state=MeasureState.OPEN).first()
        if own is None:
            raise MoveNotAllowed("Åtgärden är redan avslutad.", code="wrong_measure")
        own.state, own.ended_on, own.how = state, act.day, act.texts["how"]
        own.save(update_fields=["state", "ended_on", "how"])
        act.record(verb, measure=own.pk)
    return own


def coordinators_of(association: Association) -> Any:
    """Return the people who coordinate the förbund today."""
    held = association.grants.in_force().filter(role=Role.COORDINATOR)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name")


# ---- shared ----


def one_line(text: str) -> str:
    return " ".join(text.split())


def _checked(texts: Mapping[str, str], required: Mapping[str, str]) -> dict[str, str]:
    clean = guarded(texts)
    if missing := {name: sentence for name, sentence in required.items() if not clean.get(name)}:
        raise Incomplete(missing)
    fits(clean)
    return clean


def _may_keep(association: Association, actor: User) -> None:
    if not actor.standing().holds(Role.COORDINATOR, association.pk):
        raise MoveNotAllowed(NOT_YOURS, code="not_coordinator")
    if association.ended_on:
        raise MoveNotAllowed("Förbundet har upphört. Systemfelet kan läsas men inte ändras.", code="ended")


def _may_become(pattern: Pattern, other: Pattern) -> None:
    if other.pk == pattern.pk or other.association_id != pattern.association_id or other.merged_into_id is not None:
        raise Incomplete({"into": "Välj ett annat systemfel i samma förbund."})


def _move_cases(cases: list[Case], act: PatternAct, other: Pattern) -> None:
    data = {"pattern": other.pk, "merged_from": act.pattern.pk}
    fields = {"actor": act.actor, "actor_role": Role.COORDINATOR, "audience": Audience.KANSLI, "data": data}
    events = [chained(case, verb="join", at=act.at, from_status=case.status, **fields) for case in cases]
    if events:
        store_automatic(events)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(pattern=other)


def _move_rest(pattern: Pattern, other: Pattern) -> None:
    """Move what hangs on a pattern, but for what the other has already."""
    PatternMeasure.objects.filter(pattern=pattern).update(pattern=other)
    for one in pattern.tallies.all():
        PatternTally.objects.get_or_create(pattern=other, user_id=one.user_id, met_on=one.met_on)
    for follower in pattern.followers.all():
        PatternFollower.objects.get_or_create(pattern=other, user_id=follower.user_id)
    waiting = AgendaItem.objects.filter(pattern=pattern, recommended_at__isnull=True)
    there = AgendaItem.objects.filter(pattern=other, meeting__isnull=False).values("meeting")
    waiting.exclude(meeting__in=there).update(pattern=other)
    waiting.filter(deferrals__isnull=True).delete()
