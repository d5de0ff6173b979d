"""Lifting a case to a meeting and writing back what the group recommends; joining it to a pattern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from cases.codes import WITH_FUNCTION, Audience, Lifted, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import AgendaItem, Case, Meeting, Pattern
from cases.querysets import Actor
from cases.services.acting import NOW, Basis, acting

# Further ahead no meeting is planned, and a mistyped year would hide the case from every agenda.
FURTHEST = dt.timedelta(days=548)


def lift(
    case: Case,
    *,
    actor: Actor,
    held_on: dt.date,
    body: Lifted = Lifted.PREPARATORY,
    proposal: str,
    basis: Basis = NOW,
) -> AgendaItem:
    """Put the case on the agenda of the meeting held that day, with the kansli's proposal."""
    with acting(
        case,
        "lift",
        actor=actor,
        texts={"proposal": proposal},
        required={"proposal": "Skriv vad kansliet föreslår att mötet tar ställning till."},
        basis=basis,
    ) as act:
        if held_on < act.day:
            raise Incomplete({"held_on": "Välj ett datum som inte har varit."})
        if held_on > act.day + FURTHEST:
            raise Incomplete({"held_on": "Välj ett datum högst 18 månader fram."})
        meeting, _ = Meeting.objects.get_or_create(association=act.case.association, body=body, held_on=held_on)
        item = _item_on(meeting, act.case)
        act.case.lifted = body
        item.proposal = act.write(TextKind.LIFT, act.texts["proposal"], audience=Audience.FUNCTION)
        item.save()
        _seat_the_waiting(meeting, act.day)
        act.record(Audience.EVERYONE, meeting=meeting.pk, body=body.value, held_on=held_on.isoformat())
    return item


def _item_on(meeting: Meeting, case: Case) -> AgendaItem:
    """Return the case's item on a meeting: one that the ladder put there or left waiting, else a new one."""
    bare = AgendaItem.objects.filter(case=case, proposal__isnull=True, recommended_at__isnull=True)
    if meeting.items.filter(case=case).exclude(pk__in=bare).exists():
        raise Incomplete({"held_on": "Ärendet står redan på dagordningen för det mötet."})
    waiting = bare.filter(meeting__isnull=True) if meeting.body == Lifted.PREPARATORY else bare.none()
    item = bare.filter(meeting=meeting).first() or waiting.first() or AgendaItem(case=case)
    item.meeting = meeting
    return item


def _seat_the_waiting(meeting: Meeting, day: dt.date) -> None:
    """Put late answers that have no meeting yet on this one, if it still takes items."""
    if meeting.body != Lifted.PREPARATORY or meeting.cut_off < day:
        return
    waiting = AgendaItem.objects.filter(
        meeting__isnull=True,
        recommended_at__isnull=True,
        case__association=meeting.association_id,
        case__ending="",
        late__state__in=WITH_FUNCTION,
    )
    waiting.exclude(case__in=meeting.items.values("case")).update(meeting=meeting)


def recommend(case: Case, *, actor: Actor, item: AgendaItem, body: str, basis: Basis = NOW) -> Case:
    """Write back the group's recommendation; it is no decision."""
    with acting(
        case,
        "recommend",
        actor=actor,
        texts={"body": body},
        required={"body": "Skriv vad gruppen rekommenderar."},
        basis=basis,
    ) as act:
        own = AgendaItem.objects.filter(case=act.case, pk=item.pk, recommended_at__isnull=True).first()
        if own is None:
            raise MoveNotAllowed("Punkten har redan en rekommendation.", code="already_recommended")
        own.recommendation = act.write(TextKind.RECOMMENDATION, act.texts["body"], audience=Audience.FUNCTION)
        own.recommended_by = act.user
        own.recommended_at = act.at
        own.save()
        act.record(Audience.FUNCTION, meeting=own.meeting_id)
    return act.case


def next_meetings(cases: Collection[Case], day: dt.date) -> dict[int, Meeting | None]:
    """Return, by case, the beredningsgrupp's next meeting that still takes items; nothing where none is planned.

    A case that already waits for the group's recommendation is left out.
    """
    coming = Q(meeting__isnull=True) | Q(meeting__body=Lifted.PREPARATORY, meeting__held_on__gte=day)
    items = AgendaItem.objects.filter(coming, case__in=cases).values_list("case_id", "meeting_id", "recommended_at")
    standing = {(case, meeting) for case, meeting, _ in items}
    waiting = {case for case, _, recommended_at in items if recommended_at is None}
    planned = Meeting.objects.filter(
        association__in={case.association_id for case in cases}, body=Lifted.PREPARATORY, held_on__gte=day
    )
    open_ones = [meeting for meeting in planned.select_related("association") if meeting.cut_off >= day]
    return {
        case.pk: next(
            (
                meeting
                for meeting in open_ones
                if meeting.association_id == case.association_id and (case.pk, meeting.pk) not in standing
            ),
            None,
        )
        for case in cases
        if case.pk not in waiting
    }


def join(
    case: Case, *, actor: Actor, pattern: Pattern | None = None, new_title: str = "", basis: Basis = NOW
) -> Pattern:
    """Join the case to a pattern of the förbund, or to a new one by this name."""
    with acting(case, "join", actor=actor, texts={"new_title": new_title}, basis=basis) as act:
        association = act.case.association
        if pattern is None and not act.texts["new_title"]:
            raise Incomplete({"pattern": "Välj ett systemfel, eller skriv namnet på ett nytt."})
        if pattern is None:
            pattern, _ = Pattern.objects.get_or_create(
                association=association,
                title=act.texts["new_title"],
                defaults={"owner": act.user, "created_at": act.at},
            )
        elif pattern.association_id != association.pk:
            raise MoveNotAllowed("Systemfelet hör till ett annat förbund.", code="wrong_pattern")
        act.case.pattern = pattern
        act.record(Audience.KANSLI, pattern=pattern.pk)
    return pattern
