"""What all shapes share: fewer fields when fewer are wished for, and no field that is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from rest_framework import serializers


class Shape(serializers.Serializer[Any]):
    """What goes out. `fields` in the context names those that are wished for; none means all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = self.context.get("fields") if self.parent is None else None
        if wanted is not None:
            for name in set(self.fields) - wanted:
                self.fields.pop(name)


class StrictShape(serializers.Serializer[Any]):
    """What comes in. Refuses fields that it does not know, by name: a misspelt one would else be lost in silence."""

    default_error_messages = {"invalid": "Skicka ett objekt."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["Fältet finns inte."] for name in sorted(unknown)})
        return super().to_internal_value(data)


def code_of(choices: type[TextChoices], **options: Any) -> serializers.ChoiceField:
    """Make a field for one of the domain's codes; the refusal says which there are, not what was sent."""
    sentence = f"Välj ett av {', '.join(choices.values)}."
    return serializers.ChoiceField(choices.choices, error_messages={"invalid_choice": sentence}, **options)


def text(length: int, **options: Any) -> serializers.CharField:
    """Make a field for a text of at most so many characters."""
    return serializers.CharField(max_length=length, **options)


def day(**options: Any) -> serializers.DateField:
    """Make a field for a day between 2000 and 2099."""
    years = "Skriv ett år mellan 2000 och 2099."
    validators = [MinValueValidator(dt.date(2000, 1, 1), years), MaxValueValidator(dt.date(2099, 12, 31), years)]
    return serializers.DateField(validators=validators, **options)


def key(**options: Any) -> serializers.IntegerField:
    """Make a field for the id of a row."""
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1, **options)


def wrong(sentence: str, *path: str | int) -> serializers.ValidationError:
    """Return the refusal of what stands at the path in the body."""
    error: Any = sentence
    for step in reversed(path):
        error = {step: error}
    return serializers.ValidationError(error)
