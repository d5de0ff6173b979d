"""The field's codes and their Swedish labels; every stored code is one of these."""

from django.db.models import TextChoices


class Party(TextChoices):
    """Who a concern is about. The last two need no member: the kansli records for them."""

    ARBETSFORMEDLINGEN = "ARBETSFORMEDLINGEN", "Arbetsförmedlingen"
    FORSAKRINGSKASSAN = "FORSAKRINGSKASSAN", "Försäkringskassan"
    KOMMUN = "KOMMUN", "Kommun"
    REGION = "REGION", "Region"
    FORBUND = "FORBUND", "Samordningsförbundet"
    OTHER = "OTHER", "Annan part"


MEMBER_PARTIES = frozenset({Party.ARBETSFORMEDLINGEN, Party.FORSAKRINGSKASSAN, Party.KOMMUN, Party.REGION})


class GapType(TextChoices):
    """What kind of brist it is. Blank means that the reporter did not know."""

    STRUKTUR = "STRUKTUR", "Struktur"
    ORGANISATION = "ORGANISATION", "Organisation"
    RELATION = "RELATION", "Relation och bemötande"


GAP_TYPE_DEFINITIONS = {
    GapType.STRUKTUR: "Lagar, regler, gränser mellan uppdrag, pengar, sekretess eller styrning. "
    "Lika för alla, och enheten kan inte ändra det själv.",
    GapType.ORGANISATION: "Hur en part har bemannat, informerat, planerat eller fördelat sitt arbete. "
    "Chefen där kan ändra det.",
    GapType.RELATION: "Bemötande, attityd, förtroende, ton eller kultur mellan människor.",
}
UNKNOWN_TYPE_LABEL = "Vet inte"


class Frequency(TextChoices):
    SINGLE = "SINGLE", "En enstaka gång"
    RECURRING = "RECURRING", "Återkommande"
    UNKNOWN = "UNKNOWN", "Vet inte"


class Channel(TextChoices):
    """How the report came in."""

    WEB = "WEB", "Webbformuläret"
    PHONE = "PHONE", "Telefon"
    EMAIL = "EMAIL", "E-post"
    MEETING = "MEETING", "Möte"
    LETTER = "LETTER", "Brev"
    REFERRAL = "REFERRAL", "Hänvisad från ett annat förbund"


# How a report comes in that the kansli takes down for somebody.
CALLER_CHANNELS = (Channel.PHONE, Channel.EMAIL, Channel.MEETING, Channel.LETTER)


class Source(TextChoices):
    """How word from a member or reporter reached the kansli, when it is recorded on their behalf."""

    PHONE = "PHONE", "Telefon"
    EMAIL = "EMAIL", "E-post"
    MEETING = "MEETING", "Möte"
    LETTER = "LETTER", "Brev"


class Status(TextChoices):
    """Where a case stands; derived from its concerns by `workflow.derive_status`, never set by hand."""

    RECEIVED = "RECEIVED", "Inkommen"
    CLARIFYING = "CLARIFYING", "Komplettering"
    WITH_PARTY = "WITH_PARTY", "Hos parten"
    IN_PROGRESS = "IN_PROGRESS", "Åtgärd pågår"
    ANSWERED = "ANSWERED", "Besvarad"
    CLOSED = "CLOSED", "Avslutad"
    DISMISSED = "DISMISSED", "Avskriven"
    REFERRED = "REFERRED", "Hänvisad vidare"


OPEN_STATUSES = frozenset({Status.RECEIVED, Status.CLARIFYING, Status.WITH_PARTY, Status.IN_PROGRESS, Status.ANSWERED})
ENDINGS = frozenset({Status.CLOSED, Status.DISMISSED, Status.REFERRED})


class ConcernState(TextChoices):
    PENDING = "PENDING", "Ej skickad"
    SENT = "SENT", "Skickad"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Mottagen"
    ANSWERED = "ANSWERED", "Besvarad"
    RETURNED = "RETURNED", "Återlämnad"
    UNANSWERED = "UNANSWERED", "Svar uteblev"
    WITHDRAWN = "WITHDRAWN", "Struken"


WITH_FUNCTION = frozenset({ConcernState.SENT, ConcernState.ACKNOWLEDGED})
UNSENT = frozenset({ConcernState.PENDING, ConcernState.RETURNED})


class Track(TextChoices):
    QUICK = "QUICK", "Snabbspår"
    ANALYSIS = "ANALYSIS", "Analys"


class Lifted(TextChoices):
    PREPARATORY = "PREPARATORY", "Beredningsgruppen"
    BOARD = "BOARD", "Styrelsen"


class Outcome(TextChoices):
    RESOLVED = "RESOLVED", "Åtgärdad"
    PARTLY = "PARTLY", "Delvis åtgärdad"
    REMAINS_SYSTEM = "REMAINS_SYSTEM", "Kvarstår, systemfel"
    REMAINS = "REMAINS", "Kvarstår, ingen åtgärd planeras"
    NO_GAP = "NO_GAP", "Ingen brist i samverkan"


class Cause(TextChoices):
    LAW = "LAW", "Lagar och regler"
    STEERING = "STEERING", "Styrning och prioritering"
    RESOURCES = "RESOURCES", "Resurser och bemanning"
    ROUTINES = "ROUTINES", "Rutiner och kontaktvägar"
    KNOWLEDGE = "KNOWLEDGE", "Kunskap om varandra"
    SECRECY = "SECRECY", "Sekretess och samtycke"
    IT = "IT", "It-stöd"
    TREATMENT = "TREATMENT", "Bemötande"
    OTHER = "OTHER", "Annat"


class DismissReason(TextChoices):
    NOT_COOPERATION = "NOT_COOPERATION", "Inte en brist i samverkan"
    TOO_LITTLE = "TOO_LITTLE", "För lite uppgifter"
    DUPLICATE = "DUPLICATE", "Dubblett av ett annat ärende"
    WITHDRAWN = "WITHDRAWN", "Återtagen av rapportören"
    OTHER = "OTHER", "Annat skäl"


class MeasureState(TextChoices):
    OPEN = "OPEN", "Pågår"
    DONE = "DONE", "Klar"
    DROPPED = "DROPPED", "Avbruten"
    MOVED = "MOVED", "Flyttad till systemfel"


class PatternStatus(TextChoices):
    OBSERVED = "OBSERVED", "Iakttaget"
    ANALYSIS = "ANALYSIS", "Under analys"
    MEASURES = "MEASURES", "Åtgärd pågår"
    SOLVED = "SOLVED", "Löst"
    REMAINS = "REMAINS", "Kvarstår"


# Nobody works on it any longer: it is gone, or it stays as it is.
PATTERN_ENDED = frozenset({PatternStatus.SOLVED, PatternStatus.REMAINS})


class Why(TextChoices):
    """Why an item stands on an agenda."""

    LIFTED = "LIFTED", "Lyft av kansliet"
    LATE = "LATE", "Svaret dröjer"
    REVIEW = "REVIEW", "Dags att följa upp"
    BY_HAND = "BY_HAND", "Tillagd för hand"


class Helped(TextChoices):
    YES = "YES", "Ja"
    PARTLY = "PARTLY", "Delvis"
    NO = "NO", "Nej"


class FeedbackKind(TextChoices):
    HELPED = "HELPED", "Hjälpte det?"
    CAME_BACK = "CAME_BACK", "Kom det tillbaka?"


class Role(TextChoices):
    """What a person is.

    Granted per förbund with dates, but for CONTACT, which is being in a function, and SUCCESSOR, which is
    coordinating the förbund that another was merged into: it reads what was closed there.
    """

    REPORTER = "REPORTER", "Rapportör"
    CONTACT = "CONTACT", "Partskontakt"
    COORDINATOR = "COORDINATOR", "Samordnare"
    PREPARATORY = "PREPARATORY", "Beredningsgrupp"
    BOARD = "BOARD", "Styrelse"
    ADMIN = "ADMIN", "Förbundsadministratör"
    SUCCESSOR = "SUCCESSOR", "Samordnare i efterföljaren"


# What a program may be: nobody who keeps the registers, and a member's own sees no more than what its people report.
SYSTEM_ROLES = (Role.REPORTER, Role.COORDINATOR, Role.PREPARATORY, Role.BOARD)
MEMBER_SYSTEM_ROLES = (Role.REPORTER,)
GRANTED_ROLES = (Role.REPORTER, Role.COORDINATOR, Role.PREPARATORY, Role.BOARD, Role.ADMIN)
SUMMARY_ROLES = frozenset({Role.COORDINATOR, Role.PREPARATORY, Role.BOARD})


class Audience(TextChoices):
    """Who on a case may see an event or a text, besides the kansli, which sees all of them."""

    EVERYONE = "EVERYONE", "Alla på ärendet"
    KANSLI = "KANSLI", "Kansliet"
    REPORTER = "REPORTER", "Rapportören och kansliet"
    FUNCTION = "FUNCTION", "Kontaktfunktionen och kansliet"
    REPORTER_FUNCTION = "REPORTER_FUNCTION", "Rapportören, kontaktfunktionen och kansliet"


class TextKind(TextChoices):
    """What a free text on a case is."""

    ADDITION = "ADDITION", "Komplettering"
    QUESTION = "QUESTION", "Fråga"
    REPLY = "REPLY", "Svar på fråga"
    NOTE = "NOTE", "Anteckning"
    RETURN = "RETURN", "Skäl till återlämning"
    ANSWER = "ANSWER", "Partens svar"
    NO_MEASURE = "NO_MEASURE", "Varför ingen åtgärd"
    MEASURE = "MEASURE", "Åtgärd"
    MEASURE_END = "MEASURE_END", "Hur åtgärden slutade"
    REASON = "REASON", "Skäl"
    LIFT = "LIFT", "Kansliets förslag"
    RECOMMENDATION = "RECOMMENDATION", "Rekommendation"
    ASSIGNMENT = "ASSIGNMENT", "Uppdrag från mötet"
    CLOSING = "CLOSING", "Svar till rapportören"
    FEEDBACK = "FEEDBACK", "Återkoppling"


class ReadAction(TextChoices):
    OPENED = "OPENED", "Öppnade"
    PRINTED = "PRINTED", "Skrev ut"
    EXPORTED = "EXPORTED", "Exporterade"
    ORIGINAL = "ORIGINAL", "Läste maskerad text"
    FETCHED = "FETCHED", "Hämtade"
    SENT = "SENT", "Skickade in"


class BreakKind(TextChoices):
    """Why figures before and after a day are not quite comparable."""

    FORM = "FORM", "Nytt formulär"
    CATEGORY = "CATEGORY", "Ändrade kategorier"
    MERGER = "MERGER", "Sammanslaget förbund"
    ROUTINE = "ROUTINE", "Ny rutin för att rapportera"
    OTHER = "OTHER", "Annat"


class ReleaseAudience(TextChoices):
    """Whom figures leave the förbund for."""

    PUBLIC = "PUBLIC", "Alla, som på webbplatsen"
    NETWORK = "NETWORK", "Andra samordningsförbund"
