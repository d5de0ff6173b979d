"""Files as another program opens them, and any text at all in every kind of file."""

import dataclasses
import io
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cases.charts import BarList
from cases.documents import FORMATS
from cases.documents.shape import Bullets, Callout, Column, Facts, Figure, Paragraph, Section, Table
from tests import servers
from tests.cases.documents import sample

pytestmark = [pytest.mark.slow, pytest.mark.once]


def opened(content: bytes, extension: str, folder: Path) -> str:
    """Open a file in LibreOffice, and return the text of what it would print."""
    if not servers.SOFFICE:
        servers.skip_or_fail("LibreOffice (soffice) is not installed")
    (folder / f"report.{extension}").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = [servers.SOFFICE, profile, "--headless", "--convert-to", "pdf", f"report.{extension}"]
    subprocess.run(words, cwd=folder, capture_output=True, timeout=180, check=True)
    pages = PdfReader(io.BytesIO((folder / "report.pdf").read_bytes())).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("key", ["docx", "xlsx"])
def test_libreoffice_opens_the_file_and_prints_what_it_says(key, tmp_path):
    text = opened(FORMATS[key].render(sample.report()), key, tmp_path)
    assert "Årssammanställning 2025" in text
    assert "Internt" in text
    assert re.search(r"Hela året 1.?128", text)
    assert '=HYPERLINK("https://example.se";"klicka")' in text
    assert "LH-SVB-2025-0060" in text.replace(" ", "")


def of(text: str):
    """Put one text wherever a report takes one."""
    table = Table("t", text, (Column("a", text), Column("b", "Tal", "count")), ((text, 1), (text, text)), note=text)
    chart = BarList("k", f"Diagram {text}", ((text, 1),), text)
    blocks = (Paragraph(text), Bullets((text,)), Facts(((text, text),)), Callout(text), Figure(chart, table))
    return dataclasses.replace(
        sample.report(), title=f"T {text}", subtitle=text, association=text, period=text,
        sections=(Section("a", f"S {text}", blocks),),
    )  # fmt: skip


@pytest.mark.parametrize("key", FORMATS)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_becomes_a_file(key, text):
    assert FORMATS[key].render(of(text))
