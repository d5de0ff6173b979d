"""`manage.py annual_summary`: the files it makes, which version, and how it says no."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from cases import clocks, services
from cases.clocks import STOCKHOLM
from cases.statistics import Period

FEBRUARY = dt.datetime(2026, 2, 2, 12, tzinfo=STOCKHOLM)


@pytest.fixture
def run(forbund, sanna, tmp_path):
    """Return a function that makes the files of 2025 in February after it, and tells what was printed."""

    def made(*args: str) -> str:
        out = io.StringIO()
        given = ["--association", "pro", "--year", "2025", "--out", str(tmp_path / "ut"), *args]
        with clocks.at(FEBRUARY):
            call_command("annual_summary", *given, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    return made


@pytest.mark.once
def test_it_freezes_and_makes_every_file(run, case, tmp_path):
    told = run("--freeze-as", "Sanna@example.org")
    assert "Årssammanställning 2025, Samordningsförbundet Prov. Version 1, utkast." in told
    made = sorted(path.suffix for path in (tmp_path / "ut").iterdir())
    assert made == [".docx", ".pdf", ".xlsx", ".zip"]
    assert all(path.stat().st_size > 1000 for path in (tmp_path / "ut").iterdir())


@pytest.mark.once
def test_it_takes_the_newest_fixed_version_before_a_draft(run, forbund, sanna):
    with clocks.at(FEBRUARY):
        services.fix_summary(services.begin_summary(forbund, actor=sanna, period=Period.year(2025)), actor=sanna)
        services.begin_summary(forbund, actor=sanna, period=Period.year(2025))
    assert "Version 1, fastställd." in run()


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ([], "har ingen sammanställning av 2025"),
        (["--tertial", "2"], "andra tertialen 2025"),
        (["--association", "XXX"], "Här finns: PRO"),
        (["--year", "1999"], "mellan 2000 och 2099"),
        (["--year", "2027", "--freeze-as", "sanna@example.org"], "inte börjat"),
        (["--freeze-as", "ingen@example.org"], "Ingen här har"),
    ],
)
def test_it_says_in_a_sentence_why_not(run, args, why):
    with pytest.raises(CommandError, match=why):
        run(*args)


def test_somebody_who_does_not_coordinate_freezes_nothing(run, rakel):
    with pytest.raises(CommandError, match="bara samordnaren"):
        run("--freeze-as", "rakel@example.org")


def test_a_folder_that_cannot_be_made_is_told(run, tmp_path):
    (tmp_path / "ut").write_text("en fil")
    with pytest.raises(CommandError, match="Det går inte att göra mappen"):
        run("--freeze-as", "sanna@example.org")
