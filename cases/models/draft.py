"""Drafts: the author's own space, which nobody else can open."""

from __future__ import annotations

import uuid

from django.db import models

from cases import clocks
from cases.models.association import Association
from cases.models.people import User
from cases.querysets import DraftQuerySet


class Draft(models.Model):
    """A report that has not been sent. In no admin, API or export; gone after 30 days."""

    KEPT_DAYS = 30

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    association = models.ForeignKey(Association, models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=clocks.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = "utkast"
        verbose_name_plural = "utkast"
