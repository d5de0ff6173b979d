"""The forms about what is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from cases.models import User
from notifications.kinds import KINDS, cadences
from notifications.models import Cadence
from notifications.preferences import cadences_of, sections_of
from notifications.schedule import MORNING

AT = f"kl. {MORNING.hour}"
WORDS = {
    Cadence.AT_ONCE: "Genast",
    Cadence.DAILY: f"Samlat varje arbetsdag {AT}",
    Cadence.WEEKLY: f"Samlat varje måndag {AT}",
    Cadence.OFF: "Inget brev",
}


class PutAwayForm(forms.Form):
    """How far down its reader had seen the news."""

    upto = forms.IntegerField(min_value=0, max_value=2**63 - 1)


class PreferencesForm(forms.Form):
    """A choice for each kind of letter that concerns the person."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        chosen = cadences_of(user)
        self._sections = sections_of(user)
        for section in self._sections:
            for kind in section.kinds:
                self.fields[kind] = forms.ChoiceField(
                    label=section.labels.get(kind, kind.label),
                    choices=[(cadence, WORDS[cadence]) for cadence in cadences(kind)],
                    initial=chosen.get(kind, Cadence.AT_ONCE),
                    help_text="Kan inte stängas av." if KINDS[kind].duty else "",
                )

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Yield each part of the page with its fields."""
        for section in self._sections:
            yield section.title, [self[kind] for kind in section.kinds]

    def cadences(self) -> dict[str, str]:
        """Return what was chosen, by kind."""
        return dict(self.cleaned_data)
