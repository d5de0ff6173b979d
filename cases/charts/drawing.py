"""The pen: elements of an SVG as text, escaped, with a decimal point in every coordinate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from cases.charts.lettering import LINE, SIZE
from cases.charts.themes import ON_PAPER, PAPER_FONTS, Theme
from cases.text import clean

Point = tuple[float, float]


class Markup(str):
    """SVG that is safe in a page: everything from outside was escaped when it was drawn."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def text_of(value: str) -> str:
    """Escape a text for XML, on one line and without what XML forbids."""
    return escape(" ".join(clean(value).replace("\ufffe", "").replace("\uffff", "").split("\n")))


def coordinate(value: float) -> str:
    """Write a length with at most two decimals and a point, whatever the language."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Drawing:
    """Collects elements for one theme; looks are names from `themes.ON_PAPER`."""

    def __init__(self, key: str, theme: Theme) -> None:
        self._key, self._theme, self._parts = key, theme, list[str]()
        self._hatched = False

    def add(self, tag: str, look: str, inside: str = "", **attributes: float | str) -> None:
        """Draw one element. An underscore in an attribute's name stands for a hyphen."""
        written = {name.replace("_", "-"): value for name, value in attributes.items()}
        for name, value in self._look(look).items():
            written.setdefault(name, value)
        listed = "".join(
            f' {name}="{coordinate(value) if isinstance(value, int | float) else escape(value)}"'
            for name, value in written.items()
        )
        self._parts.append(f"<{tag}{listed}>{inside}</{tag}>" if inside else f"<{tag}{listed}/>")

    def _look(self, look: str) -> dict[str, str]:
        on_paper = ON_PAPER[look]
        return on_paper if self._theme is Theme.PAPER else {"class": f"chart-{look}"}

    def text(self, at: Point, text: str, look: str = "ink", *, anchor: str = "start", turned: bool = False) -> None:
        """Write a line, its foot at the point; turned, it runs upwards."""
        x, y = at
        more: dict[str, str | float] = {"transform": f"rotate(-90 {coordinate(x)} {coordinate(y)})"} if turned else {}
        if look == "halo":
            more |= {"paint-order": "stroke", "stroke-width": 3, "stroke-linejoin": "round"}
        self.add("text", look, text_of(text), x=x, y=y, text_anchor=anchor, **more)

    def lines(self, at: Point, rows: Sequence[str], look: str = "ink", *, anchor: str = "start") -> None:
        """Write several lines, the first with its foot at the point."""
        for number, row in enumerate(rows):
            self.text((at[0], at[1] + number * LINE), row, look, anchor=anchor)

    def rule(self, start: Point, end: Point, look: str, *, dash: str = "", thick: float = 1) -> None:
        more = {"stroke-dasharray": dash} if dash else {}
        self.add("line", look, x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke_width=thick, **more)

    def box(self, corner: Point, wide: float, high: float, look: str) -> None:
        self.add("rect", look, x=corner[0], y=corner[1], width=max(wide, 0), height=max(high, 0))

    def hatched(self, corner: Point, wide: float, high: float) -> None:
        """Draw a striped box with an edge, told from a filled one without colour."""
        if wide <= 0 or high <= 0:
            return
        self._hatched = True
        stripes = f"url(#{self._key}-stripes)"
        self.add("rect", "striped", x=corner[0], y=corner[1], width=wide, height=high, fill=stripes, stroke_width=1.5)

    def path(
        self, points: Iterable[Point], look: str, *, dash: str = "", thick: float = 2, closed: bool = False
    ) -> None:
        steps = " L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
        more = {"stroke-dasharray": dash} if dash else {}
        self.add(
            "path", look, d=f"M{steps}{' Z' if closed else ''}", stroke_width=thick, stroke_linejoin="round", **more
        )

    def dot(self, at: Point, look: str, *, shape: str = "circle", size: float = 4) -> None:
        """Mark a point by a shape: circle, square, diamond, triangle or cross."""
        x, y = at
        if shape == "circle":
            self.add("circle", look, cx=x, cy=y, r=size, stroke_width=1.5)
            return
        corners = {
            "square": [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)],
            "diamond": [(x, y - size * 1.4), (x + size * 1.4, y), (x, y + size * 1.4), (x - size * 1.4, y)],
            "triangle": [(x, y - size * 1.2), (x + size * 1.2, y + size), (x - size * 1.2, y + size)],
        }
        self.path(corners[shape], look, thick=1.5, closed=True)

    def finished(self, size: Point, *, title: str, told: str) -> Markup:
        """Return the whole drawing with its names for those who do not see it."""
        key, (wide, high) = self._key, size
        alone = self._theme is Theme.PAPER
        fonts = f' font-family="{PAPER_FONTS}"' if alone else ' class="chart-drawing"'
        return Markup(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {coordinate(wide)} {coordinate(high)}" '
            f'width="{coordinate(wide)}" height="{coordinate(high)}" font-size="{SIZE}"{fonts} role="img" '
            f'aria-labelledby="{key}-title {key}-desc">'
            f'<title id="{key}-title">{text_of(title)}</title><desc id="{key}-desc">{text_of(told)}</desc>'
            f"{self._stripes() if self._hatched else ''}{''.join(self._parts)}</svg>"
        )

    def _stripes(self) -> str:
        look = " ".join(f'{name}="{value}"' for name, value in self._look("striped").items())
        return (
            f'<defs><pattern id="{self._key}-stripes" width="5" height="5" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><path d="M2.5 0 L2.5 5" {look} stroke-width="2"/></pattern></defs>'
        )
