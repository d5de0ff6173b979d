"""The files a report can become: pages and commands loop over this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import slugify

from cases.documents import csv, docx, pdf, xlsx
from cases.documents.shape import Report


@dataclass(frozen=True)
class Format:
    """One kind of file: what people call it, and what makes it."""

    key: str
    label: str
    extension: str
    media_type: str
    render: Callable[[Report], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: dict[str, Format] = {
    form.key: form
    for form in (
        Format("pdf", "PDF", "pdf", "application/pdf", pdf.render),
        Format("docx", "Word", "docx", f"{_OFFICE}.wordprocessingml.document", docx.render),
        Format("xlsx", "Excel", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", xlsx.render),
        Format("csv", "CSV (zip)", "zip", "application/zip", csv.render),
    )
}


def file_name(report: Report, form: Format) -> str:
    """Return a name in plain ASCII that tells what, whose, and whom it is for."""
    words = (report.title, report.association, *(mark.split(" ")[0] for mark in report.marks))
    name = "-".join(slugify(word.replace("–", "-"))[:60].strip("-") for word in words)
    return f"{name.strip('-')}.{form.extension}"
