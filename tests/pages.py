"""Reading a page as a browser does: its forms with what stands in them, and the errors beside their fields."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from cases.models import Case

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def html_of(response: Any) -> str:
    """Return the page's text, also when it is streamed."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode()
    return str(response.content.decode())


class Page(HTMLParser):
    """A page's forms by address: each field's values as they would be sent, and what describes each control."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self.names: dict[str, set[str]] = {}
        self.described: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.links: list[str] = []
        self.tags: list[str] = []
        self._form = ""
        self._area: str | None = None
        self._select: str | None = None
        self._fieldsets: list[str] = []
        self._open: list[str] = []
        self.html = html_of(response)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if "id" in given:
            self._open.append(given["id"])
            self.ids[given["id"]] = ""
        elif tag not in VOID:
            self._open.append("")
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "fieldset":
            self._fieldsets.append(given.get("aria-describedby", ""))
        if tag == "form":
            self._form = given.get("action", "")
            self.forms.setdefault(self._form, {})
        name = given.get("name", "")
        if name and tag in ("input", "select", "textarea", "button"):
            group = self._fieldsets[-1] if self._fieldsets else ""
            self.described.setdefault(name, f"{given.get('aria-describedby', '')} {group}")
            self.names.setdefault(self._form, set()).add(name)
        ticked = given.get("type") in ("checkbox", "radio")
        if tag == "input" and (not ticked or "checked" in given):
            self._value(name, given.get("value", "on" if ticked else ""))
        if tag == "textarea":
            self._area = name or None
            self._value(name, "")
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and "selected" in given:
            self._value(self._select, given.get("value", ""))
        if tag in VOID and "id" in given:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open:
            self._open.pop()
        if tag == "form":
            self._form = ""
        if tag == "fieldset":
            self._fieldsets.pop()
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        for key in self._open:
            if key:
                self.ids[key] += data
        if self._area is not None:
            values = self.forms.setdefault(self._form, {})[self._area]
            # A browser drops the first line end of a text area.
            values[-1] += data.removeprefix("\n") if not values[-1] else data

    def _value(self, name: str, value: str) -> None:
        if name:
            self.forms.setdefault(self._form, {}).setdefault(name, []).append(value)

    def hidden(self, action: str) -> dict[str, list[str]]:
        """Return what the form holds as it came, but for the token."""
        return {name: values for name, values in self.forms[action].items() if name != "csrfmiddlewaretoken"}

    def error_beside(self, name: str) -> str:
        """Return the error that a control of the name is described by; nothing when there is none."""
        told = [self.ids.get(key, "") for key in self.described.get(name, "").split() if key.endswith("_error")]
        return " ".join(told).strip()


def receipt_of(codes: list[int]) -> str:
    """Return the hash that these cases have in common, as a case and the one that it was referred to have."""
    cases = Case.objects.filter(pk__in=codes)
    kept = next(filter(None, cases.values_list("receipt_hash", flat=True)), f"made up for {codes}")
    cases.update(receipt_hash=kept)
    return kept


def browser_of(actor: Any = None, *, codes: list[int] | None = None) -> Client:
    """Return a browser in which somebody has logged in, or typed a receipt code."""
    client = Client()
    if codes is not None:
        session = client.session
        session["receipt"] = receipt_of(codes)
        session.save()
        client.cookies["session"] = session.session_key
    elif actor is not None:
        client.force_login(actor)
    return client
