"""The sections of an annual summary, in their order; each is a function from the material to a section."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from cases import swedish
from cases.annual import words
from cases.annual.material import NOT_TOLD, Material
from cases.charts import (
    BalanceChart,
    BalancePoint,
    BarList,
    DaysChart,
    Matrix,
    MonthsChart,
    PatternLine,
    PatternsChart,
    TrendBreak,
    TrendChart,
    TrendPoint,
)
from cases.codes import GAP_TYPE_DEFINITIONS, Cause, GapType, Helped, MeasureState, Outcome, Party, PatternStatus
from cases.documents import (
    Block,
    Bullets,
    Callout,
    ChartKind,
    Column,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Section,
    Table,
)
from cases.models import EarlierTotal
from cases.statistics import Balance, Days, Kept, Said, Stretch
from cases.tables import part_and_type_figure

LEAST_FOR_SHARE = 5


def in_short(found: Material) -> Section:
    lines = words.in_five_lines(found.figures)
    return Section("sammanfattning", "Sammanfattning", found.words("sammanfattning", lines), 1)


def how_to_read(found: Material) -> Section:
    report = found.summary.terms["report_word"]
    lines = (
        f"Fler {report}er betyder inte sämre samverkan. De betyder att fler berättar.",
        "Siffrorna visar vad som har rapporterats, inte varför. De rangordnar ingen part.",
        "Varje ärende räknas en gång. Bara i tabellen över part och typ kan ett ärende stå på flera ställen.",
        f"Uppgifterna är från den {swedish.day(found.summary.data_on)}. Senare ändringar syns inte.",
        "Ett tal bland många säger mer än ett ensamt: med få ärenden kan en enda rapport ändra en andel mycket.",
    )
    breaks = tuple(
        f"Från och med {swedish.day(one.on)}: {one.get_kind_display().lower()}. {one.note}" for one in found.breaks
    )
    blocks: list[Block] = [Bullets(lines)]
    if breaks:
        blocks += [Paragraph("Det här gör att siffror före och efter inte går att jämföra rakt av:"), Bullets(breaks)]
    return Section("lasa", "Så läser du siffrorna", tuple(blocks), 2)


# ---- in and out ----

BALANCE = (
    ("opening", "Öppna från början"),
    ("new", "Nya"),
    ("reopened", "Öppnade igen"),
    ("ended", "Avslutade"),
    ("closing", "Öppna vid slutet"),
)
ENDED = (
    ("closed", "Avslutade med svar"),
    ("dismissed", "Avskrivna"),
    ("duplicates", "Dubbletter"),
    ("withdrawn", "Återtagna av rapportören"),
    ("referred", "Hänvisade vidare"),
)


def in_and_out(found: Material) -> Section:
    this = found.figures.this
    months = this.period.months()
    points = tuple(
        BalancePoint(swedish.month(month.first.month), b.opening, b.new, b.reopened, b.ended, b.closing)
        for month, b in zip(months, this.months, strict=True)
    )
    names = [swedish.MONTHS[month.first.month - 1].capitalize() for month in months]
    table = Table(
        "balans",
        "In och ut, månad för månad",
        (Column("month", "Månad"), *(Column(key, label, "count") for key, label in BALANCE)),
        _rows(
            *([name, *_balance(b)] for name, b in zip(names, this.months, strict=True)),
            ["Hela perioden", *_balance(this.balance)],
        ),
        note="Öppna från början + nya + öppnade igen − avslutade = öppna vid slutet.",
        total=True,
        links=found.links(
            {(len(months), key): f"balance.{key}" for key, _ in BALANCE}
            | {
                (row, key): f"balance.{key}.{month.first:%Y-%m}"
                for row, month in enumerate(months)
                for key, _ in BALANCE
            }
        ),
        chart=ChartKind.COLUMN,
    )
    blocks: list[Block] = [*found.words("balans", words.through_the_year(this))]
    blocks.append(Figure(BalanceChart("balans-diagram", "In och ut", points), table))
    blocks.append(_how_it_ended(found))
    if this.period.is_year:
        blocks.append(_months_against_years(found))
    blocks.append(_trend(found))
    return Section("balans-avsnitt", "In och ut", tuple(blocks), 3)


def _how_it_ended(found: Material) -> Table:
    balance = found.figures.this.balance
    return Table(
        "avslut",
        "Så avslutades ärendena",
        (Column("how", "Hur"), Column("count", "Ärenden", "count")),
        (*((label, getattr(balance, key)) for key, label in ENDED), ("Alla avslutade", balance.ended)),
        note="Ett ärende som avslutas, öppnas igen och avslutas på nytt räknas varje gång det händer.",
        total=True,
        links=found.links({(row, "count"): f"balance.{key}" for row, (key, _) in enumerate((*ENDED, ("ended", "")))}),
    )


def _rows(*rows: list[Any]) -> tuple[tuple[Any, ...], ...]:
    return tuple(map(tuple, rows))


def _balance(balance: Balance) -> list[int]:
    return [getattr(balance, key) for key, _ in BALANCE]


def _months_against_years(found: Material) -> Figure:
    reported = [stretch for stretch in found.figures.trend if stretch.balance.new] or [found.figures.this]
    years = {stretch.period.first.year: [month.new for month in stretch.months] for stretch in reported}
    table = Table(
        "manader",
        "Nya rapporter per månad och år",
        (Column("month", "Månad"), *(Column(f"y{year}", str(year), "count") for year in years)),
        _rows(
            *([name.capitalize(), *(years[year][row] for year in years)] for row, name in enumerate(swedish.MONTHS)),
            ["Hela året", *(sum(values) for values in years.values())],
        ),
        total=True,
        links=found.links(
            {(row, f"y{year}"): f"balance.new.{year}-{row + 1:02}" for row in range(12) for year in years}
            | {(12, f"y{year}"): f"balance.new.{year}" for year in years}
        ),
        chart=ChartKind.LINE,
    )
    return Figure(MonthsChart("manader-diagram", "Nya rapporter månad för månad", years), table)


def _trend(found: Material) -> Figure:
    """Show one figure a year, with what was typed in for the years before the program."""
    counted = [(one.period.last.year, one.balance) for one in found.figures.trend]
    first = next((year for year, balance in counted if balance.new or balance.opening), counted[-1][0])
    typed = [total for total in found.totals if total.year < first] if found.period.is_year else []
    shown = [(year, balance) for year, balance in counted if year >= first]
    points = tuple(TrendPoint(total.year, total.reports, total.is_rough) for total in typed)
    points += tuple(TrendPoint(year, balance.new) for year, balance in shown)
    rows: list[tuple[Any, ...]] = [(total.year, _typed(total), None, None, total.origin) for total in typed]
    rows += [(year, b.new, b.ended, b.closing, "") for year, b in shown]
    table = Table(
        "trend",
        "År för år",
        (
            Column("year", "År", "year"),
            Column("new", "Nya rapporter", "count"),
            Column("ended", "Avslutade", "count"),
            Column("closing", "Öppna vid slutet", "count"),
            Column("origin", "Källa, när talet inte kommer ur programmet"),
        ),
        tuple(rows),
        links=found.links(
            {
                (row, key): f"balance.{key}.{year}"
                for row, (year, _) in enumerate(shown, len(typed))
                for key in ("new", "ended", "closing")
            }
        )
        if found.period.is_year
        else {},
        chart=ChartKind.COLUMN,
    )
    since = [one for one in found.breaks if points and one.on.year >= points[0].year]
    breaks = tuple(TrendBreak(one.on.year, one.get_kind_display()) for one in since)
    return Figure(TrendChart("trend-diagram", "Nya rapporter år för år", points, breaks), table)


def _typed(total: EarlierTotal) -> str | int:
    return f"ca {swedish.number(total.reports)}" if total.is_rough else total.reports


# ---- part and type ----


def part_and_type(found: Material) -> Section:
    blocks: list[Block] = [part_and_type_figure(found.figures.this.parts, links=found.links)]
    if len(found.figures.trend) > 1:
        blocks.append(_parts_by_year(found))
    blocks.append(Facts(tuple((gap.label, GAP_TYPE_DEFINITIONS[gap]) for gap in GapType)))
    return Section("part", "Part och typ", tuple(blocks), 4)


def _parts_by_year(found: Material) -> Table:
    trend = [stretch for stretch in found.figures.trend if stretch.parts.concerns] or [found.figures.this]
    rows: list[tuple[Any, ...]] = [(party.label, *(s.parts.of_party(party) for s in trend)) for party in Party]
    rows += [(gap.label, *(s.parts.of_type(gap) for s in trend)) for gap in GapType]
    return Table(
        "part-ar",
        "Part och typ, år för år",
        (Column("what", "Part eller typ"), *_year_columns(trend)),
        tuple(rows),
        note="Berörda parter. Raderna för part och raderna för typ räknar samma berörda parter var för sig.",
    )


def _year_columns(trend: list[Stretch]) -> list[Column]:
    return [Column(f"y{year}", str(year), "count") for year in (stretch.period.last.year for stretch in trend)]


# ---- how long it takes ----


def times(found: Material) -> Section:
    this = found.figures.this.times
    rows = [
        ("Från rapport till första hantering", this.handling, this.handling_kept, found.days("triage_days")),
        ("Från att parten fick ärendet till svar", this.answer, this.answer_kept, found.days("answer_days")),
        ("Från rapport till avslut", this.close, None, "inget mål"),
    ]
    table = Table(
        "tider",
        "Hur lång tid det tar",
        (
            Column("what", "Vad"),
            Column("count", "Antal", "count"),
            Column("median", "Hälften inom dagar", "days"),
            Column("ninetieth", "Nio av tio inom dagar", "days"),
            Column("goal", "Mål"),
            Column("settled", "Skulle vara klara", "count"),
            Column("kept", "I tid", "count"),
            Column("share", "Andel i tid", "share"),
        ),
        tuple(_time_row(*row) for row in rows),
        links=found.links(
            {
                (row, column): f"{what}.{which}"
                for row, what in enumerate(("handling", "answer"))
                for column, which in (("count", "done"), ("settled", "settled"), ("kept", "kept"))
            }
            | {(2, "count"): "closing.done"}
        ),
        note="Skulle vara klara: alla vars sista dag har passerat, också de som ännu väntar.",
    )
    blocks: list[Block] = [table]
    if this.answer.count:
        goal = found.summary.terms["answer_days"]
        chart = DaysChart("svarsdagar-diagram", "Dagar till svar", this.answer.spread, goal)
        spread = Table(
            "svarsdagar",
            "Dagar till svar",
            (Column("days", "Dagar"), Column("count", "Svar", "count")),
            tuple((part.label, part.count) for part in chart.bins),
            chart=ChartKind.COLUMN,
        )
        blocks.append(Figure(chart, spread))
    if len(found.figures.trend) > 1:
        blocks.append(_times_by_year(found))
    return Section("tider-avsnitt", "Hur lång tid det tar", tuple(blocks), 5)


def _time_row(what: str, days: Days, kept: Kept | None, goal: str) -> tuple[Any, ...]:
    settled = (kept.settled, kept.kept, kept.share) if kept else (None, None, None)
    return (what, days.count, days.median, days.ninetieth, goal, *settled)


def _times_by_year(found: Material) -> Table:
    trend = [stretch for stretch in found.figures.trend if stretch.balance.new or stretch.balance.opening]
    return Table(
        "tider-ar",
        "Tiderna år för år",
        (
            Column("year", "År", "year"),
            Column("handling", "Första hantering, hälften inom dagar", "days"),
            Column("handling_share", "I tid", "share"),
            Column("answer", "Svar, hälften inom dagar", "days"),
            Column("answer_share", "Svar i tid", "share"),
            Column("close", "Avslut, hälften inom dagar", "days"),
        ),
        tuple(
            (
                stretch.period.last.year,
                stretch.times.handling.median,
                stretch.times.handling_kept.share,
                stretch.times.answer.median,
                stretch.times.answer_kept.share,
                stretch.times.close.median,
            )
            for stretch in trend or [found.figures.this]
        ),
        chart=ChartKind.LINE,
    )


# ---- how it ended ----


def endings(found: Material) -> Section:
    this = found.figures.this
    outcomes = [(outcome, sum(n for (code, _), n in this.outcomes.items() if code == outcome)) for outcome in Outcome]
    causes = [(cause, sum(n for (_, code), n in this.outcomes.items() if code == cause)) for cause in Cause]
    never = sum(one.never for one in found.figures.answering.values())
    measures = this.measures
    blocks: list[Block] = [
        _bars(found, "utfall", "Utfall i avslutade ärenden", outcomes, "outcome"),
        _bars(found, "orsaker", "Orsaker i avslutade ärenden", causes, "cause"),
        Table(
            "atgarder",
            "Åtgärder som skulle vara klara under perioden",
            (Column("what", "Åtgärder"), Column("count", "Antal", "count")),
            (
                ("Klara", measures.done),
                ("Pågår", measures.open),
                ("Avbrutna", measures.dropped),
                ("Flyttade till ett systemfel", measures.moved),
                ("Alla", measures.planned),
            ),
            note=f"Blev klara efter sin dag, eller är inte klara än: {swedish.number(measures.late)}.",
            total=True,
            links=found.links({(row, "count"): f"measure.{state}" for row, state in enumerate(MEASURES)}),
        ),
    ]
    if never:
        blocks.append(Callout(words.never_came(never)))
    return Section("utfall-avsnitt", "Utfall, orsaker och åtgärder", tuple(blocks), 6)


MEASURES = (MeasureState.DONE, MeasureState.OPEN, MeasureState.DROPPED, MeasureState.MOVED, "ALL")


def _bars(found: Material, key: str, title: str, counted: Iterable[tuple[Any, int]], figure: str) -> Figure:
    rows = [(code, number) for code, number in counted]
    table = Table(
        key,
        title,
        (Column("what", title.split(" ", maxsplit=1)[0]), Column("count", "Ärenden", "count")),
        (*((code.label, number) for code, number in rows), ("Alla", sum(number for _, number in rows))),
        total=True,
        links=found.links(
            {(row, "count"): f"{figure}.{code.value}" for row, (code, _) in enumerate(rows)}
            | {(len(rows), "count"): f"{figure}.ALL"}
        ),
        chart=ChartKind.BAR,
    )
    bars = tuple((code.label, number) for code, number in rows)
    return Figure(BarList(f"{key}-diagram", title, bars, "ärenden"), table)


# ---- patterns ----


def patterns(found: Material) -> Section:
    if not found.patterns:
        return Section("systemfel", "Systemfel", (Paragraph("Inga systemfel är registrerade."),), 7)
    rows = sorted(found.patterns, key=lambda one: (-one.cases - one.tallies, found.pattern(one.pattern_id)))
    table = Table(
        "systemfel-tabell",
        "Systemfel",
        (
            Column("name", "Systemfel"),
            Column("status", "Läge"),
            Column("cases", "Ärenden", "count"),
            Column("new", "Nya i perioden", "count"),
            Column("tallies", "Har mött detta också", "count"),
            Column("members", "Medlemmar", "count"),
            Column("before", "Före åtgärden", "count"),
            Column("after", "Efter", "count"),
        ),
        tuple(
            (
                found.pattern(one.pattern_id),
                PatternStatus(one.status).label,
                one.cases,
                one.new_cases,
                one.tallies,
                one.members,
                one.before,
                one.after if one.after_until and one.after_until <= found.summary.data_on else None,
            )
            for one in rows
        ),
        links=found.links(
            {(row, "cases"): f"pattern.{one.pattern_id}.ALL" for row, one in enumerate(rows)}
            | {(row, "new"): f"pattern.{one.pattern_id}.NEW" for row, one in enumerate(rows)}
        ),
        note="Före och efter: nya ärenden sex månader före och efter att den första åtgärden blev klar. Det visar inte "
        "varför talet ändras.",
    )
    lines = tuple(
        PatternLine(
            found.pattern(one.pattern_id),
            tuple(day for day in found.met.get(one.pattern_id, ()) if day >= _chart_start(found)),
            tuple(day for day in [one.measure_done_on] if day and day >= _chart_start(found)),
        )
        for one in rows[:12]
    )
    chart = PatternsChart("systemfel-diagram", "Systemfel över tid", _chart_start(found), found.period.last, lines)
    return Section("systemfel", "Systemfel", (Figure(chart, table),), 7)


def _chart_start(found: Material) -> Any:
    """Begin three years back: further, and the days stand too close to be told apart."""
    return found.period.earlier(2).first


# ---- afterwards ----


def afterwards(found: Material) -> Section:
    this = found.figures.this
    table = Table(
        "efterat",
        "Vad de som frågades svarade",
        (
            Column("what", "Fråga"),
            Column("yes", "Ja", "count"),
            Column("partly", "Delvis", "count"),
            Column("no", "Nej", "count"),
            Column("count", "Svar", "count"),
        ),
        (_said("Hjälpte det?", this.helped), _said("Kom det tillbaka? (efter tre månader)", this.came_back)),
        links=found.links(
            {
                (row, answer.value.lower()): f"{kind}.{answer.value}"
                for row, kind in enumerate(("helped", "back"))
                for answer in Helped
            }
        ),
        note="Hjälpte det? ställs till den som rapporterade. Kom det tillbaka? ställs också till parten.",
    )
    return Section("efterat-avsnitt", "Hjälpte det, och kom det tillbaka?", (table,), 8)


def _said(question: str, said: Said) -> tuple[Any, ...]:
    return (question, said.yes, said.partly, said.no, said.count)


# ---- reporting itself ----


def reporting(found: Material) -> Section:
    this = found.figures.this.reporting
    seen = [(found.initiative(key), number, f"place.{key}") for key, number in this.initiatives.items()]
    seen += [("Ordinarie verksamhet, ingen insats", this.without_initiative, "place.NONE")]
    told = [(found.member(key, ""), number, f"organisation.{key}") for key, number in this.members.items()]
    told += [(Party(party).label, number, "") for party, number in this.parties.items()]
    told += [(NOT_TOLD, this.without_organisation, "organisation.NONE")]
    blocks: list[Block] = [
        Paragraph(words.SILENCE),
        _places(found, "insatser", "Var bristerna sågs", "Insats", seen),
        _places(found, "organisationer", "Rapportörernas egen organisation", "Organisation", told),
    ]
    if silent := _silent(found):
        blocks += [Paragraph("Härifrån har ingen rapport kommit under perioden:"), Bullets(tuple(silent))]
    blocks += _answers(found)
    blocks += _views(found)
    blocks += _directions(found)
    return Section("rapportering", "Vem som rapporterar och vem som svarar", tuple(blocks), 9)


def _places(found: Material, key: str, title: str, column: str, rows: list[tuple[str, int, str]]) -> Block:
    """List places by name, each with its reports and the name of that figure; those that had none are left out."""
    figures: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, number, figure in rows:
        if number:
            figures[name].append((number, figure))
    if not figures:
        return Paragraph(f"{title}: inga rapporter.")
    ordered = sorted(figures, key=swedish.sort_key)
    return Table(
        key,
        title,
        (Column("name", column), Column("count", "Rapporter", "count")),
        tuple((name, sum(number for number, _ in figures[name])) for name in ordered),
        links=found.links(
            {
                (row, "count"): figures[name][0][1]
                for row, name in enumerate(ordered)
                if len(figures[name]) == 1 and figures[name][0][1]
            }
        ),
    )


def _silent(found: Material) -> list[str]:
    """Name the insatser and members of the year that nobody has reported from."""
    this, labels, terms = found.figures.this.reporting, found.summary.labels, found.summary.terms
    initiatives = [labels["initiatives"][key] for key in terms["initiatives_then"] if int(key) not in this.initiatives]
    members = [labels["members"][key] for key in terms["members_then"] if int(key) not in this.members]
    return sorted([*initiatives, *members], key=swedish.sort_key)


def _answers(found: Material) -> list[Block]:
    members = sorted(found.figures.answering.items(), key=lambda one: swedish.sort_key(found.member(one[0], "")))
    if not members:
        return []
    return [
        Table(
            "svarar",
            "Svar som skulle ha kommit under perioden",
            (
                Column("member", "Medlem"),
                Column("asked", "Skulle svara", "count"),
                Column("answered", "Har svarat", "count"),
                Column("never", "Svaret uteblev", "count"),
                Column("waits", "Väntar ännu", "count"),
            ),
            tuple((found.member(key, ""), one.asked, one.answered, one.never, one.waits) for key, one in members),
            note="I bokstavsordning. Tabellen visar var stöd kan behövas, och rangordnar ingen.",
            links=found.links(
                {
                    (row, which): f"member.{key}.{which}"
                    for row, (key, _) in enumerate(members)
                    for which in ("asked", "answered", "never", "waits")
                }
            ),
        )
    ]


def _views(found: Material) -> list[Block]:
    views = found.figures.type_views
    if not views.reporter_did_not_know.of:
        return []
    rows = [
        ("Rapportören och kansliet", views.reporter_and_kansli),
        ("Kansliet och medlemmen", views.kansli_and_member),
        ("Rapportören och medlemmen", views.reporter_and_member),
    ]
    unknown = views.reporter_did_not_know
    return [
        Table(
            "synen-pa-typ",
            "Hur ofta typen sågs olika",
            (
                Column("who", "Mellan"),
                Column("differ", "Olika", "count"),
                Column("of", "Av", "count"),
                Column("share", "Andel", "share"),
            ),
            tuple((who, one.part, one.of, one.share if one.of >= LEAST_FOR_SHARE else None) for who, one in rows),
            note=f"Bara där båda har sagt en typ. {words.did_not_know(unknown)}",
        )
    ]


def _directions(found: Material) -> list[Block]:
    """Show from whom towards whom, by member where the reporter's organisation is known."""
    counted = found.figures.directions
    if not counted:
        return []
    ends = {end: found.member(end[1], end[0]) for pair in counted for end in pair}
    # A part whose member was not told may be called what its only member is called.
    named: Counter[tuple[str, str]] = Counter()
    behind: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (a, b), number in counted.items():
        named[ends[a], ends[b]] += number
        behind[ends[a], ends[b]].add(f"direction.{_end(a)}.{_end(b)}")
    rows = sorted({a for a, _ in named}, key=lambda name: (name == NOT_TOLD, swedish.sort_key(name)))
    columns = sorted({b for _, b in named}, key=swedish.sort_key)
    cells = tuple(tuple(named[a, b] for b in columns) for a in rows)
    table = Table(
        "fran-mot",
        "Från vem, mot vem",
        (
            Column("from", "Rapportörens organisation"),
            *(Column(f"c{i}", name, "count") for i, name in enumerate(columns)),
        ),
        tuple((name, *row) for name, row in zip(rows, cells, strict=True)),
        note="Berörda parter i periodens ärenden. Den egna organisationen är frivillig att ange.",
        links=found.links(
            {
                (row, f"c{place}"): next(iter(behind[a, b]))
                for row, a in enumerate(rows)
                for place, b in enumerate(columns)
                if len(behind[a, b]) == 1
            }
        ),
    )
    chart = Matrix("fran-mot-diagram", "Från vem, mot vem", rows=tuple(rows), columns=tuple(columns), cells=cells)
    return [Figure(chart, table)]


def _end(end: tuple[str, int | None]) -> str:
    """Name an organisation as the cases behind a figure are asked for: by its member, else its party."""
    return str(end[1] or end[0] or "NONE")


# ---- what the group says, and the annex ----


def assessment(found: Material) -> Section:
    group = found.summary.terms["group_word"]
    written = found.written.get("bedomning")
    if written:
        on = found.summary.assessed_on
        blocks = [
            Paragraph(f"Bedömningen gjordes av {group}" + (f" den {swedish.day(on)}." if on else ".")),
            *found.text("bedomning"),
            *found.text("grunder"),
        ]
    else:
        blocks = [Paragraph(f"{group[:1].upper()}{group[1:]} har inte skrivit sin bedömning än.")]
    for key, title in (("lardomar", "Lärdomar"), ("forslag", "Förslag till styrelsen")):
        if key in found.written:
            blocks += [Heading(title), *found.text(key)]
    return Section("bedomning", "Bedömning, lärdomar och förslag", tuple(blocks), 10)


def annex(found: Material) -> Section:
    terms = found.summary.terms
    facts = [
        ("Period", f"{swedish.day(found.period.first)} – {swedish.day(found.period.last)}"),
        ("Uppgifterna är från", swedish.day(found.summary.data_on)),
        ("Version", str(found.summary.version)),
        ("Ny", "Ärendet registrerades under perioden."),
        ("Avslutad", "Stängd med svar, avskriven, dubblett, återtagen eller hänvisad vidare, varje gång det hände."),
        ("Dagar", "Hela kalenderdagar i Sverige, från den ena dagen till den andra."),
        ("I tid", "Gjort senast på sin dag. Det som inte är gjort räknas som sent från dagen efter."),
        ("Dagar till avslut", "Till det sista avslutet, om ärendet har öppnats igen."),
        ("Kansliets mål", f"Första hantering inom {found.days('triage_days')}, svar inom {found.days('answer_days')}."),
        ("Typ", "Den typ som kansliet satte innan ärendet skickades."),
        ("Kontrollsumma", found.summary.figures_hash[:16]),
    ]
    blocks: list[Block] = [Facts(tuple(facts))]
    if found.totals and found.period.is_year:
        blocks.append(
            Table(
                "tidigare",
                "Tidigare år, inskrivna för hand",
                (Column("year", "År", "year"), Column("reports", "Rapporter", "count"), Column("origin", "Källa")),
                tuple((one.year, _typed(one), one.origin) for one in found.totals),
            )
        )
    blocks.append(Paragraph(f"Gräns för små tal utanför förbundet: {terms['threshold']}."))
    return Section("bilaga", "Bilaga: metod och ord", tuple(blocks))


SECTIONS: tuple[Callable[[Material], Section], ...] = (
    in_short,
    how_to_read,
    in_and_out,
    part_and_type,
    times,
    endings,
    patterns,
    afterwards,
    reporting,
    assessment,
    annex,
)
