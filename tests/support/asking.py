"""GraphQL text in, answers out, as whoever of the cast asks."""

from __future__ import annotations

from typing import Any

from graph.adjacency.reader import Reader
from graph.store import Store
from resolvers.context import Context, Identity
from resolvers.cursors import Cursors
from schema.execute import execute
from tests.support.cast import ISSUER, T0
from tests.support.direct import DirectReader

NOW = T0 + 30 * 86_400_000


class Client:
    def __init__(
        self, store: Store, actions: Any, snapshots: Any, reader: Reader | None = None
    ) -> None:
        self.store = store
        self.reader: Any = reader or DirectReader(store)
        self.actions = actions
        self.snapshots = snapshots
        self.cursors = Cursors(b"a secret of the tests")
        self.now = NOW

    async def context(self, as_: str | None) -> Context:
        """`as_` is the subject of a token: a name of the cast, or nobody's yet."""
        if as_ is None:
            identity, person = None, None
        else:
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
            now=lambda: self.now,
        )

    async def answer(self, query: str, as_: str | None = None, **variables: Any) -> dict[str, Any]:
        """Data and errors, as they would travel."""
        context = await self.context(as_)
        return (await execute(query, variables, None, context)).to_json()

    async def ask(self, query: str, as_: str | None = None, **variables: Any) -> Any:
        """The data; a failure is one of the test."""
        answer = await self.answer(query, as_, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def refusal(self, query: str, as_: str | None = None, **variables: Any) -> dict[str, Any]:
        """The extensions of the one error there has to be."""
        answer = await self.answer(query, as_, **variables)
        (error,) = answer["errors"]
        extensions: dict[str, Any] = error["extensions"]
        return extensions
