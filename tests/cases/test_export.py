"""Everything of a förbund as lines of JSON: what is in it and what is not, of one moment, noted before it leaves."""

import json
import re
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import clocks, services, timeline
from cases.codes import GapType, Helped, Lifted, Party, Role
from cases.errors import MoveNotAllowed
from cases.export import lines as streaming
from cases.export import tables
from cases.models import Association, Case, Event, ReadLog, RoutingRule, User
from cases.periods import Period
from cases.querysets import NOBODY
from cases.services import Concerned
from tests.cases.conftest import DAY, PLAN, START
from tests.people import grant, make_report

pytestmark = pytest.mark.usefixtures("db")

TABLES = [*tables.REGISTERS, *tables.PEOPLE, tables.CASE, *tables.ON_CASES, *tables.BEYOND]
DESCRIBED = (settings.BASE_DIR / "docs" / "export.md").read_text(encoding="utf-8")


def lines_of(association: Association, actor: User) -> list[dict]:
    told = b"".join(services.export_association(association, actor=actor)).decode()
    assert told.endswith("\n")
    return [json.loads(line) for line in told.splitlines()]


def by_type(lines: list[dict]) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for line in lines:
        found.setdefault(line["type"], []).append(line)
    return found


def administer(world) -> User:
    own = User.objects.get(pk=world.people["sanna"].pk)
    grant(own, world.forbund, Role.ADMIN)
    return own


@pytest.fixture
def full(world):
    """The world with a row of every kind."""
    w, sanna, bea, rakel = world, world.people["sanna"], world.people["bea"], world.people["rakel"]
    case, lifted, pattern = w.cases["RECEIVED"], w.cases["CLARIFYING"], w.cases["RECEIVED"].pattern
    RoutingRule.objects.create(member=w.kommun, function=w.function, gap_type=GapType.RELATION)
    Case.objects.filter(pk=case.pk).update(happened="Fråga Originalordet.")
    services.mask(case, actor=sanna, phrase="Originalordet", reason="Maskskälsordet", field="happened")
    services.feedback(w.cases["CLOSED"], actor=rakel, helped=Helped.YES)
    services.tally(pattern, actor=rakel)
    services.follow(pattern, actor=rakel)
    services.plan_pattern_measure(pattern, actor=sanna, plan=PLAN)
    item = lifted.agenda_items.get()
    services.freeze_pack(item.meeting, actor=sanna)
    duty = services.Duty("Kansliet", "Ring.", START.date() + DAY)
    services.recommend(lifted, actor=bea, item=item, body="Gör så.", duties=[duty])
    services.defer_item(case.agenda_items.get(), actor=sanna)
    item.meeting.removals.create(pattern=pattern)
    board = w.forbund.meetings.create(body=Lifted.BOARD, held_on=START.date())
    board.items.create(heading="Egen punkt", created_at=START)
    summary = services.begin_summary(w.forbund, actor=sanna, period=Period.tertial(2026, 1))
    services.write_text(summary, actor=sanna, key="summary", body="Fler rapporter.")
    w.forbund.releases.create(summary=summary, audience="PUBLIC", threshold=5, content="{}", made_by=sanna)
    w.forbund.earlier_totals.create(year=2023, reports=100, origin="ca 100", noted_by=sanna)
    w.forbund.series_breaks.create(on=START.date(), kind="FORM", note="Nytt formulär.", noted_by=sanna)
    services.log_read(case, actor=sanna, action="OPENED")
    with clocks.at(START + 40 * DAY):
        services.chase()
    return world


# ---- what leaves ----


@pytest.mark.once
def test_every_model_and_column_leaves_or_is_kept_back():
    exported = {table.model for table in TABLES}
    assert exported | tables.KEPT_BACK.keys() == set(apps.get_app_config("cases").get_models())
    assert not exported & tables.KEPT_BACK.keys()
    assert len(exported) == len(TABLES) == len({table.kind for table in TABLES})
    for table in TABLES:
        columns = [field.name for field in table.model._meta.concrete_fields]
        assert sorted([*table.columns, *table.kept]) == sorted(columns), table.kind


def test_every_row_of_the_forbund_is_a_line_with_its_columns(full):
    sanna = administer(full)
    rows = {table.kind: table.rows(full.forbund, "default").count() for table in TABLES}
    found = by_type(lines_of(full.forbund, sanna))
    for table in TABLES:
        lines = found.get(table.kind, [])
        assert len(lines) == rows[table.kind] > 0, table.kind
        assert {tuple(line) for line in lines} == {("type", *table.keys)}
        assert len({line["id"] for line in lines}) == len(lines)


def test_nothing_points_at_a_row_that_is_not_there(full):
    """A line's key of another row of the förbund is a line of its own, but for people that are not told of."""
    found = by_type(lines_of(full.forbund, administer(full)))
    there = {kind: {line["id"] for line in lines} for kind, lines in found.items() if kind not in ("export", "end")}
    models = {table.model: table.kind for table in TABLES}
    for table in TABLES:
        for column, key in zip(table.columns, table.keys, strict=True):
            target = models.get(table.model._meta.get_field(column).related_model)
            if target and (table.kind, column) != ("association", "successor"):
                pointed = {line[key] for line in found[table.kind]} - {None}
                assert pointed <= there[target], (table.kind, column)


def test_the_first_line_says_what_it_is_and_the_last_counts_the_others(full):
    first, *between, last = lines_of(full.forbund, full.people["sanna"])
    assert first == {
        "type": "export",
        "format": "lexheller-export",
        "version": 1,
        "association": "ALLT",
        "name": "Samordningsförbundet Allt",
        "as_of": "2026-03-02T09:00:00.000000+00:00",
        "by": full.people["sanna"].pk,
        "people": False,
    }
    assert last == {"type": "end", "counts": Counter(line["type"] for line in between)}


def test_moments_days_and_words_are_written_alike_from_every_database(full):
    [case] = [c for c in by_type(lines_of(full.forbund, full.people["sanna"]))["case"] if c["status"] == "CLOSED"]
    assert (case["filed_at"], case["received_on"]) == ("2026-03-02T09:00:00.000000+00:00", "2026-03-02")
    assert (case["heading"], case["agreement_missing"], case["ended_at"]) == (
        "Ingen svarar på funktionsbrevlådan", False, "2026-03-02T09:00:00.000000+00:00",
    )  # fmt: skip


@pytest.mark.parametrize("tampered", [False, True])
def test_the_program_in_the_description_verifies_the_chain_from_the_file_alone(full, tmp_path, tampered):
    told = b"".join(services.export_association(full.forbund, actor=full.people["sanna"])).decode()
    if tampered:
        told = told.replace('"verb":"classify"', '"verb":"note"', 1)
    said = verdict_on(told, tmp_path)
    if tampered:
        assert said.startswith("An event was changed")
        assert "'verb': 'note'" in said
    else:
        assert re.fullmatch(r"[1-9]\d* cases, [1-9]\d* events: whole, and unchanged since they were written\.", said)


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (lambda lines: lines[:-1], "The file was cut off: its last line is missing."),
        (lambda lines: [], "The file was cut off: its last line is missing."),
        (lambda lines: [lines[0], lines[-1]], "There is no event in the file: nothing to verify."),
        (lambda lines: [one for one in lines if not one.startswith('{"type":"case"')], "Cases or events are missing."),
    ],
)
def test_the_program_in_the_description_takes_nothing_for_whole_that_is_not(full, tmp_path, left, verdict):
    told = b"".join(services.export_association(full.forbund, actor=full.people["sanna"])).decode()
    assert verdict_on("".join(left(told.splitlines(keepends=True))), tmp_path) == verdict


def verdict_on(told: str, folder: Path) -> str:
    """Return what the program in the description says of a file."""
    (folder / "f").write_text(told, encoding="utf-8")
    code = DESCRIBED.split("```python")[1].split("```")[0]
    done = subprocess.run([sys.executable, "-c", code, str(folder / "f")], capture_output=True, text=True)
    assert (done.returncode == 0) == bool(done.stdout)
    return (done.stdout or done.stderr).strip()


@pytest.mark.once
def test_the_description_has_the_keys_of_every_type():
    rows = dict(re.findall(r"^\| `(\w+)` \| (`.*`) \|$", DESCRIBED.split("| type | keys |")[1].split("\n\n")[0], re.M))
    assert rows == {t.kind: " ".join(f"`{key}`" for key in t.keys if key != "id") for t in TABLES}


@pytest.mark.once
def test_the_description_says_what_every_event_holds(full):
    section = DESCRIBED.split("## What an event says")[1].split("## ")[0]
    named = {verb for row in re.findall(r"^\| (`.*?) \|", section, re.M) for verb in re.findall(r"`(\w+)`", row)}
    assert named <= timeline.SENTENCES.keys()
    assert {event.verb for event in Event.objects.all() if event.data} - named == set()


# ---- what does not ----


def test_drafts_masked_words_and_secrets_stay(full):
    sanna, key = administer(full), uuid.uuid4()
    filed = services.file(full.forbund, make_report(Concerned(Party.OTHER)), actor=NOBODY, key="k")
    services.save_draft(full.forbund, author=sanna, key=key, fields={"heading": "Utkastordet"})
    told = "".join(json.dumps(line, ensure_ascii=False) for line in lines_of(full.forbund, sanna))
    secrets = ["Utkastordet", "Originalordet", filed.receipt_code, filed.case.receipt_hash, sanna.password]
    assert [secret for secret in secrets if secret in told] == []
    assert "Maskskälsordet" in told
    assert "Fråga ████████." in told


def test_people_and_the_read_log_are_for_a_coordinator_who_administers_too(full):
    sanna = full.people["sanna"]
    assert not {"person", "grant", "read"} & by_type(lines_of(full.forbund, sanna)).keys()
    assert "@example.org" not in str([one for one in lines_of(full.forbund, sanna) if one["type"] != "function"])
    people = {line["email"] for line in by_type(lines_of(full.forbund, administer(full)))["person"]}
    assert {"karl-i-allt@example.org", "rakel-i-allt@example.org"} < people
    assert "olle-i-allt@example.org" not in people


def test_nothing_of_another_forbund_leaves(full, annat_forbund):
    new = services.refer(full.cases["RECEIVED"], actor=full.people["sanna"], reply="Dit.", to=full.annat)
    theirs = services.file(full.annat, make_report(Concerned(Party.OTHER), heading="Grannordet"), actor=NOBODY).case
    found = by_type(lines_of(full.forbund, administer(full)))
    assert {line["code"] for line in found["association"]} == {"ALLT"}
    assert not {new.pk, theirs.pk} & {line["case"] for kind in ("text", "event", "concern") for line in found[kind]}
    assert "Grannordet" not in str(found)
    assert [c for c in by_type(lines_of(full.annat, full.people["olle"]))["case"] if "referral_of" in c] == []


@pytest.mark.parametrize("name", ["rakel", "karl", "bea", "berit", "adam", "olle"])
def test_it_is_for_the_forbunds_coordinators_alone(world, name):
    with pytest.raises(MoveNotAllowed):
        services.export_association(world.forbund, actor=world.people[name])


# ---- the read log ----


def test_each_case_is_noted_before_anything_of_it_leaves(world, monkeypatch):
    monkeypatch.setattr(streaming, "BLOCK_BYTES", 1)
    monkeypatch.setattr(streaming, "CHUNK", 2)
    noted = ReadLog.objects.filter(action="EXPORTED", user=world.people["sanna"], role=Role.COORDINATOR)
    left = set()
    for block in services.export_association(world.forbund, actor=world.people["sanna"]):
        line = json.loads(block)
        left |= {line["id"]} if line["type"] == "case" else {line["case"]} if line.get("case") else set()
        assert left <= set(noted.values_list("case", flat=True))
    assert left == {case.pk for case in world.cases.values()}
    assert noted.count() == len(left)


def test_what_was_never_asked_for_is_not_noted(world):
    services.export_association(world.forbund, actor=world.people["sanna"])
    assert not ReadLog.objects.exists()


# ---- constant memory, one moment ----


def test_some_more_cases_cost_the_same_few_questions(world, monkeypatch):
    def asked(chunk: int) -> int:
        monkeypatch.setattr(streaming, "CHUNK", chunk)
        with CaptureQueriesContext(connection) as questions:
            lines_of(world.forbund, world.people["sanna"])
        return len(questions)

    lines_of(world.forbund, world.people["sanna"])
    assert len(world.cases) == 8
    each = len(tables.ON_CASES) + 1
    assert (asked(4) - asked(8), asked(1) - asked(8)) == (each, 7 * each)


def test_a_reader_that_is_too_slow_is_cut_off_and_gets_no_last_line(world, monkeypatch):
    monkeypatch.setattr(streaming, "BLOCK_BYTES", 1)
    monkeypatch.setattr(streaming, "MOST_SECONDS", -1)
    got = services.export_association(world.forbund, actor=world.people["sanna"])
    assert json.loads(next(got))["type"] == "export"
    with pytest.raises(streaming.TooSlow):
        next(got)


# ---- the command ----


def test_the_command_writes_the_same_lines_to_a_file_of_its_owners_own(full, tmp_path, capsys):
    path = tmp_path / "allt.ndjson"
    expected = lines_of(full.forbund, full.people["sanna"])
    call_command("export", association="allt", out=path)
    written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert written == [{**expected[0], "by": None}, *expected[1:]]
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"{len(written)} rader" in capsys.readouterr().out
    assert set(ReadLog.objects.filter(via="manage.py export").values_list("user", "role")) == {(None, "")}


def test_the_command_tells_of_people_when_it_is_asked_to(full, tmp_path):
    call_command("export", association="ALLT", out=tmp_path / "f", people=True)
    lines = [json.loads(line) for line in (tmp_path / "f").read_text(encoding="utf-8").splitlines()]
    assert {"person", "grant", "read"} <= by_type(lines).keys()


def test_the_command_refuses_a_file_that_is_there_and_a_forbund_that_is_not(world, tmp_path):
    path: Path = tmp_path / "allt.ndjson"
    path.write_text("kvar")
    with pytest.raises(CommandError, match="Det går inte att skriva"):
        call_command("export", association="ALLT", out=path)
    with pytest.raises(CommandError, match="inget förbund"):
        call_command("export", association="XYZ", out=tmp_path / "f")
    assert path.read_text() == "kvar"


def test_a_file_that_was_broken_off_is_taken_away(world, tmp_path, monkeypatch):
    monkeypatch.setattr(streaming, "BLOCK_BYTES", 1)
    monkeypatch.setattr(streaming, "MOST_SECONDS", -1)
    with pytest.raises(streaming.TooSlow):
        call_command("export", association="ALLT", out=tmp_path / "f")
    assert list(tmp_path.iterdir()) == []
