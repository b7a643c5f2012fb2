"""A word of a mapping's YAML and where it stands, so that an error can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

import yaml

from loaders.defaults import SEPARATOR
from loaders.mapping import MappingError

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Word:
    """A node of the YAML and where it stands."""

    file: str
    node: yaml.Node

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def wrong(self, what: str) -> NoReturn:
        raise MappingError(f"{self.file}, line {self.line}: {what}")

    @property
    def value(self) -> Any:
        try:
            return yaml.SafeLoader("").construct_object(self.node, deep=True)
        except (yaml.YAMLError, ValueError, TypeError):
            self.wrong("YAML has no such value.")

    @property
    def is_nothing(self) -> bool:
        return bool(self.node.tag == "tag:yaml.org,2002:null")

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            self.wrong("a word is wanted here.")
        if not self.node.tag.startswith("tag:yaml.org,2002:"):
            self.wrong(f'"{self.node.tag}" means nothing here.')
        return str(self.node.value)

    def flag(self) -> bool:
        found = self.value
        if not isinstance(found, bool):
            self.wrong("true or false is wanted here.")
        return found

    def list(self) -> list[Word]:
        if isinstance(self.node, yaml.SequenceNode):
            return [Word(self.file, node) for node in self.node.value]
        return [self]

    def table(self, known: tuple[str, ...] | None = None) -> dict[str, Word]:
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("names with values are wanted here.")
        found: dict[str, Word] = {}
        for key, value in self.node.value:
            name = Word(self.file, key)
            if known is not None and name.text() not in known:
                name.wrong(f'"{name.text()}" means nothing here; known are {", ".join(known)}.')
            if name.text() in found:
                name.wrong(f'"{name.text()}" stands twice.')
            found[name.text()] = Word(self.file, value)
        return found


def named(word: Word, known: tuple[str, ...], what: str) -> str:
    if word.text() not in known:
        word.wrong(f'"{word.text()}" is no {what}; there are {", ".join(known)}.')
    return word.text()


def choice(word: Word | None, kind: type[E], default: E) -> E:
    if word is None:
        return default
    return kind(named(word, tuple(str(one.value) for one in kind), "choice here"))


def name_space(word: Word) -> str:
    fault = name_space_fault(word.text())
    if fault is not None:
        word.wrong(f"{fault}.")
    return word.text()


def name_space_fault(name: str) -> str | None:
    """Whole ids are a name space, a colon and the rest; keys of nodes are parted likewise."""
    if not name:
        return "a name space has a name"
    if ":" in name or SEPARATOR in name:
        return "a name space has no colon in its name, and no unit separator"
    return None


def printable(name: str) -> str:
    """A file's name, which may be anything."""
    return name.encode("utf-8", "backslashreplace").decode()
