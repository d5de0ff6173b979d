"""The network file: what it holds, who may have written it, and several side by side."""

import json

import pytest
from django.core.management import CommandError, call_command

from cases import clocks
from cases.documents import HIDDEN, MISSING
from cases.network import FORM, NotANetworkFile, comparison, read_network_file

pytestmark = pytest.mark.once


def network_file(code: str = "GBG", name: str = "Förbund Ett", *, new: object = 40, **changes: object) -> bytes:
    cells = [{"of": ["2025", "Nya rapporter"], "count": new}, {"of": ["2024", "Nya rapporter"], "count": 30}]
    made = {
        "form": FORM,
        "association": {"code": code, "name": name},
        "period": {"first": "2025-01-01", "last": "2025-12-31"},
        "data_on": "2026-02-01",
        "threshold": 5,
        "tables": [{"key": "ar", "title": "År", "level": "per år", "cells": cells}],
    }
    return json.dumps({**made, **changes}).encode()


def compared(*raw: bytes):
    report = comparison([read_network_file(one) for one in raw], made_at=clocks.now())
    return {section.key: section for section in report.sections}["ar"].blocks[0].rows


def test_forbund_stand_in_the_order_of_their_names_and_are_summed():
    rows = compared(network_file("ZZ", "Östra"), network_file("AA", "Ängen", new=2))
    assert rows == (("Ängen", 2), ("Östra", 40), ("Alla", 42))


def test_a_sum_with_a_hidden_part_is_hidden():
    assert compared(network_file(), network_file("SVB", "Södra", new=".."))[-1] == ("Alla", HIDDEN)


def test_a_table_that_a_file_lacks_is_missing_there():
    rows = compared(network_file(), network_file("SVB", "Södra", tables=[]))
    assert rows[1:] == (("Södra", MISSING), ("Alla", MISSING))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"{}", "formen"),
        (network_file(association={}), "saknas"),
        (network_file(code="'; DROP"), "felskriven"),
        (network_file(new=-1), "varken"),
        (network_file(new=True), "varken"),
        (network_file(new="<5"), "varken"),
        (network_file(name="x" * 2_000_001), "för stor"),
    ],
)
def test_what_is_no_network_file_is_refused_in_a_sentence(raw, says):
    with pytest.raises(NotANetworkFile, match=says):
        read_network_file(raw)


def test_the_same_forbund_twice_is_refused():
    with pytest.raises(NotANetworkFile, match="två gånger"):
        compared(network_file(), network_file())


def test_different_periods_are_refused():
    other = network_file("SVB", "Södra", period={"first": "2024-01-01", "last": "2024-12-31"})
    with pytest.raises(NotANetworkFile, match="olika perioder"):
        compared(network_file(), other)


def test_the_command_writes_the_documents(tmp_path):
    (tmp_path / "a.json").write_bytes(network_file())
    call_command("network", tmp_path / "a.json", "--out", tmp_path / "out", verbosity=0)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".pdf", ".docx", ".xlsx", ".zip"}


def test_the_command_names_the_file_that_is_wrong(tmp_path):
    (tmp_path / "fel.json").write_bytes(b"{}")
    with pytest.raises(CommandError, match=r"fel\.json"):
        call_command("network", tmp_path / "fel.json", "--out", tmp_path)
