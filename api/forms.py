"""What somebody fills in to make a key, or to look for one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms

from api.models import NAME_LENGTH
from api.scopes import DEFINITIONS, Scope
from api.tokens import DEFAULT_DAYS
from cases import clocks
from cases.forms.fields import Defined, day, line, mend
from cases.forms.registers import Search
from cases.swedish import A_DAY

SCOPES = [(scope.value, Defined.of(scope.label, DEFINITIONS[scope])) for scope in Scope]


def _in_a_year() -> dt.date:
    return clocks.today() + dt.timedelta(days=DEFAULT_DAYS)


class KeyForm(forms.Form):
    """A new key: what it is for, what it may be used for, and how long."""

    # New for every page that is opened: one page makes one key.
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = line(
        "Vad är nyckeln till för?",
        NAME_LENGTH,
        help_text="Till exempel Siffror till intranätet.",
        error_messages={"required": "Skriv vad nyckeln är till för."},
    )
    scopes = forms.MultipleChoiceField(
        label="Vad får den användas till?",
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Välj så lite som möjligt.",
        error_messages={"required": "Välj minst en sak.", "invalid_choice": "Välj bland det som finns i listan."},
    )
    last_day = day(
        "Sista dag",
        help_text="Högst två år fram.",
        initial=_in_a_year,
        error_messages={"required": "Välj en dag.", "invalid": A_DAY},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"nonce": uuid.uuid4().hex, "scopes": [Scope.READ.value]})
        if self.is_bound:
            mend(self, nonce=uuid.uuid4().hex)

    def wanted(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = dict(self.cleaned_data)
        data["key"] = data.pop("nonce")
        return data


class KeyFilter(Search):
    """Which keys to show."""

    vem = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    q = forms.CharField(label="Vems nyckel, eller vad den heter", required=False, max_length=120)
    alla = forms.BooleanField(label="Visa även återkallade och utgångna", required=False)
