"""A case as one reader may know it: whose concerns, whose clocks, whose lateness."""

import datetime as dt

import pytest
from django.urls import reverse

from cases import clocks, services, shown
from cases.codes import Cause, GapType, Lifted, Party, Role
from cases.models import Case, Concern
from cases.querysets import concerns_shown
from cases.services import Concerned
from tests.people import grant
from tests.sharing import shared


@shared
def both_sent(file_case, kommun, fk, frida, sanna) -> Case:
    """A case that lies with Karl's function and with Frida's, hers with a later day."""
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    concerns = {concern.member_id: concern for concern in case.concerns.all()}
    types = {concern.pk: GapType.STRUKTUR for concern in concerns.values()}
    services.classify(case, actor=sanna, types=types)
    services.send(case, actor=sanna, concerns={concerns[kommun.pk].pk: kommun.functions.get()})
    with clocks.at(clocks.now() + dt.timedelta(days=20)):
        services.send(case, actor=sanna, concerns={concerns[fk.pk].pk: fk.functions.get()})
    return Case.objects.prefetch_related("concerns").get(pk=case.pk)


@shared
def karl_prepares(karl, forbund):
    """Karl, who also sits in the beredningsgrupp."""
    grant(karl, forbund, Role.PREPARATORY)
    return karl


def names(case: Case, actor) -> list[str]:
    return [concern.member.name for concern in concerns_shown(case, actor)]


def test_somebody_in_the_group_too_sees_only_their_own_part_until_it_is_lifted(both_sent, karl_prepares, sanna):
    assert names(both_sent, karl_prepares) == ["Provköpings kommun"]
    day = clocks.today() + dt.timedelta(days=30)
    services.lift(both_sent, actor=sanna, held_on=day, body=Lifted.PREPARATORY, proposal="Ta upp det.")
    assert len(names(Case.objects.get(pk=both_sent.pk), karl_prepares)) == 2


@pytest.mark.parametrize("person", ["sanna", "rakel", "karl", "karl_prepares", "frida", "bea", "berit", "olle"])
def test_what_is_shown_of_one_case_is_what_is_found_among_many(both_sent, request, person):
    actor = request.getfixturevalue(person)
    found = Concern.objects.filter(case=both_sent).shown_to(actor)
    assert set(concerns_shown(both_sent, actor)) == set(found)


@pytest.mark.parametrize("path", ["case_list", "case_csv"])
def test_the_list_and_the_file_name_no_other_part_to_a_function(client, both_sent, karl_prepares, path):
    client.force_login(karl_prepares)
    answer = client.get(reverse(path))
    body = b"".join(answer) if answer.streaming else answer.content
    assert b"Provk" in body
    assert "Försäkringskassan" not in body.decode().split("</form>")[-1]


def test_a_function_is_not_called_late_for_anothers_clock(both_sent, frida, karl, sanna, moved):
    with moved(15):
        rows = {who: shown.row(Case.objects.get(pk=both_sent.pk), who) for who in (frida, karl, sanna)}
        assert (rows[frida].is_late, rows[karl].is_late, rows[sanna].is_late) == (False, True, True)
        late = {who: Case.objects.visible_to(who).late_to(who).exists() for who in (frida, karl, sanna)}
        assert late == {frida: False, karl: True, sanna: True}


def test_a_function_sees_its_own_next_day(client, both_sent, frida):
    own = both_sent.concerns.get(party=Party.FORSAKRINGSKASSAN)
    assert shown.row(both_sent, frida).next_due == own.acknowledge_due
    assert shown.row(both_sent, frida).next_due > both_sent.next_due


def test_a_functions_own_measure_counts_among_its_days(both_sent, karl, moved):
    plan = services.Plan("Ny rutin", Cause.ROUTINES, "Enhetschefen", clocks.today() + dt.timedelta(days=3))
    concern = both_sent.concerns.get(party=Party.KOMMUN)
    services.answer(both_sent, actor=karl, concern=concern, finding="Klart.", cause=Cause.ROUTINES, plans=[plan])
    case = Case.objects.get(pk=both_sent.pk)
    assert shown.row(case, karl).next_due == plan.due_on
    with moved(4):
        assert case in Case.objects.late_to(karl)
