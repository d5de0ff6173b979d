"""Text search: Swedish word stems kept in the case's row, looked up on SQLite and PostgreSQL alike."""

from __future__ import annotations

import re
from typing import Any

import snowballstemmer
from django.db.models import Lookup, TextField

_STEMMER = snowballstemmer.stemmer("swedish")
_WORD = re.compile(r"\w+(?:-\w+)*", re.UNICODE)
_LONGEST = 40
# The stemmer leaves these definite forms apart from their base form.
_EXCEPTIONS = {"ärendet": "ärend", "ärenden": "ärend", "ärendena": "ärend", "ärende": "ärend"}


def words(text: str) -> list[str]:
    """Return the stems of the words in the text, in order; what has hyphens is one word."""
    return [_stem(word) for word in _WORD.findall(text.lower())]


def stems(text: str) -> str:
    """Return each stem once, between spaces, ready to store; what has hyphens counts whole and in parts."""
    unique: dict[str, None] = {}
    for word in _WORD.findall(text.lower()):
        parts = [word, *word.split("-")] if "-" in word else [word]
        unique |= dict.fromkeys(_stem(part) for part in parts)
    return f" {' '.join(unique)} " if unique else ""


def _stem(word: str) -> str:
    return _EXCEPTIONS.get(word) or _STEMMER.stemWord(word[:_LONGEST])


@TextField.register_lookup
class HasStems(Lookup):
    """`search__stems="läkare möte"` keeps rows that have every word, the last one also as a beginning."""

    lookup_name = "stems"
    prepare_rhs = False

    def _wanted(self) -> list[str]:
        return words(str(self.rhs))[:8]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Look for each stem with LIKE: quick enough for what one SQLite file holds."""
        column, params = self.process_lhs(compiler, connection)
        wanted = self._wanted()
        if not wanted:
            return "1=0", ()
        patterns = [f"% {_escaped(stem)}{'%' if i == len(wanted) - 1 else ' %'}" for i, stem in enumerate(wanted)]
        one = f"{column} LIKE %s ESCAPE '\\'"
        values = tuple(value for pattern in patterns for value in (*params, pattern))
        return f"({' AND '.join([one] * len(patterns))})", values

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Use the GIN index on the stems as words of no language."""
        column, params = self.process_lhs(compiler, connection)
        wanted = self._wanted()
        if not wanted:
            return "1=0", []
        terms = [f"'{_lexeme(stem)}'" for stem in wanted]
        terms[-1] += ":*"
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", [*params, " & ".join(terms)]


def _escaped(stem: str) -> str:
    return stem.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _lexeme(stem: str) -> str:
    return stem.replace("\\", "").replace("'", "")
