from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def style_sheet() -> str:
    return (ROOT / "lexheller" / "static" / "css" / "app.css").read_text(encoding="utf-8")
