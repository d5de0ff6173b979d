"""The letters as a Django app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Brev"
    default_auto_field = "django.db.models.BigAutoField"
