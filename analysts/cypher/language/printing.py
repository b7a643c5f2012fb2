"""Tokens to the text that a store is sent, with what was rewritten among them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.tokens import printed

# Names that begin so are made here, and refused in a statement.
OURS = "_amity"


@dataclass(slots=True)
class Edits:
    """Text to put before or behind a token; of several, those that came first stand innermost."""

    before: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    behind: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    instead: dict[int, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)  # of parameters that are ours
    _names: int = 0

    def put_before(self, token: int, text: str) -> None:
        self.before[token].insert(0, text)

    def put_behind(self, token: int, text: str) -> None:
        self.behind[token].append(text)

    @property
    def count(self) -> int:
        return sum(map(len, (*self.before.values(), *self.behind.values())))

    def fresh(self) -> str:
        """A name that no statement has."""
        self._names += 1
        return f"{OURS}_{self._names}"

    def put_value(self, token: int, value: Any) -> None:
        """A parameter of ours instead of this token."""
        name = self.fresh()
        self.values[name] = value
        self.instead[token] = f"${name}"


def print_statement(parsed: Parsed, edits: Edits | None = None) -> tuple[str, dict[str, Any]]:
    """The text, and the strings in it that have to travel as parameters."""
    edits = edits or Edits()
    out: list[str] = []
    until = 0
    for number, token in enumerate(parsed.tokens[: parsed.query.last + 1]):
        out += [f" {text} " for text in edits.before.get(number, ())]
        if token.at > until:
            out.append(" ")
        text = printed(token, named=number in parsed.names)
        if text is None:
            edits.put_value(number, token.text)
        out.append(edits.instead.get(number) or text or "")
        out += [f" {text} " for text in edits.behind.get(number, ())]
        until = token.until
    return "".join(out).strip(), edits.values
