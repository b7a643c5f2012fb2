"""Where analysts are served through the API: role, gate, turn, bounds, mask, and an audit row."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from analysts.cypher.advice import cheaper
from analysts.cypher.asking import Answer, Bounds, asked
from analysts.cypher.estimating import estimated, sizes
from analysts.cypher.gate import Judged, judge
from analysts.cypher.masking import Mask, Pseudonyms
from analysts.cypher.rights import People, Rights
from analysts.cypher.saved import Saved
from analysts.cypher.turns import Turns
from graph.changes import Create
from graph.errors import AmityError, BadInput, Forbidden
from graph.store import Store
from graph.values import Plan

log = logging.getLogger("amity.analysts")
AUDIT = "_Audit"
PROJECT = "project:"
USUAL_ROWS = 10_000
# Scopes of a token, from the least to the most.
ANALYST = "analyst"
ABSENT, RAW, TEXTS = "analyst:absent", "analyst:raw", "analyst:texts"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what the token says of them."""

    name: str
    rights: Rights
    project: str = "default"


def asker_of(name: str, scopes: frozenset[str]) -> Asker:
    """Raises Forbidden without the scope `analyst`."""
    if not any(scope == ANALYST or scope.startswith(f"{ANALYST}:") for scope in scopes):
        raise Forbidden("Asking in Cypher needs a token with the scope analyst.", rule="SCOPE")
    people = People.RAW if RAW in scopes else People.PSEUDONYMS
    projects = sorted(one.removeprefix(PROJECT) for one in scopes if one.startswith(PROJECT))
    rights = Rights(People.ABSENT if ABSENT in scopes else people, texts=TEXTS in scopes)
    return Asker(name, rights, "+".join(projects) or "default")


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rows: int | None = None
    seconds: float | None = None


NewId = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Desk:
    store: Store
    new_id: NewId
    now: Callable[[], int]
    key: bytes
    turns: Turns
    bounds: Bounds
    smallest: int | None = None
    saved: Mapping[str, Saved] = field(default_factory=dict)

    @asynccontextmanager
    async def ask(self, asker: Asker, question: Question) -> AsyncIterator[Answer]:
        """Rows as this asker may see them. Whatever comes of it is written down."""
        answer: Answer | None = None
        code, started = "OK", self.now()
        try:
            judged, mask = self.judge(asker, question)
            bounds = self.bounds.within(question.rows or USUAL_ROWS, question.seconds)
            async with (
                self.turns.turn(asker.name),
                asked(self.store, judged, bounds, self.now(), mask) as answer,
            ):
                yield answer
        except AmityError as error:
            code = error.code
            raise
        except BaseException:
            code = "CLIENT_GONE"
            raise
        finally:
            await self._note(asker, question, answer, code, self.now() - started)

    async def plan(self, asker: Asker, question: Question) -> tuple[Plan, float, list[str]]:
        """The server's plan, about how many rows it goes through, and what would be cheaper."""
        judged, _ = self.judge(asker, question)
        async with self.turns.turn(asker.name):
            plan = await self.store.plan(judged.text, judged.params)
            rows = estimated(judged.parsed, await sizes(self.store))
            return plan, rows, cheaper(judged.parsed)

    def judge(self, asker: Asker, question: Question) -> tuple[Judged, Mask]:
        pseudonyms = Pseudonyms(self.key, asker.project)
        judged = judge(
            question.text,
            question.params,
            asker.rights,
            limit=min(question.rows or USUAL_ROWS, self.bounds.rows) + 1,
            smallest=self.smallest,
            unmask=pseudonyms.back,
        )
        return judged, Mask(asker.rights, pseudonyms)

    async def _note(
        self, asker: Asker, question: Question, answer: Answer | None, code: str, took: int
    ) -> None:
        row = {
            "who": asker.name,
            "project": asker.project,
            "people": str(asker.rights.people),
            "texts": asker.rights.texts,
            "at": self.now(),
            "text": question.text[:10_000],
            "rows": answer.rows if answer else 0,
            "bytes": answer.bytes if answer else 0,
            "ms": took,
            "code": code,
        }
        log.info("asked", extra={**row, "text": None})
        try:
            await self.store.write((Create(AUDIT, await self.new_id(), row),))
        except AmityError as error:
            log.error("a question is not written down", extra={"code": error.code})
            if code == "OK" and not isinstance(error, BadInput):
                raise
