"""Reads a drawing as a browser would: its elements, its words and where they stand."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

from cases.charts.lettering import SIZE, width

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def words(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def drawn(svg: str, look: str, tag: str) -> list[ET.Element]:
    """Find what is drawn on the screen in a look, the legend's signs among it."""
    return [element for element in parsed(svg).iter(f"{SVG}{tag}") if element.get("class") == f"chart-{look}"]


def boxes(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Return each text with its left, right, top and bottom as estimated."""
    found = []
    for element in parsed(svg).iter(f"{SVG}text"):
        text, x, y = element.text or "", float(element.get("x", 0)), float(element.get("y", 0))
        wide = width(text)
        if element.get("transform"):
            found.append((text, x - SIZE + 3, x, y - wide, y))
            continue
        left = x - {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")] * wide
        found.append((text, left, left + wide, y - SIZE + 3, y))
    return found


def collisions(svg: str) -> list[tuple[str, str]]:
    """Return the pairs of texts that stand on each other."""
    return [
        (one[0], other[0])
        for one, other in combinations(boxes(svg), 2)
        if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
    ]


def outside(svg: str) -> list[str]:
    """Return the texts that stick out of the drawing."""
    _, _, wide, high = map(float, parsed(svg).get("viewBox", "").split())
    return [
        text
        for text, left, right, top, bottom in boxes(svg)
        if left < -1 or right > wide + 1 or bottom > high or top < 0
    ]
