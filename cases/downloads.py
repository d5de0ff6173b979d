"""Reports and other files as answers to download, for pages and programs."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404, HttpResponse

from cases.codes import ReleaseAudience
from cases.documents import FORMATS, Format, Report, file_name
from cases.models import Release
from cases.network import network_csv, network_json

NETWORK = {"json": (network_json, "application/json"), "csv": (network_csv, "text/csv; charset=utf-8")}


def format_or_404(key: str, *, among: Collection[str] = tuple(FORMATS)) -> Format:
    """Find a kind of file by its key; others do not exist."""
    if key not in among:
        raise Http404
    return FORMATS[key]


def sent(report: Report, form: Format) -> HttpResponse:
    """Return a report as a file."""
    return attached(form.render(report), form.media_type, file_name(report, form))


def network_sent(release: Release, key: str) -> HttpResponse:
    """Return the file that other förbund read; only of what is out, and for them, there is one."""
    if key not in NETWORK or not release.is_out or release.audience != ReleaseAudience.NETWORK:
        raise Http404
    write, media_type = NETWORK[key]
    name = f"lexheller-natverk-{release.association.code.lower()}-{release.summary.last.year}.{key}"
    return attached(write(release).encode(), media_type, name)


def attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return content as a file of this name."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "ignore").decode()}"'
    return response
