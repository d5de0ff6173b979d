"""What each person may read: every page that they can open holds exactly the words that are for them."""

from types import SimpleNamespace

import pytest

from cases import clocks, services
from cases.codes import Cause, GapType, Helped, Outcome, Party
from cases.models import Case, ReadLog
from cases.querysets import ReceiptHolder
from cases.services import Concerned, Plan
from tests.pages import Page, browser_of, html_of
from tests.people import make_report
from tests.sharing import shared

pytestmark = pytest.mark.once

PEOPLE = ("sanna", "rakel", "karl", "frida", "bea")
PLACES = ("/", "/arenden/", "/arenden/lista.csv", "/mina/", "/ofordelat/")

# A word that stands in one text alone: who may read it while the case is with the kommun, FK having answered.
WITH_THE_KOMMUN = {
    "Brevlådeordet": {*PEOPLE},  # the report
    "Tillagtordet": {*PEOPLE},  # what the reporter added
    "Delsvarsordet": {*PEOPLE},  # a reply that joined the report
    "Anteckningsordet": {"sanna"},
    "Kanslifrågeordet": {"sanna", "rakel"},
    "Sidosvarsordet": {"sanna", "rakel"},  # a reply that did not join the report
    "Funktionsfrågeordet": {"sanna", "rakel", "karl", "bea"},
    "Returordet": {"sanna", "frida", "bea"},
    "Fridasvarsordet": {"sanna", "frida", "bea"},
    "Fridaåtgärdsordet": {"sanna", "frida", "bea"},
    "Fridaägarordet": {"sanna", "frida", "bea"},
    "FK-2026-77": {"sanna"},
    "AVV-RAKEL-7": {"sanna", "rakel"},
    "Orsak enligt parten": {"sanna", "frida", "bea"},
    "Förslagsordet": {"sanna", "bea"},
    "Rekommendationsordet": {"sanna", "bea"},
    "Maskskälsordet": {"sanna"},
    "Originalordet": set(),
    "Mönsterordet": {"sanna"},
    "Försäkringskassan, samverkan": {"sanna", "rakel", "frida", "bea"},
    "Kommunens samverkansfunktion": {"sanna", "rakel", "karl", "bea"},
    # People by name are the kansli's; everybody stands in the head of their own pages.
    "Rakel Påhittad": {"sanna", "rakel"},
    "Karl Påhittad": {"sanna", "karl"},
    "Frida Påhittad": {"sanna", "frida"},
    "@example.org": set(),
}
WITH_THE_KOMMUN_SHARED = WITH_THE_KOMMUN | {
    "Fridasvarsordet": {"sanna", "frida", "bea", "rakel"},
    "Fridaåtgärdsordet": {"sanna", "frida", "bea", "rakel"},
    "Fridaägarordet": {"sanna", "frida", "bea", "rakel"},
    "Orsak enligt parten": {"sanna", "frida", "bea", "rakel"},
}
CLOSED = WITH_THE_KOMMUN_SHARED | {
    "Karlsvarsordet": {"sanna", "karl", "bea", "rakel"},
    "Karlskälsordet": {"sanna", "karl", "bea", "rakel"},
    "KOMMUN-2026-12": {"sanna"},
    "Orsak enligt parten": {*PEOPLE},
    "Slutordet": {"sanna", "rakel"},
    "Återkopplingsordet": {"sanna", "rakel"},
}


def flow(w: SimpleNamespace, case: Case) -> Case:
    """Lead a case to where the kommun has it and FK has answered, with every kind of text on the way."""
    kommun, fk = case.concerns.all()
    services.add(case, actor=w.reporter, body="Tillagtordet")
    services.mask(case, actor=w.sanna, phrase="Originalordet", reason="Maskskälsordet", field="happened")
    for ours, theirs, joins in (("Kanslifrågeordet", "Sidosvarsordet", False), ("Var?", "Delsvarsordet", True)):
        question = services.ask(case, actor=w.sanna, body=ours, part_of_report=joins)
        services.reply(case, actor=w.reporter, question=question, body=theirs)
    services.note(case, actor=w.sanna, body="Anteckningsordet")
    services.classify(case, actor=w.sanna, types={kommun.pk: GapType.STRUKTUR, fk.pk: GapType.STRUKTUR})
    services.join(case, actor=w.sanna, new_title="Mönsterordet")
    item = services.lift(case, actor=w.sanna, held_on=clocks.today(), proposal="Förslagsordet")
    services.recommend(case, actor=w.bea, item=item, body="Rekommendationsordet")
    services.send(case, actor=w.sanna)
    services.return_(case, actor=w.frida, concern=fk, reason="Returordet")
    services.send(case, actor=w.sanna, concerns={fk.pk: w.fk.functions.get()})
    services.ask(case, actor=w.karl, body="Funktionsfrågeordet", concern=kommun)
    services.answer(
        case,
        actor=w.frida,
        concern=fk,
        finding="Fridasvarsordet",
        cause=Cause.IT,
        plans=[Plan("Fridaåtgärdsordet", Cause.IT, "Fridaägarordet", clocks.today())],
        own_reference="FK-2026-77",
    )
    return Case.objects.get(pk=case.pk)


def share(w: SimpleNamespace, case: Case) -> None:
    services.share(case, actor=w.sanna, concern=case.concerns.get(member=w.fk))


def close(w: SimpleNamespace, case: Case) -> None:
    """End the case, and let the reporter say whether it helped."""
    services.answer(
        case,
        actor=w.karl,
        concern=case.concerns.get(member=w.kommun),
        finding="Karlsvarsordet",
        cause=Cause.RESOURCES,
        no_measure="Karlskälsordet",
        own_reference="KOMMUN-2026-12",
    )
    services.finish_measure(case, actor=w.frida, measure=case.measures.get())
    services.close(case, actor=w.sanna, outcome=Outcome.PARTLY, cause=Cause.IT, reply="Slutordet")
    services.feedback(case, actor=w.reporter, helped=Helped.NO, comment="Återkopplingsordet")


@shared
def w(sanna, rakel, karl, frida, bea, stina, kommun, fk, funktion, forbund) -> SimpleNamespace:
    return SimpleNamespace(
        sanna=sanna, rakel=rakel, karl=karl, frida=frida, bea=bea, kommun=kommun, fk=fk, forbund=forbund, reporter=rakel
    )  # fmt: skip


def report(w: SimpleNamespace, **fields: object):
    both = (Concerned(Party.KOMMUN, w.kommun), Concerned(Party.FORSAKRINGSKASSAN, w.fk))
    happened = "Brevlådeordet stod där, och Originalordet."
    return make_report(*both, happened=happened, **{"reporter_reference": "AVV-RAKEL-7", **fields})


@shared
def case(w) -> Case:
    return flow(w, services.file(w.forbund, report(w), actor=w.rakel).case)


def everything(visit, start: str) -> str:
    """Return all that a person can get to read: their lists, the case, its print, and the page of each step."""
    page = Page(visit.get(start))
    steps = {url for url in [*page.links, *page.forms] if url.startswith(start) and url != start}
    pages = [html_of(visit.get(url)) for url in [*PLACES, start, *steps]]
    assert len(steps) >= 1
    return "\n".join(pages)


def seen(w, case, words) -> dict[str, set[str]]:
    pages = {name: everything(browser_of(getattr(w, name)), f"/arenden/{case.number}/") for name in PEOPLE}
    return {word: {name for name in PEOPLE if word in pages[name]} for word in words}


def test_while_the_kommun_has_the_case_everybody_reads_what_is_for_them(w, case):
    assert seen(w, case, WITH_THE_KOMMUN) == WITH_THE_KOMMUN


def test_an_answer_that_is_shared_is_the_reporters_too(w, case):
    share(w, case)
    assert seen(w, case, WITH_THE_KOMMUN_SHARED) == WITH_THE_KOMMUN_SHARED


def test_when_the_case_is_closed_the_reporter_reads_the_answers_and_the_reply(w, case):
    close(w, case)
    assert seen(w, case, CLOSED) == CLOSED


def test_the_holder_of_a_code_reads_what_a_reporter_reads(w):
    filed = services.file(w.forbund, report(w, reporter_email="hemlig@example.net"), actor=ReceiptHolder(), key="x")
    w.reporter = ReceiptHolder(frozenset({filed.case.pk}))
    case = flow(w, filed.case)
    visit = browser_of(codes=[case.pk])
    for stage, table in ((None, WITH_THE_KOMMUN), (share, WITH_THE_KOMMUN_SHARED), (close, CLOSED)):
        if stage:
            stage(w, case)
        page = everything(visit, "/folj/arende/")
        mine = {word for word, names in table.items() if "rakel" in names and not word.startswith("Rakel")}
        assert {word for word in table if word in page} == mine


def test_the_address_of_a_reporter_without_account_is_the_kanslis_alone(w):
    filed = services.file(w.forbund, report(w, reporter_email="hemlig@example.net"), actor=ReceiptHolder(), key="x")
    w.reporter = ReceiptHolder(frozenset({filed.case.pk}))
    case = flow(w, filed.case)
    words = {"hemlig@example.net": {"sanna"}, "Utan konto": {"sanna"}}
    w.rakel = w.sanna  # who filed has no pages of their own
    assert {word: names - {"rakel"} for word, names in seen(w, case, words).items()} == words


@pytest.mark.parametrize("name", ["case", "print"])
def test_a_function_reads_nothing_of_the_other_party_on_its_case(w, case, name):
    page = html_of(browser_of(w.karl).get(f"/arenden/{case.number}/{'utskrift/' if name == 'print' else ''}"))
    assert "Försäkringskassan" not in page
    assert page.count("Provköpings kommun") >= 1


def test_a_function_is_not_told_by_whom_the_kansli_is_made_up(w, case):
    services.assign(case, actor=w.sanna, responsible=w.sanna)
    for person in (w.karl, w.frida, w.rakel):
        assert "Sanna Påhittad" not in everything(browser_of(person), f"/arenden/{case.number}/")


def test_a_reporter_who_sits_in_a_function_of_the_case_reads_it_as_reporter_alone(w, case):
    Case.objects.filter(pk=case.pk).update(reporter=w.frida)
    page = everything(browser_of(w.frida), f"/arenden/{case.number}/")
    assert "Fridasvarsordet" not in page
    assert f"/arenden/{case.number}/svara/" not in page


def test_masked_words_are_gone_from_every_page_and_search(w, case):
    sanna = browser_of(w.sanna)
    assert "Originalordet" not in everything(sanna, f"/arenden/{case.number}/")
    assert not sanna.get("/arenden/", {"q": "Originalordet"}).context["page"].rows
    shown = sanna.post(f"/arenden/{case.number}/original/{case.masked_originals.get().pk}/")
    assert "Originalordet" in html_of(shown)


def test_a_print_holds_what_the_case_page_holds(w, case):
    close(w, case)
    for name in PEOPLE:
        visit = browser_of(getattr(w, name))
        page = html_of(visit.get(f"/arenden/{case.number}/"))
        printed = html_of(visit.get(f"/arenden/{case.number}/utskrift/"))
        # The forms are left out of the print; words of the choices in them do not count.
        assert {word for word in CLOSED if word in printed} <= {word for word in CLOSED if word in page}
        assert {word for word in CLOSED if word in page} - {word for word in CLOSED if word in printed} == set()


def test_the_original_is_for_the_coordinator_of_the_case_alone(w, case, olle, adam, berit):
    url = f"/arenden/{case.number}/original/{case.masked_originals.get().pk}/"
    for person in (w.rakel, w.karl, w.frida, w.bea, olle, adam, berit):
        refused = browser_of(person).post(url)
        assert refused.status_code == 404
        assert "Originalordet" not in html_of(refused)


def test_the_original_of_another_case_is_not_shown_through_this_one(w, case):
    other = flow(w, services.file(w.forbund, report(w, reporter_reference=""), actor=w.rakel).case)
    url = f"/arenden/{case.number}/original/{other.masked_originals.get().pk}/"
    assert browser_of(w.sanna).post(url).status_code == 404


# ---- the read log ----


def test_whoever_opens_or_prints_a_case_is_noted_with_the_role_that_let_them_in(w, case):
    for name in PEOPLE:
        visit = browser_of(getattr(w, name))
        visit.get(f"/arenden/{case.number}/")
        visit.get(f"/arenden/{case.number}/utskrift/")
    rows = set(ReadLog.objects.values_list("user__email", "role", "action", "case"))
    roles = {"sanna": "COORDINATOR", "rakel": "REPORTER", "karl": "CONTACT", "frida": "CONTACT", "bea": "PREPARATORY"}
    assert rows == {
        (f"{name}@example.org", role, action, case.pk)
        for name, role in roles.items()
        for action in ("OPENED", "PRINTED")
    }


def test_reading_under_a_mask_is_noted_apart(w, case):
    browser_of(w.sanna).post(f"/arenden/{case.number}/original/{case.masked_originals.get().pk}/")
    assert ReadLog.objects.values_list("user", "action").get() == (w.sanna.pk, "ORIGINAL")


def test_what_is_not_there_is_not_read(w, case):
    visit = browser_of(w.sanna)
    visit.get(f"/arenden/{case.number}/finns-inte/")
    visit.post(f"/arenden/{case.number}/original/999999/")
    assert not ReadLog.objects.exists()
