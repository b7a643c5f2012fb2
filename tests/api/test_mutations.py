"""Mutations through GraphQL: the state right after the write, and refusals that change nothing."""

from __future__ import annotations

import pytest

from graph.adjacency.hot import Hot
from graph.stores.memory import MemoryStore
from schema.execute import execute
from tests.support.asking import Client, gid
from tests.support.cast import befriend, block, cast, request

pytestmark = pytest.mark.anyio

STATE = """{ user { id followerCount } relationship {
  following followedBy friends requested requestedBy blocking muting notify distance } }"""
NOTHING = {
    "following": False,
    "followedBy": False,
    "friends": False,
    "requested": False,
    "requestedBy": False,
    "blocking": False,
    "muting": False,
    "notify": False,
    "distance": None,
}


def change(name: str, more: str = "") -> str:
    return f"mutation($id: ID!) {{ done: {name}(user: $id{more}) {STATE} }}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("follow", {"following": True, "friends": True, "distance": 1}),
        ("unfollow", {}),
        ("block", {"followedBy": False, "blocking": True}),
        ("mute", {"muting": True}),
        ("removeFollower", {"followedBy": False}),
        ("dismissSuggestion", {}),
        ("unblock", {}),
        ("unmute", {}),
    ],
)
async def test_the_answer_is_the_state_right_after(
    client: Client, name: str, expected: dict[str, object]
) -> None:
    people = await cast(client.store)
    await client.actions.follow(people.bob, people.alice)
    for _ in range(2):  # each may be repeated
        done = await client.ask(change(name), "alice", id=gid(people.bob))
        assert done["done"]["relationship"] == {**NOTHING, "followedBy": True, **expected}
        assert done["done"]["user"]["followerCount"] == (1 if name == "follow" else 0)


async def test_a_private_account_is_asked_and_answers(client: Client) -> None:
    people = await cast(client.store, bob={"privacy": "PRIVATE"})
    asked = await client.ask(change("follow", ", notify: true"), "alice", id=gid(people.bob))
    assert asked["done"]["relationship"] == {**NOTHING, "requested": True}
    accepted = await client.ask(change("acceptFollow"), "bob", id=gid(people.alice))
    assert accepted["done"]["relationship"] == {**NOTHING, "followedBy": True}

    await request(client.store, people.carol, people.bob)
    declined = await client.ask(change("declineFollow"), "bob", id=gid(people.carol))
    assert declined["done"]["relationship"] == NOTHING


async def test_profiles(client: Client) -> None:
    made = await client.ask(
        'mutation { createProfile(input: {username: "Zed", interests: ["Graphs"]}) {'
        " username name settings { interests } } }",
        "newcomer",
    )
    assert made["createProfile"] == {
        "username": "Zed",
        "name": None,
        "settings": {"interests": ["graphs"]},
    }
    query = 'mutation { updateProfile(input: {name: "Z", privacy: FRIENDS}) { name privacy } }'
    changed = await client.ask(query, "newcomer")
    assert changed["updateProfile"] == {"name": "Z", "privacy": "FRIENDS"}
    taken = 'mutation { createProfile(input: {username: "zed"}) { id } }'
    refused = await client.refusal(taken, "somebody")
    assert refused["code"] == "CONFLICT"


async def test_who_has_no_profile_changes_nothing(client: Client) -> None:
    people = await cast(client.store)
    query = change("follow")
    assert await client.refusal(query, None, id=gid(people.bob)) == {"code": "UNAUTHENTICATED"}
    refused = await client.refusal(query, "newcomer", id=gid(people.bob))
    assert refused == {"code": "FORBIDDEN", "rule": "NO_PROFILE"}
    relationships = "query($id: ID!) { relationships(with: [$id]) { distance } }"
    assert (await client.refusal(relationships, None, id=gid(people.bob)))["code"] == (
        "UNAUTHENTICATED"
    )
    assert (await client.ask("{ viewer { id } }", "newcomer"))["viewer"] is None
    assert (await client.store.counts([people.bob]))[0]["followers"] == 0


async def test_refusals_name_their_rule_and_change_nothing(client: Client) -> None:
    people = await cast(client.store)
    await block(client.store, people.alice, people.bob)
    refused = await client.refusal(change("follow"), "alice", id=gid(people.bob))
    assert refused == {"code": "FORBIDDEN", "rule": "BLOCKING"}
    for bad in ("post_1", "user_01", "user_", "42", f"user_{2**63}", "user_1 "):
        refused = await client.refusal(change("follow"), "alice", id=bad)
        assert refused["code"] == "BAD_INPUT", bad
    assert (await client.store.counts([people.bob]))[0]["followers"] == 0


async def test_foreign_failures_say_nothing(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    people = await cast(client.store)

    async def broken(ids: object) -> list[object]:
        raise RuntimeError("bolt://secret")

    client.reader.counts = broken  # type: ignore[method-assign, assignment]
    answer = await client.answer("query($id: ID!) { user(id: $id) { followerCount } }", id=gid(1))
    assert "secret" not in str(answer)
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "secret" in caplog.text
    assert people.alice == 1


async def test_trips_do_not_grow_with_the_page(memory: MemoryStore) -> None:
    client = Client(memory, reader=Hot(memory))  # which gathers, as in a running service
    people = await cast(client.store, "frank")
    for other in (people.bob, people.carol, people.dan, people.eve):
        await befriend(client.store, people.alice, other)
    query = """query($id: ID!, $n: Int) { user(id: $id) { friends(first: $n) { nodes {
      followerCount friendCount relationship { following distance mutualFriendCount }
      mutualFriends { totalCount } } } } }"""

    async def trips(size: int) -> int:
        context = await client.context("frank")
        before = client.store.trips
        answer = await execute(query, {"id": gid(people.alice), "n": size}, None, context)
        assert not answer.errors
        return client.store.trips - before

    # All but the last are three steps away, which is what costs most.
    await befriend(client.store, people.frank, people.bob)
    assert await trips(2) == await trips(4)
