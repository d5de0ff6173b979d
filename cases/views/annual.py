"""Annual summaries: the list, one summary with its files, and what is written in it until it is fixed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import clocks, services
from cases.annual import EDITABLE, corrections, report_of, rules_text
from cases.annual.starting import RULES
from cases.annual.words import name_of
from cases.codes import ReleaseAudience, Role
from cases.documents import FORMATS
from cases.downloads import format_or_404, sent
from cases.forms.annual import AssessForm, BeginForm, BreakForm, FixForm, TextForm, TotalForm
from cases.forms.registers import RegisterForm
from cases.models import AnnualSummary, Association, EarlierTotal, Release, SeriesBreak, SummaryText, User
from cases.services.summaries import ASSESSMENT, GROUNDS, IS_FIXED
from cases.statistics import Annual
from cases.views.base import members_only, user_of
from cases.views.registers.base import ActionPage, FormPage, RegisterPage


@dataclass(frozen=True)
class Shelf:
    """One förbund's summaries, and whether the reader makes them."""

    association: Association
    listed: list[Listed]
    may_keep: bool


@dataclass(frozen=True)
class Listed:
    """A summary in the list."""

    summary: AnnualSummary

    @property
    def name(self) -> str:
        return name_of(self.summary.period)


@require_safe
@members_only
def annual_summaries(request: HttpRequest) -> HttpResponse:
    """List the annual summaries of each förbund whose figures one reads."""
    actor = user_of(request)
    standing = actor.standing()
    if not standing.counted:
        raise Http404
    readable = AnnualSummary.objects.readable_by(actor).defer("labels", "terms")
    by_association: dict[int, list[Listed]] = {}
    for summary in readable:
        by_association.setdefault(summary.association_id, []).append(Listed(summary))
    shelves = [
        Shelf(one, by_association.get(one.pk, []), standing.holds(Role.COORDINATOR, one.pk))
        for one in Association.objects.filter(pk__in=standing.counted)
    ]
    return render(request, "cases/annual/list.html", {"shelves": shelves, "many": len(shelves) > 1})


@require_safe
@members_only
def annual_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a summary, what has changed since its rows were frozen, and what the reader may do with it."""
    actor = user_of(request)
    summary = _readable(actor, pk)
    may_keep = actor.standing().holds(Role.COORDINATOR, summary.association_id)
    figures = services.figures_of(summary)
    context = {
        "summary": summary,
        "report": report_of(summary, figures=figures, link=_links(summary) if may_keep else None),
        "is_same": services.still_the_same(summary, figures),
        "changed": corrections(summary, figures, services.figures_today(summary)),
        "may_keep": may_keep,
        "may_assess": may_keep or actor.standing().holds(Role.PREPARATORY, summary.association_id),
        "blocks": _blocks(summary),
        "versions": AnnualSummary.objects.readable_by(actor).other_versions_of(summary).defer("labels", "terms"),
        "formats": FORMATS.values(),
        "is_over": summary.last < clocks.today(),
        "releases": (releases := list(Release.objects.readable_by(actor).filter(summary=summary))),
        # What is out stays as it is.
        "audiences": [pair for pair in ReleaseAudience.choices if not _is_out(releases, pair[0])],
    }
    return render(request, "cases/annual/summary.html", context)


@require_safe
@members_only
def annual_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a summary as a file."""
    return sent(report_of(_readable(user_of(request), pk)), format_or_404(form))


def _readable(actor: User, pk: int) -> AnnualSummary:
    return get_object_or_404(AnnualSummary.objects.readable_by(actor).select_related("association"), pk=pk)


def _is_out(releases: list[Release], audience: str) -> bool:
    return any(one.is_out and one.audience == audience for one in releases)


def _links(summary: AnnualSummary) -> Any:
    """Return a function that gives the address of the cases behind a figure."""

    def link(name: str) -> str:
        return f"{reverse('case_list')}?{urlencode({'figur': f'{summary.pk}:{name}'})}"

    return link


@dataclass(frozen=True)
class Block:
    """A block of text that the kansli may write, and who has; else the rules have, or nobody."""

    key: str
    label: str
    text: SummaryText | None
    has_rules: bool


def _blocks(summary: AnnualSummary) -> list[Block]:
    written = {text.key: text for text in summary.texts.select_related("written_by")}
    return [Block(key, label, written.get(key), has_rules=key in RULES) for key, label in EDITABLE.items()]


# ---- one summary's forms ----


class SummaryPage(RegisterPage):
    """A page of one summary; to those who may not do what it does, it does not exist."""

    summary: AnnualSummary
    list_name = "annual_summary"

    def find(self, named: dict[str, Any]) -> Association:
        rows = self.open_to().select_related("association__successor")
        self.summary = get_object_or_404(rows, pk=named.pop("pk"))
        return self.summary.association

    def open_to(self) -> QuerySet[AnnualSummary]:
        """Return the summaries that the person may do this with."""
        return AnnualSummary.objects.kept_by(self.actor)

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs={"pk": self.summary.pk, **kwargs})


class SummaryForm(SummaryPage, FormPage):
    """A form of a summary that is still a draft."""

    template_name = "cases/annual/form.html"

    def find(self, named: dict[str, Any]) -> Association:
        association = super().find(named)
        self.list_label = f"Årssammanställning {name_of(self.summary.period)}"
        return association

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.summary.is_fixed:
            messages.error(request, IS_FIXED)
            return redirect(self.summary)
        return super().get(request, **kwargs)


class WritingPage(SummaryForm):
    """A form of texts in a draft; what somebody else wrote meanwhile is shown, and kept until one has seen it."""

    template_name = "cases/annual/writing.html"

    @abstractmethod
    def keys(self) -> tuple[str, ...]:
        """Return the blocks that the page writes."""

    @abstractmethod
    def written(self) -> dict[str, Any]:
        """Return what the form begins from."""

    def form(self, data: Any = None) -> RegisterForm:
        seen = services.seen_of(self.summary, *self.keys())
        return self.form_class(data, association=self.association, initial={**self.written(), "seen": seen})

    def form_page(self, form: RegisterForm, status: int = 200) -> HttpResponse:
        if form.is_bound and form.data.get("seen") != form.initial["seen"]:
            data = cast("QueryDict", form.data).copy()
            data["seen"] = form.initial["seen"]
            form.data = data
            self.meanwhile = self.summary.texts.filter(key__in=self.keys()).select_related("written_by")
        return super().form_page(form, status)

    meanwhile: Any = ()

    def content(self) -> dict[str, Any]:
        return {"meanwhile": self.meanwhile}


class TextPage(WritingPage):
    """Write one block of text, beginning from what the rules wrote."""

    form_class = TextForm
    done = "Texten är sparad."
    key = ""

    def setup_row(self, pk: int | None = None, *, key: str = "") -> None:
        if key not in EDITABLE:
            raise Http404
        self.key, self.title = key, EDITABLE[key]
        if rules_text(key, self.figures):
            self.lead = "Skriv om eller lägg till. Tömmer du rutan kommer programmets egen text tillbaka."

    @cached_property
    def figures(self) -> Annual:
        return services.figures_of(self.summary)

    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def written(self) -> dict[str, Any]:
        text = self.summary.texts.filter(key=self.key).first()
        return {"body": text.body if text else rules_text(self.key, self.figures)}

    def store(self, data: dict[str, Any]) -> None:
        services.write_text(self.summary, actor=self.actor, key=self.key, **data)


class AssessPage(WritingPage):
    """Write the beredningsgrupp's bedömning, with its day and what it rests on."""

    form_class = AssessForm
    title = "Bedömning"
    done = "Bedömningen är sparad."

    def open_to(self) -> QuerySet[AnnualSummary]:
        return AnnualSummary.objects.assessed_by(self.actor)

    def keys(self) -> tuple[str, ...]:
        return ASSESSMENT, GROUNDS

    def written(self) -> dict[str, Any]:
        texts = dict(self.summary.texts.values_list("key", "body"))
        return {
            "body": texts.get(ASSESSMENT, ""),
            "grounds": texts.get(GROUNDS, ""),
            "on": self.summary.assessed_on or clocks.today(),
        }

    def store(self, data: dict[str, Any]) -> None:
        services.assess(self.summary, actor=self.actor, **data)


class FixPage(SummaryForm):
    """Fix a draft, after saying what it means."""

    template_name = "cases/annual/fix.html"
    form_class = FixForm
    title, submit = "Fastställ sammanställningen", "Fastställ"
    done = "Sammanställningen är fastställd."

    def content(self) -> dict[str, Any]:
        return {"summary": self.summary}

    def store(self, data: dict[str, Any]) -> None:
        services.fix_summary(self.summary, actor=self.actor)


class FreezePage(SummaryPage, ActionPage):
    """Freeze a draft's rows anew, or begin a new version of what is fixed."""

    done = "Uppgifterna är hämtade på nytt."
    made: AnnualSummary

    def rows(self) -> QuerySet[AnnualSummary]:
        return AnnualSummary.objects.filter(pk=self.summary.pk)

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        self.made = self.summary
        return super().post(request, self.summary.pk)

    def act(self) -> None:
        if self.summary.is_fixed:
            self.done = "Här är en ny version. Texterna följde med."
        self.made = services.begin_summary(self.association, actor=self.actor, period=self.summary.period)

    def back(self) -> str:
        return self.made.get_absolute_url()


# ---- a förbund's own: a new summary, and its series ----


class KansliPage(RegisterPage):
    """A page for those who coordinate the förbund."""

    def own(self) -> QuerySet[Association]:
        return Association.objects.filter(pk__in=self.actor.standing().associations(Role.COORDINATOR))


class BeginPage(KansliPage, FormPage):
    """Make a summary of a year or a tertial that has begun."""

    template_name = "cases/annual/form.html"
    form_class = BeginForm
    title = "Gör en årssammanställning"
    lead = "Programmet hämtar uppgifterna som de är nu. Tills du fastställer den är det ett utkast."
    submit = "Hämta uppgifterna"
    done = "Här är utkastet. Läs, ändra texterna och fastställ."
    list_name = "annual_series"
    made: AnnualSummary | None = None

    def store(self, data: dict[str, Any]) -> None:
        self.made = services.begin_summary(self.association, actor=self.actor, period=data["period"])

    def back(self) -> str:
        return self.made.get_absolute_url() if self.made else reverse("annual_summaries")


class Series(KansliPage):
    """Earlier totals, and breaks in the series."""

    template_name = "cases/annual/series.html"

    def content(self) -> dict[str, Any]:
        return {
            "totals": self.association.earlier_totals.all(),
            "breaks": self.association.series_breaks.all(),
        }


class SeriesForm(KansliPage, FormPage):
    """A form whose page leads back to the series."""

    template_name = "cases/annual/form.html"
    list_name, list_label = "annual_series", "Tidigare år och brott i serien"


class TotalPage(SeriesForm):
    """Type in how many reports there were in a year before the program."""

    form_class = TotalForm
    title = "Lägg till ett tidigare år"
    lead = (
        "Hur många rapporter kom det innan ni började med programmet? Skriver du samma år igen ersätts det gamla talet."
    )
    done = "Året är sparat."

    def store(self, data: dict[str, Any]) -> None:
        services.note_total(self.association, actor=self.actor, **data)


class BreakPage(SeriesForm):
    """Mark a day from which figures are not quite comparable."""

    form_class = BreakForm
    title = "Lägg till ett brott i serien"
    lead = "Från vilken dag går siffrorna inte att jämföra rakt av med dem före?"
    done = "Brottet är sparat."

    def store(self, data: dict[str, Any]) -> None:
        services.note_break(self.association, actor=self.actor, **data)


class SeriesAction(KansliPage, ActionPage):
    """A button that takes something out of the series."""

    done = "Borttaget."

    def back(self) -> str:
        return self.url("annual_series")


class TotalDrop(SeriesAction):
    def rows(self) -> QuerySet[EarlierTotal]:
        return self.association.earlier_totals.select_related("association")

    def act(self) -> None:
        services.drop_total(self.row, actor=self.actor)


class BreakDrop(SeriesAction):
    def rows(self) -> QuerySet[SeriesBreak]:
        return self.association.series_breaks.select_related("association")

    def act(self) -> None:
        services.drop_break(self.row, actor=self.actor)
