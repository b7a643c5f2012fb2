"""People, their counts, flags and keys."""

from __future__ import annotations

import pytest

from graph.changes import Create, Link, Name
from graph.declaring import Flag, Privacy
from graph.model import counters
from graph.store import Store
from tests.support.cast import ISSUER, T0, cast, crowd, follow, person
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

ODD = 'Zoë "the\\n" \n\t O\'Neil \u202e\u0301 🜁👩‍👩‍👧 \x1f {}$x `MATCH (n)` —漢字'


async def test_people_come_in_the_order_asked_with_none_for_nobody(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    found = await store.people([bob, 999_999, alice, bob])
    assert [p and p.username for p in found] == ["bob", None, "alice", "bob"]
    assert await store.people([]) == []


async def test_a_person_says_all_that_was_written(store: Store) -> None:
    await store.load_people(
        [
            person(
                7,
                "Zoe",
                name="Zoe Q",
                bio="Hi",
                avatarUrl="https://example.org/z.png",
                verified=True,
                privacy="FRIENDS",
                createdAt=T0,
                externalId="x-1",
                source="old",
                externalKey="old\x1fx-1",
                country="SE",
                hideNetwork=True,
                discoverable=True,
                allowSuggestions=False,
                lastActiveDay=19_700,
            )
        ]
    )
    [zoe] = await store.people([7])
    assert zoe is not None
    assert (zoe.id, zoe.username, zoe.name, zoe.bio) == (7, "Zoe", "Zoe Q", "Hi")
    assert zoe.avatar_url == "https://example.org/z.png"
    assert zoe.verified is True
    assert zoe.privacy is Privacy.FRIENDS
    assert (zoe.created_at, zoe.external_id, zoe.source) == (T0, "x-1", "old")
    assert (zoe.country, zoe.last_active_day) == ("SE", 19_700)
    assert zoe.flags == Flag.FRIENDS_ONLY | Flag.HIDES_NETWORK | Flag.NOT_SUGGESTED


async def test_what_was_never_said_is_absent_not_empty(store: Store) -> None:
    await store.load_people([{"id": 3, "username": "x", "privacy": "PUBLIC", "createdAt": 1}])
    [found] = await store.people([3])
    assert found is not None
    assert (found.name, found.bio, found.avatar_url, found.country) == (None, None, None, None)
    assert (found.external_id, found.source, found.last_active_day) == (None, None, None)
    assert found.verified is False
    assert found.flags == Flag(0)


@pytest.mark.parametrize("text", [ODD, "", "😀" * 200, "a" * 10_000, "İıßſ", "\U0010ffff"])
async def test_any_text_survives(store: Store, text: str) -> None:
    await store.load_people([person(1, "x", bio=text, subjectKey=f"iss\x1f{text}")])
    [found] = await store.people([1])
    assert found is not None
    assert found.bio == text
    assert await store.find_people("subjectKey", [f"iss\x1f{text}"]) == [1]


async def test_gone_people_are_answered_with_their_flag(store: Store) -> None:
    people = await cast(store, bob={"gone": True})
    [bob] = await store.people([people.bob])
    assert bob is not None
    assert bob.gone


async def test_counts_have_every_counter_and_zeros_for_nobody(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await follow(store, alice, bob)
    nothing = dict.fromkeys(counters("User"), 0)
    assert await store.counts([bob, 999_999, alice]) == [
        {**nothing, "followers": 1},
        nothing,
        {**nothing, "following": 1},
    ]


@pytest.mark.parametrize(
    ("props", "flags"),
    [
        ({}, Flag(0)),
        ({"privacy": "PRIVATE"}, Flag.PRIVATE),
        ({"privacy": "FRIENDS"}, Flag.FRIENDS_ONLY),
        ({"hideNetwork": True}, Flag.HIDES_NETWORK),
        ({"hideNetwork": False, "allowSuggestions": True, "discoverable": True}, Flag(0)),
        ({"allowSuggestions": False}, Flag.NOT_SUGGESTED),
        ({"discoverable": False}, Flag.UNDISCOVERABLE),
    ],
)
async def test_flag_bytes(store: Store, props: dict[str, object], flags: Flag) -> None:
    await store.load_people([person(5, "eve", **props)])
    assert await store.flags(5, 1) == bytes([int(flags)])
    [eve] = await store.people([5])
    assert eve is not None
    assert eve.flags == flags


async def test_flags_cover_a_range_with_gone_where_nobody_is(store: Store) -> None:
    await store.load_people(
        [person(10, "a"), person(12, "b", privacy="PRIVATE"), person(13, "c", gone=True)]
    )
    found = await store.flags(9, 6)
    assert len(found) == 6
    gone = int(Flag.GONE)
    assert [found[0], found[1], found[2], found[3], found[5]] == [gone, 0, gone, 2, gone]
    assert found[4] & gone


async def test_flags_of_a_long_range(store: Store) -> None:
    ids = await crowd(store, 600)
    found = await store.flags(ids[0], 4096)
    assert found == bytes(600) + bytes([int(Flag.GONE)]) * (4096 - 600)


@pytest.mark.parametrize("key", ["usernameKey", "externalKey", "subjectKey"])
async def test_people_are_found_by_each_unique_key(store: Store, key: str) -> None:
    await store.load_people([person(1, "alice", **{key: "one"}), person(2, "bob", **{key: "two"})])
    assert await store.find_people(key, ["two", "three", "one"]) == [2, None, 1]
    assert await store.find_people(key, []) == []


async def test_the_cast_is_found_by_subject(store: Store) -> None:
    people = await cast(store)
    assert await store.find_people("subjectKey", [f"{ISSUER}\x1feve"]) == [people.eve]


async def test_an_external_id_finds_everyone_who_has_it_but_the_gone(store: Store) -> None:
    await store.load_people(
        [
            person(1, "a", externalId="42", source="x", externalKey="x\x1f42"),
            person(2, "b", externalId="42", source="y", externalKey="y\x1f42"),
            person(3, "c", externalId="42", source="z", externalKey="z\x1f42", gone=True),
            person(4, "d", externalId="43", source="x", externalKey="x\x1f43"),
        ]
    )
    assert sorted(await store.find_external("42")) == [1, 2]
    assert await store.find_external("nothing") == []


async def test_interests_are_the_names_of_tags(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    assert await store.interests(alice) == []
    await store.write((Name("INTERESTED_IN", alice, {"jazz": 900, ODD: 901}),))
    assert sorted(await store.interests(alice)) == sorted(["jazz", ODD])
    assert await store.interests(bob) == []


async def test_ids_beyond_doubles_are_exact(store: Store) -> None:
    alice, *_ = await cast(store)
    wide = [2**53 + 1, 2**53 + 3, 2**62 + 1, 2**63 - 1]
    for post in wide:
        await store.write(
            (
                Create("Post", post, {"text": "hi", "createdAt": T0}),
                Link("POSTED", alice, post, {"at": T0}),
            )
        )
    [posts] = await store.neighbours("posts", [alice])
    assert posts.ids.tolist() == wide[::-1]
    page = await store.neighbours_page("posts", alice, 2)
    assert page.ids.tolist() == wide[:1:-1]
    assert await rows(store, "POSTED") == [(alice, post, T0) for post in wide]
