"""Examples in the pages that users read, and how an answer is compared. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
FENCE = re.compile(r"^```(\w*)[ ]*(.*)$")
ANSWERS = ("json", "text")
ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class Fence:
    page: str
    line: int
    language: str
    info: str  # what stands behind the language: who asks
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    asked: Fence
    answer: Fence | None

    @property
    def name(self) -> str:
        return f"{self.asked.page}:{self.asked.line}"


def fences(page: str, text: str) -> Iterator[Fence]:
    opened: tuple[int, str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if opened is None and match:
            opened, body = (number, match[1], match[2].strip()), []
        elif opened is not None and line == "```":
            yield Fence(page, *opened, "\n".join(body))
            opened = None
        elif opened is not None:
            body.append(line)
    if opened is not None:
        raise ValueError(f"{page}:{opened[0]}: a fence is not closed")


def examples(page: str, text: str) -> list[Example]:
    """Each question with the answer that follows it; an answer alone is a mistake."""
    found: list[Example] = []
    for fence in fences(page, text):
        if fence.language not in ANSWERS:
            found.append(Example(fence, None))
        elif not found or found[-1].answer is not None:
            raise ValueError(f"{page}:{fence.line}: an answer to nothing")
        else:
            found[-1] = Example(found[-1].asked, fence)
    return found


def of_page(path: Path) -> list[Example]:
    return examples(path.relative_to(ROOT).as_posix(), path.read_text())


def difference(shown: Any, real: Any, at: str = "answer") -> str | None:
    """None where what is shown describes what came.

    >>> difference({"a": "x…", "b": [1, "…"]}, {"a": "xyz", "b": [1, 2, 3]})
    >>> difference({"a": 1}, {"a": 2})
    'answer.a: shown 1, came 2'
    """
    if isinstance(shown, dict) and isinstance(real, dict):
        return _of_objects(shown, real, at)
    if isinstance(shown, list) and isinstance(real, list):
        return _of_lists(shown, real, at)
    if isinstance(shown, str) and ANYTHING in shown:
        same = _pattern(shown).fullmatch(real if isinstance(real, str) else json.dumps(real))
        same_kind = shown == ANYTHING or isinstance(real, str)
        return None if same and same_kind else _said(at, shown, real)
    same = shown == real and type(shown) is type(real)
    return None if same else _said(at, shown, real)


def _of_objects(shown: dict[str, Any], real: dict[str, Any], at: str) -> str | None:
    if shown.keys() != real.keys():
        return _said(at, sorted(shown), sorted(real))
    found = (difference(value, real[name], f"{at}.{name}") for name, value in shown.items())
    return next((one for one in found if one), None)


def _of_lists(shown: list[Any], real: list[Any], at: str) -> str | None:
    """A last element "…" stands for any number of further ones."""
    if shown[-1:] == [ANYTHING]:
        shown = shown[:-1]
        real = real[: len(shown)]
    if len(shown) != len(real):
        return _said(at, shown, real)
    pairs = enumerate(zip(shown, real, strict=True))
    found = (difference(one, other, f"{at}[{n}]") for n, (one, other) in pairs)
    return next((one for one in found if one), None)


def text_difference(shown: str, real: str) -> str | None:
    """The same for plain text: "…" stands for anything within a line, alone for any lines."""
    pattern = "".join(
        r"(?:\n.*)*" if line == ANYTHING else r"\n" + re.escape(line).replace(ANYTHING, ".*")
        for line in shown.strip().splitlines()
    )
    return None if re.fullmatch(pattern, f"\n{real.strip()}") else _said("output", shown, real)


def _pattern(shown: str) -> re.Pattern[str]:
    return re.compile(re.escape(shown).replace(ANYTHING, ".*"), re.DOTALL)


def _said(at: str, shown: Any, real: Any) -> str:
    return f"{at}: shown {shown!r}, came {real!r}"
