"""Figures as they go out: those of a period as it stands now, annual summaries, and what leaves the förbund."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from api.shapes.base import Shape, code
from api.shapes.reports import DocumentShape
from cases.annual.words import name_of
from cases.clocks import DayKind
from cases.codes import GapType, Party, ReleaseAudience, Status
from cases.documents import FORMATS
from cases.models import AnnualSummary, Release
from cases.statistics import OpenNow

URI = {"type": "string", "format": "uri"}
MAYBE_URI = {**URI, "nullable": True}


class Figure(serializers.FloatField):
    """A number without what binary fractions add at its end: 4.3, not 4.300000000000004."""

    def to_representation(self, value: Any) -> Any:
        """Keep six decimals, far more than any page shows."""
        return round(float(value), 6)


# ---- a period, as it stands now ----


class BalanceShape(Shape):
    """What came and went: opening + new + reopened - ended = closing."""

    opening = serializers.IntegerField()
    new = serializers.IntegerField()
    reopened = serializers.IntegerField()
    closed = serializers.IntegerField(help_text="Ended with an answer.")
    dismissed = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    referred = serializers.IntegerField()
    ended = serializers.IntegerField(help_text="All the five ways of ending.")
    closing = serializers.IntegerField()


class PartCellShape(Shape):
    """How many concerns there are of a party and a type; none is left out."""

    party = code(Party)
    gap_type = code(GapType, help_text="As the kansli set it; empty until then.")
    count = serializers.IntegerField()
    url = serializers.URLField(allow_null=True, help_text="The cases behind, for the kansli, which may open them.")


class PartsShape(Shape):
    """Concerns by party and type, of the cases filed in the period. A case may stand in several cells."""

    cases = serializers.IntegerField(help_text="Here each case counts once.")
    concerns = serializers.IntegerField()
    cells = PartCellShape(many=True)


class StatusCountShape(Shape):
    """How many open cases have a status."""

    status = code(Status)
    count = serializers.IntegerField()


class OpenNowShape(Shape):
    """Cases that are open today, and how many have a clock that has passed its day."""

    day = serializers.DateField()
    total = serializers.IntegerField()
    by_status = serializers.SerializerMethodField(help_text="In the flow's order; a status without cases is left out.")
    late = serializers.IntegerField(help_text="Each case once.")
    late_triage = serializers.IntegerField()
    late_acknowledge = serializers.IntegerField()
    late_answer = serializers.IntegerField()
    late_measure = serializers.IntegerField()

    @extend_schema_field(StatusCountShape(many=True))
    def get_by_status(self, now: OpenNow) -> Any:
        """Count the open cases in each status."""
        counted = [{"status": one, "count": now.by_status[one]} for one in Status if now.by_status.get(one)]
        return StatusCountShape(counted, many=True).data


class DaysShape(Shape):
    """How many days something took."""

    count = serializers.IntegerField()
    median = Figure(allow_null=True)
    ninetieth = Figure(allow_null=True, help_text="Nine of ten took at most so many days.")


class KeptShape(Shape):
    """How many kept their day, of all whose day has passed."""

    kept = serializers.IntegerField()
    settled = serializers.IntegerField()
    share = Figure(allow_null=True, help_text="From 0 to 1.")


class TimesShape(Shape):
    """How long things took in the period."""

    handling = DaysShape(help_text="From report to first handling.")
    handling_kept = KeptShape()
    answer = DaysShape(help_text="From sending to answer.")
    answer_kept = KeptShape()
    close = DaysShape(help_text="From report to the last closing.")


class GoalsShape(Shape):
    """How many days the förbund allows today; each case keeps the day that it was given."""

    triage_days = serializers.IntegerField()
    acknowledge_days = serializers.IntegerField()
    answer_days = serializers.IntegerField()
    day_kind = code(DayKind, help_text="Which days are counted.")


class BehindShape(Shape):
    """The lists of exactly the cases behind a figure, for the kansli, which may open them."""

    new = serializers.URLField()
    open = serializers.URLField()
    late = serializers.URLField()


class CurrentShape(Shape):
    """The figures of a förbund and period as they stand now, for use within it: small numbers may point at somebody."""

    association = serializers.CharField(help_text="The förbund's code.")
    first = serializers.DateField(source="figures.period.first")
    last = serializers.DateField(source="figures.period.last")
    goes_on = serializers.BooleanField(help_text="Whether the period is not over yet.")
    balance = BalanceShape(source="figures.balance")
    now = OpenNowShape(source="figures.now")
    parts = PartsShape()
    times = TimesShape(source="figures.times")
    goals = GoalsShape()
    cases = BehindShape(allow_null=True)


# ---- annual summaries ----


class SummaryRow(Shape):
    """An annual summary in a list."""

    id = serializers.IntegerField(help_text="Names the summary, also in the filter `figur`.")
    url = serializers.SerializerMethodField(help_text="Where the summary is, whole.")
    association = serializers.CharField(source="association.code", help_text="The förbund's code.")
    name = serializers.SerializerMethodField(help_text="What people call the period: 2025, or a tertial of it.")
    first = serializers.DateField()
    last = serializers.DateField()
    version = serializers.IntegerField()
    is_fixed = serializers.BooleanField(help_text="A draft may change; what is fixed does not.")
    fixed_at = serializers.DateTimeField(allow_null=True)
    data_on = serializers.DateField(help_text="The day that its figures are from.")
    assessed_on = serializers.DateField(allow_null=True, help_text="When the beredningsgrupp made its bedömning.")

    @extend_schema_field(URI)
    def get_url(self, summary: AnnualSummary) -> str:
        """Name where the summary is, whole."""
        return reverse("api:summary", args=[summary.pk], request=self.context["request"])

    def get_name(self, summary: AnnualSummary) -> str:
        """Say what people call the period."""
        return name_of(summary.period)


class WrittenShape(Shape):
    """A text that somebody has written in place of the rules' own."""

    key = serializers.CharField()
    body = serializers.CharField()
    written_at = serializers.DateTimeField()


class CorrectionShape(Shape):
    """A figure that would be another today: the cases have changed since, and the summary has not."""

    name = serializers.CharField(help_text="The figure's name, as in the filter `figur`.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field, to whoever reads it
    frozen = Figure(allow_null=True)
    now = Figure(allow_null=True)


class FileShape(Shape):
    """A file of the same content."""

    form = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, to whoever reads it
    media_type = serializers.CharField()
    url = serializers.URLField()


class SummaryShape(SummaryRow):
    """One annual summary, with the figures of its frozen day."""

    figures_hash = serializers.CharField(help_text="SHA-256 of the figures as canonical JSON.")
    is_same = serializers.SerializerMethodField(
        help_text="Whether the frozen rows still give the figures that were fixed; if not, use none of them."
    )
    document = serializers.SerializerMethodField(help_text="Texts and tables, as the page has them.")
    texts = WrittenShape(many=True)
    corrections = serializers.SerializerMethodField(help_text="What would come out otherwise today.")
    versions = serializers.SerializerMethodField(help_text="The other versions of the same period.")
    releases = serializers.SerializerMethodField(help_text="What has left the förbund of it, or is about to.")
    files = serializers.SerializerMethodField()

    def get_is_same(self, summary: AnnualSummary) -> bool:
        """Tell whether the figures are those that were counted when it was frozen."""
        return bool(self.context["is_same"]())

    @extend_schema_field(DocumentShape)
    def get_document(self, summary: AnnualSummary) -> Any:
        """Tell what the page tells."""
        return DocumentShape(self.context["report"](), context={"links": True}).data

    @extend_schema_field(CorrectionShape(many=True))
    def get_corrections(self, summary: AnnualSummary) -> Any:
        """List what has changed since."""
        return CorrectionShape(self.context["corrections"](), many=True).data

    @extend_schema_field(SummaryRow(many=True))
    def get_versions(self, summary: AnnualSummary) -> Any:
        """List the other versions that the reader may read."""
        context = {"request": self.context["request"]}
        return SummaryRow(self.context["versions"](), many=True, context=context).data

    @extend_schema_field({"type": "array", "items": URI})
    def get_releases(self, summary: AnnualSummary) -> Any:
        """List the releases that the reader may read."""
        request = self.context["request"]
        return [reverse("api:release", args=[one.pk], request=request) for one in self.context["releases"]()]

    @extend_schema_field(FileShape(many=True))
    def get_files(self, summary: AnnualSummary) -> Any:
        """List the files that it becomes."""
        return files("summary_file", summary, self.context["request"])


# ---- what leaves the förbund ----


class ReleaseRow(Shape):
    """A release in a list: it is out when two persons have approved it, and then never changes."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField(help_text="Where the release is, whole.")
    association = serializers.CharField(source="association.code", help_text="The förbund's code.")
    summary = serializers.IntegerField(source="summary_id", help_text="The summary that it is of.")
    audience = code(ReleaseAudience)
    threshold = serializers.IntegerField(help_text="Smaller numbers are hidden, and what would give them away.")
    made_at = serializers.DateTimeField()
    is_out = serializers.BooleanField()
    released_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(URI)
    def get_url(self, release: Release) -> str:
        """Name where the release is, whole."""
        return reverse("api:release", args=[release.pk], request=self.context["request"])


class ReleaseShape(ReleaseRow):
    """One release, as its readers see it: `..` where a number is hidden."""

    fingerprint = serializers.CharField(help_text="Tells these figures from any others.")
    document = serializers.SerializerMethodField(help_text="The protected tables. The true numbers are not in it.")
    files = serializers.SerializerMethodField()

    @extend_schema_field(DocumentShape)
    def get_document(self, release: Release) -> Any:
        """Tell what the page tells."""
        return DocumentShape(self.context["report"]()).data

    @extend_schema_field(FileShape(many=True))
    def get_files(self, release: Release) -> Any:
        """List the files that it becomes."""
        return files("release_file", release, self.context["request"])


def files(name: str, row: Any, request: Any) -> list[dict[str, str]]:
    """List the files of a summary or release, by the name of their address."""
    return [
        {
            "form": form.key,
            "label": form.label,
            "media_type": form.media_type,
            "url": reverse(f"api:{name}", args=[row.pk, form.key], request=request),
        }
        for form in FORMATS.values()
    ]
