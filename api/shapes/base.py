"""What all shapes share: fewer fields when fewer are wished for, and no field that is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet, TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from cases.filters import FIRST_DAY, LAST_DAY, YEARS
from cases.models import Association
from cases.swedish import A_DAY


class Shape(serializers.Serializer[Any]):
    """What goes out. `fields` in the context names those that are wished for; none means all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = self.context.get("fields") if self.parent is None else None
        if wanted is not None:
            for name in set(self.fields) - wanted:
                self.fields.pop(name)

    @property
    def inner(self) -> dict[str, Any]:
        """Return the context for a shape that stands inside this one: whole, whichever fields are wished for here."""
        return {name: value for name, value in self.context.items() if name != "fields"}


class StrictShape(serializers.Serializer[Any]):
    """What comes in. Refuses fields that it does not know, by name: a misspelt one would else be lost in silence."""

    default_error_messages = {"invalid": "Skicka ett objekt."}

    def run_validation(self, data: Any = empty) -> Any:
        if data is None and self.parent is None:
            # The library would say so in English.
            raise serializers.ValidationError({"non_field_errors": [self.error_messages["invalid"]]})
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["Fältet finns inte."] for name in sorted(unknown)})
        return super().to_internal_value(data)

    def place(self, name: str) -> tuple[str | int, ...]:
        """Return the path in the body of what a service calls by this name."""
        numbered = _NUMBERED.fullmatch(name)
        if not numbered:
            return (name,)
        field = "due_on" if numbered[1] == "due" else numbered[1]
        for several in ("plans", "duties"):
            if several in self.fields:
                return (several, int(numbered[2]) - 1, field)
        return (field,)


# What a service calls the parts of several measures or duties, counted from one.
_NUMBERED = re.compile(r"(what|owner|due|who)_([1-9][0-9]*)")


def code(choices: Any, **options: Any) -> serializers.ChoiceField:
    """Make a field that shows one of the domain's codes, or nothing."""
    return serializers.ChoiceField(choices.choices, allow_blank=True, **options)


def code_of(choices: type[TextChoices], **options: Any) -> serializers.ChoiceField:
    """Make a field for one of the domain's codes; the refusal says which there are, not what was sent."""
    sentence = f"Välj ett av {', '.join(choices.values)}."
    return serializers.ChoiceField(choices.choices, error_messages={"invalid_choice": sentence}, **options)


class Text(serializers.CharField):
    """A text, and nothing that could be made one."""

    default_error_messages = {"invalid": "Skriv en text."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesOrNo(serializers.BooleanField):
    """True or false, and no word for them."""

    default_error_messages = {"invalid": "Skriv true eller false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Whole(serializers.IntegerField):
    """A whole number, and no text of one."""

    default_error_messages = {"invalid": "Skriv ett heltal."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Address(serializers.EmailField, Text):
    """An e-mail address."""


@extend_schema_field({"type": "string", "maxLength": 6})
class AssociationCode(serializers.Field[Any, Any, Any, Any]):
    """A förbund by its code, such as SVB; `rows` are those that can be named."""

    default_error_messages = {"invalid": "Skriv förbundets kod.", "unknown": "Det finns inget förbund med den koden."}

    def __init__(self, rows: QuerySet[Association], **options: Any) -> None:
        super().__init__(**options)
        self.rows = rows

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\0" in data:
            self.fail("invalid")
        return self.rows.filter(code=data[:7]).first() or self.fail("unknown")


def text(length: int, **options: Any) -> Text:
    """Make a field for a text of at most so many characters."""
    return Text(max_length=length, **options)


def day(**options: Any) -> serializers.DateField:
    """Make a field for a day between 2000 and 2099."""
    validators = [MinValueValidator(FIRST_DAY, YEARS), MaxValueValidator(LAST_DAY, YEARS)]
    # The library's own sentence has a word that is none.
    return serializers.DateField(validators=validators, error_messages={"invalid": A_DAY, "datetime": A_DAY}, **options)


def key(**options: Any) -> Whole:
    """Make a field for the id of a row."""
    return Whole(min_value=1, max_value=2**63 - 1, **options)


def wrong(sentence: str, *path: str | int) -> serializers.ValidationError:
    """Return the refusal of what stands at the path in the body."""
    error: Any = sentence
    for step in reversed(path):
        error = {step: error}
    return serializers.ValidationError(error)
