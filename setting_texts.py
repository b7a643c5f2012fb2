"""How the text of a setting is read, by what it may be.

Each reader raises ValueError with what was wanted instead.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EMBEDDED = "embedded:"

Read = Callable[[str], Any]


def whole(low: int, high: int) -> Read:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def seconds(low: float, high: float) -> Read:
    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if low <= float(text) <= high:  # also refuses nan
                return float(text)
        raise ValueError(f"a number of seconds from {low:g} to {high:g}")

    return read


def one_of(*choices: str) -> Read:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text

    return read


def on_or_off(text: str) -> bool:
    return bool(one_of("off", "on")(text) == "on")


def url(schemes: Iterable[str], embedded: bool = False) -> Read:
    wanted = (
        ("embedded: or " if embedded else "")
        + "a URL with "
        + ", ".join(f"{scheme}://" for scheme in schemes)
    )

    def read(text: str) -> str:
        if embedded and text == EMBEDDED:
            return text
        with contextlib.suppress(ValueError):
            parts = urlsplit(text)
            if parts.scheme in schemes and parts.hostname and parts.port != 0:
                return text
        raise ValueError(wanted)

    return read


def origins(text: str) -> str:
    for origin in text.split(","):
        if not re.fullmatch(r"https?://[^/\s,*]+", origin):
            raise ValueError("origins like https://app.example, with commas between them")
    return text


def long_secret(text: str) -> str:
    if len(text.encode()) < 32:
        raise ValueError("at least 32 bytes")
    return text


def folder(text: str) -> Path:
    return Path(text).expanduser().absolute()
