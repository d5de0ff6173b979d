"""What is filled in about annual summaries: their period, their words, and what the program does not know."""

from __future__ import annotations

import datetime as dt

from django import forms

from cases import clocks
from cases.codes import BreakKind
from cases.forms.fields import day, line, long_text, not_in_future, one_of, plain_words
from cases.forms.registers import RegisterForm
from cases.forms.summary import period_named, periods_begun
from cases.models.summary import LINE_LENGTH
from cases.statistics import Period


class BeginForm(RegisterForm):
    """Which period a summary is of; last year, unless another is chosen."""

    period = forms.ChoiceField(label="Period")

    def build(self) -> None:
        """Offer the years that the förbund has cases of, and their tertials."""
        first = self.association.cases.order_by("filed_at").values_list("filed_at", flat=True).first()
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = periods_begun(clocks.local_date(first or clocks.now()))
        last_year = str(clocks.today().year - 1)
        years = [str(group[1][0][0]) for group in field.choices if isinstance(group[1], list | tuple)]
        field.initial = last_year if last_year in years else None

    def clean_period(self) -> Period:
        return period_named(self.cleaned_data["period"])


class AnnualForm(RegisterForm):
    """A form in the förbund's own words."""

    def build(self) -> None:
        plain_words(self, self.association)


class WritingForm(AnnualForm):
    """A form of texts that others may write in too; it brings back a mark of what stood there."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)


class TextForm(WritingForm):
    """One block of a summary's text."""

    body = long_text("Text", required=False, rows=12)


class AssessForm(WritingForm):
    """The beredningsgrupp's bedömning."""

    body = long_text("Bedömning", rows=8, help_text="Hur bedömer beredningsgruppen samverkan under perioden?")
    grounds = long_text("Grunder", rows=5, help_text="Vad bygger bedömningen på, och vad är osäkert?")
    on = day("När gjordes bedömningen?")

    def clean_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["on"])


class FixForm(RegisterForm):
    """Nothing to fill in: the button itself is the answer."""


class TotalForm(AnnualForm):
    """How many reports there were in a year before the program."""

    year = forms.IntegerField(label="År")
    reports = forms.IntegerField(label="Antal rapporter", min_value=0, max_value=100_000)
    is_rough = forms.BooleanField(label="Antalet är ungefärligt", required=False, initial=True)
    origin = line("Var kommer uppgiften från?", LINE_LENGTH, help_text="Till exempel verksamhetsberättelsen för 2023.")


class BreakForm(AnnualForm):
    """A day from which figures are not quite comparable with those before."""

    on = day("Från och med")
    kind = one_of("Vad ändrades?", BreakKind.choices)
    note = line("Hur påverkar det siffrorna?", LINE_LENGTH)
