"""The Word file: its styles, its tables, what its pictures say."""

import dataclasses
import io
import zipfile

import pytest
from docx import Document

from cases.documents import docx
from cases.documents.shape import Figure, Paragraph, Section
from tests.cases.documents import sample

pytestmark = pytest.mark.once

ALTS = [
    block.chart.alt for section in sample.report().sections for block in section.blocks if isinstance(block, Figure)
]


@pytest.fixture(scope="session")
def document(made):
    return Document(io.BytesIO(made("docx")))


def xml(made, name: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(made("docx"))).read(name).decode()


def styled(document, style: str) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


def test_title_and_sections_are_real_headings(document):
    assert styled(document, "Title") == ["Årssammanställning 2025"]
    assert styled(document, "Heading 1")[:2] == [f"{n}. Rapporter, svar och åtgärder, del {n}" for n in (1, 2)]
    assert styled(document, "Heading 2") == [sample.PART]


def test_tables_are_real_with_a_caption_and_a_header_that_comes_back(document, made):
    assert [len(table.rows) for table in document.tables] == [14, 6, 61, 14, 8]
    assert "Tabell 1. Rapporter per månad" in styled(document, "Caption")
    assert xml(made).count("<w:tblHeader/>") == 5
    assert [cell.text for cell in document.tables[0].rows[-1].cells] == ["Hela året", "1\u202f128", "99\u00a0%", "34,2"]


def test_a_picture_says_what_it_shows(document):
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == ALTS


def test_the_language_is_swedish(made, document):
    assert 'w:lang w:val="sv-SE"' in xml(made, "word/styles.xml")
    assert document.core_properties.language == "sv-SE"


def test_the_head_of_every_page_says_whom_it_is_for(document):
    assert all("Internt · Utkast, inte fastställd" in part.header.paragraphs[0].text for part in document.sections)


def test_only_the_wide_table_lies_down(document):
    assert [part.page_width > part.page_height for part in document.sections] == [False, True, False]


def test_hostile_text_is_text(document):
    shown = [cell.text for row in document.tables[4].rows for cell in row.cells]
    assert sample.HOSTILE[0] in shown
    assert "[31mröd" in shown
    assert sample.HOSTILE[5] in shown


def test_a_very_long_title_fits_the_files_own_properties():
    report = dataclasses.replace(sample.report(), title="Å" * 400, sections=(Section("a", "A", (Paragraph("x"),)),))
    assert len(Document(io.BytesIO(docx.render(report))).core_properties.title) == 255
