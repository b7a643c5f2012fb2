"""Questions that are kept as files, with parameters of a type, and run by their name.

    // Who is followed most in a country.
    // param country: string = "CH"
    // param atMost: int = 10
    // publish: 25
    // people: raw
    MATCH (u:User {country: $country})<-[:FOLLOWS]-(f) …

The comments at the top are read; the rest is the statement. A file's name is the question's.
`publish` makes it a field of GraphQL, under `saved`, at that cost; `people` says how people's
fields stand in that field's answers, for whoever asks: `pseudonyms` unless it is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from analysts.cypher.rights import People
from graph.errors import BadInput, NotFound

SUFFIX = ".cypher"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_PARAM = re.compile(r"param\s+([A-Za-z]\w*)\s*:\s*(\w+(?:\[\])?)\s*(?:=\s*(.+))?")
_SETTING = re.compile(r"(publish|people):\s*(\w+)")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}
MISSING = object()


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    type: str
    default: Any = MISSING

    def check(self, value: Any) -> Any:
        """Raises BadInput where it is not of the type."""
        kinds = _TYPES[self.type.removesuffix("[]")]
        values = value if self.type.endswith("[]") else [value]
        fits = isinstance(values, list) and all(
            isinstance(one, kinds) and (bool in kinds or not isinstance(one, bool))
            for one in values
        )
        if not fits:
            raise BadInput(f"`{self.name}` has to be of the type {self.type}.")
        return value


@dataclass(frozen=True, slots=True)
class Saved:
    name: str
    about: str
    params: tuple[Param, ...]
    text: str
    cost: int | None = None  # as a field of GraphQL; None where it is none
    people: People = People.PSEUDONYMS

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter with its value, or BadInput."""
        known = {one.name for one in self.params}
        if unknown := given.keys() - known:
            raise BadInput(f"`{min(unknown)}` is no parameter of `{self.name}`.")
        found = {}
        for one in self.params:
            value = given.get(one.name, one.default)
            if value is MISSING:
                raise BadInput(f"`{self.name}` wants a `{one.name}`, of the type {one.type}.")
            found[one.name] = one.check(value)
        return found

    def described(self) -> dict[str, Any]:
        params = [
            {"name": one.name, "type": one.type}
            | ({} if one.default is MISSING else {"default": one.default})
            for one in self.params
        ]
        return {"name": self.name, "about": self.about, "params": params}


def read_saved(folder: Path | None) -> dict[str, Saved]:
    """All of a folder. Raises BadInput that names a file which can't be read."""
    if folder is None:
        return {}
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    return {path.stem: read_one(path.stem, path.read_text(encoding="utf-8")) for path in paths}


def find(saved: Mapping[str, Saved], name: str) -> Saved:
    if name not in saved:
        raise NotFound(f"No question is saved as `{name}`.")
    return saved[name]


def read_one(name: str, text: str) -> Saved:
    if not NAME.fullmatch(name):
        raise BadInput(f"A saved question can't be called `{name}`.")
    about: list[str] = []
    params: list[Param] = []
    settings: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        said = line.removeprefix("//").strip()
        if said.startswith("param"):
            params.append(_param(name, said))
        elif setting := _SETTING.fullmatch(said):
            settings[setting[1]] = setting[2]
        else:
            about.append(said)
    return Saved(name, " ".join(about), tuple(params), text, *_published(name, settings))


def _published(name: str, said: Mapping[str, str]) -> tuple[int | None, People]:
    cost, people = said.get("publish"), said.get("people", People.PSEUDONYMS)
    if (cost is not None and not cost.isdecimal()) or people not in list(People):
        raise BadInput(f"{name}{SUFFIX}: `publish` is a cost, `people` raw, pseudonyms or absent.")
    return (None if cost is None else int(cost)), People(people)


def _param(name: str, said: str) -> Param:
    found = _PARAM.fullmatch(said)
    if found is None or found[2].removesuffix("[]") not in _TYPES:
        raise BadInput(f"{name}{SUFFIX}: `{said}` is not understood.")
    param = Param(found[1], found[2])
    if found[3] is None:
        return param
    try:
        return Param(param.name, param.type, param.check(orjson.loads(found[3])))
    except (orjson.JSONDecodeError, BadInput):
        raise BadInput(
            f"{name}{SUFFIX}: the default of `{param.name}` is no {param.type}."
        ) from None
