"""What an analysis wrote is seen by whoever may see the rest of a profile, and its network."""

from __future__ import annotations

import pytest

from graph.store import Store
from tests.api.test_policy import gid
from tests.support.asking import Client
from tests.support.cast import befriend, cast

pytestmark = pytest.mark.anyio

ASK = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { community } } }"


async def write(store: Store, *rows: tuple[int, int]) -> None:
    version = await store.begin_result("User", "community")
    await store.stage_result("User", "community", version, list(rows))
    await store.publish_result("User", "community", version, "louvain")


async def test_who_sees_a_community(client: Client) -> None:
    people = await cast(
        client.store,
        bob={"privacy": "PRIVATE"},
        carol={"hideNetwork": True},
        dan={"privacy": "FRIENDS"},
    )
    await befriend(client.store, people.eve, people.dan)
    ids = [gid(id) for id in people]

    async def seen(viewer: str | None) -> list[int | None]:
        nodes = (await client.ask(ASK, viewer, ids=ids))["nodes"]
        return [node["community"] for node in nodes]

    assert await seen("eve") == [None] * 5, "nothing was written"
    await write(client.store, *((id, at) for at, id in enumerate(people)))
    assert await seen(None) == [0, None, None, None, 4]
    assert await seen("eve") == [0, None, None, 3, 4]
    assert await seen("bob") == [0, 1, None, None, 4]
    assert await seen("carol") == [0, None, 2, None, 4]


async def test_communities_of_a_page_are_one_trip(client: Client) -> None:
    people = await cast(client.store)
    await write(client.store, *((id, 1) for id in people))
    ids = [gid(id) for id in people]
    plain = await trips(client, "{ id }", ids)
    assert await trips(client, "{ community }", ids) == plain + 1


async def trips(client: Client, fields: str, ids: list[str]) -> int:
    before = client.store.trips
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on User {fields} }} }}"
    await client.ask(query, "eve", ids=ids)
    return client.store.trips - before
