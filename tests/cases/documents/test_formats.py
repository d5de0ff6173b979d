"""What holds for every kind of file."""

import dataclasses
import datetime as dt

import pytest
import time_machine

from cases.documents import FORMATS, file_name
from tests.cases.documents import sample

pytestmark = pytest.mark.once


@pytest.mark.parametrize("key", FORMATS)
def test_the_same_report_becomes_the_same_bytes_on_another_day(key, made):
    first = made(key)
    with time_machine.travel(dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)):
        assert FORMATS[key].render(sample.report()) == first


@pytest.mark.parametrize("key", FORMATS)
def test_a_report_of_nothing_becomes_a_file(key):
    assert FORMATS[key].render(dataclasses.replace(sample.report(), sections=()))


@pytest.mark.parametrize(("key", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"PK")])
def test_a_file_is_what_it_says(key, begins, made):
    assert made(key).startswith(begins)


def test_a_files_name_is_plain_and_tells_whom_it_is_for():
    name = file_name(sample.report(), FORMATS["pdf"])
    assert name == "arssammanstallning-2025-samordningsforbundet-sodra-vatterbygden-internt-utkast.pdf"


def test_a_files_name_has_no_path_in_it():
    report = dataclasses.replace(sample.report(), title="../../etc/passwd\x00", association="中文")
    assert file_name(report, FORMATS["csv"]) == "etcpasswd--internt-utkast.zip"
