"""What a letter says, how it is built, where it leads, and what it must never say."""

import email
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.urls import resolve, reverse

from cases import services
from cases.codes import GapType, Party
from cases.models import Association, Case, Event, Text, User
from cases.querysets import ReceiptHolder
from cases.services import Concerned
from notifications.bounces import delivery_of
from notifications.kinds import KINDS, Reader
from notifications.letters import compose
from notifications.models import Delivery, Kind, LetterText, State
from notifications.paths import LEADS
from tests.cases.test_accounts import arrived, ask_for_code, code_in, type_code
from tests.people import make_report
from tests.sharing import shared

pytestmark = pytest.mark.once

SECRET_TEXT = "Enheten lovade besked före sommaren"
REPORTER = "anmalare@example.org"
SITE = "http://127.0.0.1:8000"
ABOUT = {Kind.CONFIRM: "confirm:{function}:2026-H1", Kind.PACK: "pack:7", Kind.DIGEST: "digest:2026-03-02T0600Z"}
OWN_WORDS = {"subject": "Något har hänt, {nummer}", "says": "Så här säger vi om {nummer}.\n\nHör av er!"}


@shared
def told_case(forbund, kommun, enhet, insats, funktion, flow, karl, sanna, bea, adam) -> Case:
    """A case in which every field has been filled in, from the report to the reply; its reporter has no account."""
    report = make_report(
        Concerned(Party.KOMMUN, kommun, enhet),
        gap_type=GapType.RELATION,
        own_party=Party.KOMMUN,
        own_member=kommun,
        reporter_email=REPORTER,
        **dict.fromkeys(("consequence", "occurred", "tried", "suggestion", "agreement"), SECRET_TEXT),
    )
    case = services.file(forbund, report, actor=ReceiptHolder(), key="prov").case
    services.note(case, actor=sanna, body="Ring enheten på måndag.")
    Case.objects.filter(pk=flow.to_closed(case).pk).update(initiative=insats)
    return flow.again(case)


def word(case, kind, *, user=None, address="nagon@example.org", **fields) -> Delivery:
    """Return word of a kind: of the case's first event, or of what the kind is about."""
    cause = {"event": Event.objects.filter(case=case).first()}
    if kind in ABOUT:
        cause = {"about": ABOUT[kind].format(function=3), "association": case.association}
    return Delivery.objects.create(kind=kind, user=user, address=user.email if user else address, **cause, **fields)


def read(delivery, **words) -> EmailMessage:
    """Return the letter as a mail program reads it."""
    return email.message_from_bytes(bytes_of(delivery, **words), policy=policy.default)


def bytes_of(delivery, **words) -> bytes:
    """Return the letter as it leaves."""
    again = Delivery.objects.select_related("event__case", "association", "user").get(pk=delivery.pk)
    return compose(again, **words).message().as_bytes(linesep="\r\n")


def part(received, kind: str) -> str:
    return received.get_body([kind]).get_content().replace("\r\n", "\n")


def everything(received) -> str:
    """Return all that a letter says, in every part, but for the address that it goes to."""
    parts = list(received.walk())
    headers = [f"{name}: {value}" for part in parts for name, value in part.items() if name != "To"]
    return "\n".join([*headers, *(part.get_content() for part in parts if not part.is_multipart())])


class Html(HTMLParser):
    """The links of a letter, and its tags with what they say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])


def login(page: str) -> str:
    return f"{SITE}/konto/login/code/?next={page}"


def settings_link() -> str:
    return login(reverse("letter_settings"))


# ---- what it must never say ----


def never(case) -> Iterator[str]:
    """Yield everything that the database knows of the case, the registers and the people, but for the number."""
    yield from (getattr(case, name) for name in Case.TEXT_FIELDS)
    yield from Text.objects.values_list("body", flat=True)
    yield from Association.objects.values_list("name", flat=True)
    for concern in case.concerns.select_related("member", "unit", "function"):
        yield from (concern.member.name, concern.unit.name, concern.function.name, concern.function.mailbox)
    yield from (case.initiative.name, case.reporter_email)
    yield from (word for choices in (Party, GapType) for pair in choices.choices for word in pair)
    for user in User.objects.all():
        yield from [user.email, *user.name.split()]


def told(case, said: str) -> list[str]:
    whole = (re.escape(word) for word in never(case) if word)
    return [word for word in whole if re.search(rf"(?<!\w){word}(?!\w)", said, re.IGNORECASE)]


def variants(case, kind, rakel, funktion) -> Iterator[Delivery]:
    """Yield word of a kind to everybody who can get it: by account, by receipt code, in a mailbox, in a digest."""
    yield word(case, kind, user=rakel)
    yield word(case, kind, address=REPORTER)
    yield word(case, kind, address=funktion.mailbox)
    digest = Delivery.objects.create(kind=Kind.DIGEST, about="digest:x", user=rakel, address=rakel.email)
    Delivery.objects.filter(user=rakel, kind=kind).exclude(pk=digest.pk).update(carried_by=digest)
    yield digest


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("own", [False, True])
def test_a_letter_tells_the_number_and_nothing_of_the_case(told_case, rakel, funktion, settings, kind, own):
    settings.BOUNCE_ADDRESS = "studs@lexheller.example.se"
    if own:
        LetterText.objects.create(association=told_case.association, kind=kind, changed_by=rakel, **OWN_WORDS)
    for delivery in variants(told_case, kind, rakel, funktion):
        received = read(delivery)
        assert told(told_case, everything(received)) == []
        if kind not in ABOUT:
            assert all(told_case.number in part(received, form) for form in ("plain", "html"))


def test_the_words_that_must_not_be_told_are_found(told_case):
    assert len(set(never(told_case))) > 40
    assert told(told_case, "Stegen, KOMMUN och sanna@example.org")


def test_a_letter_says_the_same_whatever_the_case_has_become(told_case, rakel):
    delivery = word(told_case, Kind.SENT, user=rakel)
    before = bytes_of(delivery)
    Case.objects.filter(pk=told_case.pk).update(heading="Något annat", initiative=None, ending="", ended_at=None,
                                                status="RECEIVED")  # fmt: skip
    assert shorn(bytes_of(delivery)) == shorn(before)


def shorn(raw: bytes) -> bytes:
    """Leave out what is new each time: when it left, and the line between the parts."""
    return re.sub(rb"Date: [^\r]*|=======+\d+==", b"", raw)


# ---- its words ----


def test_every_kind_has_its_wording():
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.CONFIRM])
def test_what_the_kansli_gets_in_anothers_place_is_said_to_nobody_in_particular(kind):
    said = f"{kind.label} {KINDS[kind].subject} {KINDS[kind].says}"
    assert re.search(r"\b(er|era|ert|ni|du|din)\b", said, re.IGNORECASE) is None


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.reader == Reader.FUNCTION])
def test_the_kansli_that_has_a_case_itself_is_not_sent_to_the_kansli(kind):
    assert "till kansliet" not in KINDS[kind].says


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_said_in_its_own_words(case, rakel, kind):
    row, received = KINDS[kind], read(word(case, kind, user=rakel))
    assert received["Subject"].strip() == row.subject.replace("{nummer}", case.number)
    assert row.says.replace("{nummer}", case.number) in part(received, "plain")
    assert row.says.replace("{nummer}", case.number) in part(received, "html")


def test_a_whole_letter(case, rakel, settings):
    said = part(read(word(case, Kind.SHARED, user=rakel)), "plain")
    assert (
        said
        == f"""\
Hej!

Det har kommit ett svar i ditt ärende {case.number}. Nu kan du läsa det.

Öppna sidan här. Är du inte inloggad får du en engångskod till din e-post:
{login(f"/arenden/{case.number}/")}

Lex Heller
Brevet skickades automatiskt och går inte att svara på.

Välj vilka brev du får:
{settings_link()}
"""
    )


def test_a_whole_letter_to_somebody_without_account(by_code):
    said = part(read(word(by_code.case, Kind.SHARED)), "plain")
    assert (
        said
        == f"""\
Hej!

Det har kommit ett svar i ditt ärende {by_code.case.number}. Nu kan du läsa det.

Skriv in din kvittokod på den här sidan:
http://127.0.0.1:8000/folj/

Lex Heller
Brevet skickades automatiskt och går inte att svara på.
"""
    )


def test_the_words_of_another_association_are_not_used(case, rakel, annat_forbund):
    LetterText.objects.create(association=annat_forbund, kind=Kind.NEW, changed_by=rakel, **OWN_WORDS)
    assert read(word(case, Kind.NEW, user=rakel))["Subject"] == f"Nytt ärende {case.number}"


def test_own_words_are_text_and_nothing_else(case, rakel):
    own = {
        "subject": "<b>&\r\nBcc: x@example.org\x85\u2028{x} {nummer}",
        "says": "<script>1 < 2</script>\n\n{0} {nummer!r}",
    }
    received = read(word(case, Kind.NEW, user=rakel), words=LetterText(**own))
    assert received["Subject"] == f"<b>& Bcc: x@example.org {{x}} {case.number}"
    assert (received["Bcc"], received["To"]) == (None, rakel.email)
    assert own["says"] in part(received, "plain")
    assert "<p>&lt;script&gt;1 &lt; 2&lt;/script&gt;</p>" in part(received, "html")


# ---- where it leads ----


@pytest.mark.parametrize("kind", Kind)
def test_a_letter_to_an_account_leads_through_the_log_in_to_a_page_that_is_there(case, rakel, kind):
    (link, choose) = Html(part(read(word(case, kind, user=rakel)), "html")).links
    page = link.removeprefix(login(""))
    assert (page != link, choose) == (True, settings_link())
    assert resolve(page).url_name
    assert f"\n{link}\n" in part(read(Delivery.objects.get()), "plain")


WHERE = {
    Kind.SENT: "/arenden/{}/",
    Kind.HELPED: "/arenden/{}/hjalpte-det/",
    Kind.CAME_BACK: "/arenden/{}/kom-det-tillbaka/",
    Kind.STATUS: "/arenden/{}/status/",
    Kind.CONFIRM: "/register/funktion/3/bekrafta/",
    Kind.PACK: "/moten/7/",
    Kind.DIGEST: "/nytt/",
}


def test_whatever_leads_elsewhere_than_to_the_case_is_tried():
    assert set(LEADS) == set(WHERE) - {Kind.SENT}


@pytest.mark.parametrize("kind", WHERE)
def test_each_kind_leads_to_its_page(case, rakel, kind):
    links = Html(part(read(word(case, kind, user=rakel)), "html")).links
    assert links[0] == login(WHERE[kind].format(case.number))


@pytest.mark.parametrize(
    "kind", [*(kind for kind, row in KINDS.items() if row.reader == Reader.REPORTER), Kind.CAME_BACK]
)
def test_a_letter_to_a_reporter_without_account_leads_to_the_receipt_code(told_case, kind):
    received = read(word(told_case, kind, address=REPORTER))
    assert Html(part(received, "html")).links == [SITE + "/folj/"]
    assert "kvittokod" in part(received, "plain")


@pytest.mark.parametrize("kind", [Kind.SENT, Kind.CAME_BACK, Kind.CONFIRM])
def test_a_letter_to_a_mailbox_leads_those_who_read_it_through_the_log_in(told_case, funktion, kind):
    links = Html(part(read(word(told_case, kind, address=funktion.mailbox)), "html")).links
    assert links == [login(WHERE[kind].format(told_case.number))]


def test_a_mailbox_from_which_somebody_reported_gets_the_functions_letters_all_the_same(told_case):
    links = Html(part(read(word(told_case, Kind.SENT, address=REPORTER)), "html")).links
    assert links == [login(WHERE[Kind.SENT].format(told_case.number))]


def test_the_link_of_a_letter_leads_through_the_code_to_the_case(client, file_case, forbund, rakel, mailoutbox):
    # A letter beyond ASCII in the number is written as %C3%84 in the page's address, and again in the link.
    forbund.code = "VÄN"
    forbund.save()
    case = file_case()
    (link, _) = Html(part(read(word(case, Kind.SHARED, user=rakel)), "html")).links
    page = ask_for_code(client, link.removeprefix(SITE), rakel)
    page = type_code(client, page, code_in(mailoutbox))
    assert link == login(f"/arenden/{case.number.replace('Ä', '%25C3%2584')}/")
    assert arrived(page) == reverse("case", args=[case.number])
    assert case.number in page.content.decode()


# ---- digests ----


def digest_of(rakel, *deliveries) -> Delivery:
    digest = Delivery.objects.create(kind=Kind.DIGEST, about="digest:x", user=rakel, address=rakel.email)
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(carried_by=digest)
    return digest


def test_a_digest_lists_what_it_carries_with_the_newest_last(file_case, rakel):
    one, other = file_case(), file_case()
    digest = digest_of(rakel, word(one, Kind.SHARED, user=rakel), word(other, Kind.HELPED, user=rakel))
    said = part(read(digest), "plain")
    assert said.startswith(f"""\
Hej!

Det här har hänt sedan förra brevet.

Svar du kan läsa, {one.number}:
{login(f"/arenden/{one.number}/")}

Hjälpte det?, {other.number}:
{login(f"/arenden/{other.number}/hjalpte-det/")}

Öppna sidan här. Är du inte inloggad får du en engångskod till din e-post:
{login("/nytt/")}
""")


def test_a_digest_has_the_same_links_in_both_forms(file_case, rakel):
    received = read(digest_of(rakel, *(word(file_case(), Kind.SHARED, user=rakel) for _ in range(3))))
    links = Html(part(received, "html")).links
    assert re.findall(r"^http.*$", part(received, "plain"), re.MULTILINE) == links
    assert len(set(links)) == 5


def test_what_was_taken_out_of_a_digest_is_not_in_it(case, rakel):
    delivery = word(case, Kind.SHARED, user=rakel, state=State.SUPPRESSED)
    assert case.number not in part(read(digest_of(rakel, delivery)), "plain")


def test_a_digest_asks_the_database_once_for_all_it_carries(file_case, rakel, django_assert_num_queries):
    digest = digest_of(rakel, *(word(file_case(), Kind.SHARED, user=rakel) for _ in range(4)))
    digest = Delivery.objects.select_related("user").get(pk=digest.pk)
    with django_assert_num_queries(1):
        compose(digest)


def test_a_letter_asks_the_database_for_its_words_alone(case, rakel, django_assert_num_queries):
    delivery = Delivery.objects.select_related("event__case", "user").get(pk=word(case, Kind.NEW, user=rakel).pk)
    with django_assert_num_queries(1):
        compose(delivery)


# ---- headers ----


def test_a_letter_says_that_a_machine_wrote_it_and_wants_no_answer_by_another(case, rakel):
    received = read(word(case, Kind.NEW, user=rakel))
    assert (received["Auto-Submitted"], received["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (len(received.get_all("Date")), len(received.get_all("Message-ID"))) == (1, 1)


def test_the_same_letter_has_the_same_message_id_and_another_has_another(case, rakel, sanna):
    one, other = word(case, Kind.NEW, user=rakel), word(case, Kind.NEW, user=sanna)
    assert read(one)["Message-ID"] == read(one)["Message-ID"] == one.message_id
    assert one.message_id != other.message_id


def test_letters_of_one_case_to_one_reader_are_a_thread(case, file_case, flow, rakel, sanna):
    flow.send(case)
    first, last = Event.objects.filter(case=case).first(), Event.objects.filter(case=case).last()
    letters = [
        Delivery.objects.create(event=event, kind=Kind.NEW, user=user, address=user.email)
        for event, user in [(first, rakel), (last, rakel), (first, sanna), (Event.objects.get(case=file_case()), rakel)]
    ]
    same, again, *others = [(read(one)["References"], read(one)["In-Reply-To"]) for one in letters]
    assert same == again == (letters[0].thread_id, letters[0].thread_id)
    assert len({same, *others}) == 3


def test_word_that_is_about_no_case_is_in_no_thread(case, rakel):
    assert read(word(case, Kind.PACK, user=rakel))["References"] is None


def test_the_mail_programs_own_button_stops_a_digest_and_no_other_letter(case, rakel):
    digest = read(digest_of(rakel, word(case, Kind.SHARED, user=rakel)))
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert resolve(digest["List-Unsubscribe"].strip(" <>").removeprefix(SITE)).url_name == "letters_off"
    assert read(Delivery.objects.get(kind=Kind.SHARED))["List-Unsubscribe"] is None


def test_a_letter_comes_back_to_an_address_of_its_own_but_is_from_the_program(case, rakel, settings):
    settings.BOUNCE_ADDRESS = "studs@lexheller.example.se"
    delivery = word(case, Kind.NEW, user=rakel)
    assert delivery_of(compose(delivery).from_email) == delivery.pk
    assert read(delivery)["From"] == settings.DEFAULT_FROM_EMAIL


# ---- as bytes ----


@pytest.mark.parametrize("kind", Kind)
def test_every_relay_can_take_a_letter(case, rakel, kind):
    long = {"subject": "Å" * 100 + " {nummer}", "says": "Ö" * 1900 + " {nummer}"}
    LetterText.objects.create(association=case.association, kind=kind, changed_by=rakel, **long)
    raw = bytes_of(word(case, kind, user=rakel))
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert not re.search(rb"[^\r]\n|\r[^\n]", raw)
    # An address is not folded; no line comes near what a relay refuses.
    assert [line for line in lines if len(line) > 78 and not line.startswith(b" <http")] == []
    assert max(map(len, lines)) < 998


def test_both_forms_are_quoted_printable_and_in_swedish(case, rakel):
    received = read(word(case, Kind.REOPENED, user=rakel))
    forms = [(one.get_content_type(), one["Content-Transfer-Encoding"]) for one in received.iter_parts()]
    assert received.get_content_type() == "multipart/alternative"
    assert forms == [("text/plain", "quoted-printable"), ("text/html", "quoted-printable")]
    assert received["Subject"] == f"Ärende {case.number} är öppnat igen"


def test_the_html_is_plain_and_loads_nothing(case, rakel):
    html = Html(part(read(word(case, Kind.NEW, user=rakel)), "html"))
    assert ("html", {"lang": "sv"}) in html.tags
    assert {tag for tag, _ in html.tags} <= {"html", "head", "meta", "title", "body", "p", "br", "a", "hr", "ul", "li"}
    assert {name for _, attrs in html.tags for name in attrs} <= {"lang", "charset", "name", "content", "href"}
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in html.tags


# ---- over a real line ----


@pytest.fixture
def over_smtp(mail_server, settings):
    """A mail server that takes what the program sends."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


def test_the_envelope_names_the_return_address_and_the_letter_its_sender(case, rakel, over_smtp, settings):
    settings.BOUNCE_ADDRESS = "studs@lexheller.example.se"
    delivery = word(case, Kind.SHARED, user=rakel)
    compose(delivery).send()
    (letter,) = over_smtp.wait_for(1)
    assert (delivery_of(letter.sender), letter.recipient) == (delivery.pk, rakel.email)
    received = email.message_from_bytes(letter.raw, policy=policy.default)
    assert (received["From"], received["To"]) == (settings.DEFAULT_FROM_EMAIL, rakel.email)
    assert (received["Return-Path"], received["Message-ID"]) == (None, delivery.message_id)


def test_a_letter_arrives_as_it_left(case, rakel, over_smtp):
    own = {"subject": "Åäö {nummer}", "says": "Åäö.\n.\n..\nFrom här\n\n" + "ö" * 900}
    LetterText.objects.create(association=case.association, kind=Kind.SHARED, changed_by=rakel, **own)
    compose(word(case, Kind.SHARED, user=rakel)).send()
    received = email.message_from_bytes(over_smtp.wait_for(1)[0].raw, policy=policy.default)
    assert received["Subject"] == f"Åäö {case.number}"
    assert own["says"] in part(received, "plain")


def test_without_a_return_address_the_sender_is_on_the_envelope(case, rakel, over_smtp):
    compose(word(case, Kind.SHARED, user=rakel)).send()
    assert over_smtp.wait_for(1)[0].sender == "lexheller@example.se"
