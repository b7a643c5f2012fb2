"""Whoever leaves may come back with the same token: as somebody new, in every process."""

from __future__ import annotations

import pytest

from graph.adjacency.touched import Touched
from tests.support.asking import Client, gid, names
from tests.support.cast import befriend, cast
from tests.support.living import living

pytestmark = pytest.mark.anyio

WHO = "{ viewer { id username friends { nodes { username } } } }"
CREATE = "mutation($name: String!) { createProfile(input: {username: $name}) { id } }"
FRIENDS = "query($id: ID!) { user(id: $id) { friends { nodes { username } } } }"


async def test_a_token_speaks_for_nobody_and_then_for_somebody_new(
    live_client: Client, cache_url: str
) -> None:
    people = await cast(live_client.store)
    await befriend(live_client.store, people.alice, people.bob)
    async with living(live_client.store, cache_url) as elsewhere:
        for client in (live_client, elsewhere):  # both know whom the token speaks for
            viewer = (await client.ask(WHO, "alice"))["viewer"]
            assert (viewer["id"], names(viewer["friends"])) == (gid(people.alice), ["bob"])

        await live_client.ask("mutation { deleteProfile { id } }", "alice")
        assert (await live_client.ask(WHO, "alice"))["viewer"] is None
        created = await live_client.ask(CREATE, "alice", name="alice")
        new = created["createProfile"]["id"]
        assert new != gid(people.alice)
        seen = {"id": new, "username": "alice", "friends": {"nodes": []}}
        assert (await live_client.ask(WHO, "alice"))["viewer"] == seen

        epoch = await live_client.reader.invalidate(Touched())
        await elsewhere.reader.catch_up(epoch)
        assert (await elsewhere.ask(WHO, "alice"))["viewer"] == seen
        for client in (live_client, elsewhere):
            assert (await client.ask(FRIENDS, id=gid(people.alice)))["user"] is None
            bob = (await client.ask(FRIENDS, id=gid(people.bob)))["user"]
            assert names(bob["friends"]) == []
