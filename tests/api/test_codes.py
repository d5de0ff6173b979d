"""The codes of refusals: every one of them stands in docs/api.md, and no other."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from api.errors import NOT_YOURS, SENTENCES
from cases import errors
from cases.workflow import MOVES

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
# One code for each step of the table of moves.
STEP = "<step>_not_allowed"


def table() -> dict[str, str]:
    """Return the status of each code, as the table in the documentation has them."""
    section = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("\n## Codes\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \| (\d{3}) \| [^|]+ \|$", section, re.MULTILINE)
    named = [(code, status) for codes, status in rows for code in re.findall(r"`([^`]+)`", codes)]
    assert len(named) == len(dict(named)), "a code stands twice"
    return dict(named)


def refusals_in(tree: ast.Module, known: set[str]) -> tuple[set[str], set[str]]:
    """Return the classes of refusals that a module adds to those known, and the codes that it names."""
    classes, codes = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & known:
            classes.add(node.name)
            codes |= {
                line.value.value
                for line in node.body
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code"
            }
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in known:
            codes |= {word.value.value for word in node.keywords if word.arg == "code" and literal(word.value)}
    return classes, codes


def literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def codes_of_cases() -> set[str]:
    """Return the codes that the domain gives, by its source."""
    refusals = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
    found = {one.code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.DomainError)}
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "cases").rglob("*.py"))]
    for tree in trees:
        refusals |= refusals_in(tree, refusals)[0]
    return found.union(*(refusals_in(tree, refusals)[1] for tree in trees))


def test_the_documentation_has_every_code_and_no_other():
    assert set(table()) == {*SENTENCES, *codes_of_cases(), STEP}


def test_no_code_looks_as_if_it_were_a_step_s():
    assert {f"{verb}_not_allowed" for verb in MOVES} & set(table()) == set()


def test_what_is_about_who_asks_is_said_to_be_forbidden():
    told = table()
    assert {code for code in NOT_YOURS if told[code] != "403"} == set()


def test_the_codes_of_a_source_are_found():
    source = 'class Late(MoveNotAllowed):\n    code = "late"\n\nraise MoveNotAllowed("Nej.", code="no")\n'
    assert refusals_in(ast.parse(source), {"MoveNotAllowed"}) == ({"Late"}, {"late", "no"})
