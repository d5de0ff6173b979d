"""What a förbund's letters say: for its administrator, in its own words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe

from cases.errors import DomainError
from cases.forms.fields import put_beside
from cases.models import Association, Case, Event, User
from cases.views.registers.base import FormPage, RegisterPage
from cases.words import said
from notifications.forms import LetterTextForm
from notifications.kinds import KINDS, Reader
from notifications.letter_texts import EDITABLE, checked, has_number, reset_letter_text, save_letter_text, unfit
from notifications.letters import compose
from notifications.models import Delivery, Kind, LetterText

READERS = {
    Reader.REPORTER: "Rapportören",
    Reader.FUNCTION: "Kontaktfunktionen",
    Reader.KANSLI: "Kansliet",
    Reader.GROUP: "Beredningsgruppen",
    Reader.ANYBODY: "Rapportören och de som svarade",
}
# A number that no case gets.
EXAMPLE_NUMBER = "LH-XXX-0000-0000"


def reader_of(kind: Kind, association: Association) -> str:
    """Name who gets letters of a kind, in the förbund's words."""
    return said(READERS[KINDS[kind].reader], association)


def editable(name: str) -> Kind:
    """Return the kind that an address names."""
    if name not in EDITABLE:
        raise Http404
    return Kind(name)


class LetterTexts(RegisterPage):
    """Every kind of letter, and whose words it has."""

    template_name = "notifications/letter_texts.html"

    def content(self) -> dict[str, Any]:
        own = {row.kind: row for row in self.association.letter_texts.all()}
        unused = unfit(self.association, own.values())
        kinds = [
            {"kind": kind, "reader": reader_of(kind, self.association), "own": own.get(kind), "unfit": unused.get(kind)}
            for kind in EDITABLE
        ]
        return {"kinds": kinds, "unused": len(unused)}


class LetterTextPage(FormPage):
    """The words of one kind of letter, and how the letter looks with them."""

    template_name = "notifications/letter_text.html"
    form_class = LetterTextForm
    list_name, list_label = "letter_texts", "Brev"
    done = "Texten är sparad. Den gäller från nästa brev."
    row: LetterText

    def setup_row(self, pk: int | None = None, kind: str = "") -> None:
        self.kind = editable(kind)
        own = self.association.letter_texts.filter(kind=self.kind).first()
        standard = KINDS[self.kind]
        self.unfit = unfit(self.association, [own]).get(self.kind) if own else ""
        self.row = own or LetterText(kind=self.kind, subject=standard.subject, says=standard.says)
        self.title = self.kind.label
        reader = reader_of(self.kind, self.association)
        self.lead = f"Går till {reader[0].lower()}{reader[1:]}."

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, **kwargs)
        self.setup_row(**kwargs)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                texts = checked(self.association, kind=self.kind, **form.cleaned_data)
            except DomainError as error:
                put_beside(form, error)
            else:
                self.row.subject, self.row.says = texts["subject"], texts["says"]
        return self.form_page(form, status=422 if form.errors else 200)

    def store(self, data: dict[str, Any]) -> None:
        save_letter_text(self.association, actor=self.actor, kind=self.kind, **data)

    def content(self) -> dict[str, Any]:
        letter = compose(example(self.kind, self.actor), words=self.row)
        return {
            "letter": letter,
            "body": body_of(letter),
            "previewed": "preview" in self.request.POST,
            "unfit": "" if self.request.POST else self.unfit,
            "by_receipt_too": KINDS[self.kind].reader in (Reader.REPORTER, Reader.ANYBODY),
        }


class LetterTextReset(RegisterPage):
    """The button that brings our own words back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        try:
            reset_letter_text(self.association, actor=self.actor, kind=editable(kind))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Standardtexten gäller igen.")
        return redirect(self.url("letter_text", kind=kind))


def example(kind: Kind, reader: User) -> Delivery:
    """Make up word of a kind to somebody, without storing it."""
    if has_number(kind):
        return Delivery(event=Event(case=Case(number=EXAMPLE_NUMBER)), kind=kind, user=reader, address=reader.email)
    return Delivery(about=f"{kind.lower()}:0", kind=kind, user=reader, address=reader.email)


def body_of(letter: Any) -> SafeString:
    """Return what the letter shows where HTML is shown; the letter's template has escaped what people wrote."""
    html = letter.alternatives[0].content
    return mark_safe(html.partition("<body>")[2].partition("</body>")[0])  # noqa: S308  # nosec B308 B703
