"""Who sees what, each rule from both sides of one set-up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.asking import DAY, Client, gid, names
from tests.support.cast import T0, befriend, block, cast, follow, mute, request

pytestmark = pytest.mark.anyio

PROFILE = """query($id: ID!) { user(id: $id) {
  id username name verified privacy createdAt followerCount bio externalId
  followers { nodes { username } totalCount restricted }
  friendsOfFriends { totalCount restricted } } }"""
OWN = """query($id: ID!) { user(id: $id) { settings { hideNetwork country }
  followRequests { nodes { username } totalCount restricted }
  sentRequests { nodes { username } totalCount restricted }
  blocked { nodes { username } totalCount restricted }
  muted { nodes { username } totalCount restricted }
  peopleYouMayKnow { nodes { username } } } }"""
EXPLAIN = "query($id: ID!) { explainAccess(id: $id) { allowed rule text } }"


async def profile(client: Client, as_: str | None, id: int) -> Any:
    return (await client.ask(PROFILE, as_, id=gid(id)))["user"]


@pytest.mark.parametrize(
    ("privacy", "viewer", "rule"),
    [
        ("PUBLIC", None, None),
        ("PRIVATE", "alice", None),
        ("PRIVATE", "carol", None),
        ("PRIVATE", "dan", None),
        ("PRIVATE", "eve", "PRIVATE"),
        ("PRIVATE", None, "PRIVATE"),
        ("FRIENDS", "dan", None),
        ("FRIENDS", "carol", "FRIENDS_ONLY"),
        ("FRIENDS", None, "FRIENDS_ONLY"),
    ],
)
async def test_the_card_is_open_and_the_rest_as_the_privacy_says(
    client: Client, privacy: str, viewer: str | None, rule: str | None
) -> None:
    props = {"privacy": privacy, "bio": "hello", "externalId": "7"}
    people = await cast(client.store, alice=props)
    await befriend(client.store, people.alice, people.dan)
    await follow(client.store, people.carol, people.alice)

    found = await profile(client, viewer, people.alice)
    assert found["username"] == "alice"
    assert found["followerCount"] == found["followers"]["totalCount"] == 2
    assert found["followers"]["restricted"] == rule
    assert found["bio"] == (None if rule else "hello")
    assert found["externalId"] == (None if rule else "7")
    assert len(found["followers"]["nodes"]) == (0 if rule else 2)
    decision = (await client.ask(EXPLAIN, viewer, id=gid(people.alice)))["explainAccess"]
    assert decision["allowed"] == (rule is None)
    assert rule in (None, decision["rule"])


async def test_a_hidden_network_is_seen_by_its_owner_only(client: Client) -> None:
    people = await cast(client.store, alice={"hideNetwork": True})
    await befriend(client.store, people.alice, people.bob)

    others = await profile(client, "eve", people.alice)
    assert others["followers"] == {"nodes": [], "totalCount": 1, "restricted": "HIDES_NETWORK"}
    assert others["friendsOfFriends"] == {"totalCount": 0, "restricted": "HIDES_NETWORK"}
    own = await profile(client, "alice", people.alice)
    assert names(own["followers"]) == ["bob"]
    assert own["followers"]["restricted"] is None


async def test_who_blocked_the_viewer_does_not_exist(client: Client) -> None:
    people = await cast(client.store)
    await follow(client.store, people.alice, people.carol)
    await block(client.store, people.alice, people.bob)
    query = """query($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id }
      user(username: "alice") { id } }"""

    seen = await client.ask(query, "eve", id=gid(people.alice), ids=[gid(people.alice)])
    assert seen["user"] == seen["node"] == seen["nodes"][0] == {"id": gid(people.alice)}
    gone = await client.ask(query, "bob", id=gid(people.alice), ids=[gid(people.alice)])
    assert gone == {"user": None, "node": None, "nodes": [None]}
    assert names((await profile(client, "eve", people.carol))["followers"]) == ["alice"]
    assert names((await profile(client, "bob", people.carol))["followers"]) == []

    hidden = await client.answer(EXPLAIN, "bob", id=gid(people.alice))
    never = await client.answer(EXPLAIN, "bob", id="user_999")
    assert hidden == never
    assert hidden["data"]["explainAccess"]["rule"] == "NOT_FOUND"
    follows = "mutation($id: ID!) { follow(user: $id) { user { id } } }"
    refused = await client.answer(follows, "bob", id=gid(people.alice))
    nobody = await client.answer(follows, "bob", id="user_999")
    assert refused == nobody
    assert refused["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_whom_the_viewer_blocked_is_found_by_id_and_in_blocked(client: Client) -> None:
    people = await cast(client.store)
    await follow(client.store, people.bob, people.carol)
    await block(client.store, people.alice, people.bob)

    found = await profile(client, "alice", people.bob)
    assert found["username"] == "bob"
    assert found["followers"]["restricted"] == "BLOCKING"
    own = (await client.ask(OWN, "alice", id=gid(people.alice)))["user"]
    assert names(own["blocked"]) == ["bob"]
    assert names((await profile(client, "alice", people.carol))["followers"]) == []
    # The other one learns nothing, and finds the first nowhere.
    theirs = (await client.ask(OWN, "bob", id=gid(people.bob)))["user"]
    assert theirs["blocked"]["totalCount"] == 0


async def test_own_lists_are_nobody_else_s(client: Client) -> None:
    people = await cast(client.store, alice={"privacy": "PRIVATE", "country": "DE"})
    await request(client.store, people.bob, people.alice)
    await request(client.store, people.alice, people.carol)
    await block(client.store, people.alice, people.dan)
    await mute(client.store, people.alice, people.eve)

    own = (await client.ask(OWN, "alice", id=gid(people.alice)))["user"]
    assert own["settings"] == {"hideNetwork": False, "country": "DE"}
    shown = {key: names(own[key]) for key in own if key not in ("settings", "peopleYouMayKnow")}
    assert shown == {
        "followRequests": ["bob"],
        "sentRequests": ["carol"],
        "blocked": ["dan"],
        "muted": ["eve"],
    }
    for other in ("bob", "eve", None):
        theirs = (await client.ask(OWN, other, id=gid(people.alice)))["user"]
        assert theirs.pop("settings") is None
        assert theirs.pop("peopleYouMayKnow") == {"nodes": []}
        for connection in theirs.values():
            assert connection == {"nodes": [], "totalCount": 0, "restricted": "OWNER_ONLY"}


async def test_a_mute_ends_by_itself(client: Client) -> None:
    people = await cast(client.store)
    mutes = """mutation($id: ID!, $until: DateTime) { mute(user: $id, until: $until) {
      relationship { muting } } }"""
    until = "2023-12-16T00:00:00.000Z"
    done = await client.ask(mutes, "alice", id=gid(people.bob), until=until)
    assert done["mute"]["relationship"]["muting"]
    own = (await client.ask(OWN, "alice", id=gid(people.alice)))["user"]
    assert names(own["muted"]) == ["bob"]
    client.now += 2 * DAY
    own = (await client.ask(OWN, "alice", id=gid(people.alice)))["user"]
    assert own["muted"]["totalCount"] == 0


async def test_gone_people_are_nowhere(client: Client) -> None:
    people = await cast(client.store)
    await befriend(client.store, people.alice, people.bob)
    assert names((await profile(client, None, people.bob))["followers"]) == ["alice"]
    deleted = await client.ask("mutation { deleteProfile { id } }", "alice")
    assert deleted["deleteProfile"] == {"id": gid(people.alice)}
    assert await profile(client, "bob", people.alice) is None
    assert names((await profile(client, None, people.bob))["followers"]) == []


async def test_an_external_id_finds_only_open_profiles(client: Client) -> None:
    keys = [{"externalId": "7", "source": one, "externalKey": f"{one}\x1f7"} for one in "ab"]
    people = await cast(client.store, alice=keys[0], bob={**keys[1], "privacy": "PRIVATE"})
    await follow(client.store, people.carol, people.bob)
    query = """query($source: String) { user(externalId: "7", source: $source) { username } }"""

    assert (await client.ask(query, "eve"))["user"] == {"username": "alice"}
    assert (await client.ask(query, "eve", source="b"))["user"] is None
    assert (await client.ask(query, "carol", source="b"))["user"] == {"username": "bob"}
    assert await client.refusal(query, "carol") == {"code": "BAD_INPUT"}


async def test_a_source_says_nothing_without_an_external_id(client: Client) -> None:
    await cast(client.store)
    for asked in ('id: "user_1"', 'username: "alice"'):
        query = "query($source: String) {" + f"user({asked}, source: $source) {{ username }} }}"
        assert await client.refusal(query, "eve", source="b") == {"code": "BAD_INPUT"}
        assert (await client.ask(query, "eve", source=None))["user"] == {"username": "alice"}


async def test_the_golden_of_people_you_may_know(client: Client) -> None:
    today = client.now // DAY
    people = await cast(
        client.store,
        "six",
        "seven",
        alice={"country": "US"},
        bob={"lastActiveDay": today - 5},
        carol={"country": "CA", "privacy": "PRIVATE", "lastActiveDay": today - 10},
        dan={"country": "US", "lastActiveDay": today - 2},
        eve={"country": "CA", "privacy": "PRIVATE", "lastActiveDay": today - 3},
    )
    one, two, three, four, five, six, seven = people
    for a, b in ((one, two), (one, three), (two, four), (three, five), (five, six), (five, seven)):
        await befriend(client.store, a, b, T0)
    query = """{ viewer { peopleYouMayKnow { edges { node { username } score
      reasons { code weight text path { id } } } } } }"""
    found = await client.ask(query, "alice")
    edges = found["viewer"]["peopleYouMayKnow"]["edges"]
    assert [(edge["node"]["username"], edge["score"]) for edge in edges] == [
        ("dan", 10),
        ("eve", 7),
    ]
    assert edges[0]["reasons"][0] == {
        "code": "MUTUAL_FRIENDS",
        "weight": 5,
        "text": "Bob is a mutual friend.",
        "path": [{"id": gid(id)} for id in (one, two, four)],
    }
