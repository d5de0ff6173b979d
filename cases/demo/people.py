"""The demo's registers: two förbund as they are, and made-up people in every role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from cases import data
from cases.codes import GapType, Party, Role
from cases.models import (
    Absence,
    Association,
    ContactFunction,
    FunctionPerson,
    Grant,
    Initiative,
    Member,
    RoutingRule,
    Unit,
    User,
)

# For a machine of one's own: everyone in the demo has the same password, and it is printed.
PASSWORD = "demo-och-inget-annat"  # noqa: S105  # nosec B105
DOMAIN = "example.se"
SVB, GBG = "SVB", "GBG"
JKPG, RJL, FK, AF = "Jönköpings kommun", "Region Jönköpings län", "Försäkringskassan", "Arbetsförmedlingen"
STAD, VGR = "Göteborgs Stad", "Västra Götalandsregionen"

# Insatser with the year that they began and ended, counted from the demo's first.
INITIATIVES: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    SVB: (
        ("Enter", -6, None),
        ("NOVA", -4, None),
        ("FIA", -3, None),
        ("IT-spåret", -2, None),
        ("Arenasamverkan", -5, 0),
        ("VerkSam", 1, None),
        ("Koll på förmåga", 1, None),
    ),
    GBG: (
        ("Finsam Vuxna", -3, None),
        ("Finsam Unga Vuxna", -3, None),
        ("Individsamverkansteam", -2, None),
        ("Hälsa och Aktivitet", -4, None),
        ("Gränsgångare", 1, None),
    ),
}

_KOMMUN_UNITS = (
    "Ekonomiskt bistånd",
    "Arbetsmarknadsenheten",
    "Socialtjänst vuxen",
    "Boendestöd och socialpsykiatri",
    "Vuxenutbildning och sfi",
    "Kommunala aktivitetsansvaret",
)
_UNITS_OF_PARTY: dict[Party, tuple[str, ...]] = {
    Party.KOMMUN: _KOMMUN_UNITS,
    Party.REGION: (
        "Vårdcentralerna",
        "Vuxenpsykiatrin",
        "Neuropsykiatriska enheten",
        "Beroendemottagningen",
        "Smärt- och rehabenheten",
    ),
    Party.FORSAKRINGSKASSAN: ("Sjukförsäkring", "Aktivitetsersättning", "Kundcenter"),
    Party.ARBETSFORMEDLINGEN: ("Lokalt kontor", "Kundtjänst", "Arbetsgivarservice", "Upphandlade tjänster"),
}
_FEW_UNITS = {"Habo kommun", "Mullsjö kommun", "Vaggeryds kommun"}


@dataclass(frozen=True)
class _Function:
    """A kontaktfunktion: who answers, who stands in, and which concerns the rules point to it."""

    member: str
    name: str
    people: tuple[str, ...]
    deputies: tuple[str, ...] = ()
    is_general: bool = False
    # Each rule: unit, type and insats; blank means any.
    rules: tuple[tuple[str, str, str], ...] = ()


FUNCTIONS: dict[str, tuple[_Function, ...]] = {
    SVB: (
        _Function(JKPG, "Jönköpings kommun, samverkan", ("Karl Kommun",), ("Kim Kommun",), True),
        _Function(
            JKPG,
            "Ekonomiskt bistånd, enhetschefer",
            ("Klara Kommun",),
            ("Kim Kommun",),
            rules=(("Ekonomiskt bistånd", "", ""),),
        ),
        _Function(
            JKPG,
            "Arbetsmarknad, ledning",
            ("Kurt Kommun",),
            ("Kim Kommun",),
            rules=(("Arbetsmarknadsenheten", "", ""), ("", "", "IT-spåret")),
        ),
        _Function("Habo kommun", "Habo kommun, samverkan", ("Hanna Habo",), ("Hugo Habo",), True),
        _Function("Mullsjö kommun", "Mullsjö kommun, samverkan", ("Mats Mullsjö",), ("Maja Mullsjö",), True),
        _Function("Vaggeryds kommun", "Vaggeryds kommun, samverkan", ("Vera Vaggeryd",), ("Viktor Vaggeryd",), True),
        _Function(RJL, "Region Jönköpings län, samverkan", ("Regina Region",), ("Ragnar Region",), True),
        _Function(
            RJL,
            "Vårdcentralerna, verksamhetschefer",
            ("Vilma Vårdcentral",),
            ("Ragnar Region",),
            rules=(("Vårdcentralerna", "", ""),),
        ),
        _Function(
            RJL,
            "Psykiatrin, ledningsstab",
            ("Pelle Psykiatri",),
            ("Ragnar Region",),
            # The last one never wins, as an older rule says the same: the page of rules shall have a warning.
            rules=(
                ("Vuxenpsykiatrin", "", ""),
                ("Neuropsykiatriska enheten", "", ""),
                ("Vårdcentralerna", "", ""),
            ),
        ),
        _Function(FK, "Försäkringskassan, samverkan", ("Frida Försäkring",), ("Folke Försäkring",), True),
        _Function(
            FK,
            "Sjukförsäkring, områdeschefer",
            ("Folke Försäkring",),
            ("Frida Försäkring",),
            rules=(("Sjukförsäkring", "", ""), ("", GapType.RELATION, "")),
        ),
        _Function(AF, "Arbetsförmedlingen, samverkan", ("Ada Arbetsförmedlare",), ("Alvar Arbetsförmedlare",), True),
        _Function(AF, "Lokala kontoret", ("Axel Arbetsförmedlare",), (), rules=(("Lokalt kontor", "", ""),)),
    ),
    GBG: (
        _Function(STAD, "Göteborgs Stad, samverkan", ("Kerstin Kommun",), ("Kent Kommun",), True),
        _Function(
            STAD,
            "Socialförvaltningarna, försörjningsstöd",
            ("Katja Kommun",),
            ("Kent Kommun",),
            rules=(("Ekonomiskt bistånd", "", ""), ("", GapType.RELATION, "Finsam Vuxna")),
        ),
        _Function(
            STAD,
            "Arbetsmarknad och vuxenutbildning",
            ("Kasper Kommun",),
            ("Kent Kommun",),
            rules=(("Arbetsmarknadsenheten", "", ""), ("Vuxenutbildning och sfi", "", "")),
        ),
        _Function(VGR, "Västra Götalandsregionen, samverkan", ("Rebecka Region",), ("Rikard Region",), True),
        _Function(
            VGR,
            "Vårdcentraler, områdeschefer",
            ("Valter Vårdcentral",),
            ("Rikard Region",),
            rules=(("Vårdcentralerna", "", ""),),
        ),
        _Function(
            VGR,
            "Psykiatri, verksamhetschefer",
            ("Petra Psykiatri",),
            ("Rikard Region",),
            rules=(
                ("Vuxenpsykiatrin", "", ""),
                ("Neuropsykiatriska enheten", "", ""),
                ("Beroendemottagningen", "", ""),
            ),
        ),
        _Function(FK, "Försäkringskassan, samverkan", ("Fanny Försäkring",), ("Folke Försäkring",), True),
        _Function(
            FK,
            "Sjukförsäkring, områdeschefer",
            ("Folke Försäkring",),
            ("Fanny Försäkring",),
            rules=(("Sjukförsäkring", "", ""),),
        ),
        _Function(AF, "Arbetsförmedlingen, samverkan", ("Astrid Arbetsförmedlare",), ("Arvid Arbetsförmedlare",), True),
        _Function(
            AF,
            "Lokala kontor, sektionschefer",
            ("Anton Arbetsförmedlare",),
            ("Arvid Arbetsförmedlare",),
            rules=(("Lokalt kontor", "", ""), ("Lokalt kontor", GapType.RELATION, "Finsam Unga Vuxna")),
        ),
    ),
}

# Granted roles, with the member that the person works for.
GRANTS: dict[str, tuple[tuple[str, Role, str], ...]] = {
    SVB: (
        ("Sanna Samordnare", Role.COORDINATOR, ""),
        ("Sture Samordnare", Role.COORDINATOR, ""),
        ("Sture Samordnare", Role.ADMIN, ""),
        ("Disa Dubbel", Role.COORDINATOR, ""),
        ("Adam Administratör", Role.ADMIN, ""),
        ("Rakel Rapportör", Role.REPORTER, JKPG),
        ("Roger Rapportör", Role.REPORTER, JKPG),
        ("Ronja Rapportör", Role.REPORTER, RJL),
        ("Rune Rapportör", Role.REPORTER, "Habo kommun"),
        ("Rut Rapportör", Role.REPORTER, FK),
        ("Rasmus Rapportör", Role.REPORTER, AF),
        ("Pia Processledare", Role.REPORTER, AF),
        ("Bea Beredning", Role.PREPARATORY, JKPG),
        ("Hanna Habo", Role.PREPARATORY, "Habo kommun"),
        ("Mats Mullsjö", Role.PREPARATORY, "Mullsjö kommun"),
        ("Vera Vaggeryd", Role.PREPARATORY, "Vaggeryds kommun"),
        ("Regina Region", Role.PREPARATORY, RJL),
        ("Folke Försäkring", Role.PREPARATORY, FK),
        ("Alvar Arbetsförmedlare", Role.PREPARATORY, AF),
        ("Stina Styrelse", Role.BOARD, JKPG),
        ("Rolf Revisor", Role.BOARD, ""),
    ),
    GBG: (
        ("Gunilla Samordnare", Role.COORDINATOR, ""),
        ("Gustav Samordnare", Role.COORDINATOR, ""),
        ("Disa Dubbel", Role.COORDINATOR, ""),
        ("Agda Administratör", Role.ADMIN, ""),
        ("Greta Rapportör", Role.REPORTER, STAD),
        ("Gösta Rapportör", Role.REPORTER, STAD),
        ("Gina Rapportör", Role.REPORTER, STAD),
        ("Göran Rapportör", Role.REPORTER, VGR),
        ("Gerda Rapportör", Role.REPORTER, VGR),
        ("Glenn Rapportör", Role.REPORTER, AF),
        ("Gudrun Rapportör", Role.REPORTER, FK),
        ("Pia Processledare", Role.REPORTER, AF),
        ("Kerstin Kommun", Role.PREPARATORY, STAD),
        ("Rebecka Region", Role.PREPARATORY, VGR),
        ("Folke Försäkring", Role.PREPARATORY, FK),
        ("Bodil Beredning", Role.PREPARATORY, AF),
        ("Solveig Styrelse", Role.BOARD, STAD),
        # Reports in one förbund and sits in the other's board.
        ("Stina Styrelse", Role.REPORTER, STAD),
    ),
}
# Programs: of a member, in one of its functions, or of the förbund. None has a key, so that none comes in.
SYSTEMS: dict[str, tuple[tuple[str, str, str], ...]] = {
    SVB: (
        ("Jönköpings kommuns avvikelsesystem", JKPG, "Jönköpings kommun, samverkan"),
        ("Kansliets intranät", "", ""),
    ),
    GBG: (),
}
OPERATOR = "Dag Driftansvarig"
# People who are away today: from how many days ago, to how many days from now.
AWAY = (
    ("Axel Arbetsförmedlare", -9, 12),
    ("Vilma Vårdcentral", -3, 4),
    ("Katja Kommun", -1, 5),
    ("Karl Kommun", 24, 38),
)

# How many days ago functions said that their people are the right ones, in turn; one has let half a year pass.
CONFIRMED = (24, 61, 97, 132)
TIME_AGAIN = {"Jönköpings kommun, samverkan": 193}
# Whose letters come back, and how many days ago one last did.
BOUNCING = (("Hugo Habo", 6),)

# What a report calls a unit, and what the registers call it. The first word found counts.
_UNIT_WORDS: dict[Party, tuple[tuple[str, str], ...]] = {
    Party.REGION: (
        ("neuropsyk", "Neuropsykiatriska enheten"),
        ("utredningsteam", "Neuropsykiatriska enheten"),
        ("beroende", "Beroendemottagningen"),
        ("smärt", "Smärt- och rehabenheten"),
        ("rehab", "Smärt- och rehabenheten"),
        ("vårdcentral", "Vårdcentralerna"),
        ("primärvård", "Vårdcentralerna"),
        ("psyk", "Vuxenpsykiatrin"),
    ),
    Party.KOMMUN: (
        ("ekonomiskt bistånd", "Ekonomiskt bistånd"),
        ("socialkontor", "Ekonomiskt bistånd"),
        ("arbetsmarknad", "Arbetsmarknadsenheten"),
        ("jobbtorg", "Arbetsmarknadsenheten"),
        ("framtidsenheten", "Arbetsmarknadsenheten"),
        ("socialpsyk", "Boendestöd och socialpsykiatri"),
        ("boende", "Boendestöd och socialpsykiatri"),
        ("biståndsenhet", "Boendestöd och socialpsykiatri"),
        ("socialtjänst", "Socialtjänst vuxen"),
        ("sfi", "Vuxenutbildning och sfi"),
        ("aktivitetsansvar", "Kommunala aktivitetsansvaret"),
        ("kaa", "Kommunala aktivitetsansvaret"),
    ),
    Party.FORSAKRINGSKASSAN: (
        ("aktivitetsersättning", "Aktivitetsersättning"),
        ("kundcenter", "Kundcenter"),
        ("sjukförsäkring", "Sjukförsäkring"),
        ("omfördelning", "Sjukförsäkring"),
    ),
    Party.ARBETSFORMEDLINGEN: (
        ("lokalt kontor", "Lokalt kontor"),
        ("områdeskontor", "Lokalt kontor"),
        ("kartläggning", "Lokalt kontor"),
        ("kundtjänst", "Kundtjänst"),
        ("chatt", "Kundtjänst"),
        ("arbetsgivar", "Arbetsgivarservice"),
        ("upphandla", "Upphandlade tjänster"),
        ("kompletterande aktör", "Upphandlade tjänster"),
        ("fristående aktör", "Upphandlade tjänster"),
    ),
}


@dataclass
class Forbund:
    """One förbund's registers, at hand for the stories."""

    association: Association
    members: dict[str, Member] = field(default_factory=dict)
    units: dict[tuple[int, str], Unit] = field(default_factory=dict)
    initiatives: dict[str, Initiative] = field(default_factory=dict)
    functions: dict[int, tuple[list[User], list[User]]] = field(default_factory=dict)
    coordinators: list[User] = field(default_factory=list)
    reporters: dict[Party, list[User]] = field(default_factory=dict)
    employers: dict[int, Member] = field(default_factory=dict)
    preparatory: list[User] = field(default_factory=list)

    def of_party(self, party: Party) -> list[Member]:
        return [member for member in self.members.values() if member.party == party]

    def unit_of(self, member: Member, words: str) -> Unit | None:
        """Find the member's unit that a report's own word for it means."""
        low = words.lower()
        for word, name in _UNIT_WORDS.get(Party(member.party), ()):
            if word in low:
                return self.units.get((member.pk, name))
        return None


def email_of(name: str) -> str:
    """Return a made-up person's address: Karl Kommun is karl.kommun@example.se."""
    plain = name.lower().translate(str.maketrans("åäöé ", "aaoe."))
    return f"{plain}@{DOMAIN}"


class Registers:
    """Stores the registers and keeps them for the stories."""

    def __init__(self, *, first_year: int, today: dt.date) -> None:
        self.first_year = first_year
        self.today = today
        self.since = dt.date(first_year - 1, 1, 1)
        # Hashed once: some fifty people with one password.
        self._password = make_password(PASSWORD)
        self.users: dict[str, User] = {}
        self.forbund = {known.code: self._make(known) for known in data.associations() if known.code in FUNCTIONS}
        operator = self.user(OPERATOR)
        operator.is_staff = operator.is_superuser = True
        operator.save(update_fields=["is_staff", "is_superuser"])
        for name, start, end in AWAY:
            day = dt.timedelta(days=1)
            Absence.objects.create(user=self.users[name], from_on=today + start * day, to_on=today + end * day)
        for name, days in BOUNCING:
            self.users[name].bounced_on = today - dt.timedelta(days=days)
            self.users[name].save(update_fields=["bounced_on"])

    def user(self, name: str) -> User:
        """Return the person by this name, stored the first time that they are named."""
        if name not in self.users:
            self.users[name] = User.objects.create(email=email_of(name), name=name, password=self._password)
        return self.users[name]

    def _make(self, known: data.KnownAssociation) -> Forbund:
        association = Association.objects.create(
            name=known.name, code=known.code, region=known.county_name, is_demo=True
        )
        forbund = Forbund(association)
        for party, name in known.members:
            member = Member.objects.create(association=association, party=party, name=name, from_on=self.since)
            forbund.members[name] = member
            units = _KOMMUN_UNITS[:2] if name in _FEW_UNITS else _UNITS_OF_PARTY[party]
            for unit in units:
                forbund.units[member.pk, unit] = Unit.objects.create(member=member, name=unit, from_on=self.since)
        for name, start, end in INITIATIVES[known.code]:
            forbund.initiatives[name] = Initiative.objects.create(
                association=association,
                name=name,
                from_on=dt.date(self.first_year + start, 1, 1),
                to_on=None if end is None else dt.date(self.first_year + end, 12, 31),
            )
        for number, wanted in enumerate(FUNCTIONS[known.code]):
            days = TIME_AGAIN.get(wanted.name, CONFIRMED[number % len(CONFIRMED)])
            self._make_function(forbund, wanted, confirmed_on=self.today - dt.timedelta(days=days))
        for name, role, employer in GRANTS[known.code]:
            self._grant(forbund, name, role, employer)
        for name, owner, function in SYSTEMS[known.code]:
            self._make_system(forbund, name, owner, function)
        return forbund

    def _make_system(self, forbund: Forbund, name: str, owner: str, function: str) -> None:
        """Store a program: a member's reports and answers, the förbund's own reads figures."""
        member = forbund.members[owner] if owner else None
        system = User.objects.create_system(forbund.association, name=name, member=member)
        role = Role.REPORTER if member else Role.BOARD
        Grant.objects.create(user=system, association=forbund.association, role=role, member=member, from_on=self.since)
        if member:
            FunctionPerson.objects.create(function=member.functions.get(name=function), user=system, from_on=self.since)

    def _make_function(self, forbund: Forbund, wanted: _Function, *, confirmed_on: dt.date) -> None:
        member = forbund.members[wanted.member]
        function = ContactFunction.objects.create(
            member=member,
            name=wanted.name,
            mailbox=email_of(f"{forbund.association.code} {wanted.name.split(',')[0].replace(' ', '-')}"),
            is_general=wanted.is_general,
            from_on=self.since,
            confirmed_on=confirmed_on,
            confirmed_by=self.user(wanted.people[0]),
        )
        for is_deputy, names in enumerate((wanted.people, wanted.deputies)):
            for name in names:
                FunctionPerson.objects.create(
                    function=function, user=self.user(name), is_deputy=bool(is_deputy), from_on=self.since
                )
        forbund.functions[function.pk] = (
            [self.users[name] for name in wanted.people],
            [self.users[name] for name in wanted.deputies],
        )
        for unit, gap_type, initiative in wanted.rules:
            RoutingRule.objects.create(
                member=member,
                unit=forbund.units[member.pk, unit] if unit else None,
                gap_type=gap_type,
                initiative=forbund.initiatives[initiative] if initiative else None,
                function=function,
            )

    def _grant(self, forbund: Forbund, name: str, role: Role, employer: str) -> None:
        member = forbund.members[employer] if employer else None
        user = self.user(name)
        Grant.objects.create(user=user, association=forbund.association, role=role, member=member, from_on=self.since)
        if role == Role.COORDINATOR:
            forbund.coordinators.append(user)
        elif role == Role.PREPARATORY:
            forbund.preparatory.append(user)
        elif role == Role.REPORTER and member is not None:
            forbund.reporters.setdefault(Party(member.party), []).append(user)
            forbund.employers[user.pk] = member
