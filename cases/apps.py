"""The domain and its pages as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Lex Heller"
    default_auto_field = "django.db.models.BigAutoField"
