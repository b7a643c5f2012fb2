"""Posts by id and by key, and what people share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from graph.gather import Gatherer
from graph.posts import read_version
from graph.records import Counts, Links, PostCard, Version, no_links
from graph.stores.bolt import counters, rows
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.keys import short
from graph.stores.bolt.objects import fetch_counts, fetch_keys
from graph.stores.bolt.texts import text

KEYS = ("shareKey", "createKey", "externalKey")


class Posts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        limit = connection.statement_timeout
        self._posts: Gatherer[int, PostCard | None] = Gatherer(
            self._fetch_posts, lambda _: None, timeout=limit
        )
        self._counts: Gatherer[int, Counts] = Gatherer(
            partial(fetch_counts, connection, "Post"),
            lambda _: counters.zeros("Post"),
            timeout=limit,
        )
        self._shared: Gatherer[int, Links] = Gatherer(
            self._fetch_shared, lambda _: no_links(), timeout=limit
        )
        self._keys: dict[str, Gatherer[str, int | None]] = {
            key: Gatherer(
                partial(fetch_keys, connection, "Post", key), lambda _: None, timeout=limit
            )
            for key in KEYS
        }

    async def close(self) -> None:
        await self._posts.close()
        await self._counts.close()
        await self._shared.close()
        for gatherer in self._keys.values():
            await gatherer.close()

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        return await self._posts.many(ids)

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self._counts.many(ids)

    async def find_posts(self, key: str, values: Sequence[str]) -> list[int | None]:
        return await self._keys[key].many([short(value) for value in values])

    async def shared(self, people: Sequence[int]) -> list[Links]:
        return await self._shared.many(people)

    async def versions(self, post: int) -> list[Version]:
        found = await self._connection.value(text("posts/versions"), post=post)
        return [read_version(one) for one in found or ()]

    async def _fetch_posts(self, ids: list[int]) -> Mapping[int, PostCard | None]:
        statement = text("posts/posts", post=rows.post_columns("n"))
        return {row[0]: rows.post(row) for row in await self._connection.value(statement, ids=ids)}

    async def _fetch_shared(self, owners: list[int]) -> Mapping[int, Links]:
        found = await self._connection.value(text("posts/shared"), owners=owners)
        return {owner: rows.links(ids, at) for owner, ids, at in found}
