"""What leaves the förbund: hidden, audited, approved by two, and never taken back."""

import io

import pytest
from python_calamine import CalamineWorkbook

from cases import services
from cases.annual import release_report
from cases.codes import GapType, ReleaseAudience
from cases.disclosure import Exposure, Published
from cases.documents import FORMATS
from cases.errors import MoveNotAllowed
from cases.models import Release
from cases.services import releases
from tests.cases.test_summaries import FEBRUARY, history, summary  # noqa: F401
from tests.sharing import shared

pytestmark = pytest.mark.clock(FEBRUARY)


@shared
def fixed(summary, sanna):  # noqa: F811
    return services.fix_summary(summary, actor=sanna)


@shared
def release(fixed, sanna) -> Release:
    return services.make_release(fixed, actor=sanna, audience=ReleaseAudience.PUBLIC)


def approve(release: Release, actor) -> Release:
    return services.approve_release(release, actor=actor, seen=release.fingerprint)


def test_a_draft_does_not_leave(summary, sanna):  # noqa: F811
    with pytest.raises(MoveNotAllowed, match="Fastställ"):
        services.make_release(summary, actor=sanna, audience=ReleaseAudience.PUBLIC)


def test_small_numbers_are_not_in_what_is_stored(release):
    published = Published.from_json(release.content)
    assert published.table("ar").cells["2025", "Nya rapporter"].symbol == ".."
    assert GapType.ORGANISATION.label in release.content


def test_it_is_out_when_two_persons_have_approved(release, sanna, bea):
    first = approve(release, sanna)
    assert not first.is_out
    assert approve(first, bea).is_out


def test_one_person_cannot_approve_twice(release, sanna):
    approve(release, sanna)
    with pytest.raises(MoveNotAllowed, match="En annan person"):
        approve(release, sanna)
    assert not Release.objects.get().is_out


@pytest.mark.parametrize("who", ["rakel", "karl", "berit", "adam", "olle"])
def test_only_kansli_and_group_approve(release, who, request):
    with pytest.raises(MoveNotAllowed, match="samordnare och beredningsgrupp"):
        approve(release, request.getfixturevalue(who))


def test_what_fails_the_audit_does_not_leave(release, sanna, monkeypatch):
    found = Exposure("Part och typ: Kommun", 2, 3, ("Alla",))
    monkeypatch.setattr(releases, "audit", lambda *_: [found])
    with pytest.raises(services.Unprotectable, match="Kommun"):
        approve(release, sanna)


def test_figures_that_were_made_anew_must_be_read_anew(release, fixed, sanna, bea, forbund):
    approve(release, sanna)
    forbund.threshold = 7
    forbund.save()
    services.make_release(fixed, actor=sanna, audience=ReleaseAudience.PUBLIC)
    with pytest.raises(MoveNotAllowed, match="Läs den igen"):
        approve(release, bea)
    assert Release.objects.get().first_by is None


def test_what_is_out_is_neither_dropped_nor_made_again(release, fixed, sanna, bea):
    approve(release, sanna)
    approve(release, bea)
    with pytest.raises(MoveNotAllowed, match="kan inte tas tillbaka"):
        services.drop_release(release, actor=sanna)
    with pytest.raises(MoveNotAllowed, match="redan lämnad ut"):
        services.make_release(fixed, actor=sanna, audience=ReleaseAudience.PUBLIC)


def test_the_spreadsheet_shows_dots_where_a_number_is_hidden(release):
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(FORMATS["xlsx"].render(release_report(release))))
    cells = [cell for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row]
    assert ".." in cells


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.key)
def test_a_release_becomes_every_kind_of_file(release, form):
    assert form.render(release_report(release))
