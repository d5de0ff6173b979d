"""Every way that a case ends, and what comes after: no ending is silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction

from cases.codes import (
    Audience,
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    FeedbackKind,
    Helped,
    MeasureState,
    Outcome,
    Party,
    Role,
    Status,
    TextKind,
)
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, Case, Concern, Feedback, Measure, Text
from cases.querysets import SHOWN_TO_FUNCTION, Actor
from cases.services.acting import NOW, Act, Basis, acting, start_case
from cases.services.answering import show_to_reporter
from cases.services.filing import Concerned, new_case
from cases.text import clean

_REPLY_NEEDED = {"reply": "Skriv ett svar till rapportören. Inget ärende avslutas utan svar."}


def close(
    case: Case,
    *,
    actor: Actor,
    outcome: Outcome,
    cause: Cause,
    reply: str,
    no_measure: str = "",
    basis: Basis = NOW,
) -> Case:
    """End an answered case with outcome, cause and a plain reply, and open the members' answers to the reporter.

    Needs a measure or a reason for none. A duplicate's reporter gets the same reply.
    """
    with _ending(
        case,
        "close",
        actor=actor,
        texts={"reply": reply, "no_measure": no_measure},
        basis=basis,
    ) as act:
        measured = Measure.objects.filter(case=act.case).exclude(state=MeasureState.DROPPED).exists()
        if not measured and not act.texts["no_measure"]:
            raise Incomplete({"no_measure": "Ärendet har ingen åtgärd. Skriv varför."})
        act.case.outcome, act.case.cause = outcome, cause
        act.end(Status.CLOSED)
        act.write_if_any(TextKind.NO_MEASURE, act.texts["no_measure"], audience=Audience.KANSLI)
        act.write(TextKind.CLOSING, act.texts["reply"], audience=Audience.REPORTER)
        act.record(Audience.EVERYONE, outcome=outcome.value, cause=cause.value)
    return act.case


def dismiss(
    case: Case,
    *,
    actor: Actor,
    reason: DismissReason,
    reply: str,
    duplicate_of: str = "",
    basis: Basis = NOW,
) -> Case:
    """End a case that goes no further, with a reason and a reply.

    A duplicate points, by number, to its original in the same förbund; its reporter gets the original's reply, never
    its text.
    """
    number = clean(duplicate_of)
    original = Case.objects.visible_to(actor).filter(number=number.upper()).first() if number else None
    locking = [case, original] if original is not None else [case]
    texts = {"reply": reply, "duplicate_of": number}
    with _ending(case, "dismiss", actor=actor, texts=texts, basis=basis, locking=locking) as act:
        if reason == DismissReason.WITHDRAWN:
            raise Incomplete({"reason": "Bara rapportören kan ta tillbaka sin rapport. Välj ett annat skäl."})
        if reason == DismissReason.DUPLICATE:
            act.case.duplicate_of = _original(act.case, original)
        elif number:
            raise Incomplete({"duplicate_of": "Välj skälet dubblett, eller ta bort numret."})
        act.case.dismiss_reason = reason
        act.end(Status.DISMISSED)
        act.write(TextKind.CLOSING, act.texts["reply"], audience=Audience.REPORTER)
        if act.case.duplicate_of is not None and (known := _last_reply(act.case.duplicate_of)):
            act.write(TextKind.CLOSING, known, audience=Audience.REPORTER)
        act.record(Audience.EVERYONE, reason=reason.value, duplicate=act.case.duplicate_of_id)
    return act.case


def withdraw(case: Case, *, actor: Actor, basis: Basis = NOW) -> Case:
    """Take the report back before it has been sent to anybody."""
    with acting(case, "withdraw", actor=actor, basis=basis) as act:
        act.case.dismiss_reason = DismissReason.WITHDRAWN
        act.end(Status.DISMISSED)
        act.record(Audience.EVERYONE, reason=DismissReason.WITHDRAWN.value)
    return act.case


def refer(
    case: Case,
    *,
    actor: Actor,
    reply: str,
    to: Association | None = None,
    elsewhere: str = "",
    basis: Basis = NOW,
) -> Case | None:
    """End the case and hand it over: to another förbund here, where it becomes a case of its own, or elsewhere.

    Returns the new case, or nothing when it went elsewhere. The two förbund never see each other's case.
    """
    with _ending(
        case,
        "refer",
        actor=actor,
        texts={"reply": reply, "elsewhere": elsewhere},
        basis=basis,
    ) as act:
        new = _refer(act, to, act.texts["elsewhere"])
        act.write(TextKind.CLOSING, act.texts["reply"], audience=Audience.REPORTER)
        act.record(Audience.EVERYONE, to=to and to.pk)
    return new


def refer_to_successor(case: Case, *, actor: Actor, to: Association) -> Case | None:
    """Hand an open case over to the förbund that this one was merged into."""
    with acting(case, "merge", actor=actor, imposed_as=Role.ADMIN) as act:
        if act.case.ending:
            return None  # ended while the förbund was being merged
        new = _refer(act, to, "")
        reply = f"{act.case.association.name} har gått ihop med {to.name}, som tar över ditt ärende."
        act.write(TextKind.CLOSING, reply, audience=Audience.REPORTER)
        act.record(Audience.EVERYONE, to=to.pk)
    return new


def reopen(case: Case, *, actor: Actor, reason: str, basis: Basis = NOW) -> Case:
    """Open an ended case again: the reporter within the förbund's days, the coordinator at any time."""
    with acting(
        case,
        "reopen",
        actor=actor,
        texts={"reason": reason},
        required={"reason": "Skriv varför ärendet behöver öppnas igen."},
        basis=basis,
    ) as act:
        act.case.ending, act.case.ended_at = "", None
        act.case.outcome = act.case.cause = act.case.dismiss_reason = act.case.helped = ""
        act.case.duplicate_of = None
        act.case.reopened = True
        act.write(TextKind.REASON, act.texts["reason"], audience=Audience.EVERYONE)
        act.record(Audience.EVERYONE)
    return act.case


def feedback(case: Case, *, actor: Actor, helped: Helped, comment: str = "", basis: Basis = NOW) -> Case:
    """Let the reporter say whether it helped; the last word counts."""
    with acting(case, "feedback", actor=actor, texts={"comment": comment}, basis=basis) as act:
        act.case.helped = helped
        Feedback.objects.create(case=act.case, kind=FeedbackKind.HELPED, value=helped, given_on=act.day)
        act.write_if_any(TextKind.FEEDBACK, act.texts["comment"], audience=Audience.REPORTER)
        act.record(Audience.EVERYONE, helped=helped.value)
    return act.case


def effect(case: Case, *, actor: Actor, came_back: Helped, comment: str = "", basis: Basis = NOW) -> Case:
    """Let the reporter or the member say, some months later, whether the brist came back."""
    with acting(case, "effect", actor=actor, texts={"comment": comment}, basis=basis) as act:
        mine = None
        if act.role == Role.CONTACT:
            functions = actor.standing().functions
            mine = next(c for c in act.concerns if c.function_id in functions and c.state in SHOWN_TO_FUNCTION)
        Feedback.objects.create(
            case=act.case, concern=mine, kind=FeedbackKind.CAME_BACK, value=came_back, given_on=act.day
        )
        audience = Audience.FUNCTION if mine else Audience.REPORTER
        act.write_if_any(TextKind.FEEDBACK, act.texts["comment"], audience=audience, concern=mine)
        act.record(audience, concern=mine, came_back=came_back.value)
    return act.case


@contextmanager
def _ending(
    case: Case,
    verb: str,
    *,
    actor: Actor,
    texts: Mapping[str, str],
    basis: Basis,
    locking: Sequence[Case] = (),
) -> Iterator[Act]:
    """Hold a case while it ends with a reply, which its duplicates' reporters get in the same transaction.

    The cases in `locking` are locked first and in one order, so that two that name each other cannot wait for ever.
    """
    with transaction.atomic():
        list(Case.objects.select_for_update().filter(pk__in=[c.pk for c in locking]).order_by("pk"))
        with acting(case, verb, actor=actor, texts=texts, required=_REPLY_NEEDED, basis=basis) as act:
            yield act
            # The reporter reads the members' answers at latest now, however the case ends.
            for concern in act.concerns:
                if concern.state == ConcernState.ANSWERED and concern.shared_at is None:
                    show_to_reporter(act, concern)
        # A duplicate's own duplicates wait for the answer to the first of them.
        if act.case.duplicate_of_id is None:
            _tell_duplicates(act.case, act.texts["reply"], actor)
        elif known := _last_reply(act.case.duplicate_of):
            _tell_duplicates(act.case, known, actor)


def _original(case: Case, original: Case | None) -> Case:
    """Return the case that this one doubles: the first in the row, if that one was a duplicate itself."""
    if original is None or original.association_id != case.association_id:
        raise Incomplete({"duplicate_of": "Skriv numret på det ärende som det här är en dubblett av."})
    found = Case.objects.get(pk=original.pk)
    while found.duplicate_of is not None and found.pk != case.pk:
        found = found.duplicate_of
    if found.pk == case.pk:
        raise Incomplete({"duplicate_of": "Ett ärende kan inte vara en dubblett av sig självt."})
    return found


def _last_reply(case: Case | None) -> str:
    """Return the reply that ended the case; nothing while it is open or when its reporter took it back."""
    if case is None or not case.ending:
        return ""
    last = Text.objects.filter(case=case, kind=TextKind.CLOSING).order_by("-pk").first()
    return last.body if last else ""


def _tell_duplicates(original: Case, reply: str, actor: Actor) -> None:
    """Pass a reply on to whoever reported the same, and to who reported the same as they."""
    for duplicate in original.duplicates.filter(ending=Status.DISMISSED).order_by("pk"):
        with acting(duplicate, "original_closed", actor=actor, imposed_as=Role.COORDINATOR) as act:
            if act.case.duplicate_of_id != original.pk:
                continue  # opened again meanwhile
            act.write(TextKind.CLOSING, reply, audience=Audience.REPORTER)
            act.record(Audience.REPORTER)
        _tell_duplicates(duplicate, reply, actor)


def _refer(act: Act, to: Association | None, elsewhere: str) -> Case | None:
    if to is None and not elsewhere:
        raise Incomplete({"to": "Välj ett förbund, eller skriv vart du hänvisar."})
    if to is not None and elsewhere:
        raise Incomplete({"elsewhere": "Välj ett förbund eller skriv vart du hänvisar, inte båda."})
    if to is not None and (to.pk == act.case.association_id or to.ended_on):
        raise MoveNotAllowed("Välj ett annat förbund som fortfarande finns.", code="wrong_association")
    act.case.referred_to = to.name if to else elsewhere
    act.end(Status.REFERRED)
    return _copy(act, to) if to else None


def _copy(act: Act, to: Association) -> Case:
    """Make the case anew in another förbund: the report, its additions and its reporter, nothing of what was done."""
    old = act.case
    kept = [concern for concern in act.concerns if concern.state != ConcernState.WITHDRAWN]
    new = new_case(
        to,
        at=act.at,
        concerned=[_same_here(concern, to) for concern in kept] or [Concerned(Party.OTHER)],
        gap_type=kept[0].type_reported if kept else "",
        **{name: getattr(old, name) for name in Case.TEXT_FIELDS},
        frequency=old.frequency,
        agreement_missing=old.agreement_missing,
        own_party=old.own_party,
        reporter=old.reporter,
        reporter_email=old.reporter_email,
        reporter_reference=old.reporter_reference,
        receipt_hash=old.receipt_hash,
        filed_by=old.filed_by,
        channel=Channel.REFERRAL,
        received_on=act.day,
        referral_of=old,
    )
    # What the reporter added, and replies that joined the report: all of it is theirs.
    added = Text.objects.filter(case=old, kind__in=[TextKind.ADDITION, TextKind.REPLY], audience=Audience.EVERYONE)
    for text in added:
        Text.objects.create(
            case=new, kind=TextKind.ADDITION, audience=Audience.EVERYONE, body=text.body, created_at=act.at
        )
    start_case(new, actor=act.actor, role=act.role, basis_key="", data={"channel": Channel.REFERRAL.value})
    return new


def _same_here(concern: Concern, to: Association) -> Concerned:
    """Find the member there that the concern is about: AF and FK are members everywhere, a kommun only of some."""
    members = to.members.in_force().filter(party=concern.party)
    if concern.member is not None and concern.party in (Party.KOMMUN, Party.REGION):
        members = members.filter(name=concern.member.name)
    return Concerned(Party(concern.party), members.first())
