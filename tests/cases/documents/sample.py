"""A made-up yearly report with one of everything, and the texts that a writer of files has to survive."""

import datetime as dt

from cases.charts import BarList, Matrix
from cases.documents.shape import (
    HIDDEN,
    MISSING,
    NOT_APPLICABLE,
    Block,
    Bullets,
    Callout,
    ChartKind,
    Column,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Report,
    Row,
    Scope,
    Section,
    Table,
)

MADE_AT = dt.datetime(2026, 1, 20, 7, 30, tzinfo=dt.UTC)
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")

HOSTILE = (
    "#eval(sys.inputs) *fet* $x^2$ @etikett <b>taggar</b> &amp; ]]> \\par",
    '=HYPERLINK("https://example.se";"klicka")',
    "\x00\x07\x1b[31mröd\x0b",
    "o" * 400,
    "שלום עולם och مرحبا بالعالم",
    "🙂 👩‍👩‍👧 中文",
    "{{ request.user }} {% debug %}",
)

PART = "En punkt för sig"

PROSE = (
    "Under året kom det in fler rapporter än året innan. Det visar att fler rapporterar, inte att samverkan har blivit "
    "sämre. De flesta rapporterna rör gränsen mellan två uppdrag, där den enskilda blir stående utan att någon part "
    "har uppdraget att ta nästa steg."
)


def bars(*values: int, key: str = "manader", title: str = "Rapporter per månad") -> BarList:
    """Return a chart of the first months."""
    return BarList(key, title, tuple(zip(MONTHS, values, strict=False)), "rapporter")


def monthly(key: str = "manader") -> Table:
    values = (8, 11, 19, 14, 9, 7, 2, 6, 15, 17, 12, 8)
    rows = tuple(
        (f"{month} 2025", value, value / 20, 30.04 + value) for month, value in zip(MONTHS, values, strict=True)
    )
    return Table(
        key=key,
        title="Rapporter per månad",
        columns=(
            Column("manad", "Månad"),
            Column("nya", "Nya", "count"),
            Column("andel", "Besvarade i tid", "share"),
            Column("dagar", "Dagar till svar, median", "days"),
        ),
        rows=(*rows, ("Hela året", 1128, 0.996, 34.25)),
        total=True,
        chart=ChartKind.COLUMN,
        links={(0, "nya"): "/arenden/?manad=2025-01"},
    )


def wide() -> Table:
    """Twenty columns."""
    columns = (Column("medlem", "Medlem"), *(Column(f"v{n}", f"Vecka {n}", "count") for n in range(1, 20)))
    names = ("Arbetsförmedlingen", "Försäkringskassan", "Jönköpings kommun", "Region Jönköpings län", "Habo kommun")
    rows = tuple((name, *(HIDDEN if (n + len(name)) % 5 == 0 else n * 37 for n in range(1, 20))) for name in names)
    return Table("veckor", "Rapporter per medlem och vecka", columns, rows, note="Små tal är dolda.")


def long() -> Table:
    """Sixty rows of words."""
    columns = (
        Column("nummer", "Nummer"),
        Column("dag", "Kom in", "date"),
        Column("ar", "År", "year"),
        Column("rubrik", "Vad det gäller"),
        Column("atgard", "Åtgärd"),
        Column("dagar", "Dagar", "days"),
    )
    rows: tuple[Row, ...] = tuple(
        (
            f"LH-SVB-2025-{n:04}",
            dt.date(2025, 1, 1) + dt.timedelta(days=6 * n),
            2025,
            "Väntan på rehabiliteringsutredning mellan vårdcentral och arbetsmarknadsenhet",
            PROSE[: 60 + n % 90] if n % 4 else None,
            (12.25, MISSING, NOT_APPLICABLE)[n % 3],
        )
        for n in range(1, 61)
    )
    return Table("arenden", "Ärenden som lyfts", columns, rows)


def hostile() -> Table:
    columns = (Column("rad", "=1+1"), Column("text", "Text"))
    return Table("fientlig", "A/B:[*]?\\'", columns, tuple((f"@rad {n}", text) for n, text in enumerate(HOSTILE)))


def report(*, sections: int = 10, scope: Scope = Scope.INTERNAL, draft: bool = True) -> Report:
    table = monthly()
    chart = bars(8, 11, 19, 14, 9, 7, 2, 6, 15, 17, 12, 8)
    parts = ("AF", "FK", "Kommun", "Region")
    matrix = Matrix("franmot", "Från och till", parts, parts, tuple((0, 3, HIDDEN, 12) for _ in parts))
    blocks: list[tuple[Block, ...]] = [
        (
            Paragraph(f"{PROSE}\n\n{PROSE}", "bedomning"),
            Bullets((PROSE, "Kort punkt", "En punkt till")),
            Heading(PART),
            Callout(PROSE),
        ),
        (Paragraph(PROSE), Figure(chart, table), Facts((("Öppna", "42"), ("Försenade", "3, varav 2 utan svar")))),
        (Paragraph(PROSE), wide(), Paragraph(PROSE)),
        (Paragraph(PROSE), long()),
        (Figure(matrix, monthly("ensam")), Paragraph(PROSE), monthly("ensam")),
        (hostile(), *(Paragraph(text) for text in HOSTILE)),
    ]
    made = tuple(
        Section(
            f"del-{n}", f"Rapporter, svar och åtgärder, del {n}", blocks[n - 1] if n <= 6 else (Paragraph(PROSE),), n
        )
        for n in range(1, sections + 1)
    )
    return Report(
        key="arssammanstallning",
        title="Årssammanställning 2025",
        subtitle="Brister i samverkan: vad som rapporterades och vad som gjordes",
        association="Samordningsförbundet Södra Vätterbygden",
        period="1 januari–31 december 2025",
        data_date=dt.date(2026, 1, 15),
        sections=made,
        scope=scope,
        made_at=MADE_AT,
        draft=draft,
    )
