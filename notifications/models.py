"""The proof: one row for each recipient, channel and event; what a person wants, a förbund's words, its webhooks."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Case as CaseOf
from django.db.models import Exists, OuterRef, Q, Subquery, When

from cases import clocks
from cases.codes import ReadAction, Role
from cases.models import Association, Case, Concern, ContactFunction, Event, ReadLog, User


class Kind(models.TextChoices):
    """What a letter tells. `notifications.kinds` says to whom, and in what words."""

    RECEIPT = "RECEIPT", "Kvitto på din rapport"
    QUESTION = "QUESTION", "Fråga till dig"
    TAKEN = "TAKEN", "Din rapport är mottagen"
    SHARED = "SHARED", "Svar du kan läsa"
    CLOSED = "CLOSED", "Avslutat med svar till dig"
    ENDED = "ENDED", "Avskrivet eller hänvisat, med svar till dig"
    HELPED = "HELPED", "Hjälpte det?"
    CAME_BACK = "CAME_BACK", "Kom det tillbaka?"

    SENT = "SENT", "Skickat till din funktion"
    REPLIED = "REPLIED", "Svar på er fråga"
    SOON = "SOON", "Svaret ska snart lämnas"
    DUE = "DUE", "Dags att svara"
    LATE = "LATE", "Svaret är försenat"
    UNREAD = "UNREAD", "Inte bekräftat som mottaget"
    MEASURE = "MEASURE", "En åtgärd ska bli klar"
    MEASURE_LATE = "MEASURE_LATE", "En åtgärd är försenad"
    CONFIRM = "CONFIRM", "Stämmer kontaktfunktionen?"

    NEW = "NEW", "Nytt ärende"
    RETURNED = "RETURNED", "Återlämnat"
    ANSWERED = "ANSWERED", "Ett svar har kommit"
    REOPENED = "REOPENED", "Öppnat igen"
    TRIAGE = "TRIAGE", "Väntar på första hantering"
    NOBODY = "NOBODY", "Ingen på plats i en funktion"
    AGENDA = "AGENDA", "Sent svar på nästa dagordning"
    UNASKED = "UNASKED", "Ingen att fråga om det kom tillbaka"

    LIFTED = "LIFTED", "Lyft till beredningsgruppen"
    STATUS = "STATUS", "Ett svar dröjer"
    PACK = "PACK", "Underlaget till mötet är klart"

    DIGEST = "DIGEST", "Samlingsbrev"


# What tries a webhook out; it is no word of anything that has happened.
TRIAL, TRIAL_LABEL = "TRIAL", "Prov"


class Channel(models.TextChoices):
    """Where word goes: a letter, the bell in the program, or a system outside."""

    MAIL = "MAIL", "E-post"
    APP = "APP", "I programmet"
    HOOK = "HOOK", "Webhook"


class State(models.TextChoices):
    """How far word has come.

    `not_before` says until when: a letter that WAITs is not sent before it, one that is CLAIMED is held by a sender
    until then, one that is RETRYING is tried again then.
    """

    WAITING = "WAITING", "Väntar"
    CLAIMED = "CLAIMED", "Skickas nu"
    SENT = "SENT", "Skickat"
    RETRYING = "RETRYING", "Försöker igen"
    FAILED = "FAILED", "Gick inte att skicka"
    BOUNCED = "BOUNCED", "Kom tillbaka"
    SUPPRESSED = "SUPPRESSED", "Skickades inte"


# What a sender may take up: the last only when the one that held it is gone.
UNSENT = (State.WAITING, State.RETRYING, State.CLAIMED)


class Cadence(models.TextChoices):
    """When a person gets letters of a kind."""

    AT_ONCE = "AT_ONCE", "Genast"
    DAILY = "DAILY", "Samlat varje arbetsdag"
    WEEKLY = "WEEKLY", "Samlat varje måndag"
    OFF = "OFF", "Inget brev"


# Word that has waited so long is no news.
UNREAD_DAYS = 90


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Word, and who has still to see it."""

    def open_to(self, user: User) -> Self:
        """Keep word of cases that the person may open, or whose card they may see, and word of no case.

        Narrow the rows first: only the cases that they are about are looked for among all that the person may open.
        """
        about = self.order_by().values("event__case")
        openable = Q(event__isnull=True) | Q(event__case__in=Case.objects.visible_to(user).filter(pk__in=about))
        if user.standing().associations(Role.PREPARATORY):
            cards = Concern.objects.brought_to(user).filter(case__in=about).order_by().values("case")
            openable |= Q(kind=Kind.STATUS, event__case__in=cards)
        return self.filter(openable)

    def in_app_of(self, user: User) -> Self:
        """Keep the person's own word in the program, for as long as it may be news."""
        since = clocks.now() - dt.timedelta(days=UNREAD_DAYS)
        return self.filter(channel=Channel.APP, user=user, created_at__gte=since)

    def unread_by(self, user: User) -> Self:
        """Keep what the person has not put away, opened since, or done themselves."""
        return self.in_app_of(user).filter(seen_at__isnull=True).open_to(user).filter(unread(user))

    def opened(self) -> Self:
        """Keep word whose reader has opened the case since."""
        return self.filter(_opened())

    def with_opening(self) -> Self:
        """Give each row, as `opened_at`, when its reader, or the holder of the code, first opened the case since."""
        by_code = _since(user__isnull=True, role=Role.REPORTER)
        first = When(user__isnull=False, then=Subquery(_first(_since(user=OuterRef("user")))))
        return self.annotate(opened_at=CaseOf(first, default=Subquery(_first(by_code))))


def unread(user: User) -> Q:
    """Match which of a person's word in the program is still news to them."""
    return Q(seen_at__isnull=True) & ~Q(event__actor=user) & ~_opened()


def _opened() -> Q:
    return Q(Exists(_since(user=OuterRef("user"))))


def _since(**by: Any) -> models.QuerySet[ReadLog]:
    """Return when the case was opened, by somebody and not by a key of theirs, since word of it was made."""
    return ReadLog.objects.filter(
        **by, via="", case=OuterRef("event__case"), action=ReadAction.OPENED, at__gte=OuterRef("created_at")
    )


def _first(reads: models.QuerySet[ReadLog]) -> Any:
    return reads.order_by("at").values("at")[:1]


class Delivery(models.Model):
    """Word of one event to one recipient by one channel; the key keeps it from being made twice.

    Word without an event (a digest, a function to confirm, a pack) says what it is `about` instead. A letter that waits
    for a digest is `carried_by` it, and shares its fate. `why` holds a code, never what a server said, since servers
    quote addresses. In the program, word is SENT when it is there to see. A system has no mail address; its hook's name
    among the rows stands there.
    """

    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="deliveries")
    about = models.CharField(max_length=80, blank=True, default="", db_default="")
    # Whose words a letter without event is written in; an event has its case's.
    association = models.ForeignKey(Association, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL, db_default="MAIL")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    hook: models.ForeignKey[Hook | None, Hook | None] = models.ForeignKey(
        "Hook", models.PROTECT, null=True, related_name="deliveries", db_index=False
    )
    address = models.EmailField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(default=clocks.now)
    # Made anew by whoever claims the letter: only its holder may say how it went.
    claim = models.CharField(max_length=32, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    carried_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="carries", db_index=False)
    sent_at = models.DateTimeField(null=True)
    # When its reader put it away in the program, or was found to have opened the case.
    seen_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clocks.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = "brev"
        verbose_name_plural = "brev"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "address"], condition=Q(event__isnull=False), name="word_of_an_event_once"
            ),
            models.UniqueConstraint(
                fields=["about", "channel", "address"], condition=Q(event__isnull=True), name="word_about_it_once"
            ),
            models.CheckConstraint(condition=Q(event__isnull=False) | ~Q(about=""), name="word_has_a_cause"),
            models.CheckConstraint(
                condition=Q(state__in=["SENT", "BOUNCED"], sent_at__isnull=False)
                | (~Q(state__in=["SENT", "BOUNCED"]) & Q(sent_at__isnull=True)),
                name="sent_word_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(channel="HOOK", hook__isnull=False) | (~Q(channel="HOOK") & Q(hook__isnull=True)),
                name="word_to_a_hook",
            ),
        ]
        indexes = [
            # Apart, so that what waits for a system that is away is not passed by each time letters are looked for.
            models.Index(
                fields=["not_before"],
                condition=Q(channel="MAIL", state__in=["WAITING", "CLAIMED", "RETRYING"], carried_by__isnull=True),
                name="letter_due",
            ),
            models.Index(
                fields=["not_before"],
                condition=Q(channel="HOOK", state__in=["WAITING", "CLAIMED", "RETRYING"]),
                name="hook_due",
            ),
            models.Index(fields=["hook", "-id"], condition=Q(hook__isnull=False), name="hook_newest"),
            models.Index(fields=["carried_by"], condition=Q(carried_by__isnull=False), name="word_carried"),
            models.Index(
                fields=["user", "-created_at"], condition=Q(channel="APP", seen_at__isnull=True), name="word_unseen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.pk}"

    @property
    def label(self) -> str:
        return TRIAL_LABEL if self.kind == TRIAL else Kind(self.kind).label

    @property
    def message_id(self) -> str:
        """Return the same Message-ID at every attempt, so that a reader can tell a double; it names nobody."""
        cause = self.event.hash if self.event else self.about
        return _id_of(cause, self.address)

    @property
    def thread_id(self) -> str:
        """Return what all letters about the same case to the same recipient refer to."""
        return _id_of("thread", str(self.event.case_id), self.address) if self.event else ""


def _id_of(*parts: str) -> str:
    key = hashlib.sha256(":".join(parts).encode()).hexdigest()
    return f"<{key[:40]}@{settings.SITE_HOST}>"


class Desk(NamedTuple):
    """A side that is told as such, whoever sits there: a förbund's kansli, or one of its members' functions."""

    association: int
    function: int | None = None


class OffWhy(models.TextChoices):
    """Why a hook is off."""

    BY_HAND = "BY_HAND", "Avstängd av administratören"
    GONE = "GONE", "Mottagaren svarade att adressen är borttagen"
    FAILING = "FAILING", "Mottagaren har inte tagit emot på flera dagar"


def new_key() -> str:
    """Return what tells a hook from every other: 128 bits that nobody can guess, in hex."""
    return secrets.token_hex(16)


class HookQuerySet(models.QuerySet["Hook"]):
    """Webhooks, and which of them somebody should look at."""

    def stopped(self) -> Self:
        """Keep those that the program has switched off."""
        return self.filter(is_on=False).exclude(off_why=OffWhy.BY_HAND)

    def on(self) -> Self:
        """Keep those that are on."""
        return self.filter(is_on=True)


class Hook(models.Model):
    """A system outside that is told what a desk is told: the kansli's, or with a `function` that function's.

    Its secret is reckoned from its key and `version`, and kept nowhere. The one before is used beside it until
    `old_secret_until`. While the system fails, nothing is sent to it before `paused_until`.
    """

    association = models.ForeignKey(Association, models.PROTECT, related_name="hooks")
    function = models.ForeignKey(ContactFunction, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("namn", max_length=80)
    # May hold what only its receiver should know.
    address = models.CharField("adress", max_length=1000)
    # Host and port of the address: what stands in one line.
    host = models.CharField(max_length=300, db_index=True)
    kinds = models.JSONField(default=list)
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    version_at = models.DateTimeField(default=clocks.now)
    # Who made the secret anew: nobody else is shown it when their form comes late.
    version_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    old_secret_until = models.DateTimeField(null=True)
    is_on = models.BooleanField(default=True)
    off_why = models.CharField(max_length=10, choices=OffWhy.choices, blank=True)
    off_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clocks.now)
    last_sent_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_why = models.CharField(max_length=60, blank=True)
    # Since it last took something.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)

    objects = HookQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = "webhook"
        verbose_name_plural = "webhookar"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=True, off_why="", off_at__isnull=True)
                | (Q(is_on=False, off_at__isnull=False) & ~Q(off_why="")),
                name="hook_off_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def desk(self) -> Desk:
        """Return the side whose system it is."""
        return Desk(self.association_id, self.function_id)

    def hears(self, desk: Desk, kind: str) -> bool:
        """Tell whether word of a kind to a desk goes to this system too."""
        return self.is_on and self.desk == desk and kind in self.kinds

    def word(self, **fields: Any) -> Delivery:
        """Return word to this system, not stored yet."""
        return Delivery(**fields, channel=Channel.HOOK, hook=self, address=f"hook:{self.pk}")


class HourlyRound(models.Model):
    """When everything that belongs to an hour was last done, in one row, so that somebody notices when it is not."""

    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M}"


class Preference(models.Model):
    """When a person wants letters of a kind; without a row it is at once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="letter_preferences")
    kind = models.CharField(max_length=20)
    cadence = models.CharField(max_length=8, choices=Cadence.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_of_a_kind")]


class LetterText(models.Model):
    """A förbund's own words for a kind of letter."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="letter_texts")
    kind = models.CharField(max_length=20)
    subject = models.CharField("ämnesrad", max_length=120)
    says = models.TextField("text", max_length=2000)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clocks.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "kind"], name="one_letter_text_of_a_kind")]
