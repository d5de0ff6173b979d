"""What a letter says, and what it must never say."""

import email
from email import policy

import pytest
from django.core import mail
from django.urls import reverse

from cases import services
from cases.codes import GapType, Party
from cases.models import Event
from cases.services import Concerned
from notifications.kinds import KINDS, Reader
from notifications.letters import compose
from notifications.models import Delivery, Kind
from tests.people import make_report

SECRET_TEXT = "Enheten lovade besked före sommaren"


@pytest.fixture
def told_case(forbund, rakel, kommun, enhet, insats, funktion, flow):
    """A case in which every field has been filled in."""
    report = make_report(
        Concerned(Party.KOMMUN, kommun, enhet),
        initiative=insats,
        gap_type=GapType.RELATION,
        **dict.fromkeys(("consequence", "occurred", "tried", "suggestion", "agreement"), SECRET_TEXT),
    )
    return flow.send(services.file(forbund, report, actor=rakel).case)


def letter(case, kind, *, user=None, address="nagon@example.org"):
    """Return the letter as a mail program reads it."""
    event = Event.objects.filter(case=case).first()
    delivery = Delivery.objects.create(event=event, kind=kind, user=user, address=address)
    return email.message_from_bytes(compose(delivery).message().as_bytes(), policy=policy.default)


def everything(received) -> str:
    """Return all that a letter says, but for the address that it goes to."""
    headers = [value for name, value in received.items() if name != "To"]
    return "\n".join([*headers, received.get_content()])


def test_every_kind_has_its_wording():
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("with_account", [True, False])
def test_a_letter_tells_the_number_and_nothing_of_the_case(told_case, kind, with_account, insats, rakel, sanna, karl):
    concern = told_case.concerns.select_related("member", "unit", "function").get()
    said = everything(letter(told_case, kind, user=rakel if with_account else None))
    never = [
        *(getattr(told_case, name) for name in told_case.TEXT_FIELDS),
        told_case.association.name,
        insats.name,
        concern.member.name,
        concern.unit.name,
        concern.function.name,
        *(label for choices in (Party, GapType) for pair in choices.choices for label in pair),
        *(word for person in (rakel, sanna, karl) for word in [person.email, *person.name.split()]),
    ]
    assert told_case.number in said
    assert [word for word in never if word.lower() in said.lower()] == []


@pytest.mark.parametrize("kind", Kind)
def test_a_letter_to_an_account_leads_to_the_case_or_its_status_card(case, rakel, kind, settings):
    said = letter(case, kind, user=rakel).get_content()
    page = "case_status" if kind == Kind.STATUS else "case"
    assert settings.SITE_URL + reverse(page, args=[case.number]) in said.split()


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.reader == Reader.REPORTER])
def test_a_letter_to_a_reporter_without_account_leads_to_the_receipt_code(case, kind, settings):
    said = letter(case, kind).get_content()
    assert settings.SITE_URL + reverse("follow") in said.split()
    assert "kvittokod" in said


def test_a_letter_to_a_mailbox_leads_to_the_case(case, settings):
    assert settings.SITE_URL + reverse("case", args=[case.number]) in letter(case, Kind.SENT).get_content().split()


def test_a_letter_says_that_a_machine_wrote_it(case):
    assert letter(case, Kind.NEW)["Auto-Submitted"] == "auto-generated"


def test_the_same_letter_has_the_same_message_id_and_another_has_another(case):
    event = Event.objects.get(case=case)
    one = Delivery(event=event, kind=Kind.NEW, address="a@example.org")
    other = Delivery(event=event, kind=Kind.NEW, address="b@example.org")
    assert compose(one).message()["Message-ID"] == compose(one).message()["Message-ID"] == one.message_id
    assert one.message_id != other.message_id


def test_swedish_letters_arrive_as_they_are(case, mailoutbox):
    compose(Delivery(event=Event.objects.get(case=case), kind=Kind.RECEIPT, address="a@example.org")).send()
    assert "Din rapport har kommit in och har fått nummer" in mail.outbox[0].body
    assert letter(case, Kind.REOPENED)["Subject"] == f"Ärende {case.number} är öppnat igen"
