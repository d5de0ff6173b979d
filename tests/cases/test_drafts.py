"""Drafts: their author's own, and gone after thirty days."""

import uuid

import pytest

from cases import services
from cases.errors import MoveNotAllowed, PersonalDataFound
from cases.models import Draft, User

pytestmark = pytest.mark.usefixtures("db")

NUMBER = "640823-3234"


@pytest.fixture
def save(forbund, rakel):
    """Return a function that saves a draft, by Rakel unless told otherwise."""

    def save(author=rakel, key=None, association=forbund, **fields):
        return services.save_draft(association, author=author, key=key or uuid.uuid4(), fields=fields)

    return save


def test_a_draft_keeps_what_was_written(save):
    assert save(heading=" Rub\x00rik ", concerned=["KOMMUN:1"]).fields == {
        "heading": "Rubrik",
        "concerned": ["KOMMUN:1"],
    }


def test_saving_again_is_the_same_draft(save):
    key = uuid.uuid4()
    save(key=key, heading="Ett")
    save(key=key, heading="Två")
    assert [draft.fields["heading"] for draft in Draft.objects.all()] == ["Två"]


def test_an_empty_draft_may_be_saved(save):
    assert save().fields == {}


@pytest.mark.parametrize(
    "fields", [{"heading": NUMBER}, {"concerned": ["a", NUMBER]}, {NUMBER: "a"}, {"a": "b", "c": [NUMBER]}]
)
def test_a_personal_number_anywhere_stops_the_saving(save, fields):
    with pytest.raises(PersonalDataFound) as refused:
        save(**fields)
    assert not Draft.objects.exists()
    assert NUMBER not in str(refused.value)


def test_a_draft_with_a_number_leaves_what_was_saved_before(save):
    key = uuid.uuid4()
    save(key=key, heading="Ett")
    with pytest.raises(PersonalDataFound):
        save(key=key, heading=NUMBER)
    assert Draft.objects.get().fields == {"heading": "Ett"}


def test_a_draft_is_its_authors_alone(save, rakel, sanna, karl):
    save(heading="Ett")
    operator = User.objects.create_superuser("drift@example.org", name="Drift")
    assert Draft.objects.of(rakel).count() == 1
    assert not any(Draft.objects.of(person).exists() for person in (sanna, karl, operator))


def test_nobody_writes_in_somebody_elses_draft(save, karl):
    draft = save(heading="Ett")
    with pytest.raises(MoveNotAllowed) as refused:
        save(author=karl, key=draft.key, heading="Två")
    assert refused.value.code == "wrong_draft"
    assert Draft.objects.get().fields == {"heading": "Ett"}


def test_a_draft_does_not_wander_to_another_forbund(save, annat_forbund):
    draft = save(heading="Ett")
    with pytest.raises(MoveNotAllowed):
        save(key=draft.key, association=annat_forbund, heading="Två")


def test_nobody_throws_somebody_elses_draft_away(save, rakel, karl):
    draft = save(heading="Ett")
    services.discard_draft(draft, author=karl)
    assert Draft.objects.exists()
    services.discard_draft(draft, author=rakel)
    assert not Draft.objects.exists()


def test_a_draft_is_there_for_thirty_days(save, rakel, moved):
    save(heading="Ett")
    with moved(29.9):
        assert Draft.objects.of(rakel).exists()
    with moved(30.1):
        assert not Draft.objects.of(rakel).exists()


def test_drafts_past_their_days_are_deleted_and_others_not(save, moved):
    save(heading="Ett")
    with moved(20):
        save(heading="Två")
    with moved(30.1):
        assert services.expire_drafts() == 1
    assert Draft.objects.get().fields == {"heading": "Två"}


def test_saving_again_starts_the_thirty_days_anew(save, moved):
    key = uuid.uuid4()
    save(key=key, heading="Ett")
    with moved(20):
        save(key=key, heading="Två")
    with moved(40):
        assert services.expire_drafts() == 0


def test_a_form_cannot_fill_the_table(save):
    assert len(save(**{f"f{n}": "x" for n in range(1000)}).fields) == 40


def test_a_text_that_is_too_long_to_send_is_kept_all_the_same(save):
    assert len(save(happened="x" * 20_000).fields["happened"]) == 20_000
