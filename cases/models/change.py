"""In which order cases have changed, for programs that ask what is new: see `cases/changes.py`."""

from __future__ import annotations

from django.db import models

from cases.models.case import Case


class Change(models.Model):
    """The number that a case's last change was given: microseconds since 1970, and more than any number before it."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="change")
    number = models.BigIntegerField(unique=True)


class ChangeNote(models.Model):
    """That a case was changed and has no number for it yet; written by the database itself, see `cases/triggers.py`.

    One row for each statement that changed the case, so that nobody who writes waits for anybody else.
    """

    case_id = models.BigIntegerField()
