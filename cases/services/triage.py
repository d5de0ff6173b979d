"""What the kansli does with a report before and beside sending it: read, class, mask, note, see to its concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from cases.codes import MEMBER_PARTIES, UNSENT, Audience, ConcernState, GapType, TextKind, Track
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, Case, Concern, Initiative, MaskedOriginal, Text, User
from cases.models.case import LINE_LENGTH
from cases.querysets import Actor
from cases.services.acting import NOW, Basis, acting, refresh_search
from cases.services.filing import Concerned, misplaced
from cases.text import clean

MASK = "█"
MASK_LENGTH = 8  # never longer than what it covers, and silent on how long that was


def classify(
    case: Case,
    *,
    actor: Actor,
    types: Mapping[int, GapType],
    track: Track | None = None,
    initiative: Initiative | None = None,
    basis: Basis = NOW,
) -> Case:
    """Set the type of each unsent concern (by id), the track and the insats. The set type is the one that counts."""
    with acting(case, "classify", actor=actor, basis=basis) as act:
        if initiative is not None and initiative.association_id != act.case.association_id:
            raise Incomplete({"initiative": "Välj en av förbundets insatser."})
        for concern in act.concerns:
            if concern.pk in types and concern.state in UNSENT:
                concern.type_set = types[concern.pk]
        act.case.track = track or ""
        act.case.initiative = initiative
        act.record(
            Audience.KANSLI,
            types={str(c.pk): c.type_set for c in act.concerns if c.state in UNSENT},
            track=act.case.track,
            initiative=act.case.initiative_id,
        )
    return act.case


def add_concern(
    case: Case,
    *,
    actor: Actor,
    concerned: Concerned,
    gap_type: GapType | None = None,
    primary: bool = False,
    basis: Basis = NOW,
) -> Concern:
    """Add a berörd part to the case, if wanted as the primary one."""
    with acting(case, "add_concern", actor=actor, basis=basis) as act:
        _fits(act.case.association, concerned)
        same = [
            c
            for c in act.concerns
            if c.state != ConcernState.WITHDRAWN
            and (c.party, c.member_id, c.unit_id)
            == (
                concerned.party,
                concerned.member and concerned.member.pk,
                concerned.unit and concerned.unit.pk,
            )
        ]
        if same:
            raise Incomplete({"concerned": f"{same[0].who} är redan en berörd part."})
        concern = Concern(
            case=act.case,
            party=concerned.party,
            member=concerned.member,
            unit=concerned.unit,
            type_set=gap_type or "",
        )
        concern.save()
        act.concerns.append(concern)
        if primary:
            _make_primary(act.concerns, concern)
        act.record(Audience.KANSLI, concern=concern, type=concern.type_set, primary=primary)
    return concern


def withdraw_concern(case: Case, *, actor: Actor, concern: Concern, reason: str, basis: Basis = NOW) -> Case:
    """Strike a berörd part that was wrong. One must remain; if the primary goes, the next takes its place."""
    with acting(
        case,
        "withdraw_concern",
        actor=actor,
        concern=concern,
        texts={"reason": reason},
        required={"reason": "Skriv varför parten stryks."},
        basis=basis,
    ) as act:
        mine = act.concern(concern)
        mine.state = ConcernState.WITHDRAWN
        if mine.is_primary:
            _make_primary(act.concerns, next(c for c in act.concerns if c.state != ConcernState.WITHDRAWN))
        act.write(TextKind.REASON, act.texts["reason"], audience=Audience.FUNCTION, concern=mine)
        act.record(Audience.FUNCTION, concern=mine)
    return act.case


def note(case: Case, *, actor: Actor, body: str, basis: Basis = NOW) -> Case:
    """Keep a note that only the kansli sees."""
    with acting(
        case,
        "note",
        actor=actor,
        texts={"body": body},
        required={"body": "Skriv något i anteckningen."},
        basis=basis,
    ) as act:
        act.write(TextKind.NOTE, act.texts["body"], audience=Audience.KANSLI)
        act.record(Audience.KANSLI)
    return act.case


def assign(case: Case, *, actor: Actor, responsible: User, basis: Basis = NOW) -> Case:
    """Make a coordinator of the förbund responsible for the case."""
    with acting(case, "assign", actor=actor, basis=basis) as act:
        if not act.case.association.grants.in_force().filter(user=responsible, role="COORDINATOR").exists():
            raise Incomplete({"responsible": "Välj en samordnare i förbundet."})
        act.case.responsible = responsible
        act.record(Audience.KANSLI, responsible=responsible.pk)
    return act.case


def mask(
    case: Case,
    *,
    actor: Actor,
    phrase: str,
    reason: str,
    field: str = "",
    text: Text | None = None,
    basis: Basis = NOW,
) -> Case:
    """Cover a phrase wherever it stands in a field of the report, or in another text on the case.

    The original is kept apart, for a coordinator alone through `reading.original`. The phrase itself is stored
    nowhere else.
    """
    with acting(
        case,
        "mask",
        actor=actor,
        texts={"reason": reason},
        required={"reason": "Skriv varför texten maskeras."},
        longest={"reason": LINE_LENGTH},
        basis=basis,
    ) as act:
        assert act.user is not None  # only a coordinator masks, and coordinators log in
        covered, body = _target(act.case, field, text)
        # Where a text is named, no field is: an event keeps what it is given for good.
        field = "" if covered is not None else field
        # What was stored is clean; a browser sends the same words with other line ends.
        phrase = clean(phrase)
        if not phrase or phrase not in body:
            raise Incomplete({"phrase": "De orden står inte så i texten. Kopiera dem precis som de står."})
        MaskedOriginal.objects.create(
            case=act.case,
            field=field,
            text=covered,
            body=body,
            reason=act.texts["reason"],
            masked_by=act.user,
            masked_at=act.at,
        )
        masked = body.replace(phrase, MASK * min(len(phrase), MASK_LENGTH))
        if covered is None:
            setattr(act.case, field, masked)
            refresh_search(act.case)
        else:
            covered.body = masked
            covered.save(update_fields=["body"])
        act.record(Audience.KANSLI, field=field, text=covered and covered.pk, count=body.count(phrase))
    return act.case


def _target(case: Case, field: str, text: Text | None) -> tuple[Text | None, str]:
    if text is not None:
        own = Text.objects.select_for_update().filter(case=case, pk=text.pk).first()
        if own is None:
            raise MoveNotAllowed("Texten hör inte till ärendet.", code="wrong_text")
        return own, own.body
    if field not in Case.TEXT_FIELDS:
        raise Incomplete({"target": "Välj vilken text som ska maskeras."})
    return None, str(getattr(case, field))


def _fits(association: Association, concerned: Concerned) -> None:
    if concerned.party in MEMBER_PARTIES and concerned.member is None:
        raise Incomplete({"concerned": "Välj vilken medlem det gäller."})
    if wrong := misplaced(association, concerned):
        raise Incomplete(wrong)


def _make_primary(concerns: Sequence[Concern], primary: Concern) -> None:
    """Move the mark; the database allows one at a time, so it is taken away before it is given."""
    with transaction.atomic():
        for concern in concerns:
            if concern.is_primary and concern is not primary:
                concern.is_primary = False
                concern.save(update_fields=["is_primary"])
    primary.is_primary = True
