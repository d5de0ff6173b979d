"""Reports as files to download."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from cases.documents import FORMATS, Format, Report, file_name


def format_or_404(key: str, *, among: tuple[str, ...] = tuple(FORMATS)) -> Format:
    """Find a kind of file by its key; for others there is no page."""
    if key not in among:
        raise Http404
    return FORMATS[key]


def sent(report: Report, form: Format) -> HttpResponse:
    """Return a report as a file."""
    response = HttpResponse(form.render(report), content_type=form.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(report, form)}"'
    return response
