"""People: log-in by e-mail, dated roles per förbund, absence and invitations."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from cases import clocks
from cases.codes import GRANTED_ROLES, MEMBER_SYSTEM_ROLES, SYSTEM_ROLES, Role
from cases.models.association import Association, Dated, Member
from cases.querysets import Standing, standing_of

if TYPE_CHECKING:
    from cases.models.case import Case


class UserManager(BaseUserManager["User"]):
    """Makes users with a lower-case e-mail address, which is the log-in name."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a person; without a password they log in by one-time code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_system(self, association: Association, *, name: str, member: Member | None = None) -> User:
        """Store a program of a förbund or of one of its members. Where people have an address it has a name of ours.

        It lacks the @, so that no form for addresses takes it and no letter can be sent there.
        """
        return self.create_user(
            f"system:{uuid.uuid4().hex}", name=name, is_active=False, system_of=association, system_member=member
        )

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store an operator, who runs the installation and sees no case."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


@dataclass
class Via:
    """The key that a program acts with in somebody's name, and what this request has come to with it.

    `noted` tells that the read log has its line already; `changed` is the case that a step was taken on, and `role`
    the one that it was taken in.
    """

    key: str
    noted: bool = False
    changed: Case | None = None
    role: str = ""


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in, or a system that comes in by a key alone.

    What they may do comes from grants and functions, never from this row. A system is never active: it cannot log in,
    is nobody who is present in a function, gets no word, and stands in for no person. The database holds to that, so
    that whatever asks for active people is right about systems too.
    """

    email = models.EmailField("e-post", unique=True)
    name = models.CharField("namn", max_length=120)
    is_active = models.BooleanField("aktiv", default=True)
    # Whose program it is: of a förbund, and of one of its members where it is theirs. A person has neither.
    system_of = models.ForeignKey(
        Association,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="systems",
        editable=False,
        db_index=False,
        verbose_name="system hos",
    )
    system_member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="systems", editable=False, db_index=False
    )
    is_staff = models.BooleanField("driftansvarig", default=False)
    created_at = models.DateTimeField(default=clocks.now, editable=False)
    # The last day a letter to the address came back; empty again once the address is known to work.
    bounced_on = models.DateField("brev kom tillbaka", null=True, blank=True, editable=False)

    # How this request came in; nothing where somebody is logged in.
    via: Via | None = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = "person"
        verbose_name_plural = "personer"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="email_once_whatever_case"),
            models.CheckConstraint(
                condition=models.Q(system_of__isnull=True, system_member__isnull=True)
                | models.Q(system_of__isnull=False, is_active=False, is_staff=False, is_superuser=False),
                name="a_system_is_nobody",
                violation_error_message="Ett system kan inte logga in och inte sköta driften.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["system_of"], condition=models.Q(system_of__isnull=False), name="systems_of_a_forbund"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_system(self) -> bool:
        return self.system_of_id is not None

    @property
    def system_roles(self) -> tuple[Role, ...]:
        """Return the roles that this system can be given."""
        return MEMBER_SYSTEM_ROLES if self.system_member_id else SYSTEM_ROLES

    @property
    def may_act(self) -> bool:
        """Tell whether a key of this account works: it is a system, or a person who may log in."""
        return self.is_active or self.is_system

    def clean(self) -> None:
        """Lower the e-mail address, so that each has one spelling."""
        self.email = self.email.strip().lower()

    def standing(self) -> Standing:
        """Return what this person is today, read once per loaded user and day."""
        kept: Standing | None = self.__dict__.get("_standing")
        if kept is None or kept.day != clocks.today():
            kept = self.__dict__["_standing"] = standing_of(self)
        return kept

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Forget the kept standing too, since the roles may be what changed."""
        self.__dict__.pop("_standing", None)
        super().refresh_from_db(*args, **kwargs)


class Grant(Dated):
    """A role that a person holds in a förbund from one day to another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="person")
    association = models.ForeignKey(Association, models.PROTECT, related_name="grants")
    role = models.CharField("roll", max_length=12, choices=[(r.value, r.label) for r in GRANTED_ROLES])
    member = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name="medlem",
        help_text="Var personen är anställd, eller vilken medlem hen företräder i beredningsgruppen.",
    )

    class Meta(Dated.Meta):
        ordering = ["association", "role", "user__name"]
        verbose_name = "roll"
        verbose_name_plural = "roller"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "association", "role"],
                condition=models.Q(to_on__isnull=True),
                name="one_open_grant_of_a_role",
            ),
        ]
        indexes = [models.Index(fields=["association", "role"])]

    def __str__(self) -> str:
        return f"{self.user}: {Role(self.role).label}, {self.association}"

    def clean(self) -> None:
        """Refuse a role that a system cannot have."""
        if self.user_id and self.association_id and (misfit := self.misfit()):
            raise ValidationError(misfit)

    def misfit(self) -> str:
        """Say why a system cannot have this role; nothing about people."""
        if not self.user.is_system:
            return ""
        if self.user.system_of_id != self.association_id:
            return "Systemet hör till ett annat förbund."
        if self.role in self.user.system_roles:
            return ""
        if self.user.system_member:
            return f"Systemet hör till {self.user.system_member}. Det kan rapportera och svara, inget annat."
        return "Registren sköts av en person."


class Absence(Dated):
    """Days when a person is away, so that the deputy gets what is sent to the function."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name="person")

    class Meta(Dated.Meta):
        ordering = ["from_on"]
        verbose_name = "frånvaro"
        verbose_name_plural = "frånvaro"


class Invitation(models.Model):
    """Word to a person that they may log in. It holds no secret: they log in by one-time code."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    association = models.ForeignKey(Association, models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clocks.now)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
