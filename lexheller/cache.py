"""The cache that outlives its server: Redis while it answers, the memory of this process while it does not.

Rate limits are counted here. While Redis is away each process counts for itself, so that a limit holds, times the
number of processes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

log = structlog.get_logger("lexheller.cache")

# How long Redis is left alone after it has failed.
PAUSE_SECONDS = 10
# Guesses at many addresses must not push the earlier counts out.
ENTRIES_HERE = 10_000


class Outage:
    """Whether one Redis is away, as all threads of the process know it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ask_at: float | None = None
        self._doubted: set[str] = set()

    @property
    def lasts(self) -> bool:
        return self._ask_at is not None

    def begin(self, error: Exception) -> None:
        """Leave Redis alone from now on; logged once an outage, without the words, which hold its address."""
        with self._lock:
            is_news = self._ask_at is None
            self._ask_at = time.monotonic() + PAUSE_SECONDS
        if is_news:
            log.warning("redis away", why=type(error).__name__)

    def must_ask(self) -> bool:
        """Tell one caller for each pause that it is time to ask again."""
        with self._lock:
            if self._ask_at is None or time.monotonic() < self._ask_at:
                return False
            self._ask_at = time.monotonic() + PAUSE_SECONDS
            return True

    def doubt(self, key: str) -> None:
        """Note a key that Redis may have stored without saying so."""
        with self._lock:
            self._doubted.add(key)

    def doubted(self) -> list[str]:
        with self._lock:
            return [*self._doubted]

    def end(self) -> None:
        """Use Redis again."""
        with self._lock:
            is_news = self._ask_at is not None
            self._ask_at = None
            self._doubted.clear()
        if is_news:
            log.info("redis back")


# Django makes a cache for each thread; an outage is one for all.
_outages: dict[str, Outage] = {}


def _or_here(name: str) -> Callable[..., Any]:
    """Make the method that asks Redis, and the memory of this process where Redis does not answer."""
    there, here = getattr(RedisCache, name), getattr(LocMemCache, name)

    @wraps(there)
    def method(self: Cache, *args: Any, **named: Any) -> Any:
        if not self.is_away():
            try:
                return there(self, *args, **named)
            except (RedisError, OSError) as error:
                self.outage.begin(error)
        return here(self.here, *args, **named)

    return method


class Cache(RedisCache):
    """Redis with short patience: who meets an outage first waits for it once, and nobody after them.

    The socket timeouts in OPTIONS are that patience.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.outage = _outages.setdefault(server, Outage())
        self.here = LocMemCache(server, {**params, "OPTIONS": {"MAX_ENTRIES": ENTRIES_HERE}})

    get = _or_here("get")
    set = _or_here("set")
    touch = _or_here("touch")
    incr = _or_here("incr")
    has_key = _or_here("has_key")
    set_many = _or_here("set_many")
    _add = _or_here("add")
    _get_many = _or_here("get_many")
    _delete = _or_here("delete")
    _delete_many = _or_here("delete_many")
    _clear = _or_here("clear")

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store what is not there yet.

        A Redis that hung does it when it goes on, and a lock that nobody knows of would be held: doubt it.
        """
        was_away = self.outage.lasts
        added: bool = self._add(key, value, timeout, version=version)
        if self.outage.lasts and not was_away:
            self.outage.doubt(self.make_key(key, version))
        return added

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        # Asked twice where Redis fails, and a generator gives its keys once.
        found: dict[str, Any] = self._get_many([*keys], version=version)
        return found

    # What is deleted is deleted in both: a lock that was taken here must not be held here in the next outage.

    def delete(self, key: str, version: int | None = None) -> bool:
        was_here = self.here.delete(key, version)
        return self._delete(key, version=version) or was_here

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        keys = [*keys]
        self.here.delete_many(keys, version)
        self._delete_many(keys, version=version)

    def clear(self) -> None:
        self.here.clear()
        self._clear()

    def is_away(self) -> bool:
        """Tell whether Redis is away; a thread asks it from time to time, so that no request has to."""
        if self.outage.must_ask():
            threading.Thread(target=self._ask_again, name="redis", daemon=True).start()
        return self.outage.lasts

    def _ask_again(self) -> None:
        try:
            # A write, since a full Redis still answers questions.
            RedisCache.set(self, "asked-again", 1, 1)
            self._cache.delete_many([self.make_key("asked-again"), *self.outage.doubted()])
        except (RedisError, OSError):
            return
        self.outage.end()
