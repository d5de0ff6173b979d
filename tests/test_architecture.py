"""What holds everywhere in the tree: who imports whom, what no file may hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("lexheller", "cases", "notifications", "api")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "cases").rglob("*.html")])
BROAD = {"Exception", "BaseException"}


def tracked() -> list[Path]:
    """List the files that belong to the project: git's, or all but the ignored where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_rooms_import_each_other_only_as_agreed():
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_at_its_top_and_catches_what_it_names(path):
    assert list(faults(ast.parse(path.read_text(encoding="utf-8")))) == []


def faults(tree: ast.AST):
    """Yield each import inside a function and each handler that catches everything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield f"line {inner.lineno}: import inside {node.name}"
        if isinstance(node, ast.ExceptHandler) and (node.type is None or BROAD & set(names(node.type))):
            yield f"line {node.lineno}: catches everything"


def names(node: ast.expr) -> list[str]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return [part.id for part in parts if isinstance(part, ast.Name)]


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    import os",
        "async def f():\n    if 1:\n        from os import path",
        "try:\n    f()\nexcept:\n    g()",
        "try:\n    f()\nexcept (ValueError, Exception):\n    g()",
    ],
)
def test_the_walk_finds_each_kind_of_fault(code):
    assert len(list(faults(ast.parse(code)))) == 1


INLINE = re.compile(
    r"""\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)""",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_style_or_script_of_its_own(path):
    assert INLINE.search(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    "html", ['<p style="color:red">', "<style>p{}</style>", "<a onclick='go()'>", "<script>go()</script>"]
)
def test_the_pattern_finds_each_kind_of_inline(html):
    assert INLINE.search(html)


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine():
    # Put together here, so that this file does not hold them itself.
    forbidden = [
        "py" + "pi.org",
        "python" + "hosted",
        "registry." + "npmjs",
        "deb." + "debian.org",
        "/wo" + "rk/",
        "/ro" + "ot/",
        "/tmp/" + "bash_jobs",
    ]
    found = [f"{path.relative_to(ROOT)}: {word}" for path in tracked() for word in forbidden if word in text_of(path)]
    assert found == []


def test_no_lock_file_holds_an_address():
    assert [path.name for path in (ROOT / "requirements").glob("*.txt") if "://" in path.read_text()] == []
