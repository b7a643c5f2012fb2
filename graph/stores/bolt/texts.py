"""The Cypher files under queries/, loaded once, and the templates among them.

A placeholder, `{{edge}}`, stands only where Cypher takes no parameter: a label, a type, a
property's name. What fills it comes from the registry, never from a caller, so a statement has
as many texts as the registry has shapes, and the server caches each of them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "queries"
_NAME = re.compile(r"^[A-Za-z0-9_|:,.$\[\]{}<>=+\s()'-]*$")


@cache
def _file(name: str) -> str:
    lines = (_FOLDER / f"{name}.cypher").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//")).strip()


@cache
def _filled(name: str, names: tuple[tuple[str, str], ...]) -> str:
    text = _file(name)
    for placeholder, value in names:
        if not _NAME.match(value):
            raise ValueError(f"not a name of the registry: {value!r}")
        text = text.replace("{{" + placeholder + "}}", value)
    if "{{" in text:
        raise ValueError(f"{name} has an unfilled placeholder")
    return text


def text(name: str, /, **names: str) -> str:
    """The statement `queries/<name>.cypher`, its placeholders filled with `names`."""
    return _filled(name, tuple(names.items()))
