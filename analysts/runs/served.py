"""Where runs are served through the API: role, estimate, turn, run, mask, and an audit row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from analysts.cypher.askers import Asker
from analysts.cypher.desk import Desk
from analysts.cypher.masking import Mask, Pseudonyms
from analysts.cypher.rights import People
from analysts.cypher.turns import Turns
from analysts.plots.child import plotted
from analysts.plots.chosen import nodes_to_name
from analysts.runs.estimate import Limits
from analysts.runs.roles import Role
from analysts.runs.run import Note, Question, Result, estimated, names, rows_of, run
from analysts.runs.values import Values
from analysts.runs.writing import access_property, write
from graph.errors import AmityError, DeadlineExceeded, Forbidden, NotFound
from graph.upkeep import Published

AT_ONCE = 1_000  # rows
NOTE_VALUES = 50_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of these: a run, what it would cost, or what stood before an earlier one."""

    question: Question
    summary: bool = False
    estimate: bool = False
    write: str | None = None
    rollback: str | None = None
    plot: str | None = None  # a picture beside: png or svg

    @property
    def kind(self) -> str:
        return self.question.kind.edge.source

    def text(self) -> str:
        """As it is written down."""
        asked = asdict(self.question) | asdict(self)
        said = {name: value for name, value in asked.items() if value not in (None, False)}
        said.pop("question")
        return "analyze " + orjson.dumps(said).decode()


@dataclass(slots=True)
class Found:
    facts: dict[str, Any]
    as_of: int
    chunks: AsyncIterator[list[list[Any]]]
    cut: str | None = None
    written: Published | None = None
    picture: bytes | None = None
    rows: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Runs:
    desk: Desk
    limits: Limits
    turns: Turns

    @asynccontextmanager
    async def ask(self, asker: Asker, wanted: Wanted, note: Note) -> AsyncIterator[Found]:
        """What this asker may know of it. Whatever comes of it is written down."""
        found: Found | None = None
        code, started = "OK", self.desk.now()
        try:
            found = await self._found(asker, wanted, note)
            yield found
        except AmityError as error:
            code = error.code
            raise
        except BaseException:
            code = "CLIENT_GONE"
            raise
        finally:
            told = (found.rows, found.bytes) if found else (0, 0)
            await self.desk.note(asker, wanted.text(), told, code, started)

    async def _found(self, asker: Asker, wanted: Wanted, note: Note) -> Found:
        self._access_write(asker, wanted)
        if wanted.rollback:
            stands = await self.desk.store.restore_result(wanted.kind, wanted.rollback)
            return Found({}, self.desk.now(), _none(), written=stands)
        mask = Mask(asker.rights, Pseudonyms(self.desk.key, asker.project))
        role = Role(mask, self.desk.smallest)
        question = role.access(
            wanted.question, summary=wanted.summary, picture=wanted.plot is not None
        )
        expected = await estimated(self.desk.store, question, self.limits)
        if wanted.estimate:
            return Found(expected.as_json(), self.desk.now(), _none())
        async with self.turns.turn(asker.name):
            return await self._ran(replace(wanted, question=question), role, note)

    def _access_write(self, asker: Asker, wanted: Wanted) -> None:
        for name in filter(None, (wanted.write, wanted.rollback)):
            if not asker.writes:
                raise Forbidden("Writing needs a token with the scope analyst:write.", rule="SCOPE")
            access_property(wanted.kind, name)

    async def _ran(self, wanted: Wanted, role: Role, note: Note) -> Found:
        as_of = self.desk.now()
        try:
            async with asyncio.timeout(self.limits.seconds):
                result = await run(self.desk.store, wanted.question, self.limits, note)
                facts = role.facts(result)
                picture = await self._picture(wanted.plot, result, role)
        except TimeoutError:
            raise DeadlineExceeded(f"It took longer than {self.limits.seconds:g} s.") from None
        except NotFound as nobody:
            if role.people is People.RAW:
                raise
            # The message would name whom a pseudonym stands for.
            raise NotFound(f"Nobody of that name is in {wanted.question.graph}.") from nobody
        written = None
        if wanted.write:
            written = await write(self.desk.store, result, wanted.write, _staged(note))
        if wanted.summary or result.question.about.values is Values.NONE:
            return Found(facts, as_of, _none(), written=written, picture=picture)
        wanted_rows = min(result.question.options.top or self._most, self._most)
        nodes = await asyncio.to_thread(role.order, result, wanted_rows + 1)
        cut = "rows" if len(nodes) > wanted_rows == self._most else None
        found = Found(facts, as_of, _none(), cut, written, picture)
        found.chunks = self._chunks(result, role, nodes[:wanted_rows], found)
        return found

    async def _picture(self, form: str | None, result: Result, role: Role) -> bytes | None:
        """With the names that the role knows."""
        if form is None:
            return None
        nodes = await asyncio.to_thread(nodes_to_name, result)
        if role.people is People.RAW:
            return await plotted(form, result, await names(self.desk.store, result, nodes))
        return await plotted(form, result, [role.name(result, node) for node in nodes])

    @property
    def _most(self) -> int:
        return self.desk.bounds.rows

    async def _chunks(
        self, result: Result, role: Role, nodes: NDArray[np.intp], found: Found
    ) -> AsyncIterator[list[list[Any]]]:
        for start in range(0, len(nodes), AT_ONCE):
            rows = await rows_of(self.desk.store, result, nodes[start : start + AT_ONCE])
            found.rows += len(rows)
            yield [role.cells(row) for row in rows]


async def _none() -> AsyncIterator[list[list[Any]]]:
    return
    yield


def _staged(note: Note) -> Callable[[int], None]:
    return lambda count: note(f"wrote {count:,} …") if count % NOTE_VALUES == 0 else None
