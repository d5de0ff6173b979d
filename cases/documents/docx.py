"""A report as a Word file in Word's own styles: its parts take on the look of the document they are pasted into."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as Sheets
from docx.shared import Emu, Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Row
from docx.text.paragraph import Paragraph as WordParagraph

from cases.documents import drawing
from cases.documents.archive import rezipped
from cases.documents.cells import ShownCell, ShownTable, shown_table, widths
from cases.documents.facts import facts
from cases.documents.outline import NumberedFigure, NumberedTable, Placed, outline
from cases.documents.shape import Bullets, Callout, Facts, Heading, Paragraph, Report
from cases.text import clean

LANGUAGE = "sv-SE"
# More columns than this do not fit on a standing sheet.
WIDEST_STANDING = 9
SHORT, LONG = Mm(210), Mm(297)
MARGIN = Mm(25)
TEXT_WIDTH = SHORT - 2 * MARGIN
CALLOUT = "Ruta"
# The text of tables, by its size in points.
TABLE_TEXT = {9: "Tabelltext", 7: "Tabelltext smal"}
# How wide a letter is to its height, in a wide font.
LETTER = 0.6


def render(report: Report) -> bytes:
    """Write the file."""
    document = Document()
    _settle(document, report)
    document.add_heading(clean(report.title), level=0)
    if report.subtitle:
        document.add_paragraph(clean(report.subtitle), style="Subtitle")
    _facts(document, facts(report))
    document.add_paragraph(report.scope.note, style=CALLOUT)
    sections = outline(report)
    charts = [block.chart for placed in sections for block in placed.blocks if isinstance(block, NumberedFigure)]
    pictures = iter(drawing.pictures(charts))
    for placed in sections:
        document.add_heading(clean(placed.section.heading), level=1)
        for block in placed.blocks:
            _add(document, block, pictures)
    out = io.BytesIO()
    document.save(out)
    return rezipped(out.getvalue(), made_at=report.made_at)


def _settle(document: DocumentObject, report: Report) -> None:
    """Set what holds for the whole file: language, paper, what the file says of itself, the page's head and foot."""
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang")) if defaults is not None else None
    assert language is not None
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), LANGUAGE)
    _add_callout(document)
    for points, name in TABLE_TEXT.items():
        _add_style(document, name, space=1).font.size = Pt(points)
    for name, before, after in (("Normal", 4, 6), ("Caption", 10, 4)):
        room = _style(document, name).paragraph_format
        room.space_before, room.space_after = Pt(before), Pt(after)
    core = document.core_properties
    moment = report.made_at.astimezone(dt.UTC)
    core.title, core.subject = clean(report.title)[:255], clean(report.subtitle)[:255]
    core.author = core.last_modified_by = clean(report.association)[:255]
    core.created = core.modified = moment
    core.language, core.keywords, core.comments, core.revision = LANGUAGE, ", ".join(report.marks), "", 1
    sheets = document.sections[0]
    _turn(sheets, lying=False)
    sheets.left_margin = sheets.right_margin = sheets.top_margin = sheets.bottom_margin = MARGIN
    sheets.header.paragraphs[0].text = " · ".join([clean(report.association), *report.marks])
    _number_pages(sheets.footer.paragraphs[0])


def _style(document: DocumentObject, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _add_style(document: DocumentObject, name: str, *, space: int) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style, style.quick_style = document.styles["Normal"], True
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(space)
    return style


def _add_callout(document: DocumentObject) -> None:
    """Add a style that Word lacks: text behind a bar."""
    style = _add_style(document, CALLOUT, space=6)
    style.paragraph_format.left_indent = Mm(4)
    borders, bar = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "0E5A62")):
        bar.set(qn(f"w:{name}"), value)
    borders.append(bar)
    # Word refuses the properties of a paragraph in any other order.
    style.element.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _turn(sheets: Sheets, *, lying: bool) -> None:
    sheets.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    sheets.page_width, sheets.page_height = (LONG, SHORT) if lying else (SHORT, LONG)


def _number_pages(footer: WordParagraph) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for word, code in (("Sida ", "PAGE"), (" av ", "NUMPAGES")):
        footer.add_run(word)
        for kind in ("begin", code, "end"):
            run = footer.add_run()._r
            if kind == code:
                text = OxmlElement("w:instrText")
                text.text = code
                run.append(text)
            else:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run.append(mark)


def _add(document: DocumentObject, block: Placed, pictures: Iterator[bytes]) -> None:
    match block:
        case Paragraph():
            for text in block.paragraphs:
                document.add_paragraph(text)
        case Heading():
            document.add_heading(clean(block.text), level=2)
        case Bullets():
            for item in block.items:
                document.add_paragraph(clean(item), style="List Bullet")
        case Facts():
            _facts(document, block.pairs)
        case Callout():
            document.add_paragraph(clean(block.text), style=CALLOUT)
        case NumberedFigure():
            _figure(document, block, next(pictures))
        case NumberedTable():
            _table_on_its_sheet(document, block)


def _facts(document: DocumentObject, pairs: Sequence[tuple[str, str]]) -> None:
    for name, value in pairs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(f"{clean(name)}: ").bold = True
        paragraph.add_run(clean(value))


def _figure(document: DocumentObject, placed: NumberedFigure, drawn: bytes) -> None:
    picture = document.add_paragraph()
    picture.paragraph_format.keep_with_next = True
    shape = picture.add_run().add_picture(io.BytesIO(drawn), width=TEXT_WIDTH)
    told = shape._inline.docPr
    told.set("descr", clean(placed.chart.alt))
    told.set("title", clean(placed.chart.title))
    document.add_paragraph(clean(placed.caption), style="Caption")
    if placed.told:
        document.add_paragraph(clean(placed.told))


def _table_on_its_sheet(document: DocumentObject, placed: NumberedTable) -> None:
    """Write a table; a wide one on a lying sheet of its own."""
    lying = len(placed.table.columns) > WIDEST_STANDING
    if lying:
        _turn(document.add_section(WD_SECTION.NEW_PAGE), lying=True)
    width = (LONG if lying else SHORT) - 2 * MARGIN
    _table(document, placed, points=7 if lying else 9, width=width)
    if lying:
        _turn(document.add_section(WD_SECTION.NEW_PAGE), lying=False)


def _table(document: DocumentObject, placed: NumberedTable, *, points: int, width: int) -> None:
    shown = shown_table(placed.table)
    rows = [shown.head, *shown.body, *([shown.foot] if shown.foot else [])]
    caption = document.add_paragraph(clean(placed.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=len(rows), cols=len(shown.head), style="Table Grid")
    _describe(table, placed)
    shared = _share_out(width, shown, points)
    table.autofit = False
    for column, wide in zip(table.columns, shared, strict=True):
        column.width = wide
    style = document.styles[TABLE_TEXT[points]].style_id
    for line, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        _fill(row, cells, widths=shared, style=style, bold=line == 0 or (bool(shown.foot) and line == len(rows) - 1))
        _keep_whole(row, repeated=line == 0)
    if placed.table.note:
        document.add_paragraph(clean(placed.table.note))


def _share_out(width: int, shown: ShownTable, points: int) -> list[Length]:
    letters = widths(shown, room=int(width / (LETTER * Pt(points))))
    return [Emu(width * share // sum(letters)) for share in letters]


def _fill(row: _Row, cells: Sequence[ShownCell], *, widths: Sequence[Length], style: str, bold: bool) -> None:
    for cell, one, width in zip(row.cells, cells, widths, strict=True):
        cell.width, paragraph = width, cell.paragraphs[0]
        # By its id: looking the style up for each cell takes longer than all the rest.
        paragraph._p.style = style
        if one.is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if one.text:
            paragraph.add_run(one.text).bold = bold or None


def _keep_whole(row: _Row, *, repeated: bool) -> None:
    """Let no page break into the row; the header comes back on each page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if repeated else [])):
        properties.append(OxmlElement(name))


def _describe(table: WordTable, placed: NumberedTable) -> None:
    """Tell a screen reader which table this is, and that its first row and column name things."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    assert look is not None
    for name, value in (("firstRow", "1"), ("firstColumn", "1"), ("noHBand", "0"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), clean(placed.table.title))
    properties.append(described)
