"""What leaves the förbund: tables with signs where numbers are held back, and what everybody knows of them.

There is no true number here but those that are shown; pages, files and charts take this and nothing else. As JSON it is
kept, so that the next release can be held against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.disclosure.markers import Marker, Value
from cases.disclosure.tables import Atom, Atoms, Key, Relation, labelled

FORM = 1


@dataclass(frozen=True)
class PublishedTable:
    """A table as its reader sees it. `atoms` says what each cell is the sum of."""

    key: str
    title: str
    level: str
    cells: Mapping[Key, Value]
    atoms: Mapping[Key, Atoms]

    def label(self, key: Key) -> str:
        """Name a cell in words."""
        return labelled(self.title, key)


@dataclass(frozen=True)
class Published:
    """A release as it leaves. `withheld` names sums that no table shows, and that nobody shall work out either."""

    name: str
    threshold: int
    tables: Mapping[str, PublishedTable]
    relations: tuple[Relation, ...] = ()
    growing: Atoms = frozenset()
    revised: Atoms = frozenset()
    impossible: Atoms = frozenset()
    missing: Atoms = frozenset()
    withheld: Mapping[Atoms, str] = field(default_factory=dict)
    figures: Mapping[str, Value] = field(default_factory=dict)

    def table(self, key: str) -> PublishedTable:
        return self.tables[key]

    def atoms(self) -> list[Atom]:
        """List the atoms of the tables and relations, in an order that is always the same."""
        inside: set[Atom] = set()
        for table in self.tables.values():
            inside.update(*table.atoms.values())
        inside.update(*self.withheld, *(relation.terms for relation in self.relations))
        return sorted(inside)

    def to_json(self) -> str:
        """Write it down, with a short number for each atom."""
        atoms = self.atoms()
        number = {atom: place for place, atom in enumerate(atoms)}

        def numbers(some: Iterable[Atom]) -> list[int]:
            return sorted(number[atom] for atom in some if atom in number)

        tables = [
            {
                "key": table.key,
                "title": table.title,
                "level": table.level,
                "cells": [[list(key), _plain(value), numbers(table.atoms[key])] for key, value in table.cells.items()],
            }
            for table in self.tables.values()
        ]
        relations = [
            [[[number[atom], factor] for atom, factor in sorted(one.terms.items())], one.low, one.high, one.why]
            for one in self.relations
        ]
        written = {
            "form": FORM,
            "name": self.name,
            "threshold": self.threshold,
            "atoms": atoms,
            "tables": tables,
            "relations": relations,
            "growing": numbers(self.growing),
            "revised": numbers(self.revised),
            "impossible": numbers(self.impossible),
            "missing": numbers(self.missing),
            "withheld": sorted([numbers(one), name] for one, name in self.withheld.items()),
            "figures": {key: _plain(value) for key, value in self.figures.items()},
        }
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Published:
        """Read what `to_json` wrote. Raises ValueError for another form."""
        read = json.loads(text)
        if read["form"] != FORM:
            raise ValueError("a published release in another form")
        atoms = [tuple(atom) for atom in read["atoms"]]

        def some(numbers: Iterable[int]) -> Atoms:
            return frozenset(atoms[number] for number in numbers)

        return cls(
            name=read["name"],
            threshold=read["threshold"],
            tables={
                one["key"]: PublishedTable(
                    key=one["key"],
                    title=one["title"],
                    level=one["level"],
                    cells={tuple(key): _value(value) for key, value, _ in one["cells"]},
                    atoms={tuple(key): some(numbers) for key, _, numbers in one["cells"]},
                )
                for one in read["tables"]
            },
            relations=tuple(
                Relation({atoms[number]: factor for number, factor in terms}, low, high, why)
                for terms, low, high, why in read["relations"]
            ),
            growing=some(read["growing"]),
            revised=some(read["revised"]),
            impossible=some(read["impossible"]),
            missing=some(read["missing"]),
            withheld={some(numbers): name for numbers, name in read["withheld"]},
            figures={key: _value(value) for key, value in read["figures"].items()},
        )


def _plain(value: Value) -> int | str:
    return value.symbol if isinstance(value, Marker) else value


def _value(plain: Any) -> Value:
    return Marker(plain) if isinstance(plain, str) else int(plain)
