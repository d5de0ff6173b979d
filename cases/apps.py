"""The domain and its pages as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from cases import triggers


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Lex Heller"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the triggers through every migration."""
        post_migrate.connect(_keep_triggers, sender=self)


def _keep_triggers(*, using: str, **_: Any) -> None:
    triggers.restore(connections[using])
