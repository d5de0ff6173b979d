"""`manage.py verify_events`: see whether any event has been changed or taken away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef

from cases.models import Case, Event


class Command(BaseCommand):
    """Reads every event and its hash; ends with an error that names the cases where the chain is broken."""

    help = "Kontrollerar att ingen händelse har ändrats eller tagits bort."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = sorted({event.case_id for event in Event.objects.broken()})
        # The last events of a case may be gone with the rest of the chain whole.
        cut = Case.objects.exclude(Exists(Event.objects.filter(case=OuterRef("pk"), hash=OuterRef("last_hash"))))
        wrong = sorted({*broken, *cut.values_list("pk", flat=True)})
        if wrong:
            numbers = Case.objects.filter(pk__in=wrong).order_by("pk").values_list("number", flat=True)
            raise CommandError("Kedjan är bruten i: " + ", ".join(numbers))
        self.stdout.write(f"{Event.objects.count()} händelser, ingen bruten kedja.")
