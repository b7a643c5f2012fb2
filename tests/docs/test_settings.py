"""docs/settings.md and settings.py say the same: neither can gain a setting alone."""

from __future__ import annotations

from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any

from settings import described, variable
from tests.docs.examples import ROOT

PAGE = ROOT / "docs" / "settings.md"


def row(setting: Field[Any]) -> str:
    return f"| `{variable(setting)}` | {_default(setting)} | {setting.metadata['about']} |"


def _default(setting: Field[Any]) -> str:
    if setting.default is MISSING or setting.default is None:
        return ""
    if isinstance(setting.default, bool):
        return "`on`" if setting.default else "`off`"
    return f"`{setting.default}`"


def rows(page: Path) -> list[str]:
    return [line for line in page.read_text().splitlines() if line.startswith("| `AMITY_")]


def test_every_setting_is_documented_in_the_words_of_the_code() -> None:
    assert rows(PAGE) == [row(setting) for setting in described()]
