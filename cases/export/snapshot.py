"""One moment of the database for as long as an export takes, on a connection of its own.

The pool has as many connections as there are threads: an export that held two would leave another thread without.
And what is noted in the read log has to be committed while the snapshot stays.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from psycopg import IsolationLevel

# While a snapshot is open PostgreSQL cannot clean up behind writers: whoever stops reading is cut off.
IDLE_SECONDS = 120

_numbers = count()


@contextmanager
def snapshot() -> Iterator[str]:
    """Give the alias of a connection on which every question is answered as of the same moment.

    Inside a transaction it is that transaction's own.
    """
    if connection.in_atomic_block:
        yield DEFAULT_DB_ALIAS
        return
    own = connections[DEFAULT_DB_ALIAS].__class__(_settings(), f"snapshot-{next(_numbers)}")
    # A stream that its reader leaves may be closed by another thread.
    own.inc_thread_sharing()
    connections[own.alias] = own
    try:
        with transaction.atomic(using=own.alias):
            if own.vendor == "postgresql":
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                    cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
                    # Every row is fetched: a plan that has the first ones soonest would read whole tables for some.
                    cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
            yield own.alias
    finally:
        own.close()
        with suppress(AttributeError):
            del connections[own.alias]


def _settings() -> dict[str, Any]:
    """Return the settings of a connection outside the pool, which sees one moment and stops no writer."""
    settings: dict[str, Any] = copy.deepcopy(connection.settings_dict)
    options = settings["OPTIONS"]
    options.pop("pool", None)
    if connection.vendor == "postgresql":
        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    else:
        options["transaction_mode"] = "DEFERRED"
    return settings
