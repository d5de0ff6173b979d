"""Filing a report: the only way that a case comes to be."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from cases import clocks
from cases.codes import Channel, Frequency, GapType, Party, Role
from cases.errors import AlreadyDone, Incomplete, MoveNotAllowed, ReferenceTaken
from cases.models import (
    Association,
    Case,
    Concern,
    Draft,
    Initiative,
    Member,
    NumberSeries,
    Submission,
    Unit,
    User,
)
from cases.querysets import Actor
from cases.services.acting import payload_key, refresh_search, start_case
from cases.services.guarding import fits, guarded


@dataclass(frozen=True)
class Concerned:
    """Who the reporter says that the brist is about."""

    party: Party
    member: Member | None = None
    unit: Unit | None = None


@dataclass(frozen=True)
class Report:
    """What the reporter has written, as the form or the API received it."""

    heading: str
    happened: str
    concerned: Sequence[Concerned]
    gap_type: GapType | None
    initiative: Initiative | None = None
    consequence: str = ""
    occurred: str = ""
    frequency: Frequency | None = None
    tried: str = ""
    suggestion: str = ""
    agreement: str = ""
    agreement_missing: bool = False
    own_party: Party | None = None
    own_member: Member | None = None
    reporter_email: str = ""
    # What it is called in the reporter's own system.
    reporter_reference: str = ""

    def texts(self) -> dict[str, str]:
        """Return the free texts by field, for the guard."""
        return {name: getattr(self, name) for name in (*Case.TEXT_FIELDS, "reporter_email", "reporter_reference")}


@dataclass(frozen=True)
class ForCaller:
    """A report that the kansli takes down for somebody: how and when it came in."""

    channel: Channel
    received_on: dt.date


@dataclass(frozen=True)
class Filed:
    """The new case, and the receipt code when the reporter has no account."""

    case: Case
    receipt_code: str = field(default="", repr=False)


def file(
    association: Association,
    report: Report,
    *,
    actor: Actor,
    for_caller: ForCaller | None = None,
    key: str = "",
    nonce: str = "",
    draft: Draft | None = None,
) -> Filed:
    """Store the report as a case with the förbund's next number, and queue word of it.

    A report by somebody without account, or taken down for a caller, gets a receipt code. The same `key` gives the
    same case and code again; another key from the page of the same `nonce` is refused with AlreadyDone, and the same
    reporter's next report with the same reference with ReferenceTaken. Raises PersonalDataFound, Incomplete or
    MoveNotAllowed before anything is stored.
    """
    role = may_file(association, actor, for_caller)
    texts = guarded(report.texts())
    fits(texts)
    _complete(association, report, texts, for_caller)
    once = _once(association.pk, actor, key) if key else ""
    page = payload_key("file page", association.pk, nonce, actor.pk) if nonce else ""
    code = _receipt_code(once) if actor.pk is None or for_caller else ""
    reporter = None if for_caller else actor.pk
    # Only the inserts of the submission and of the case may fail on a double; the first one's case is then there.
    try:
        with transaction.atomic():
            if earlier := _filed_before(once, page, code):
                return earlier
            _not_taken(reporter, texts["reporter_reference"])
            _still_open(association)
            case = _store(association, report, texts, actor, for_caller, code)
            start_case(case, actor=actor, role=role, basis_key=once, data={"channel": case.channel})
            if page:
                Submission.objects.create(key=page, case=case)
            if draft is not None:
                Draft.objects.filter(pk=draft.pk, author=actor.pk).delete()
    except IntegrityError:
        if earlier := _filed_before(once, page, code):
            return earlier
        _not_taken(reporter, texts["reporter_reference"])
        raise
    return Filed(case, code)


def receipt_code_again(case: Case, *, actor: Actor, key: str) -> str:
    """Return the receipt code of a report that was filed with this key, by the same; nothing where it has none."""
    return _receipt_code(_once(case.association_id, actor, key)) if case.receipt_hash else ""


def _once(association_id: int, actor: Actor, key: str) -> str:
    return payload_key("file", association_id, key, actor.pk)


def receipt_hash(code: str) -> str:
    """Return what is stored of a receipt code, however it was typed; a code itself is never stored."""
    plain = "".join(ch for ch in code.upper() if ch.isalnum()).translate(_LOOKALIKES)
    return hmac.new(settings.SECRET_KEY.encode(), b"receipt:" + plain.encode(), hashlib.sha256).hexdigest()


def misdated(received_on: dt.date) -> str:
    """Return what is wrong with the day when a report came in, if something is."""
    return "Välj dagen då rapporten kom in, i dag eller tidigare." if received_on > clocks.today() else ""


def misplaced(association: Association, concerned: Concerned) -> dict[str, str]:
    """Return, by field, what is wrong with naming this member and unit in the förbund today."""
    member, unit, today = concerned.member, concerned.unit, clocks.today()
    wrong = {}
    if member is not None and member.association_id != association.pk:
        wrong["concerned"] = "Välj en medlem i förbundet."
    elif member is not None and member.party != concerned.party.value:
        wrong["concerned"] = _OTHER_PARTY
    elif member is not None and not member.holds_on(today):
        wrong["concerned"] = f"{member.name} är inte medlem nu. Välj någon annan."
    if unit is not None and (member is None or unit.member_id != member.pk):
        wrong["unit"] = "Enheten hör inte till den valda medlemmen."
    elif unit is not None and not unit.holds_on(today):
        wrong["unit"] = f"{unit.name} finns inte nu. Välj en annan enhet, eller ingen."
    return wrong


def next_number(association: Association, year: int) -> str:
    """Take the next number of the förbund's series; the row stays locked until the case is stored."""
    NumberSeries.objects.bulk_create([NumberSeries(association=association, year=year)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(association=association, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"LH-{association.code}-{year}-{series.last:04d}"


_OTHER_PARTY = "Medlemmen hör inte till den parten."
_ENDED = "Förbundet har upphört och tar inte emot rapporter."

# Read aloud and typed by hand: no letter that looks like a digit.
_LOOKALIKES = str.maketrans("OIL", "011")
_ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def _receipt_code(nonce: str) -> str:
    """Make a code of 80 bits in four groups; made from the form's key, so that a double click shows the same one."""
    seed = nonce or secrets.token_hex(16)
    digest = hmac.new(settings.SECRET_KEY.encode(), b"code:" + seed.encode(), hashlib.sha256).digest()[:10]
    letters = base64.b32encode(digest).decode().translate(_ALPHABET)
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def _filed_before(once: str, page: str, code: str) -> Filed | None:
    """Return what this very form led to. Raises AlreadyDone when its page has led to a case with other words."""
    sent = Submission.objects.filter(key__in={once, page} - {""}).select_related("case")
    found = {submission.key: submission.case for submission in sent if submission.case}
    if once in found:
        return Filed(found[once], code)
    if page in found:
        raise AlreadyDone(found[page])
    return None


def _not_taken(reporter: int | None, reference: str) -> None:
    """Refuse a second report of the same reporter with the same reference of their own."""
    if reporter is None or not reference:
        return
    same = Case.objects.filter(reporter=reporter, reporter_reference=reference, referral_of__isnull=True)
    if earlier := same.first():
        raise ReferenceTaken(earlier)


def may_file(association: Association, actor: Actor, for_caller: ForCaller | None) -> Role:
    """Return the role in which the actor may file a report in the förbund. Raises MoveNotAllowed."""
    if association.ended_on:
        raise MoveNotAllowed(_ENDED, code="association_ended")
    standing = actor.standing()
    if for_caller is not None:
        if not standing.holds(Role.COORDINATOR, association.pk):
            raise MoveNotAllowed("Bara samordnaren kan skriva en rapport åt någon annan.", code="not_coordinator")
        return Role.COORDINATOR
    if actor.pk is None and not association.open_to_all:
        raise MoveNotAllowed("Det här förbundet tar emot rapporter bara från den som har konto.", code="closed_form")
    if actor.pk is not None and not association.open_to_all and association.pk not in standing.everywhere:
        raise MoveNotAllowed("Du har ingen roll i det här förbundet.", code="no_role")
    return Role.REPORTER


def _still_open(association: Association) -> None:
    """Hold the förbund, so that a merger cannot pass over the case that is being stored."""
    held = Association.objects.select_for_update(no_key=True).get(pk=association.pk)
    if held.ended_on:
        raise MoveNotAllowed(_ENDED, code="association_ended")


def _complete(association: Association, report: Report, texts: dict[str, str], for_caller: ForCaller | None) -> None:
    missing = {}
    if for_caller is not None and (wrong := misdated(for_caller.received_on)):
        missing["received_on"] = wrong
    if not texts["heading"]:
        missing["heading"] = "Skriv en kort rubrik."
    if not texts["happened"]:
        missing["happened"] = "Beskriv vad som hände."
    if not report.concerned:
        missing["concerned"] = "Välj vem det gäller."
    for one in report.concerned:
        missing |= misplaced(association, one)
    if report.initiative is not None and (
        report.initiative.association_id != association.pk or not report.initiative.holds_on(clocks.today())
    ):
        missing["initiative"] = "Välj en av förbundets insatser."
    if report.own_member is not None and report.own_member.association_id != association.pk:
        missing["own_member"] = "Välj en medlem i förbundet."
    elif report.own_member is not None and report.own_party not in (None, report.own_member.party):
        missing["own_member"] = _OTHER_PARTY
    if missing:
        raise Incomplete(missing)


def _store(
    association: Association,
    report: Report,
    texts: dict[str, str],
    actor: Actor,
    for_caller: ForCaller | None,
    code: str,
) -> Case:
    now = clocks.now()
    user = actor if isinstance(actor, User) else None
    return new_case(
        association,
        at=now,
        concerned=report.concerned,
        gap_type=report.gap_type,
        **texts,
        frequency=report.frequency or "",
        agreement_missing=report.agreement_missing,
        initiative=report.initiative,
        own_party=report.own_member.party if report.own_member else report.own_party or "",
        own_member=report.own_member,
        reporter=None if for_caller else user,
        filed_by=user,
        receipt_hash=receipt_hash(code) if code else "",
        channel=for_caller.channel if for_caller else Channel.WEB,
        received_on=for_caller.received_on if for_caller else clocks.local_date(now),
    )


def new_case(
    association: Association, *, at: dt.datetime, concerned: Sequence[Concerned], gap_type: str | None, **columns: Any
) -> Case:
    """Store a case with the förbund's next number; triage starts that day, and the first concern is the primary one."""
    day = clocks.local_date(at)
    due = clocks.add_days(day, association.triage_days, clocks.DayKind(association.day_kind))
    case = Case(
        **columns,
        association=association,
        number=next_number(association, day.year),
        filed_at=at,
        handle_by=due,
        triage_from=day,
        triage_due=due,
    )
    refresh_search(case)
    case.save()
    unique = list(dict.fromkeys((one.party, one.member, one.unit) for one in concerned))
    Concern.objects.bulk_create(
        Concern(
            case=case,
            party=party,
            member=member,
            unit=unit,
            is_primary=index == 0,
            type_reported=gap_type or "",
        )
        for index, (party, member, unit) in enumerate(unique)
    )
    return case
