"""Contacts that stay fresh: confirming a function, what is said before sending, and a meeting's agenda."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases import clocks, services
from cases.codes import Party, Role
from cases.models import AgendaItem, Case, Concern, ContactFunction, Meeting, User
from cases.services import Concerned
from tests.browser.walker import SIZES, Walker
from tests.people import make_report

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def confirm_own_function(walker: Walker) -> None:
    """Follow the notice on the start page, try to leave nobody, and then confirm."""
    page = walker.log_in("Karl Kommun")
    walker.look("start-dags-att-bekrafta")
    page.get_by_role("link", name="Jönköpings kommun, samverkan").first.click()
    walker.look("bekrafta-funktion")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Det stämmer").click()
    expect(page.get_by_text("Minst en person måste vara kvar").first).to_be_visible()
    walker.look("bekrafta-funktion-fel")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Det stämmer").click()
    walker.done("Tack. Nu vet vi")


def see_the_registers(walker: Walker) -> None:
    """See as the administrator what makes a function doubtful."""
    page = walker.log_in("Adam Administratör")
    page.goto("/register/SVB/funktioner/")
    walker.look("funktioner-med-tvivel")
    page.get_by_role("link", name="Habo kommun, samverkan").click()
    expect(page.get_by_text("Brev till 1 av 2 i funktionen har kommit tillbaka.")).to_be_visible()
    walker.look("funktion-med-tvivel")
    page.get_by_role("link", name="Bekräfta personerna").click()
    walker.look("bekrafta-funktion-administrator")


def see_doubts_before_sending(walker: Walker) -> None:
    habo = ContactFunction.objects.get(name="Habo kommun, samverkan")
    sanna = User.objects.get(name="Sanna Samordnare")
    report = make_report(Concerned(Party.KOMMUN, habo.member))
    case = services.file(habo.member.association, report, actor=sanna).case
    page = walker.log_in("Sanna Samordnare")
    page.goto(f"/arenden/{case.number}/skicka/")
    expect(page.get_by_text("Brev till 1 av 2 i funktionen har kommit tillbaka.")).to_be_visible()
    walker.look("skicka-med-tvivel")


def read_the_agenda(walker: Walker) -> None:
    """Read the agenda of the next meeting, with a lifted case and an answer that is late."""
    association = ContactFunction.objects.get(name="Habo kommun, samverkan").member.association
    sanna = association.grants.filter(role=Role.COORDINATOR).first().user
    late = Concern.objects.with_function().filter(case__association=association, answer_due__lt=clocks.today()).first()
    meeting = Meeting.objects.filter(association=association, held_on__gte=clocks.today()).first()
    fresh = Case.objects.filter(association=association, status="RECEIVED").first()
    services.lift(fresh, actor=sanna, held_on=meeting.held_on, proposal="Ta upp frågan med ledningen.")
    AgendaItem.objects.get_or_create(meeting=meeting, case=late.case, defaults={"late": late})
    walker.log_in("Bea Beredning")
    walker.visit("/moten/", "moten")
    page = walker.visit(reverse("agenda", args=[meeting.pk]), "dagordning")
    expect(page.get_by_text("Kansliets förslag").first).to_be_visible()


@SIZES
def test_contacts_are_kept_fresh(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    confirm_own_function(walker)
    see_the_registers(walker)
    see_doubts_before_sending(walker)
    read_the_agenda(walker)
