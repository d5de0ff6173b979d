"""An export while others write: one moment, on a connection of its own, which goes when the reader goes."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection

from cases import services
from cases.export import lines
from cases.export.snapshot import snapshot
from cases.models import Association, ReadLog


@pytest.fixture
def begun(transactional_db, forbund, case, sanna, monkeypatch) -> Iterator[bytes]:
    """An export of which the first line has left."""
    monkeypatch.setattr(lines, "BLOCK_BYTES", 1)
    got = services.export_association(forbund, actor=sanna)
    next(got), next(got)
    yield got
    got.close()


def test_what_is_written_meanwhile_is_not_in_the_file_and_stops_nobody(begun, case, file_case, sanna):
    new = file_case(heading="Nytt")
    services.note(case, actor=sanna, body="Tilläggsordet")
    told = b"".join(begun).decode()
    assert (f'"{case.number}"' in told, f'"{new.number}"' in told, "Tilläggsordet" in told) == (True, False, False)
    assert ReadLog.objects.filter(action="EXPORTED").values_list("case", flat=True).get() == case.pk


def test_what_has_been_noted_stays_when_the_reader_leaves(begun, case):
    while b'"type":"case"' not in next(begun):
        pass
    begun.close()
    assert ReadLog.objects.get(action="EXPORTED").case == case


@pytest.mark.postgres
@pytest.mark.parametrize("ends", ["close", "throw"])
def test_no_transaction_stays_open_when_the_reader_leaves(begun, ends):
    assert open_transactions() == 1
    if ends == "close":
        begun.close()
    else:
        with pytest.raises(ConnectionResetError):
            begun.throw(ConnectionResetError())
    assert open_transactions() == 0


@pytest.mark.postgres
def test_a_snapshot_cannot_be_written_to(transactional_db, forbund):
    with snapshot() as using, pytest.raises(DatabaseError, match="read-only"):
        Association.objects.using(using).update(name="Nytt")


@pytest.mark.postgres
def test_a_snapshot_takes_no_connection_of_the_pool(begun):
    stats = connection.pool.get_stats()
    assert stats["pool_size"] - stats["pool_available"] == 1


def open_transactions() -> int:
    """Count the other connections to the test's database that are in the middle of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
        )
        return cursor.fetchone()[0]
