"""GraphQL text in, answers out, as whoever of the cast asks."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from graph.actions import Actions
from graph.adjacency.reader import Reader
from graph.errors import CursorExpired
from graph.ids import TimeIds, UserIds
from graph.records import Ids
from graph.store import Store
from resolvers.context import Context, Identity
from resolvers.cursors import Cursors
from resolvers.feed.feeds import no_timelines
from schema.execute import execute
from tests.support.cast import ISSUER, T0
from tests.support.direct import DirectReader

DAY = 86_400_000
NOW = T0 + 30 * DAY


class DictSnapshots:
    """Frozen lists in a dictionary; `forget` is the time that passes."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def save(self, ids: Sequence[int] | Ids) -> str:
        return await self.save_bytes(np.array(ids, np.int64).tobytes())

    async def load(self, key: str) -> Ids:
        return np.frombuffer(await self.load_bytes(key), np.int64)

    async def save_bytes(self, data: bytes) -> str:
        # The same list, the same key: answers can be compared, whichever list was first.
        key = sha256(data).hexdigest()[:16]
        self._kept[key] = data
        return key

    async def load_bytes(self, key: str) -> bytes:
        if key not in self._kept:
            raise CursorExpired("This cursor is too old: begin again.")
        return self._kept[key]

    def forget(self) -> None:
        self._kept.clear()


class Client:
    """Reads straight from the store, or through the reader it is given."""

    def __init__(self, store: Store, piece: int = 50, reader: Reader | None = None) -> None:
        self.store = store
        self.now = NOW
        self.reader = reader or DirectReader(store, piece)
        self.snapshots: Any = DictSnapshots()
        self.feeds = no_timelines()
        self.cursors = Cursors(b"a secret of the tests")
        self.kicked: list[int] = []
        self.actions = Actions(
            store,
            self.reader,
            TimeIds(store, self.clock),
            UserIds(store),
            self.clock,
            self.kicked.append,
        )

    def clock(self) -> int:
        return self.now

    async def context(self, as_: str | None) -> Context:
        """`as_` is the subject of a token: a name of the cast, or nobody's yet."""
        identity, person = None, None
        if as_ is not None:
            identity = Identity(ISSUER, as_, frozenset({"user"}), 2**40)
            person = await self.reader.person_of(identity.subject_key)
        return Context(
            identity=identity,
            viewer=await self.reader.viewer(person),
            reader=self.reader,
            store=self.store,
            actions=self.actions,
            cursors=self.cursors,
            snapshots=self.snapshots,
            now=self.clock,
            feeds=self.feeds,
        )

    async def answer(
        self, query: str, /, as_: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """Data and errors, as they would travel."""
        context = await self.context(as_)
        return (await execute(query, variables, None, context)).to_json()

    async def ask(self, query: str, /, as_: str | None = None, **variables: Any) -> Any:
        """The data; a failure is one of the test."""
        answer = await self.answer(query, as_, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def refusal(
        self, query: str, /, as_: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The extensions of the one error there has to be."""
        answer = await self.answer(query, as_, **variables)
        (error,) = answer["errors"]
        extensions: dict[str, Any] = error["extensions"]
        return extensions


def gid(id: int) -> str:
    return f"user_{id}"


def names(connection: dict[str, Any]) -> list[str]:
    return [node["username"] for node in connection["nodes"]]
