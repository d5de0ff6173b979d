"""Samples of what the API answers, for the examples in the description.

They tell of one made-up case: filed before it was sent, sent before it was answered, answered before the meeting.
Functions stand for people. What a program sends in the course of it is taken from the shapes that take it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.shapes.filing import ReportShape
from api.shapes.moves import SHAPES
from api.shapes.patterns import FinishPatternMeasureShape, MakePatternShape, PlanPatternMeasureShape
from api.shapes.registers import AddFunctionShape, AddInitiativeShape
from cases.workflow import MOVES

Sample = Mapping[str, Any]

# A field that is there only in some answers, and not in this one.
LEFT_OUT = object()

API = "https://lexheller.example/api/v1/"
FORBUND, NUMBER = "SVB", "LH-SVB-2026-0042"
REGISTERS = f"{API}associations/{FORBUND}/"
FILED_AT, SENT_AT, ANSWERED_AT = "2026-11-30T09:12:45+01:00", "2026-12-02T10:30:00+01:00", "2027-01-14T14:05:00+01:00"
LOCKED_AT, MET_AT = "2027-01-28T01:00:00+01:00", "2027-02-10T15:00:00+01:00"
FIXED_AT, RELEASED_AT = "2027-02-24T10:00:00+01:00", "2027-02-26T09:30:00+01:00"


def _at(address: str, key: int) -> dict[str, Any]:
    return {"id": key, "url": f"{address}{key}/"}


# Where the rows are that acts are on, by the names of their addresses.
ROWS: dict[str, dict[str, Any]] = {
    "association": {"id": 1, "url": REGISTERS},
    "member": _at(f"{REGISTERS}members/", 3),
    "unit": _at(f"{REGISTERS}units/", 5),
    "initiative": _at(f"{REGISTERS}initiatives/", 2),
    "function": _at(f"{REGISTERS}functions/", 8),
    "rule": _at(f"{REGISTERS}rules/", 9),
    "rules": {"id": 9, "url": f"{REGISTERS}rules/"},
    "meeting": _at(f"{API}meetings/", 7),
    "pattern": _at(f"{API}patterns/", 4),
}
# What is new, by what the answer calls it.
NEW = {
    **{name: row["id"] for name, row in ROWS.items()},
    "agenda_item": 5,
    "concern": 32,
    "measure": 12,
    "place": 22,
    "question": 17,
}
# A status that a case may have after a step, and what the step makes.
STEPS: dict[str, tuple[str, str]] = {
    "add": ("WITH_PARTY", ""),
    "reply": ("RECEIVED", ""),
    "withdraw": ("DISMISSED", ""),
    "reopen": ("ANSWERED", ""),
    "feedback": ("CLOSED", ""),
    "effect": ("CLOSED", ""),
    "ask": ("CLARIFYING", "question"),
    "ask_as_function": ("WITH_PARTY", "question"),
    "mask": ("RECEIVED", ""),
    "note": ("RECEIVED", ""),
    "assign": ("RECEIVED", ""),
    "classify": ("RECEIVED", ""),
    "add_concern": ("RECEIVED", "concern"),
    "withdraw_concern": ("RECEIVED", ""),
    "send": ("WITH_PARTY", ""),
    "return": ("RECEIVED", ""),
    "acknowledge": ("WITH_PARTY", ""),
    "answer": ("IN_PROGRESS", ""),
    "share": ("IN_PROGRESS", ""),
    "mark_unanswered": ("IN_PROGRESS", ""),
    "add_measure": ("IN_PROGRESS", "measure"),
    "finish_measure": ("ANSWERED", ""),
    "drop_measure": ("ANSWERED", ""),
    "move_measure": ("ANSWERED", ""),
    "lift": ("IN_PROGRESS", "agenda_item"),
    "recommend": ("IN_PROGRESS", ""),
    "join": ("IN_PROGRESS", "pattern"),
    "leave": ("IN_PROGRESS", ""),
    "close": ("CLOSED", ""),
    "dismiss": ("DISMISSED", ""),
    "refer": ("REFERRED", ""),
}

REPORT: dict[str, Any] = ReportShape.example
CONCERNED = REPORT["concerned"][0]
PATTERN, MEASURE = MakePatternShape.example, PlanPatternMeasureShape.example
PLAN, LIFT, RECOMMENDATION = (SHAPES[verb].example for verb in ("add_measure", "lift", "recommend"))
MEMBER, UNIT = CONCERNED["member"], CONCERNED["unit"]
INITIATIVE, FUNCTION = AddInitiativeShape.example["name"], AddFunctionShape.example["name"]
KANSLI = "Samordningsfunktionen"

# The value of a field wherever it stands.
SAMPLES: dict[str, Any] = {
    "acknowledge_days": 10,
    "acknowledge_due": "2026-12-12",
    "acknowledged_at": "2026-12-03T08:15:00+01:00",
    "agreement": "",
    "agreement_missing": False,
    "answer_days": 60,
    "answer_due": "2027-01-31",
    "answered_at": ANSWERED_AT,
    "approved_at": None,
    "approved_by": None,
    "association": FORBUND,
    "body": LIFT["body"],
    "bounced_on": None,
    "cancelled_at": None,
    "case": NUMBER,
    "case_url": f"{API}cases/{NUMBER}/",
    "cause": PLAN["cause"],
    "cause_seen": "RESOURCES",
    "concern": 31,
    "consequence": "",
    "cut_off": "2027-01-27",
    "day_kind": "CALENDAR",
    "days_late": 0,
    "done_on": None,
    "due_on": PLAN["due_on"],
    "email": "samverkan@example.org",
    "ended_at": None,
    "ended_on": None,
    "filed_at": FILED_AT,
    "first": "2026-01-01",
    "fixed_at": FIXED_AT,
    "frequency": REPORT["frequency"],
    "from_on": "2023-01-01",
    "function": FUNCTION,
    "function_name": FUNCTION,
    "gap_type": REPORT["gap_type"],
    "gap_type_answered": REPORT["gap_type"],
    "gap_type_reported": REPORT["gap_type"],
    "happened": REPORT["happened"],
    "heading": REPORT["heading"],
    "held_on": LIFT["held_on"],
    "how": "",
    "initiative": INITIATIVE,
    "is_deputy": False,
    "is_late": False,
    "is_out": True,
    "is_primary": True,
    "last": "2026-12-31",
    "meeting": ROWS["meeting"]["id"],
    "member": MEMBER,
    "member_name": MEMBER,
    "next": None,
    "number": NUMBER,
    "occurred": "",
    "own_reference": "",
    "owner": PLAN["owner"],
    "party": CONCERNED["party"],
    "pattern": ROWS["pattern"]["id"],
    "paused_until": None,
    "received_on": "2026-11-30",
    "recommendation": RECOMMENDATION["body"],
    "recommended_at": MET_AT,
    "role": "PREPARATORY",
    "sent_at": SENT_AT,
    "shared_at": "2027-01-15T09:00:00+01:00",
    "state": "ANSWERED",
    "status": "IN_PROGRESS",
    "suggestion": REPORT["suggestion"],
    "summary": 6,
    "threshold": 5,
    "title": PATTERN["title"],
    "to_on": None,
    "triage_days": 5,
    "tried": "",
    "unit": UNIT,
    "url": f"{API}cases/{NUMBER}/",
    "what": PLAN["what"],
    "who": "Kansliet",
    "why": "LIFTED",
}
# Where it is another in a component, by the component's name without `Row`.
OWN: dict[str, Sample] = {
    # ---- a case ----
    "Case": {
        "cause": "",
        "channel": "WEB",
        "dismiss_reason": "",
        "duplicate_of": None,
        "filed_by": None,
        "helped": "",
        "holder": "Svaret har kommit, och en åtgärd pågår.",
        "lifted": LIFT["body"],
        "next_due": PLAN["due_on"],
        "outcome": "",
        "own_member": "Arbetsförmedlingen",
        "own_party": "ARBETSFORMEDLINGEN",
        "referred_to": "",
        "reporter": "Handläggare, Arbetsförmedlingen",
        "reporter_email": None,
        "reporter_reference": REPORT["reporter_reference"],
        "responsible": KANSLI,
        "track": "ANALYSIS",
    },
    "CaseRowPage": {"updated_since": LEFT_OUT},
    "Concern": {"id": 31, "function_id": ROWS["function"]["id"]},
    "ConcernIn": {"id": 31},
    "Measure": {"id": NEW["measure"], "state": "OPEN"},
    "Question": {
        "id": NEW["question"],
        "concern": None,
        "text": SHAPES["ask"].example["body"],
        "asked_at": "2026-12-01T08:40:00+01:00",
        "is_open": False,
        "pauses_until": "2026-12-15",
    },
    "AgendaItem": {"id": NEW["agenda_item"]},
    "Step": {
        "verb": "finish_measure",
        "label": MOVES["finish_measure"].label,
        "role": "COORDINATOR",
        "concern": None,
        "on_behalf": False,
        "url": f"{API}cases/{NUMBER}/finish-measure/",
    },
    "Event": {
        "seq": 2,
        "at": "2026-12-01T08:40:00+01:00",
        "verb": "ask",
        "what": "Kansliet ställde en fråga till rapportören",
        "role": "COORDINATOR",
        "audience": "EVERYONE",
        "concern": None,
    },
    "EventText": {"id": 40, "kind": "QUESTION", "text": SHAPES["ask"].example["body"]},
    "Filed": {"status": "RECEIVED", "receipt_code": None},
    "Delivery": {
        "id": 902,
        "seq": 4,
        "verb": "send",
        "what": f"Skickades till {FUNCTION}, som ska svara senast 31 januari 2027",
        "kind": "SENT",
        "channel": "MAIL",
        "to": "Funktionens brevlåda",
        "state": "SENT",
        "said": "Mottaget av servern",
        "why": "",
        "attempts": 1,
        "created_at": SENT_AT,
        "sent_at": "2026-12-02T10:30:02+01:00",
        "next_at": None,
        "opened_at": None,
    },
    # ---- meetings ----
    "Meeting": {
        **ROWS["meeting"],
        "items": 1,
        "pack_locked_at": LOCKED_AT,
        "takes_items": False,
        "pack_url": f"{ROWS['meeting']['url']}pack/",
        "minutes_url": f"{ROWS['meeting']['url']}minutes/",
    },
    "Agenda": {
        "id": NEW["agenda_item"],
        "number": 1,
        "kind": "case",
        "title": REPORT["heading"],
        "why_text": "Lyft av kansliet",
        "text": LIFT["proposal"],
        "pattern": None,
        "function": "",
        "waited": 0,
    },
    "Assignment": {"id": 3, **RECOMMENDATION["duties"][0]},
    "Waiting": {"results": [{"recommended_at": None, "recommendation": "", "assignments": []}]},
    "Minutes": {"waiting": 0},
    "Minute": {"number": 1, "title": REPORT["heading"], "deferred": False},
    "Pack": {
        "first": "2026-11-27",
        "last": "2027-01-27",
        "locked_at": LOCKED_AT,
        "by_hand": False,
        "later": [],
        "document": {
            "title": "Underlag till mötet 10 februari 2027",
            "subtitle": "Beredningsgruppen",
            "period": "27 november 2026 – 27 januari 2027",
            "data_date": "2027-01-27",
            "made_at": LOCKED_AT,
            "sections": [
                {
                    "key": "sedan-forra",
                    "number": 1,
                    "title": "Sedan förra mötet",
                    "blocks": [
                        {
                            "table": {
                                "key": "sedan-sist",
                                "title": "In och ut",
                                "note": "Öppna från början + nya + öppnade igen − avslutade = öppna vid slutet.",
                                "columns": [
                                    {"key": "what", "label": "Vad", "kind": "text"},
                                    {"key": "count", "label": "Ärenden", "kind": "count"},
                                ],
                                "rows": [["Öppna från början", 24], ["Nya", 9]],
                                "links": [],
                            }
                        }
                    ],
                }
            ],
        },
    },
    # ---- systemfel ----
    "Pattern": {
        **ROWS["pattern"],
        "description": PATTERN["description"],
        "status": "MEASURES",
        "followed": False,
        "has_news": False,
        "tallied_today": False,
        "owner": KANSLI,
        "review_on": PATTERN["review_on"],
        "merged_into": None,
        "cases_url": f"{API}cases/?systemfel={ROWS['pattern']['id']}",
        "assignments": [
            {
                "id": 2,
                "meeting": 6,
                "who": "Kansliet",
                "what": "Samla enhetscheferna om brevlådorna.",
                "due_on": "2027-01-15",
                "done_on": "2027-01-12",
            }
        ],
    },
    "Counts": {"cases": 5, "open_cases": 2, "tallies": 4, "first": "2025-03-11", "last": "2026-11-30"},
    "Figures": {
        "cases": 5,
        "open_cases": 2,
        "tallies": 4,
        "first": "2025-03-11",
        "last": "2026-11-30",
        "members": [MEMBER],
        "initiatives": [INITIATIVE],
    },
    "Around": {"done_on": "2027-01-20", "before": 3, "after": 1, "until": "2027-07-20", "is_over": False},
    "PatternMeasure": {
        "id": 12,
        **MEASURE,
        "state": "DONE",
        "ended_on": "2027-01-20",
        "how": FinishPatternMeasureShape.example["how"],
        "from_case": False,
    },
    "PatternItem": {
        "id": 4,
        "meeting": 6,
        "held_on": "2026-12-10",
        "recommended_at": "2026-12-10T15:00:00+01:00",
        "recommendation": "Parterna bemannar brevlådorna året om.",
    },
    "PatternEvent": {
        "seq": 9,
        "at": "2027-01-20T13:20:00+01:00",
        "verb": "finish",
        "what": "En åtgärd blev klar",
        "who": f"{KANSLI}, samordnare",
    },
    # ---- registers and people ----
    "Association": {
        "code": FORBUND,
        "url": REGISTERS,
        "name": "Samordningsförbundet Södra Vätterbygden",
        "region": "Jönköpings län",
        "form_intro": "",
        "open_to_all": True,
        "successor": None,
        "is_demo": False,
    },
    "Words": {"report": "rapport", "reporter": "rapportör", "group": "beredningsgruppen"},
    "Clocks": {
        "question_days": 14,
        "pack_days": 14,
        "agenda_overdue_days": 21,
        "reopen_days": 30,
        "effect_days": 90,
    },
    "Member": {**ROWS["member"], "name": MEMBER},
    "Unit": {**ROWS["unit"], "member": ROWS["member"]["id"], "name": UNIT},
    "Initiative": {**ROWS["initiative"], "name": INITIATIVE},
    "Function": {
        **ROWS["function"],
        "member": ROWS["member"]["id"],
        "name": FUNCTION,
        "mailbox": AddFunctionShape.example["mailbox"],
        "is_general": True,
        "confirmed_on": "2026-11-05",
        "confirm_due_on": "2027-05-07",
    },
    "Place": {"id": NEW["place"], "person": 12, "name": "Samverkansansvarig"},
    "Rule": {
        **ROWS["rule"],
        "member": ROWS["member"]["id"],
        "unit": ROWS["unit"]["id"],
        "gap_type": "STRUKTUR",
        "initiative": None,
        "function": ROWS["function"]["id"],
        "conditions": f"{MEMBER}, {UNIT}, Struktur",
    },
    "Person": {
        "id": 12,
        "url": f"{REGISTERS}people/12/",
        "name": "Samverkansansvarig",
        "is_active": True,
        "waits": False,
    },
    "PersonRole": {"id": 30},
    "PersonPlace": {"function": ROWS["function"]["id"]},
    "Warning": {
        "subject": "function",
        "id": ROWS["function"]["id"],
        "sentence": f"Brev till 1 av 2 i {FUNCTION} har kommit tillbaka.",
    },
    "Me": {"name": "Samverkansansvarig"},
    "HeldFunction": {"id": ROWS["function"]["id"]},
    # ---- figures ----
    "Current": {"goes_on": False},
    "Balance": {
        "opening": 14,
        "new": 42,
        "reopened": 2,
        "closed": 28,
        "dismissed": 2,
        "duplicates": 1,
        "withdrawn": 1,
        "referred": 2,
        "ended": 34,
        "closing": 24,
    },
    "OpenNow": {
        "day": "2027-02-11",
        "total": 21,
        "by_status": [{"status": "WITH_PARTY", "count": 12}, {"status": "IN_PROGRESS", "count": 9}],
        "late": 4,
        "late_triage": 0,
        "late_acknowledge": 1,
        "late_answer": 3,
        "late_measure": 1,
    },
    "Parts": {"cases": 42, "concerns": 53},
    "PartCell": {
        "count": 9,
        "url": f"{API}cases/?forbund={FORBUND}&fran=2026-01-01&till=2026-12-31&part=KOMMUN&typ=ORGANISATION",
    },
    "Times": {
        "handling": {"count": 40, "median": 2.0, "ninetieth": 5.0},
        "handling_kept": {"kept": 36, "settled": 40, "share": 0.9},
        "answer": {"count": 33, "median": 41.0, "ninetieth": 72.5},
        "answer_kept": {"kept": 27, "settled": 36, "share": 0.75},
        "close": {"count": 28, "median": 96.0, "ninetieth": 170.5},
    },
    "Behind": {
        "new": f"{API}cases/?forbund={FORBUND}&fran=2026-01-01&till=2026-12-31",
        "open": f"{API}cases/?forbund={FORBUND}&oppna=ja",
        "late": f"{API}cases/?forbund={FORBUND}&sent=1",
    },
    "Summary": {
        **_at(f"{API}summaries/", 6),
        "name": "2026",
        "version": 1,
        "is_fixed": True,
        "data_on": "2027-02-02",
        "assessed_on": "2027-02-10",
        "figures_hash": "5aa3b95f2b8e50f6d170e5ffa5f9bb1ed2f0fb09d20f64962b8c00223a6280bb",
        "is_same": True,
        "versions": [],
        "releases": [f"{API}releases/2/"],
    },
    "Written": {
        "key": "bedomning",
        "body": "Det som en enhet kan rätta har i regel rättats.",
        "written_at": MET_AT,
    },
    "Correction": {"name": "member.3.answered", "label": f"{MEMBER}: har svarat", "frozen": 6.0, "now": 7.0},
    "File": {
        "form": "pdf",
        "label": "PDF",
        "media_type": "application/pdf",
        "url": f"{API}summaries/6/files/pdf/",
    },
    "Release": {
        **_at(f"{API}releases/", 2),
        "audience": "PUBLIC",
        "made_at": FIXED_AT,
        "released_at": RELEASED_AT,
        "fingerprint": "0c9f4b6d8a1e27350f6b94c2de78a3b15c40e9d76f8213ab5ce06d497fb1328e",
        "files": [{"url": f"{API}releases/2/files/pdf/"}],
        "document": {
            "title": "Brister i samverkan 2026",
            "subtitle": "Rapporter till samordningsförbundet",
            "made_at": RELEASED_AT,
            "scope": "PROTECTED",
            "sections": [
                {
                    "key": "part-typ",
                    "number": None,
                    "title": "Berörda parter efter part och typ 2026",
                    "blocks": [
                        {
                            "table": {
                                "key": "part-typ",
                                "title": "Berörda parter efter part och typ 2026",
                                "note": "",
                                "columns": [
                                    {"key": "what", "label": "Vad", "kind": "text"},
                                    {"key": "c0", "label": "Struktur", "kind": "count"},
                                    {"key": "c1", "label": "Relation och bemötande", "kind": "count"},
                                ],
                                "rows": [["Kommun", 9, ".."]],
                                "links": [],
                            }
                        }
                    ],
                }
            ],
        },
    },
    # ---- a report ----
    "Document": {
        "title": "Årssammanställning 2026",
        "subtitle": "Brister i samverkan som har rapporterats till förbundet",
        "association": "Samordningsförbundet Södra Vätterbygden",
        "period": "1 januari 2026 – 31 december 2026",
        "data_date": "2027-02-02",
        "made_at": FIXED_AT,
        "scope": "INTERNAL",
        "draft": False,
    },
    "Section": {"key": "rapportering", "number": 9, "title": "Vem som rapporterar och vem som svarar"},
    "Block": {"type": "table", "text": LEFT_OUT, "items": LEFT_OUT, "facts": LEFT_OUT, "description": LEFT_OUT},
    "Table": {
        "key": "svarar",
        "title": "Svar som skulle ha kommit under perioden",
        "note": "I bokstavsordning. Tabellen visar var stöd kan behövas, och rangordnar ingen.",
        "has_total": False,
        "columns": [
            {"key": "member", "label": "Medlem", "kind": "text"},
            {"key": "asked", "label": "Skulle svara", "kind": "count"},
            {"key": "answered", "label": "Har svarat", "kind": "count"},
            {"key": "never", "label": "Svaret uteblev", "kind": "count"},
            {"key": "waits", "label": "Väntar ännu", "kind": "count"},
        ],
        "rows": [[MEMBER, 7, 6, 0, 1]],
    },
    "Link": {"row": 0, "column": "answered", "url": f"{API}cases/?figur=6%3Amember.3.answered"},
}


def of_step(verb: str) -> dict[str, Any]:
    """Return what a step answers. Raises KeyError for one that has no sample yet."""
    status, made = STEPS[verb]
    case = {"number": NUMBER, "url": SAMPLES["url"], "verb": verb, "status": status}
    return {**case, "made": _new(made)}


def of_act(verb: str, path: str, *, address: str, made: str) -> dict[str, Any]:
    """Return what an act answers, by its own address and the name of that of what it is on."""
    # A place in a function has an id, and no address.
    row = {**ROWS[address], "id": NEW["place"]} if "{place}" in path else ROWS[address]
    return {**row, "verb": verb, "made": _new(made)}


def _new(made: str) -> dict[str, Any] | None:
    return {"type": made, "id": NEW[made]} if made else None


def draw(schemas: Mapping[str, Any], name: str, given: Sample | None = None) -> dict[str, Any]:
    """Return an example of a component, with what is given in place of its samples.

    What is inside goes the same way. Raises KeyError for a field that has no sample yet, or is given and not there.
    """
    fields = schemas[name].get("properties", {})
    if unknown := set(given or ()) - set(fields):
        raise KeyError(f"{name}: {unknown}")
    # A row is the same thing as the whole, in fewer words.
    samples = {**SAMPLES, **OWN.get(name.removesuffix("Row"), {}), **(given or {})}
    return {
        field: _value(schemas, schema, samples, f"{name}.{field}")
        for field, schema in fields.items()
        if samples.get(field) is not LEFT_OUT
    }


def _value(schemas: Mapping[str, Any], schema: Mapping[str, Any], samples: Sample, where: str) -> Any:
    """Return the value of a field; of objects as many as are given, or one, each drawn with what is given of it."""
    field = where.rpartition(".")[2]
    if inner := _object(schemas, schema):
        given = samples.get(field, {})
        return None if given is None else draw(schemas, inner, given)
    if inner := _object(schemas, schema.get("items", {})):
        return [draw(schemas, inner, given) for given in samples.get(field, [{}])]
    if field not in samples:
        raise KeyError(where)
    return samples[field]


def _object(schemas: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return the name of the object that a schema refers to, if it does."""
    refs = [one["$ref"] for one in (schema, *schema.get("allOf", ())) if "$ref" in one]
    name = str(refs[0]).rpartition("/")[2] if refs else ""
    return name if "properties" in schemas.get(name, {}) else ""
