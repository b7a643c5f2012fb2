"""Where the parser is: the tokens, a place among them, and how deep it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analysts.cypher.language.tokens import Refused, Source, Token, tokens

DEEPEST = 40


class Cursor:
    def __init__(self, text: str) -> None:
        self.source = Source(text)
        self.tokens = tokens(text)
        self.at = 0
        # Tokens that stand for themselves, whatever word they are: they are printed in backticks.
        self.names: set[int] = set()
        self._depth = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def ahead(self, by: int) -> Token:
        return self.tokens[min(self.at + by, len(self.tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """These operators stand next, in this order."""
        return all(
            (token := self.ahead(by)).kind == "operator" and token.text == text
            for by, text in enumerate(texts)
        )

    def word(self, *words: str) -> bool:
        return self.now.is_word(*words)

    def words(self, *sequence: str) -> bool:
        return all(self.ahead(by).is_word(word) for by, word in enumerate(sequence))

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def skip(self, text: str) -> bool:
        """Takes this operator or keyword if it stands next."""
        found = self.sees(text) or self.word(text)
        self.at += found
        return found

    def expect(self, text: str) -> None:
        if not self.skip(text):
            raise self.refuse(f"{text} is expected here")

    def name(self, what: str) -> str:
        if self.now.kind not in ("name", "quoted"):
            raise self.refuse(f"{what} is expected here")
        self.names.add(self.at)
        return self.take().text

    def integer(self) -> int:
        if self.now.kind != "int":
            raise self.refuse("an integer is expected here")
        return int(self.take().text)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.refuse("this is nested too deeply")
        try:
            yield
        finally:
            self._depth -= 1

    def written(self, first: int, last: int) -> str:
        """The source text of some tokens."""
        return self.source.text[self.tokens[first].at : self.tokens[last].until]

    def refuse(self, reason: str, token: int | None = None) -> Refused:
        return self.source.refuse(reason, self.tokens[self.at if token is None else token].at)
