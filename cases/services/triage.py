"""What the kansli does with a report before and beside sending it: read, class, mask, note, see to its concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Field

from cases.codes import MEMBER_PARTIES, UNSENT, Audience, ConcernState, GapType, TextKind, Track
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Assignment, Association, Case, Concern, Initiative, MaskedOriginal, Measure, Text, User
from cases.models.case import LINE_LENGTH, MASK
from cases.querysets import Actor
from cases.services.acting import NOW, Act, Basis, acting, refresh_search
from cases.services.filing import Concerned, misplaced
from cases.services.patterns import coordinators_of
from cases.text import clean

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
        act.record(Audience.REPORTER, concern=concern, type=concern.type_set, primary=primary)
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
        act.record(Audience.REPORTER_FUNCTION, concern=mine)
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
        if not coordinators_of(act.case.association).filter(pk=responsible.pk).exists():
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
    """Cover a phrase wherever it stands in a text on the case, or in a `field`: a key of `maskable`.

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
        place = _target(act, field, text)
        # What was stored is clean; a browser sends the same words with other line ends.
        phrase = clean(phrase)
        if not phrase or phrase not in place.body:
            raise Incomplete({"phrase": "De orden står inte så i texten. Kopiera dem precis som de står."})
        MaskedOriginal.objects.create(
            case=act.case,
            field=place.key,
            text=place.row if isinstance(place.row, Text) else None,
            body=place.body,
            reason=act.texts["reason"],
            masked_by=act.user,
            masked_at=act.at,
        )
        # An event keeps what it is given for good: where, never which words.
        act.record(
            Audience.KANSLI,
            field=place.key,
            text=place.row.pk if isinstance(place.row, Text) else None,
            count=place.body.count(phrase),
        )
        setattr(place.row, place.column, place.body.replace(phrase, MASK * min(len(phrase), MASK_LENGTH)))
        place.row.save(update_fields=[place.column])
        refresh_search(act.case)
    return act.case


@dataclass(frozen=True)
class Maskable:
    """A free text that is kept in a column: `key` names it as an event and a kept original do."""

    key: str
    row: Case | Concern | Measure | Assignment | Text
    column: str

    @property
    def label(self) -> str:
        """Say which text it is."""
        field = self.row._meta.get_field(self.column)
        assert isinstance(field, Field)
        if isinstance(self.row, Concern):
            return f"{self.row.who}, {field.verbose_name}"
        about = {Measure: "Åtgärd", Assignment: "Uppdrag från möte"}.get(type(self.row), "Rapporten")
        return f"{about}, {field.verbose_name}"

    @property
    def body(self) -> str:
        return str(getattr(self.row, self.column))


def maskable(case: Case) -> dict[str, Maskable]:
    """Return, by key, every column of the case and of the rows on it where somebody has written something.

    Not those that nobody writes about the case in: the reporter's own address, a systemfel's name.
    """
    places = [
        *(Maskable(name, case, name) for name in (*Case.TEXT_FIELDS, "reporter_reference", "referred_to")),
        *(Maskable(f"concern:{row.pk}:own_reference", row, "own_reference") for row in case.concerns.all()),
        *(Maskable(f"measure:{row.pk}:owner", row, "owner") for row in case.measures.all()),
        *(Maskable(f"assignment:{row.pk}:who", row, "who") for row in Assignment.objects.filter(item__case=case)),
    ]
    return {place.key: place for place in places if place.body}


def _target(act: Act, field: str, text: Text | None) -> Maskable:
    if text is not None:
        own = Text.objects.select_for_update().filter(case=act.case, pk=text.pk).first()
        if own is None:
            raise MoveNotAllowed("Texten hör inte till ärendet.", code="wrong_text")
        return Maskable("", own, "body")
    if (place := maskable(act.case).get(field)) is None:
        raise Incomplete({"target": "Välj vilken text som ska maskeras."})
    return place


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
