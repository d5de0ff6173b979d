"""Lists cut by key: where a page ends says where the next begins, so that new rows neither shift nor repeat any."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from api.errors import BadParameter

DEFAULT, MOST = 25, 100
_FOREIGN = "Använd adressen i next, som den är."
_HOW_MANY = f"Skriv ett tal från 1 till {MOST}."
_BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """The rows of a page, and the address of the next; none on the last."""

    rows: list[Any]
    next: str | None


class Keyset:
    """An order by columns that never change and are never empty, the last of them unique: `Keyset("-filed_at", "-pk")`.

    All go the same way. `by` orders by other expressions with the same values, for the database's planner.
    """

    CURSOR: ClassVar[str] = "cursor"
    LIMIT: ClassVar[str] = "limit"
    PARAMETERS: ClassVar[Collection[str]] = (CURSOR, LIMIT)

    def __init__(self, *columns: str, by: tuple[str | OrderBy | Combinable, ...] = ()) -> None:
        self.falls = columns[0].startswith("-")
        assert all(column.startswith("-") == self.falls for column in columns)
        self.columns = [column.lstrip("-") for column in columns]
        self.by = by or columns

    def page(self, rows: QuerySet[Any], request: Request) -> Page:
        """Cut the page that the request asks for. Raises BadParameter for a cursor or limit that cannot be."""
        limit = limit_of(request)
        found = list(self._onwards(rows, request)[: limit + 1])
        more = len(found) > limit
        return Page(found[:limit], self._address(request, found[limit - 1]) if more else None)

    def nearest(self, rows: QuerySet[Any], request: Request, number: int) -> QuerySet[Any]:
        """Return the keys of the first rows, at most so many, from where the request's page begins."""
        return self._onwards(rows, request).values("pk")[:number]

    def _onwards(self, rows: QuerySet[Any], request: Request) -> QuerySet[Any]:
        rows = rows.order_by(*self.by)
        cursor = request.query_params.get(self.CURSOR)
        return rows.filter(self.beyond(self._read(cursor, rows))) if cursor else rows

    def beyond(self, values: list[Any]) -> Q:
        """Match what comes after a row with these values."""
        after = "lt" if self.falls else "gt"
        # The first column alone again, and with its own value: what an index can begin at.
        matching = Q(**{f"{self.columns[0]}__{after}e": values[0]})
        later = Q()
        for place, column in enumerate(self.columns):
            same = dict(zip(self.columns[:place], values, strict=False))
            later |= Q(**same, **{f"{column}__{after}": values[place]})
        return matching & later

    def _address(self, request: Request, last: Any) -> str:
        values = [_plain(getattr(last, column)) for column in self.columns]
        cursor = base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")
        return same_address(request, **{self.CURSOR: cursor})

    def _read(self, cursor: str, rows: QuerySet[Any]) -> list[Any]:
        """Read a cursor; one that was made by hand is refused here, and not by the database."""
        try:
            values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True))
            if not isinstance(values, list) or len(values) != len(self.columns):
                raise ValueError
            fields = [rows.model._meta.pk if c == "pk" else rows.model._meta.get_field(c) for c in self.columns]
            return [_valid(field, value) for field, value in zip(fields, values, strict=True)]
        except (ValueError, ValidationError, binascii.Error, RecursionError) as error:
            raise BadParameter({self.CURSOR: _FOREIGN}) from error


def limit_of(request: Request) -> int:
    """Return how many rows a page shall have. Raises BadParameter for what cannot be."""
    asked = request.query_params.get(Keyset.LIMIT)
    if asked is None:
        return DEFAULT
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= MOST):
        raise BadParameter({Keyset.LIMIT: _HOW_MANY})
    return int(asked)


def same_address(request: Request, **changes: str) -> str:
    """Return the address that was asked for, with some parameters changed or added."""
    query = {**request.query_params.dict(), **changes}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else value


def _valid(field: Any, value: Any) -> Any:
    """Turn a cursor's value into what the column holds. Raises ValueError or ValidationError."""
    if field.get_internal_type() == "DateTimeField":
        moment = parse_datetime(value) if isinstance(value, str) else None
        if moment is None or moment.tzinfo is None or not dt.MINYEAR + 1 < moment.year < dt.MAXYEAR:
            raise ValueError
        return moment
    if isinstance(value, bool) or not isinstance(value, (int, str)) or (isinstance(value, str) and "\0" in value):
        raise ValueError
    if isinstance(value, int) and abs(value) > _BIGGEST:
        raise ValueError
    return field.to_python(value)
