"""What happens to a case, step by step. A story yields the moment of its next step, or nothing when it stops there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator

from cases import clocks
from cases.codes import ConcernState, Lifted, Outcome, Party, Status
from cases.demo.people import GBG, SVB, Forbund
from cases.demo.scene import Scene
from cases.models import Case, Concern
from cases.workflow import SILENCE_DAYS

# A report of fewer letters than this may be too little to go on with.
SHORT = 150

Story = Generator[dt.datetime | None, None, None]


def story(scene: Scene, *, referred: Case | None = None) -> Story:
    """Tell a case from its filing to what the reporter says afterwards."""
    if referred is None:
        scene.file()
        if scene.has("withdraw"):
            yield scene.wait("withdraw", 0, 1)
            scene.withdraw()
            return
        if scene.has("add"):
            yield scene.wait("add", 0, 2)
            scene.add()
    yield scene.wait("triage", *_triage_days(scene))
    scene.look_after()
    if (yield from _ends_at_triage(scene, referred)):
        return
    if scene.has("ask"):
        yield scene.wait("ask", 0, 1)
        question, answer = scene.ask()
        yield scene.wait("reply", 1, 12)
        scene.reply(question, answer)
        yield scene.wait("classify", 0, 3)
    yield scene.soon()
    scene.name_members()
    if len(scene.concerns()) > 1 and scene.has("struck"):
        scene.strike()
    scene.classify()
    yield scene.soon() if scene.pace is None or "send" not in scene.pace else scene.wait("send", 0, 0)
    if scene.pace is not None and "send" not in scene.pace:
        return
    scene.send()
    if len(scene.world.alike[scene.forbund.association.code, scene.text.theme]) > 4 and scene.theme.pattern:
        scene.join()
    yield from _with_the_members(scene)
    yield from _to_the_end(scene)
    yield from _afterwards(scene)


def _triage_days(scene: Scene) -> tuple[int, int]:
    return (7, 15) if scene.rng.random() < 0.15 else (0, 4)


def _ends_at_triage(scene: Scene, referred: Case | None) -> Generator[dt.datetime | None, None, bool]:
    """End what goes no further; tell whether it did."""
    roll = scene.rng.random() if scene.pace is None else 1.0
    paced = scene.pace or {}
    if referred is None and (original := scene.original()) and (roll < 0.35 or "duplicate" in paced):
        yield scene.soon()
        scene.dismiss_as_duplicate(original)
        return True
    if 0.5 < roll < 0.53 or "dismiss" in paced:
        yield scene.soon()
        scene.dismiss()
        return True
    if 0.53 < roll < 0.58 and len(scene.text.happened) < SHORT:
        yield scene.wait("ask", 0, 1)
        scene.ask()
        yield scene.wait("dismiss", 21, 30)
        scene.dismiss_for_want_of_words()
        return True
    if referred is None and (0.58 < roll < 0.61 or "refer" in paced):
        yield scene.soon()
        elsewhere = scene.pace is None and scene.rng.random() < 0.6
        other = None if elsewhere else _other(scene)
        new = scene.refer(other)
        if new is not None and other is not None:
            _go_on_there(scene, other, new)
        return True
    return False


def _other(scene: Scene) -> Forbund:
    code = SVB if scene.forbund.association.code == GBG else GBG
    return scene.world.registers.forbund[code]


def _go_on_there(scene: Scene, other: Forbund, new: Case) -> None:
    """Let the referred case have a story of its own in the other förbund."""
    there = Scene(scene.world, other, scene.text, f"{scene.seed} there", outcome=scene.outcome)
    there.now = scene.now
    there.take_over(new, scene.actor)
    first = there.office_hour(clocks.local_date(scene.now) + dt.timedelta(days=there.rng.randint(1, 4)))
    scene.world.spawned.append((there, first))


def _with_the_members(scene: Scene) -> Story:
    """Acknowledge, ask, answer: one concern after the other, until none is with a function."""
    if scene.has("return") and scene.can_be_returned(scene.concerns()[0]):
        yield scene.wait("return", 1, 8)
        scene.give_back(scene.concerns()[0])
        yield scene.wait("again", 0, 4)
        scene.send_elsewhere(scene.concerns()[0])
    silent = scene.has("unanswered")
    by_kansli = scene.has("on_behalf")
    for index, concern in enumerate(scene.concerns()):
        yield scene.wait(f"ack{index or ''}", *((11, 20) if scene.rng.random() < 0.12 else (0, 8)))
        scene.acknowledge(concern)
    first = True
    for index, concern in enumerate(scene.concerns()):
        if silent and first:
            yield from _silence(scene, concern)
            first = False
            continue
        if scene.has("fask") and concern.function_id is not None:
            yield scene.wait("fask", 1, 7)
            question, answer = scene.ask_as_function(concern)
            yield scene.wait("freply", 0, 10)
            scene.reply(question, answer)
        if scene.pace is None and scene.rng.random() < 0.2:
            yield scene.wait("answer", 48, 62)
            if scene.rng.random() < 0.6:
                scene.note_reminder()
            yield scene.wait("answer", 5, 40)
        else:
            yield scene.wait(f"answer{index or ''}", *((10, 48) if first else (1, 14)))
        scene.answer(concern, first=first, by_kansli=by_kansli)
        first = False


def _silence(scene: Scene, concern: Concern) -> Story:
    """Wait past the due day and the chasing, and mark that the answer never came."""
    concern.refresh_from_db()
    assert concern.answer_due is not None
    if scene.pace is None:
        scene.outcome = Outcome.REMAINS
        yield scene.office_hour(concern.answer_due + dt.timedelta(days=scene.rng.randint(2, 12)))
        scene.note_reminder()
        late = SILENCE_DAYS + scene.rng.randint(2, 20)
        yield scene.office_hour(concern.answer_due + dt.timedelta(days=late))
    else:
        scene.outcome = Outcome.REMAINS
        yield scene.wait("unanswered", 0, 0)
    scene.mark_unanswered(concern)


def _to_the_end(scene: Scene) -> Story:
    """Share, lift, see the measures done, and close."""
    answered = [concern for concern in scene.concerns() if concern.state == ConcernState.ANSWERED]
    if answered and scene.has("share"):
        yield scene.wait("share", 0, 4)
        scene.share(answered[0])
    if scene.has("lift"):
        yield scene.wait("lift", 1, 10)
        held_on = scene.next_meeting()
        scene.lift(held_on)
        yield scene.office_hour(held_on + dt.timedelta(days=1))
        scene.recommend()
        if scene.pace is None and scene.rng.random() < 0.25:
            yield scene.wait("board", 5, 12)
            held_on = clocks.local_date(scene.now) + dt.timedelta(days=35)
            scene.lift(held_on, Lifted.BOARD)
            yield scene.office_hour(held_on + dt.timedelta(days=1))
            scene.recommend()
    yield from _measures(scene)
    yield scene.wait("close", 1, 14)
    scene.close()


def _measures(scene: Scene) -> Story:
    for index, measure in enumerate(scene.open_measures()):
        if scene.outcome == Outcome.REMAINS_SYSTEM:
            yield scene.wait("finish", 2, 20)
            scene.move(measure)
            continue
        due = measure.due_on + dt.timedelta(days=scene.rng.choice([-14, -7, -3, 0, 0, 4, 12, 30]))
        if scene.pace is None:
            yield scene.office_hour(max(due, clocks.local_date(scene.now)))
        else:
            yield scene.wait("finish", 0, 0)
        if scene.outcome == Outcome.PARTLY and index > 0:
            scene.drop(measure)
        else:
            scene.finish(measure)


def _afterwards(scene: Scene) -> Story:
    """Hear the reporter, open again where it did not hold, and ask about the effect."""
    solved = scene.outcome in (Outcome.RESOLVED, Outcome.PARTLY)
    if scene.has("reopen") and solved and scene.concerns()[0].state == ConcernState.ANSWERED:
        yield scene.wait("reopen", 5, 24)
        scene.reopen()
        scene.outcome = Outcome.RESOLVED
        yield scene.wait("again", 1, 5)
        if scene.concerns()[0].party in (Party.FORBUND, Party.OTHER) or scene.concerns()[0].function_id is None:
            scene.close(again=True)
            return
        scene.send_again(scene.concerns()[0])
        yield scene.wait("ack", 0, 6)
        scene.acknowledge(scene.concerns()[0])
        yield scene.wait("answer", 5, 25)
        scene.answer_again(scene.concerns()[0])
        yield scene.wait("close", 1, 8)
        if scene.status == Status.ANSWERED:
            scene.close(again=True)
    if scene.has("feedback"):
        yield scene.wait("feedback", 0, 20)
        scene.say_whether_it_helped()
    if scene.has("effect"):
        yield scene.wait("effect", 92, 110)
        scene.say_whether_it_came_back()
