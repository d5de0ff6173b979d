"""A case on agendas: lifted to a meeting, recommended on, and seated where the next meeting takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from cases.codes import WITH_FUNCTION, Audience, Lifted, TextKind, Why
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import AgendaItem, Assignment, Association, Case, Meeting
from cases.querysets import Actor
from cases.services.acting import NOW, Basis, acting

# Further ahead no meeting is planned, and a mistyped year would hide the case from every agenda.
FURTHEST = dt.timedelta(days=548)

NO_RECOMMENDATION = "Skriv vad gruppen rekommenderar."
APPROVED = "Mötets protokoll är justerat och kan inte ändras."


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
        meeting = meeting_on(act.case.association, body, held_on)
        item = _item_on(meeting, act.case)
        act.case.lifted = body
        item.why = Why.LIFTED
        item.proposal = act.write(TextKind.LIFT, act.texts["proposal"], audience=Audience.FUNCTION)
        item.save()
        seat_the_waiting(meeting, act.day)
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


def meeting_on(association: Association, body: str, held_on: dt.date) -> Meeting:
    """Return the meeting of that day, locked and planned anew if it was cancelled; make it where there is none."""
    Meeting.objects.get_or_create(association=association, body=body, held_on=held_on)
    meetings = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("association")
    meeting = meetings.get(association=association, body=body, held_on=held_on)
    if meeting.approved_at:
        raise Incomplete({"held_on": "Mötets protokoll är justerat. Välj ett annat möte."})
    if meeting.cancelled_at:
        meeting.cancelled_at = None
        meeting.save(update_fields=["cancelled_at"])
    return meeting


def seat_the_waiting(meeting: Meeting, day: dt.date) -> int:
    """Put what has no meeting yet on this one, if it still takes items: late answers, and what was deferred."""
    if meeting.cut_off < day:
        return 0
    waiting = AgendaItem.objects.filter(meeting__isnull=True, recommended_at__isnull=True)
    late = Q(deferrals__isnull=True, case__association=meeting.association_id, late__state__in=WITH_FUNCTION)
    deferred = Q(deferrals__meeting__association=meeting.association_id, deferrals__meeting__body=meeting.body)
    wanted = deferred | (late & Q(case__ending="")) if meeting.body == Lifted.PREPARATORY else deferred
    there: set[tuple[int | None, int | None]] = set(meeting.items.values_list("case", "pattern"))
    seated = []
    for item in waiting.filter(wanted).distinct().order_by("pk"):
        about = (item.case_id, item.pattern_id)
        if about in there and about != (None, None):
            continue
        there.add(about)
        seated.append(item.pk)
    return AgendaItem.objects.filter(pk__in=seated).update(meeting=meeting, position=None)


@dataclass(frozen=True)
class Duty:
    """What a meeting asks of somebody: who by function or role (never a name), what, and by when."""

    who: str
    what: str
    due_on: dt.date


def recommend(
    case: Case,
    *,
    actor: Actor,
    item: AgendaItem,
    body: str,
    duties: Sequence[Duty] = (),
    basis: Basis = NOW,
) -> Case:
    """Write back the group's recommendation, and who does what until when; it is no decision."""
    with acting(
        case,
        "recommend",
        actor=actor,
        texts={"body": body, **duty_texts(duties)},
        required={"body": NO_RECOMMENDATION},
        basis=basis,
    ) as act:
        rows = AgendaItem.objects.select_related("meeting")
        own = rows.filter(case=act.case, pk=item.pk, recommended_at__isnull=True).first()
        if own is None:
            raise MoveNotAllowed("Punkten har redan en rekommendation.", code="already_recommended")
        if own.meeting and own.meeting.approved_at:
            raise MoveNotAllowed(APPROVED, code="approved")
        own.recommendation = act.write(TextKind.RECOMMENDATION, act.texts["body"], audience=Audience.FUNCTION)
        own.recommended_by = act.user
        own.recommended_at = act.at
        own.save()
        for who, what, due_on in clean_duties(act.texts, duties, act.day):
            text = act.write(TextKind.ASSIGNMENT, what, audience=Audience.FUNCTION)
            Assignment.objects.create(item=own, meeting=own.meeting, who=who, text=text, due_on=due_on)
        act.record(Audience.FUNCTION, meeting=own.meeting_id)
    return act.case


def duty_texts(duties: Sequence[Duty]) -> dict[str, str]:
    """Return the free texts of duties by field, for the guard."""
    return {f"{name}_{n}": getattr(duty, name) for n, duty in enumerate(duties, 1) for name in ("who", "what")}


def clean_duties(texts: Mapping[str, str], duties: Sequence[Duty], day: dt.date) -> list[tuple[str, str, dt.date]]:
    """Return who, what and when of each duty from the guarded texts. Raises Incomplete where one is not whole."""
    clean = []
    for n, duty in enumerate(duties, 1):
        who, what = " ".join(texts[f"who_{n}"].split()), texts[f"what_{n}"]
        missing = {} if who else {f"who_{n}": "Skriv vilken funktion som gör det."}
        missing |= {} if what else {f"what_{n}": "Skriv vad som ska göras."}
        if duty.due_on < day:
            missing[f"due_{n}"] = "Välj en dag som inte har varit."
        if missing:
            raise Incomplete(missing)
        clean.append((who, what, duty.due_on))
    return clean


def next_meetings(cases: Collection[Case], day: dt.date) -> dict[int, Meeting | None]:
    """Return, by case, the beredningsgrupp's next meeting that still takes items; nothing where none is planned.

    A case that already waits for the group's recommendation is left out.
    """
    coming = Q(meeting__isnull=True) | Q(meeting__body=Lifted.PREPARATORY, meeting__held_on__gte=day)
    items = AgendaItem.objects.filter(coming, case__in=cases).values_list("case_id", "meeting_id", "recommended_at")
    standing = {(case, meeting) for case, meeting, _ in items}
    waiting = {case for case, _, recommended_at in items if recommended_at is None}
    planned = Meeting.objects.filter(
        association__in={case.association_id for case in cases},
        body=Lifted.PREPARATORY,
        held_on__gte=day,
        cancelled_at__isnull=True,
        approved_at__isnull=True,
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
