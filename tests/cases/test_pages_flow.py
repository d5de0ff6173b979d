"""The flow as people walk it through the pages."""

import re

import pytest
from django.urls import reverse

from cases.codes import Status
from cases.models import Case, Draft, ReadLog
from tests.sharing import tool


def fields_of(response) -> dict[str, str]:
    """Return the hidden fields of the only step form on a page."""
    html = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(seen|nonce|question)" value="([^"]*)"', html))


@tool
def page_of(client):
    """Return a function that logs somebody in and opens a page."""

    def opened(user, name, *args, **kwargs):
        client.force_login(user)
        return client.get(reverse(name, args=args), **kwargs)

    return opened


@tool
def take(client):
    """Return a function that takes a step through its form: `take(user, case, "svara", {...}, concern)`."""

    def taken(user, case, slug, data=(), concern=None):
        client.force_login(user)
        name = "case_concern_step" if concern else "case_step"
        url = reverse(name, args=[case.number, slug, *([concern.pk] if concern else [])])
        return client.post(url, {**fields_of(client.get(url)), **dict(data)}, follow=True)

    return taken


def report_fields(kommun, **more):
    return {
        "nonce": "4b2f4c1c-5d1f-4d3f-9a59-94a0f2b1f7de",
        "heading": "Ingen svarar",
        "happened": "Vi har skrivit tre gånger.",
        "concerned": f"member:{kommun.pk}",
        "initiative": "ordinary",
        "gap_type": "ORGANISATION",
        **more,
    }


@pytest.fixture
def filed(client, forbund, kommun, funktion, rakel):
    client.force_login(rakel)
    response = client.post(reverse("file", args=["pro"]), report_fields(kommun))
    assert response.status_code == 200, response.content.decode()
    return Case.objects.get()


def test_a_report_that_is_sent_shows_its_number(filed, client, kommun, rakel):
    again = client.post(reverse("file", args=["pro"]), report_fields(kommun))
    assert filed.number in again.content.decode()
    assert Case.objects.count() == 1


def test_the_whole_flow_through_the_pages(filed, take, sanna, karl, rakel):
    concern = filed.concerns.get()
    take(sanna, filed, "klassa", {f"type_{concern.pk}": "ORGANISATION"})
    take(sanna, filed, "skicka", {f"go_{concern.pk}": "on", f"to_{concern.pk}": str(concern.member.functions.get().pk)})
    take(karl, filed, "mottaget", concern=concern)
    answer = {"finding": "Brevlådan var obemannad.", "gap_type": "ORGANISATION", "cause": "RESOURCES"}
    take(karl, filed, "svara", {**answer, "no_measure": "Redan rättat."}, concern)
    closing = {"outcome": "RESOLVED", "cause": "RESOURCES", "no_measure": "Rättat.", "reply": "Nu svarar de."}
    take(sanna, filed, "avsluta", closing)
    page = take(rakel, filed, "hjalpte-det", {"helped": "YES"})
    assert "Nu svarar de." in page.content.decode()
    filed.refresh_from_db()
    assert (filed.status, filed.helped) == (Status.CLOSED, "YES")


def test_opening_a_case_is_logged(filed, page_of, sanna):
    page_of(sanna, "case", filed.number)
    assert ReadLog.objects.get().user == sanna


def test_a_draft_is_kept_and_filing_takes_it_away(client, rakel, kommun, forbund, funktion):
    client.force_login(rakel)
    client.post(reverse("file_draft", args=["pro"]), report_fields(kommun))
    assert Draft.objects.get().fields["heading"] == "Ingen svarar"
    client.post(reverse("file", args=["pro"]), report_fields(kommun))
    assert not Draft.objects.exists()
