"""One of each chart, with what is awkward about it: long names, hidden cells, gaps, large numbers."""

import datetime as dt
from dataclasses import dataclass

from cases import swedish
from cases.charts import (
    BalanceChart,
    BalancePoint,
    BarList,
    DaysChart,
    HeatTable,
    Matrix,
    MonthsChart,
    PatternLine,
    PatternsChart,
    TrendChart,
)


@dataclass(frozen=True)
class Hidden:
    """What stands for a small cell; it remembers its number, as the real one must not."""

    number: int
    symbol: str = ".."


LONG = "Arbetsmarknads- och vuxenutbildningsförvaltningen i Norra Älvdalens kommun"
HOSTILE = "<script>alert('x')</script> & \"citat\"\x00\ufffe]]>"
HIDDEN = Hidden(987654)


def balance(count: int = 12) -> BalanceChart:
    points, opened = [], 24
    for number in range(count):
        new, ended = 8 + number * 5 % 9, 6 + number * 7 % 11
        label = f"{swedish.MONTHS[number % 12]} {2026 + number // 12}"
        points.append(BalancePoint(label, opened, new, 1, ended, opened + new + 1 - ended))
        opened += new + 1 - ended
    return BalanceChart("balans", "Nya, avslutade och öppna ärenden 2026", tuple(points))


def months(count: int, *, key: str = "manader") -> MonthsChart:
    years = {2026 - back: [(month * 7 + back * 5) % 13 + 4 for month in range(12)] for back in range(count)}
    years[2026] = [*years[2026][:9], None, None, None]
    return MonthsChart(key, f"Nya ärenden per månad, {count} år", years)


def trend() -> TrendChart:
    figures = [100, 120, None, 134, 151, 160, HIDDEN, 178, 171, 190]
    points = [(2017 + number, value, number < 2) for number, value in enumerate(figures)]
    breaks = [
        (2020, "Rapporter från regionen räknas med från och med det här året, och de gjordes tidigare på papper."),
        (2024, "Ny blankett."),
    ]
    return TrendChart("trend", "Rapporter per år", points, breaks)


def heat() -> HeatTable:
    rows = ("Arbetsförmedlingen", "Försäkringskassan", "Region Västra Götaland", LONG, "Förbundet")
    cells = ((12, 5, 8, 1), (7, 22, 3, 0), (14, 9, HIDDEN, 2), (4, None, 30, 1), (0, 0, 0, 0))
    return HeatTable(
        "delar", "Berörda parter och typ av brist", rows, ("Struktur", "Organisation", "Relation", "Ej satt"), cells
    )


def days() -> DaysChart:
    spread = tuple((day, 30 - abs(day - 18) if day < 48 else 1) for day in (*range(0, 47, 2), 61, 74, 90, 412))
    return DaysChart("dagar", "Dagar från sänt till svar", spread, 60)


def matrix(size: int, *, key: str = "matris") -> Matrix:
    names = tuple(f"{LONG} {number}" if number % 3 == 0 else f"Kommun {number}" for number in range(1, size + 1))
    cells = tuple(tuple(HIDDEN if (a + b) % 7 == 3 else a * b % 17 for b in range(size)) for a in range(size))
    return Matrix(key, f"Vem rapporterar mot vem, {size} organisationer", names, names, cells)


def patterns() -> PatternsChart:
    day = dt.date(2025, 1, 15)
    lines = (
        PatternLine(
            "Sjukskrivna utan SGI faller mellan stolarna",
            tuple(day + dt.timedelta(days=40 * n) for n in range(6)),
            (day + dt.timedelta(days=150),),
            day + dt.timedelta(days=330),
        ),
        PatternLine(
            "Ingen vet vem som kallar till SIP när flera verksamheter är inblandade samtidigt",
            tuple(day + dt.timedelta(days=90 + 70 * n) for n in range(7)),
            (dt.date(2025, 12, 1), dt.date(2026, 2, 1)),
        ),
        PatternLine("Läkarutlåtanden", (dt.date(2024, 3, 1), dt.date(2026, 6, 1))),
    )
    return PatternsChart("systemfel", "Systemfel över tid", dt.date(2025, 1, 1), dt.date(2026, 9, 30), lines)


def bars() -> BarList:
    figures = (
        ("Åtgärdat", 41),
        ("Delvis åtgärdat", 17),
        (LONG, 1_234_567 // 40_000),
        ("Ingen brist", HIDDEN),
        ("Hänvisat", 0),
    )
    return BarList("utfall", "Utfall av avslutade ärenden", figures, "ärenden")


CHARTS = (
    balance(),
    months(3),
    months(10, key="manader-tio"),
    trend(),
    heat(),
    days(),
    matrix(6),
    matrix(20, key="matris-stor"),
    patterns(),
    bars(),
)
EMPTY = (
    BalanceChart("tom-balans", "Balans"),
    MonthsChart("tom-manader", "Månader"),
    TrendChart("tom-trend", "Trend"),
    HeatTable("tom-delar", "Delar"),
    DaysChart("tom-dagar", "Dagar"),
    Matrix("tom-matris", "Matris"),
    PatternsChart("tom-systemfel", "Systemfel", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    BarList("tom-utfall", "Utfall"),
)
