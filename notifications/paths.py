"""Where word leads: the page that a letter or the bell opens."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from cases.forms.steps import STEP_FORMS
from notifications.kinds import KINDS, Reader
from notifications.models import Delivery, Kind


def number_of(delivery: Delivery) -> str:
    """Return the number of the case that the word is about; some word is about no case."""
    return delivery.event.case.number if delivery.event else ""


def by_receipt(delivery: Delivery) -> bool:
    """Tell whether the reader holds a receipt code instead of an account. Those who read a mailbox log in."""
    if delivery.user_id is not None or delivery.event is None:
        return False
    reader = KINDS[Kind(delivery.kind)].reader
    theirs = reader == Reader.ANYBODY and delivery.address == delivery.event.case.reporter_email
    return reader == Reader.REPORTER or theirs


def page_of(delivery: Delivery) -> str:
    """Return the page that the word leads to, for a reader who has logged in or holds the receipt code."""
    if by_receipt(delivery):
        return reverse("follow")
    return LEADS.get(Kind(delivery.kind), _case)(delivery)


def link_of(delivery: Delivery) -> str:
    """Return the whole address for a letter: by way of the log-in with a code, which leads on at once those who are in.

    A receipt code stands in no address: its holder types it.
    """
    page = page_of(delivery)
    return settings.SITE_URL + page if by_receipt(delivery) else by_login(page)


def by_login(page: str) -> str:
    """Return the whole address of a page, by way of the log-in."""
    return f"{settings.SITE_URL}{reverse('account_request_login_code')}?{urlencode({'next': page}, safe='/')}"


# ---- the table ----


def _case(delivery: Delivery) -> str:
    return reverse("case", args=[number_of(delivery)])


def _step(verb: str) -> Callable[[Delivery], str]:
    return lambda delivery: reverse("case_step", args=[number_of(delivery), STEP_FORMS[verb].slug])


def _about(name: str) -> Callable[[Delivery], str]:
    """Lead to the page of the row that the word is `about`: its key stands after the first colon."""
    return lambda delivery: reverse(name, args=[int(delivery.about.split(":")[1])])


# What leads somewhere else than to the case.
LEADS: dict[Kind, Callable[[Delivery], str]] = {
    Kind.HELPED: _step("feedback"),
    Kind.CAME_BACK: _step("effect"),
    Kind.STATUS: lambda delivery: reverse("case_status", args=[number_of(delivery)]),
    Kind.CONFIRM: _about("function_confirm"),
    Kind.PACK: _about("agenda"),
    Kind.DIGEST: lambda _: reverse("news"),
}
