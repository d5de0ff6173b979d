"""People: log-in by e-mail, dated roles per förbund, absence and invitations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from cases import clocks
from cases.codes import GRANTED_ROLES, Role
from cases.models.association import Association, Dated, Member
from cases.querysets import Standing, standing_of


class UserManager(BaseUserManager["User"]):
    """Makes users with a lower-case e-mail address, which is the log-in name."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a person; without a password they log in by one-time code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store an operator, who runs the installation and sees no case."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in. What they may do comes from grants and functions, never from this row."""

    email = models.EmailField("e-post", unique=True)
    name = models.CharField("namn", max_length=120)
    is_active = models.BooleanField("aktiv", default=True)
    is_staff = models.BooleanField("driftansvarig", default=False)
    created_at = models.DateTimeField(default=clocks.now, editable=False)
    # The last day a letter to the address came back; empty again once the address is known to work.
    bounced_on = models.DateField("brev kom tillbaka", null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = "person"
        verbose_name_plural = "personer"
        constraints = [models.UniqueConstraint(Lower("email"), name="email_once_whatever_case")]

    def __str__(self) -> str:
        return self.name

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
