"""How often somebody may ask. Counted in the cache, so that the number holds for all processes.

A window is a minute by the clock. Where Redis is away each process counts for itself, and the API goes on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.exceptions import APIException

SECONDS = 60
READ, WRITE, REFUSED = "read", "write", "refused"


class TooManyRequests(APIException):
    """The quota of this minute is used up; `wait` says for how many seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_requests"

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True)
class Spent:
    """What somebody has used of a quota, and in how many seconds it begins anew."""

    policy: str
    count: int
    resets_in: int

    @property
    def left(self) -> int:
        return max(0, quota(self.policy) - self.count)

    def headers(self) -> dict[str, str]:
        """Return the fields of the IETF's draft *RateLimit header fields for HTTP*."""
        policies = (REFUSED,) if self.policy == REFUSED else (READ, WRITE)
        return {
            "RateLimit-Policy": ", ".join(f'"{policy}";q={quota(policy)};w={SECONDS}' for policy in policies),
            "RateLimit": f'"{self.policy}";r={self.left};t={self.resets_in}',
        }


def spend(request: HttpRequest, policy: str, who: str) -> None:
    """Count a request. The answer will tell what is left; with nothing left raises TooManyRequests."""
    now = int(time.time())
    spent = Spent(policy, _count(f"api:{policy}:{who}:{now // SECONDS}"), SECONDS - now % SECONDS)
    request.spent = spent  # type: ignore[attr-defined]
    if spent.count > quota(policy):
        raise TooManyRequests(spent.resets_in)


def quota(policy: str) -> int:
    """Return how many requests a minute may have."""
    return {READ: settings.API_READS, WRITE: settings.API_WRITES, REFUSED: settings.API_REFUSED}[policy]


def _count(key: str) -> int:
    """Count one more and return how many that makes. Two at once are two, on Redis and in memory."""
    try:
        return cache.incr(key)
    except ValueError:
        if cache.add(key, 1, 2 * SECONDS):
            return 1
    try:
        return cache.incr(key)
    except ValueError:  # Redis went away in between, with the number
        return 1
