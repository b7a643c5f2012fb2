"""Mutual friends and followers one follows."""

from __future__ import annotations

import pytest

from tests.support.asking import Client
from tests.support.cast import befriend, cast

pytestmark = pytest.mark.anyio

MUTUAL = """query($id: ID!, $with: ID) {
  user(id: $id) { username mutualFriends(with: $with) { nodes { username } totalCount } }
}"""


async def test_mutual_friends_of_two_people(client: Client) -> None:
    people = await cast(client.store)
    for friend in (people.carol, people.dan):
        await befriend(client.store, people.alice, friend)
        await befriend(client.store, people.bob, friend)
    await befriend(client.store, people.bob, people.eve)

    found = await client.ask(
        MUTUAL, "eve", id=f"user_{people.alice}", **{"with": f"user_{people.bob}"}
    )

    assert found["user"] == {
        "username": "alice",
        "mutualFriends": {
            "nodes": [{"username": "carol"}, {"username": "dan"}],
            "totalCount": 2,
        },
    }
