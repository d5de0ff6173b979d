"""How the tests ask: lists, refusals, and how many questions a list puts to the database."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

MOST_QUESTIONS = 6


def browser_of(person) -> Client:
    """Return a session of somebody."""
    client = Client()
    client.force_login(person)
    return client


def listed(person, address: str, **query: object) -> list[dict[str, Any]]:
    """Return the rows of a list's first page, as somebody gets them."""
    answer = browser_of(person).get(f"/api/v1/{address}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def shown(person, address: str, **query: object) -> dict[str, Any]:
    """Return one thing, as somebody gets it."""
    answer = browser_of(person).get(f"/api/v1/{address}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(answer, status: int) -> tuple[str, list[str]]:
    """Check that an answer is a problem of this status; return its code, and the places that it names."""
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status), told
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told["detail"]
    return told["code"], [one.get("pointer") or one["parameter"] for one in told.get("errors", [])]


def questions(person, address: str) -> int:
    """Count what a list asks the database for somebody whose session is there already."""
    client = browser_of(person)
    assert client.get(f"/api/v1/{address}").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/api/v1/{address}").status_code == 200
    return len(asked)
