"""Where analysts are served through the API: role, gate, turn, bounds, mask, and an audit row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from analysts.cypher.advice import cheaper
from analysts.cypher.askers import Asker
from analysts.cypher.asking import Answer, Bounds, asked
from analysts.cypher.audit import NewId, Row, write_down
from analysts.cypher.estimating import estimated, sizes
from analysts.cypher.gate import Judged, judge
from analysts.cypher.masking import Mask, Pseudonyms
from analysts.cypher.saved import Saved
from analysts.cypher.turns import Turns
from graph.errors import AmityError
from graph.store import Store
from graph.values import Plan

USUAL_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rows: int | None = None
    seconds: float | None = None


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
            told = (answer.rows, answer.bytes) if answer else (0, 0)
            await self.note(asker, question.text, told, code, started, question.params)

    async def plan(self, asker: Asker, question: Question) -> tuple[Plan, float, list[str]]:
        """The server's plan, about how many rows it goes through, and what would be cheaper."""
        code, started = "CLIENT_GONE", self.now()
        try:
            judged, _ = self.judge(asker, question)
            async with self.turns.turn(asker.name):
                plan = await self.store.plan(judged.text, judged.params)
                rows = estimated(judged.parsed, await sizes(self.store))
                code = "OK"
                return plan, rows, cheaper(judged.parsed)
        except AmityError as error:
            code = error.code
            raise
        finally:
            text = f"EXPLAIN {question.text}"
            await self.note(asker, text, (0, 0), code, started, question.params)

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

    async def note(
        self,
        asker: Asker,
        text: str,
        told: tuple[int, int],
        code: str,
        started: int,
        params: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Rows and bytes are what was told."""
        now = self.now()
        row = Row(asker, now, text, *told, ms=now - started, code=code, params=params)
        await write_down(self.store, self.new_id, row)
