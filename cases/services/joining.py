"""Cases that join a pattern and leave it."""

from __future__ import annotations

from cases.codes import Audience
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Case, Pattern, PatternFollower
from cases.querysets import Actor
from cases.services.acting import NOW, Basis, acting
from cases.services.pattern_log import hold_pattern, hold_patterns, record
from cases.services.patterns import one_line


def join(
    case: Case, *, actor: Actor, pattern: Pattern | None = None, new_title: str = "", basis: Basis = NOW
) -> Pattern:
    """Join the case to a pattern of the förbund, or to a new one by this name."""
    with acting(case, "join", actor=actor, texts={"new_title": new_title}, basis=basis) as act:
        association = act.case.association
        if pattern is None and not act.texts["new_title"]:
            raise Incomplete({"pattern": "Välj ett systemfel, eller skriv namnet på ett nytt."})
        if pattern is None:
            pattern, is_new = Pattern.objects.get_or_create(
                association=association,
                title=one_line(act.texts["new_title"]),
                defaults={"owner": act.user, "created_at": act.at},
            )
            if is_new and act.user:
                record(pattern, "make", actor=act.user, role=act.role, at=act.at)
                PatternFollower.objects.create(pattern=pattern, user=act.user)
        elif pattern.association_id != association.pk:
            raise MoveNotAllowed("Systemfelet hör till ett annat förbund.", code="wrong_pattern")
        held = hold_patterns(*filter(None, [act.case.pattern, pattern]))
        old, joined = act.case.pattern_id, held[pattern.pk]
        if joined.merged_into_id is not None:
            raise MoveNotAllowed("Systemfelet är sammanslaget med ett annat. Välj det i stället.", code="merged")
        if old != joined.pk:
            if old is not None:
                record(held[old], "leave", actor=actor, role=act.role, at=act.at, case=act.case.pk)
            record(joined, "join", actor=actor, role=act.role, at=act.at, case=act.case.pk)
        act.case.pattern = joined
        act.record(Audience.KANSLI, pattern=joined.pk)
    return joined


def leave(case: Case, *, actor: Actor, basis: Basis = NOW) -> Case:
    """Take the case out of its pattern; what it handed over stays there."""
    with acting(case, "leave", actor=actor, basis=basis) as act:
        assert act.case.pattern is not None  # the table of moves says so
        held = hold_pattern(act.case.pattern)
        record(held, "leave", actor=actor, role=act.role, at=act.at, case=act.case.pk)
        act.case.pattern = None
        act.record(Audience.KANSLI, pattern=held.pk)
    return act.case
