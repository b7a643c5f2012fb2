"""Lists of neighbours, pages of them, and what is between two people."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from graph.errors import Unavailable
from graph.gather import Gatherer
from graph.model import EDGE, LIST, List, person_edges
from graph.records import Links, Pair, Position, no_links
from graph.stores.bolt import rows
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.dialects import Dialect
from graph.stores.bolt.spans import HIGHEST, LOWEST, spans
from graph.stores.bolt.texts import text

TYPES = "|".join(edge.name for edge in person_edges())
_LIMIT_OF_IDS = 500
# An edge that ends while it is read may have lost its time already: such a list is read again.
READINGS = 5


class Associations:
    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self._connection, self._dialect = connection, dialect
        limit = connection.statement_timeout
        self._lists: dict[str, Gatherer[int, Links]] = {
            name: Gatherer(
                partial(self._fetch_lists, list_),
                lambda _: no_links(),
                max_batch=_LIMIT_OF_IDS,
                timeout=limit,
            )
            for name, list_ in LIST.items()
        }
        self._pairs: Gatherer[tuple[int, int], Pair] = Gatherer(
            self._fetch_pairs, lambda _: Pair(None, None), max_batch=200, timeout=limit
        )

    async def close(self) -> None:
        await self._pairs.close()
        for gatherer in self._lists.values():
            await gatherer.close()

    async def neighbours(self, name: str, owners: Sequence[int]) -> list[Links]:
        return await self._lists[name].many(owners)

    async def neighbours_page(
        self,
        name: str,
        owner: int,
        limit: int,
        after: Position | None = None,
        before: Position | None = None,
    ) -> Links:
        list_ = LIST[name]
        oldest = before is not None and after is None
        if list_.direction == "mutual":
            return _cut((await self.neighbours(name, [owner]))[0], limit, after, before)
        if list_.side.huge:
            entries = await self._huge_page(list_, owner, limit, after, before, oldest)
        else:
            entries = await self._page(list_, owner, limit, after, before, oldest)
        return rows.links([id for _, id in entries], [at for at, _ in entries])

    async def pairs(self, viewer: int, others: Sequence[int]) -> list[Pair]:
        return await self._pairs.many([(viewer, other) for other in others])

    async def linked(self, edge: str, sources: Sequence[int], target: int) -> list[bool]:
        """From the sources: what they reach is short, the target's own list may be huge."""
        if not sources:
            return []
        declared = EDGE[edge]
        statement = text(
            "associations/linked", edge=edge, source=declared.source, target=declared.target
        )
        found = set(
            await self._connection.value(statement, sources=list(set(sources)), target=target)
        )
        return [source in found for source in sources]

    async def _page(
        self,
        list_: List,
        owner: int,
        limit: int,
        after: Position | None,
        before: Position | None,
        oldest: bool,
    ) -> list[tuple[int, int]]:
        after, before = after or Position(HIGHEST, HIGHEST), before or Position(LOWEST, LOWEST)
        statement = text(
            f"associations/page_{list_.direction}",
            owner=list_.owner,
            edge=list_.edge.name,
            time=list_.edge.time,
            order="ASC" if oldest else "DESC",
        )
        entries: list[tuple[int, int]] = await self._connection.value(
            statement,
            owner=owner,
            limit=limit,
            after_at=after.at,
            after_id=after.id,
            before_at=before.at,
            before_id=before.id,
        )
        return entries

    async def _huge_page(
        self,
        list_: List,
        owner: int,
        limit: int,
        after: Position | None,
        before: Position | None,
        oldest: bool,
    ) -> list[tuple[int, int]]:
        """All pieces at once; those nearest to where the page begins fill it first."""
        pieces = await asyncio.gather(
            *(
                self._dialect.page(list_, owner, span, limit, oldest=oldest)
                for span in spans(after, before)
            )
        )
        ordered = reversed(pieces) if oldest else pieces
        return [entry for piece in ordered for entry in piece][:limit]

    async def _fetch_lists(self, list_: List, owners: list[int]) -> Mapping[int, Links]:
        edge = list_.edge
        # Where the edge carries its ends, the other node needn't be visited.
        ends = {"out": "edge._to", "in": "edge._from"} if edge.carries_ends else {}
        names = {"owner": list_.owner, "edge": edge.name, "time": edge.time}
        if list_.direction != "mutual":
            names["other"] = ends.get(list_.direction, "other.id")
        statement = text(f"associations/neighbours_{list_.direction}", **names)
        for _ in range(READINGS):
            found = await self._connection.value(statement, owners=owners)
            if all(len(ids) == len(at) for _, ids, at in found):
                return {owner: rows.links(ids, at) for owner, ids, at in found}
        raise Unavailable("This list changes faster than it can be read.")

    async def _fetch_pairs(self, keys: list[tuple[int, int]]) -> Mapping[tuple[int, int], Pair]:
        statement = text(
            "associations/pairs",
            a=rows.person_columns("a"),
            b=rows.person_columns("b"),
            types=TYPES,
        )
        found = await self._connection.value(statement, pairs=[list(key) for key in keys])
        return {
            (key[0], key[1]): rows.pair(rows.someone(a), rows.someone(b), out, back)
            for key, a, b, out, back in found
        }


def _cut(links: Links, limit: int, after: Position | None, before: Position | None) -> Links:
    """A page of a whole list, newest first."""
    start = sum(
        1 for at, id in zip(links.at, links.ids, strict=True) if after and (at, id) >= after
    )
    end = len(links)
    if before:
        end = sum(1 for at, id in zip(links.at, links.ids, strict=True) if (at, id) > before)
    if before and not after:
        start = max(0, end - limit)
    chosen = slice(start, min(end, start + limit))
    return Links(links.ids[chosen], links.at[chosen])
