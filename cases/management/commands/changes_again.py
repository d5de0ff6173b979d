"""`manage.py changes_again`: let programs that poll fetch every case once more."""

from typing import Any

from django.core.management.base import BaseCommand

from cases import changes


class Command(BaseCommand):
    """Gives every case a new number, so that whoever asks for changes gets them all; for after an older backup."""

    help = "Låter program som hämtar ändringar hämta alla ärenden igen, efter att en äldre kopia har lästs tillbaka."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{changes.tell_all_again()} ärenden kommer att hämtas igen.")
