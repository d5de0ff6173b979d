"""The PDF as a reader with a screen reader gets it, and as a hostile writer would like it."""

import dataclasses
import io
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from cases.charts import PAPER, BarList
from cases.documents import pdf, typesetting
from cases.documents.shape import Figure, Paragraph, Scope, Section
from tests.cases.documents import sample

pytestmark = pytest.mark.once

ALTS = [
    block.chart.alt for section in sample.report().sections for block in section.blocks if isinstance(block, Figure)
]


@pytest.fixture(scope="session")
def reader(made) -> PdfReader:
    return PdfReader(io.BytesIO(made("pdf")))


@cache
def pages_of(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def text_of(reader: PdfReader) -> str:
    return "\n".join(pages_of(reader))


def read(report) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(report)))


def short(*blocks, **changes):
    return dataclasses.replace(sample.report(), sections=(Section("a", "Avsnitt", blocks),), **changes)


def tags(node) -> Iterator[DictionaryObject]:
    """Walk the tree of tags."""
    node = node.get_object()
    for child in [one.get_object() for one in (node if isinstance(node, list) else [node])]:
        if isinstance(child, DictionaryObject):
            yield child
            if "/K" in child:
                yield from tags(child["/K"])


def test_it_is_tagged_in_swedish_and_says_it_follows_the_standard(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "sv-SE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_it_names_itself_its_owner_and_its_day(reader):
    assert reader.metadata.title == "Årssammanställning 2025"
    assert reader.metadata.author == "Samordningsförbundet Södra Vätterbygden"
    assert reader.metadata.creation_date.date().isoformat() == "2026-01-20"


def test_it_tags_headings_tables_header_cells_and_figures_with_words(reader):
    found = list(tags(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))
    kinds = {tag.get("/S") for tag in found}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
    assert [tag["/Alt"] for tag in found if tag.get("/S") == "/Figure"] == ALTS


def test_a_picture_without_words_is_refused_by_the_typesetting_too(monkeypatch):
    monkeypatch.setattr(
        pdf, "_block", lambda *_: {"kind": "figure", "caption": "", "svg": SVG, "alt": None, "told": ""}
    )
    with pytest.raises(typesetting.SettingFault, match="alt"):
        pdf.render(short(Paragraph("x")))


SVG = sample.bars(1).svg(PAPER)


def test_every_page_is_marked_and_numbered(reader):
    pages = pages_of(reader)
    assert all("Internt · Utkast, inte fastställd" in page for page in pages)
    assert all(f"Sida {number} av {len(pages)}" in page for number, page in enumerate(pages, start=1))


def test_a_settled_protected_release_says_so_and_what_the_markers_mean():
    text = text_of(read(short(Paragraph("x"), scope=Scope.PROTECTED, draft=False)))
    assert "Skyddad utgåva" in text
    assert ".. betyder" in text
    assert "Utkast" not in text


@pytest.mark.parametrize(("count", "there"), [(4, False), (5, True)])
def test_contents_come_with_the_fifth_section(count, there):
    sections = tuple(Section(f"s{n}", "Avsnitt", (Paragraph("x"),)) for n in range(count))
    assert ("Innehåll" in text_of(read(dataclasses.replace(sample.report(), sections=sections)))) is there


def test_a_long_table_repeats_its_header_on_each_page(reader):
    pages = pages_of(reader)
    assert all("Vad det gäller" in page for page in pages if "LH-SVB-2025-0" in page)


def test_a_table_of_twenty_columns_lies_down(reader):
    lying = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert ["Vecka 19" in page.extract_text() for page in lying] == [True]


def test_what_looks_like_markup_is_printed_as_it_stands(reader):
    assert "#eval(sys.inputs) *fet* $x^2$ @etikett <b>taggar</b> &amp; ]]>" in text_of(reader)


def test_a_character_that_no_font_has_is_replaced_and_explained():
    text = text_of(read(short(Paragraph("glad 🙂👩‍👩‍👧 och 中文"))))
    assert "glad □ och □" in text
    assert "Tecknet □ står för" in text


def test_a_title_that_no_font_has_is_replaced_too():
    assert read(short(Paragraph("x"), title="Rapport 🙂")).metadata.title == "Rapport □"


def test_other_faults_of_the_typesetting_are_not_hidden():
    with pytest.raises(typesetting.SettingFault):
        typesetting.pdf("report.typ", {})


def test_a_heading_never_stands_alone_at_the_foot_of_a_page():
    filler = [Section(f"s{n}", f"Rubrik {n}", (Paragraph(sample.PROSE * (1 + n % 3)),)) for n in range(60)]
    pages = read(dataclasses.replace(sample.report(), sections=tuple(filler))).pages
    last = [page.extract_text().strip().splitlines() for page in pages[3:]]
    assert not any(line.startswith("Rubrik") for lines in last for line in lines[-3:-1] if len(line) < 12)


def test_a_drawing_with_a_letter_that_no_font_has_is_drawn_all_the_same():
    chart = BarList("glad", "Glad", (("🙂", 3), ("中文", 2)))
    assert "Glad" in text_of(read(short(Figure(chart, sample.monthly()))))


def test_a_document_that_is_not_set_in_time_is_given_up(monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0.01)
    with pytest.raises(typesetting.SettingFault, match="not set in"):
        typesetting.pdf("report.typ", {})


def test_the_web_process_never_loads_typst():
    code = "import sys, cases.documents; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR).returncode == 0


def test_the_typesetter_sees_nothing_of_our_environment(monkeypatch):
    seen = {}
    monkeypatch.setattr(subprocess, "run", lambda *_, **options: seen.update(options) or NOTHING)
    typesetting.pdf("report.typ", {})
    assert seen["env"] == {}


NOTHING = subprocess.CompletedProcess([], 0, stdout=b'{"pages": [""]}')
