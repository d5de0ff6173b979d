"""The charts' colours on the screen and on paper: seen against their ground, and read where they carry figures."""

import re
from itertools import pairwise

import pytest

from cases.charts.themes import ON_PAPER

pytestmark = pytest.mark.once

SCHEMES = ("light", "dark")


@pytest.fixture(scope="session")
def tokens(style_sheet):
    """The colours of both schemes, as the layer of tokens sets them."""
    layer = style_sheet[style_sheet.index("@layer tokens {") : style_sheet.index("@layer base {")]
    light, dark = layer.split("@media (prefers-color-scheme: dark)")
    return {"light": colours(light), "dark": colours(light) | colours(dark)}


def colours(css):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["surface", "paper"])
@pytest.mark.parametrize("series", ["chart-1", "chart-2", "ink", "muted", "line-control"])
def test_a_series_is_seen_against_its_ground(tokens, scheme, ground, series):
    assert contrast(tokens[scheme][series], tokens[scheme][ground]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_latest_year_is_seen_on_the_band_of_earlier_ones(tokens, scheme):
    assert contrast(tokens[scheme]["chart-1"], tokens[scheme]["chart-band"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shade", [1, 2, 3, 4])
def test_a_figure_is_read_on_its_shade(tokens, scheme, shade):
    assert contrast(tokens[scheme][f"chart-shade-{shade}"], tokens[scheme][f"on-chart-shade-{shade}"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_shade_is_a_step_from_the_one_before_in_grey_too(tokens, scheme):
    shades = [tokens[scheme][name] for name in ("surface", *(f"chart-shade-{number}" for number in (1, 2, 3, 4)))]
    assert min(contrast(one, other) for one, other in pairwise(shades)) >= 1.2


def test_paper_has_the_colours_of_the_light_screen(tokens):
    light = tokens["light"]
    assert ON_PAPER["first"]["fill"] == light["chart-1"]
    assert ON_PAPER["striped"]["stroke"] == light["chart-2"]
    assert [ON_PAPER[f"shade-{n}"]["fill"] for n in (1, 2, 3, 4)] == [light[f"chart-shade-{n}"] for n in (1, 2, 3, 4)]
