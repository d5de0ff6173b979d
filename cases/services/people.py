"""Accounts as a förbund's administrator handles them: invitations and dated roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from smtplib import SMTPException

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from cases import clocks
from cases.codes import GRANTED_ROLES, Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, ContactFunction, FunctionPerson, Grant, Invitation, Member, User
from cases.services.registers import (
    NAME_MISSING,
    NOT_HERE,
    accounts_of,
    changing,
    check_dates,
    one_line,
    or_taken,
    overlapping,
    people_of,
    put_in_function,
)

log = structlog.get_logger("cases.people")

# Two clicks on the same button are one letter.
BETWEEN_LETTERS = dt.timedelta(minutes=1)


@dataclass
class Invited:
    """An invitation, and whether its letter left; a letter that did not can be sent again."""

    invitation: Invitation
    mailed: bool = False


def invite(
    association: Association,
    *,
    actor: User,
    email: str,
    name: str,
    roles: Collection[Role] = (),
    member: Member | None = None,
    function: ContactFunction | None = None,
    is_deputy: bool = False,
) -> Invited:
    """Give somebody roles or a place in a function from today, and mail them word of it.

    An address that has an account already keeps it, name and all. The letter leaves after the transaction; a
    mail server that fails loses nothing but the letter.
    """
    texts = one_line({"email": email, "name": name})
    if missing := {field: "Fyll i det här." for field, text in texts.items() if not text}:
        raise Incomplete(missing)
    if not roles and function is None:
        raise Incomplete({"roles": "Välj minst en roll, eller en kontaktfunktion längre ner."})
    with changing(association, actor=actor) as held:
        person = _found_or_made(texts["email"].lower(), texts["name"])
        for role in roles:
            _grant(held, person, role, member, clocks.today(), actor=actor, field="roles")
        if function is not None:
            _seat(held, person, function, is_deputy=is_deputy)
        invitation = Invitation.objects.create(user=person, association=held, invited_by=actor)
        return _letter_after_commit(invitation)


def resend_invitation(association: Association, *, actor: User, person: User) -> Invited:
    """Mail the invitation once more to somebody who has not logged in since."""
    with changing(association, actor=actor) as held:
        waiting = Invitation.objects.filter(association=held, user=person, accepted_at__isnull=True)
        invitation = waiting.select_related("user").first()
        if invitation is None:
            raise MoveNotAllowed("Personen har redan loggat in. Det behövs ingen ny inbjudan.", code="accepted")
        if clocks.now() - invitation.created_at < BETWEEN_LETTERS:
            return Invited(invitation, mailed=True)
        invitation.created_at = clocks.now()
        invitation.save(update_fields=["created_at"])
        return _letter_after_commit(invitation)


def accept_invitations(user: User) -> None:
    """Note that an invited person has logged in."""
    Invitation.objects.filter(user=user, accepted_at__isnull=True).update(accepted_at=clocks.now())


def grant(
    association: Association,
    *,
    actor: User,
    person: User,
    role: Role,
    from_on: dt.date,
    member: Member | None = None,
    to_on: dt.date | None = None,
) -> Grant:
    """Give somebody who is known in the förbund, or one of its systems, one more role."""
    check_dates(from_on, to_on)
    with changing(association, actor=actor) as held:
        if not accounts_of(held).filter(pk=person.pk).exists():
            raise Incomplete({"person": NOT_HERE})
        return _grant(held, person, role, member, from_on, actor=actor, field="role", to_on=to_on)


def end_grant(grant: Grant, *, actor: User, last_day: dt.date) -> None:
    """End a role after its last day; a role that began today or has not begun is removed by an earlier day.

    Somebody has to keep the registers: the last administrator's role does not end.
    """
    with changing(grant.association, actor=actor) as held:
        row = Grant.objects.select_related("user").get(pk=grant.pk, association=held)
        if row.to_on is not None and row.to_on < clocks.today():
            raise Incomplete({"last_day": f"Rollen upphörde redan {row.to_on}."})
        if row.role == Role.ADMIN and not _others_administer(held, row, last_day):
            raise MoveNotAllowed(_last_administrator(row, actor), code="last_admin")
        removed = last_day < row.from_on
        if removed and row.from_on < clocks.today():
            raise Incomplete({"last_day": f"Rollen började {row.from_on}. Välj den dagen eller en senare."})
        _log("grant_removed" if removed else "grant_ended", row, actor)
        if removed:
            row.delete()
        else:
            row.to_on = last_day
            row.save(update_fields=["to_on"])
        _forget_standing(actor, row.user)


def save_person(association: Association, *, actor: User, person: User, name: str, email: str) -> User:
    """Correct the name or address of somebody who was just invited."""
    texts = one_line({"name": name, "email": email})
    if not texts["name"]:
        raise Incomplete({"name": NAME_MISSING})
    with changing(association, actor=actor) as held:
        row = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not may_correct(held, row):
            raise MoveNotAllowed("Kontot ändras av den som sköter driften.", code="own_account")
        email = texts["email"].lower()
        row.bounced_on = row.bounced_on if row.email == email else None
        row.name, row.email = texts["name"], email
        with or_taken("email", "Adressen används redan av någon annan."):
            row.save(update_fields=["name", "email", "bounced_on"])
        forget_addresses(row)
    return row


def may_correct(association: Association, person: User) -> bool:
    """Tell whether the administrator may correct an account: one of this förbund only, which nobody has used.

    Whoever sets the address can log in by it. An account in use is its owner's, with drafts and all.
    """
    return not (
        person.last_login
        or person.is_staff
        or person.is_superuser
        or person.grants.exclude(association=association).exists()
        or person.function_places.exclude(function__member__association=association).exists()
        or not people_of(association).filter(pk=person.pk).exists()
    )


def forget_addresses(person: User) -> None:
    """Drop the addresses that log-in has remembered, so that an old one no longer lets anybody in."""
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()


def _found_or_made(email: str, name: str) -> User:
    person = User.objects.filter(email=email).first()
    if person is None:
        with or_taken("email", "Någon annan lade just till adressen. Försök igen."):
            person = User.objects.create_user(email, name=name)
    if not person.is_active:
        raise Incomplete({"email": "Kontot är avstängt. Hör av dig till den som sköter driften."})
    return person


def _grant(
    association: Association,
    person: User,
    role: Role,
    member: Member | None,
    from_on: dt.date,
    *,
    actor: User,
    field: str,
    to_on: dt.date | None = None,
) -> Grant:
    if role not in GRANTED_ROLES:
        raise Incomplete({field: "Partskontakter läggs till i en kontaktfunktion."})
    if member is not None and member.association_id != association.pk:
        raise Incomplete({"member": NOT_HERE})
    held = Grant.objects.filter(user=person, association=association, role=role)
    taken = f"Personen är redan {role.label.lower()} under den tiden."
    if overlapping(held, from_on, to_on).exists():
        raise Incomplete({field: taken})
    row = Grant(user=person, association=association, role=role, member=member, from_on=from_on, to_on=to_on)
    if misfit := row.misfit():
        raise Incomplete({field: misfit})
    with or_taken(field, taken):
        row.save()
    _log("grant", row, actor)
    _forget_standing(actor, person)
    return row


def _seat(association: Association, person: User, function: ContactFunction, *, is_deputy: bool) -> None:
    if not ContactFunction.objects.filter(pk=function.pk, member__association=association).exists():
        raise Incomplete({"function": NOT_HERE})
    try:
        put_in_function(FunctionPerson(user=person, function=function), is_deputy=is_deputy, from_on=clocks.today())
    except Incomplete as error:
        raise Incomplete({"function": error.message}) from error


def _others_administer(association: Association, row: Grant, last_day: dt.date) -> bool:
    """Tell whether somebody else administers the förbund on the day after, until further notice."""
    others = Grant.objects.filter(association=association, role=Role.ADMIN, user__is_active=True).exclude(pk=row.pk)
    day_after = max(last_day + dt.timedelta(days=1), clocks.today())
    return others.filter(to_on__isnull=True, from_on__lte=day_after).exclude(user=row.user_id).exists()


def _last_administrator(row: Grant, actor: User) -> str:
    who = "Du" if row.user_id == actor.pk else row.user.name
    return f"{who} är ensam förbundsadministratör. Ge rollen till någon annan först."


def _forget_standing(*people: User) -> None:
    for person in people:
        person.__dict__.pop("_standing", None)


def _log(what: str, row: Grant, actor: User) -> None:
    log.info(what, by=actor.pk, user=row.user_id, role=row.role, association=row.association_id)


# ---- the letter ----


def _letter_after_commit(invitation: Invitation) -> Invited:
    invited = Invited(invitation)

    def post() -> None:
        invited.mailed = _mail(invitation)

    transaction.on_commit(post)
    return invited


def _mail(invitation: Invitation) -> bool:
    """Send the letter: a link to the log-in page, without a secret and without anything about anybody."""
    context = {
        "association": invitation.association,
        "url": settings.SITE_URL + reverse("account_request_login_code"),
    }
    try:
        send_mail(
            subject=render_to_string("cases/email/invitation_subject.txt", context).strip(),
            message=render_to_string("cases/email/invitation_message.txt", context),
            from_email=None,
            recipient_list=[invitation.user.email],
        )
    except (SMTPException, OSError) as error:
        log.warning("invitation_not_mailed", invitation=invitation.pk, kind=type(error).__name__)
        return False
    return True
