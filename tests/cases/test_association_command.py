"""Setting up one of Sweden's förbund with one command."""

import io

import pytest
from django.core.management import CommandError, call_command

from cases import data
from cases.codes import Party, Role
from cases.models import Association, ContactFunction, Member, User
from cases.routing import Router

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("association", *args, stdout=out)
    return out.getvalue()


@pytest.mark.once
def test_every_forbund_in_the_file_can_be_set_up():
    for known in data.associations():
        run(known.name)
    assert Association.objects.count() == len(data.associations())
    for association in Association.objects.prefetch_related("members"):
        parties = {member.party for member in association.members.all()}
        assert parties == {Party.KOMMUN, Party.REGION, Party.FORSAKRINGSKASSAN, Party.ARBETSFORMEDLINGEN}


def test_the_members_have_the_names_they_use_themselves():
    run("Samordningsförbundet Södra Vätterbygden")
    assert set(Member.objects.values_list("name", flat=True)) == {
        "Habo kommun",
        "Jönköpings kommun",
        "Mullsjö kommun",
        "Vaggeryds kommun",
        "Region Jönköpings län",
        "Försäkringskassan",
        "Arbetsförmedlingen",
    }


def test_goteborg_is_a_city_and_gotland_answers_for_two_parts():
    run("Göteborg")
    run("Gotland")
    names = {(member.association.code, member.party): member.name for member in Member.objects.all()}
    assert names["GBG", Party.KOMMUN] == "Göteborgs Stad"
    assert names["GOT", Party.KOMMUN] == "Region Gotland, kommunens uppgifter"
    assert names["GOT", Party.REGION] == "Region Gotland, hälso- och sjukvård"


def test_each_member_has_a_general_function_that_waits_for_people():
    run("Höglandet")
    functions = ContactFunction.objects.all()
    assert all(function.is_general for function in functions)
    assert functions.count() == Member.objects.count() == 9
    assert len(Router(Association.objects.get()).warnings()) == 9


@pytest.mark.parametrize(
    "written",
    [
        "Höglandets samordningsförbund",
        "höglandet",
        " HÖGLANDET ",
        "Samordningsförbundet Höglandet",
        "Finsam Höglandet",
        "HÖG",
    ],
)
def test_a_name_is_known_however_it_is_written(written):
    run(written)
    assert Association.objects.get().name == "Höglandets samordningsförbund"


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("Höglandt", "Höglandets samordningsförbund"),
        ("Göteborg Hisingen", "Finsam Göteborg"),
        ("Tranås", "Höglandets samordningsförbund"),
        ("Dalarna", "Södra Dalarnas samordningsförbund"),
    ],
)
def test_an_unknown_name_gets_those_that_are_close(written, proposed):
    with pytest.raises(CommandError, match=proposed):
        run(written)
    assert not Association.objects.exists()


@pytest.mark.parametrize("written", ["Xyzzy", "", "samordningsförbundet"])
def test_a_name_like_no_other_is_refused_with_a_way_on(written):
    with pytest.raises(CommandError, match="--list"):
        run(written)


def test_one_that_is_there_already_is_left_alone():
    run("Höglandet")
    assert "finns redan" in run("Höglandet", "--admin", "ny@example.org")
    assert Association.objects.count() == 1
    assert not User.objects.exists()


def test_the_one_invited_coordinates_and_administers():
    run("Höglandet", "--admin", "Tuva@Example.org")
    user = User.objects.get()
    assert user.email == "tuva@example.org"
    assert not user.has_usable_password()
    assert set(user.grants.values_list("role", flat=True)) == {Role.COORDINATOR, Role.ADMIN}
    assert user.invitations.count() == 1


def test_a_bad_address_changes_nothing():
    with pytest.raises(CommandError, match="ingen e-postadress"):
        run("Höglandet", "--admin", "tuva")
    assert not Association.objects.exists()


def test_a_code_that_is_taken_or_malformed_changes_nothing():
    run("Höglandet", "--code", "ABC")
    for code in ("ABC", "A1", "FÖRLÅNGT"):
        with pytest.raises(CommandError):
            run("Finnveden", "--code", code)
    assert Association.objects.count() == 1


def test_its_own_code_gives_way_to_one_that_is_taken():
    Association.objects.create(name="Ett annat", code="HÖG")
    run("Höglandet")
    assert Association.objects.filter(code="HÖGA").exists()


def test_the_list_names_all_of_them():
    assert len(run("--list").splitlines()) == len(data.associations()) == 77


def test_every_forbund_has_a_code_of_its_own():
    assert len({known.code for known in data.associations()}) == 77
