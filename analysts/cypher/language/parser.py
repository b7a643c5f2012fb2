"""A statement's text, parsed once: its tree, and the tokens that it is printed from."""

from __future__ import annotations

from dataclasses import dataclass

from analysts.cypher.language.clauses import statement
from analysts.cypher.language.cursor import Cursor
from analysts.cypher.language.tokens import Refused, Source, Token
from analysts.cypher.language.tree import Part, Query


@dataclass(frozen=True, slots=True)
class Parsed:
    query: Query
    tokens: tuple[Token, ...]
    source: Source
    names: frozenset[int]  # tokens that are names, whatever word they are

    def refuse(self, reason: str, part: Part) -> Refused:
        return self.source.refuse(reason, self.tokens[part.first].at)


def parse(text: str) -> Parsed:
    """Raises Refused for whatever is not a statement that reads."""
    cursor = Cursor(text)
    query = statement(cursor)
    return Parsed(query, tuple(cursor.tokens), cursor.source, frozenset(cursor.names))
