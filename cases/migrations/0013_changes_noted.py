"""Let the database note changed cases, table by table, and number those that are there by their last event."""

import datetime as dt
from itertools import islice
from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from cases import triggers

BATCH = 2000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def number_all(apps: Any, schema_editor: Any) -> None:
    """Number the old cases. One that changes meanwhile has been noted, and is numbered again later."""
    case, event, change = (apps.get_model("cases", name) for name in ("Case", "Event", "Change"))
    last_event = event.objects.filter(case=OuterRef("pk"), seq=OuterRef("last_seq")).values("at")[:1]
    dated = case.objects.annotate(moment=Coalesce(Subquery(last_event), "filed_at")).order_by("moment", "pk")
    rows, number = dated.values_list("pk", "moment").iterator(chunk_size=BATCH), 0
    while batch := list(islice(rows, BATCH)):
        numbered = []
        for pk, moment in batch:
            number = max((moment - EPOCH) // MICROSECOND, number + 1)
            numbered.append(change(case_id=pk, number=number))
        change.objects.bulk_create(numbered, ignore_conflicts=True)


class Migration(migrations.Migration):
    # One table at a time: each waits for its writers, and none for those of another.
    atomic = False

    dependencies = [("cases", "0012_changes")]

    operations = [
        *(
            migrations.RunPython(triggers.noting(table), triggers.not_noting(table), atomic=True)
            for table in triggers.NOTED
        ),
        migrations.RunPython(number_all, migrations.RunPython.noop),
    ]
