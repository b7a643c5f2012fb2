"""What resolvers and actions read the graph through: this process's copy → the cache → the store.

Answers are the same with a warm cache, a cold one and none at all; only the speed differs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal, Protocol

from graph.adjacency.touched import Touched
from graph.records import Counts, Ids, Links, Pair, Person, Position, PostCard
from graph.visibility import Flags, Viewer

Held = Literal["people", "counts", "post_counts"]


class Reader(Protocol):
    async def lists(self, name: str, owners: Sequence[int]) -> list[Ids]:
        """Whole cached lists, newest first. Not for huge ones (`followers`)."""
        ...

    async def sets(self, name: str, owners: Sequence[int]) -> list[Ids]:
        """The same lists, ascending by id."""
        ...

    def pieces(
        self,
        name: str,
        owner: int,
        *,
        after: Position | None = None,
        before: Position | None = None,
    ) -> AsyncIterator[Links]:
        """Any list of `model.LIST`, huge and uncached ones too, piece by piece.

        Newest first, from just behind `after` (or the newest). With `before`, backwards: pieces
        nearest to `before` come first, while each piece itself stays newest first.
        A caller that has enough stops asking, and nothing more is read.
        """
        ...

    async def linked(self, name: str, owner: int, members: Ids) -> Ids:
        """Which of `members` (ascending) stand in this list; scans the smaller side."""
        ...

    async def flags(self, ids: Ids) -> Flags:
        """One flag byte an id, GONE for unknown ones."""
        ...

    def here(self, kind: Held, id: int) -> Any | None:
        """What this process holds of one and may trust, as it is cached; None: to be asked for."""
        ...

    async def people(self, ids: Sequence[int]) -> list[Person | None]: ...

    async def counts(self, ids: Sequence[int]) -> list[Counts]: ...

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        """Cards of posts, gone ones too: who may see them is `graph.visibility`'s."""
        ...

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]: ...

    async def shared(self, person: int) -> Ids:
        """What this person plainly shares, ascending."""
        ...

    async def mutes(self, person: int) -> Links:
        """Whom this person muted, and until when; ended ones too."""
        ...

    async def mutes_of(self, people: Sequence[int]) -> list[Links]:
        """The same of many, in one trip."""
        ...

    async def interests(self, person: int) -> Sequence[str]: ...

    async def pairs(self, viewer: int, others: Sequence[int]) -> list[Pair]:
        """As the store's, uncached; concurrent callers of one viewer share a trip."""
        ...

    async def viewer(self, person: int | None) -> Viewer:
        """The viewer's sets, in one trip."""
        ...

    async def person_of(self, subject_key: str) -> int | None:
        """Whom a token speaks for (`subjectKey`); positive answers are cached."""
        ...

    async def invalidate(self, touched: Touched) -> str:
        """After a commit, before the answer: drop what changed, here and everywhere.

        Answers the epoch of this write. Never raises: with the cache unreachable it raises the
        graph's generation instead.
        """
        ...

    async def catch_up(self, epoch: str) -> None:
        """Whoever presents an epoch sees that write, through whichever process."""
        ...
