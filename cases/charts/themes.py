"""The two looks of a chart: classes for the site's style sheet, plain attributes for paper."""

from __future__ import annotations

from enum import StrEnum


class Theme(StrEnum):
    """Say where a chart is shown. On paper it stands alone, without a style sheet."""

    SCREEN = "screen"
    PAPER = "paper"


SCREEN, PAPER = Theme.SCREEN, Theme.PAPER

# The first is what typesetting brings along; the others are for readers of the bare file.
PAPER_FONTS = "Libertinus Serif, Liberation Serif, Times New Roman, serif"

# Each look is a class of the style sheet, `chart-` and its name, and here what it is on white paper.
_DARK, _MIDDLE, _INK, _MUTED, _RULE = "#0e5a62", "#b06a00", "#1d282b", "#545e5e", "#cfc8bb"
ON_PAPER: dict[str, dict[str, str]] = {
    "ink": {"fill": _INK},
    "muted": {"fill": _MUTED},
    "strong": {"fill": _INK, "font-weight": "bold"},
    "halo": {"fill": _INK, "stroke": "#ffffff"},
    "gap": {"stroke": "#ffffff", "fill": "none"},
    "grid": {"stroke": _RULE, "fill": "none"},
    "axis": {"stroke": _MUTED, "fill": "none"},
    "first": {"fill": _DARK},
    "first-line": {"stroke": _DARK, "fill": "none"},
    "first-hollow": {"stroke": _DARK, "fill": "#ffffff"},
    # Filled by stripes, so that the style sheet must not fill it.
    "striped": {"stroke": _MIDDLE},
    "second-line": {"stroke": _MIDDLE, "fill": "none"},
    "second-solid": {"fill": _MIDDLE, "stroke": "#ffffff"},
    "third-line": {"stroke": _INK, "fill": "none"},
    "third": {"fill": _INK, "stroke": "#ffffff"},
    "earlier-line": {"stroke": _MUTED, "fill": "none"},
    "earlier": {"fill": _MUTED, "stroke": "#ffffff"},
    "band": {"fill": "#dcd8d0", "stroke": _MUTED},
    "cell": {"stroke": _RULE, "fill": "none"},
    "shade-1": {"fill": "#dcebea"},
    "shade-2": {"fill": "#abd0d0"},
    "shade-3": {"fill": "#2f757c"},
    "shade-4": {"fill": "#083f45"},
    "on-shade-1": {"fill": _INK},
    "on-shade-2": {"fill": _INK},
    "on-shade-3": {"fill": "#ffffff"},
    "on-shade-4": {"fill": "#ffffff"},
}
