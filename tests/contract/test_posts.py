"""Posts by id, by key and by author; what one person has to do with them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import product

import pytest

from graph.changes import Append, Count, Event, Link, Ops, Put, Relink, Unlink
from graph.declaring import PostType, Visibility
from graph.model import counters
from graph.posts import share_key, write_media, write_version
from graph.records import Media, Person, Position, PostCard, Ties, Version
from graph.store import Removed, Store
from graph.upkeep import Loaded
from tests.support.cast import T0, cast, crowd
from tests.support.posting import edge, like, post, post_id
from tests.support.reading import entries

pytestmark = pytest.mark.anyio


def viewed(new: Sequence[int]) -> Event:
    return Event(new[0], "viewed", T0, {"posts": list(new)})


def announced(removed: Sequence[Removed]) -> Event:
    return Event(removed[0].a, "erased", T0, {"posts": [removed[0].b]})


NOTHING = dict.fromkeys(counters("Post"), 0)


async def test_a_card_says_all_there_is_of_a_post(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    media = (Media("https://a.example/b.png", PostType.IMAGE, 640, 480, "a cat"),)
    first = await post(store, alice, T0)
    second = await post(
        store,
        bob,
        T0 + 5,
        reply_to=first,
        shares=first,
        tags=("b", "a"),
        mentions=(carol, alice),
        text="see",
        type="IMAGE",
        visibility="FRIENDS",
        media=write_media(media),
        editedAt=T0 + 9,
        externalId="7",
        source="elsewhere",
    )
    [card] = await store.posts([second])
    assert card == PostCard(
        id=second,
        author=bob,
        created_at=T0 + 5,
        visibility=Visibility.FRIENDS,
        type=PostType.IMAGE,
        text="see",
        edited_at=T0 + 9,
        reply_to=first,
        shares=first,
        tags=("a", "b"),
        mentions=(alice, carol),
        media=media,
        external_id="7",
        source="elsewhere",
    )


async def test_cards_come_in_order_gone_ones_too(store: Store) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, T0)
    second = await post(store, alice, T0 + 1, gone=True)
    found = await store.posts([second, 7, first, second])
    assert [None if card is None else (card.id, card.gone) for card in found] == [
        (second, True),
        None,
        (first, False),
        (second, True),
    ]
    assert await store.posts([]) == []


async def test_who_wrote_a_deleted_post_is_still_known(store: Store) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, T0)
    await store.write((Put("Post", first, {"gone": True, "author": alice, "text": None}),))
    [card] = await store.posts([first])
    assert card is not None
    assert (card.author, card.text) == (alice, None)


async def test_counters_of_posts(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    first = await post(store, alice, T0)
    await post(store, bob, T0 + 1, reply_to=first)
    await post(store, bob, T0 + 2, shares=first)
    await like(store, bob, first)
    await like(store, carol, first)
    counted, other = await store.post_counts([first, 7])
    assert counted == {**NOTHING, "replies": 1, "shares": 1, "likes": 2}
    assert other == NOTHING
    assert [counts["posts"] for counts in await store.counts([alice, bob, carol])] == [1, 2, 0]


async def test_many_likes_are_counted_in_shards(store: Store, shard_from: int) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, T0)
    people = await crowd(store, 3 * shard_from)
    for person in people:
        await like(store, person, first)
    [counts] = await store.post_counts([first])
    assert counts["likes"] == len(people)


async def test_the_newest_posts_of_many_authors(store: Store) -> None:
    alice, bob, carol, dan, _ = await cast(store)
    made = []
    for number, author in enumerate((alice, bob, carol, bob, alice, bob)):
        # Two of one millisecond: their ids decide.
        made.append((T0 + number // 2, await post(store, author, T0 + number // 2, number), author))
    newest = sorted(made, reverse=True)

    async def found(authors: list[int], limit: int, **span: Position) -> list[tuple[int, int, int]]:
        rows = await store.posts_of(authors, limit, **span)
        return list(zip(rows.at.tolist(), rows.ids.tolist(), rows.authors.tolist(), strict=True))

    everyone = [alice, bob, carol, dan, 999_999]
    assert await found(everyone, 10) == newest
    assert await found(everyone, 2) == newest[:2]
    assert await found([bob, bob], 10) == [row for row in newest if row[2] == bob]
    third = Position(*newest[2][:2])
    assert await found(everyone, 2, before=third) == newest[3:5]
    assert await found(everyone, 9, after=third) == newest[:2]
    assert await found(everyone, 9, after=Position(*newest[4][:2]), before=third) == newest[3:4]
    assert await found([dan], 5) == await found([], 5) == []


async def test_the_newest_posts_of_authors_with_many_and_with_few(
    store: Store, shard_from: int
) -> None:
    alice, bob, carol, *_ = people = await cast(store)
    made = []
    for author, count in ((alice, 4 * shard_from), (bob, shard_from), (carol, shard_from - 1)):
        for number in range(count):
            at = T0 + number // 3
            made.append((at, await post(store, author, at, len(made)), author))
    newest = sorted(made, reverse=True)
    some = (newest[0], newest[7], newest[-4], newest[-1])
    places = [None, *(Position(*row[:2]) for row in some)]
    for authors, limit in product((list(people), [alice], [carol, bob]), (1, 7, 1_000)):
        for before, after in product(places, places):
            rows = await store.posts_of(authors, limit, before, after)
            expected = [
                row
                for row in newest
                if row[2] in authors
                and (before is None or row[:2] < before)
                and (after is None or row[:2] > after)
            ]
            found = zip(rows.at.tolist(), rows.ids.tolist(), rows.authors.tolist(), strict=True)
            assert list(found) == expected[:limit], (authors, limit, before, after)


async def test_an_authors_posts_and_a_posts_replies_page_both_ways(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    root = await post(store, bob, T0 - 9)
    at = [T0, T0 + 1, T0 + 1, T0 + 1, T0 + 2]
    ids = [await post(store, alice, at[n], n, reply_to=root) for n in range(5)]
    newest = [*zip(at, ids, strict=True)][::-1]
    for name, owner in (("posts", alice), ("replies", root)):
        pages, after = [], None
        while page := entries(await store.neighbours_page(name, owner, 2, after)):
            pages += page
            after = page[-1]
        assert pages == newest
        middle = Position(*newest[2])
        older = await store.neighbours_page(name, owner, 2, before=middle)
        assert entries(older) == newest[:2]
        one = await store.neighbours_page(name, owner, 1, before=middle)
        assert entries(one) == [newest[1]]
        [whole] = await store.neighbours(name, [owner])
        assert whole.ids.tolist() == [id for _, id in newest]


async def test_posts_by_key(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    first = await post(store, alice, T0, createKey="1:x", externalKey="src\x1f7")
    share = await post(store, bob, T0 + 1, shares=first)
    key = share_key(bob, first)
    assert await store.find_posts("shareKey", [key, "1:1"]) == [share, None]
    assert await store.find_posts("createKey", ["1:x"]) == [first]
    assert await store.find_posts("externalKey", ["src\x1f7", "src\x1f8"]) == [first, None]


async def test_what_people_plainly_share(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    first, second = await post(store, alice, T0), await post(store, alice, T0 + 1)
    await post(store, bob, T0 + 2, shares=first)
    await post(store, bob, T0 + 3, shares=second)
    await post(store, bob, T0 + 4, shares=second, text="a quote")
    await post(store, bob, T0 + 5, 5, shares=second, shareKey="gone", gone=True)
    his, hers = await store.shared([bob, carol])
    assert entries(his) == [(T0 + 3, second), (T0 + 2, first)]
    assert entries(hers) == []


async def test_versions_are_kept_in_order(store: Store) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, T0, text="three")
    media = (Media("https://a.example/b.png", PostType.IMAGE),)
    old = [Version(T0 + 1, "one"), Version(T0 + 2, None, media)]
    for version in old:
        await store.write((Append("Post", first, "edits", write_version(version)),))
    assert await store.versions(first) == old
    assert await store.versions(7) == []
    [card] = await store.posts([first])
    assert card is not None
    assert card.edits == 2


async def test_a_change_of_posts_sees_what_is_between(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    first, second = await post(store, alice, T0), await post(store, alice, T0 + 1)
    share = await post(store, bob, T0 + 2, shares=second)
    await like(store, bob, second, T0 + 3)
    seen: list[tuple[Person | None, list[Ties]]] = []

    def decide(person: Person | None, ties: object) -> Ops:
        assert isinstance(ties, list)
        seen.append((person, ties))
        return edge("LIKED", bob, first, T0 + 4)

    ties, ops = await store.change_posts(bob, [second, 7, first], decide)
    person, found = seen[-1]
    assert person is not None
    assert person.username == "bob"
    assert found == ties
    liked, missing, plain = ties
    assert liked.post is not None
    assert liked.post.id == second
    assert dict(liked.edges) == {"LIKED": {"at": T0 + 3}}
    assert liked.share == share
    assert missing == Ties(None)
    assert plain.post is not None
    assert not plain.edges
    assert plain.share is None
    assert ops
    assert await store.post_counts([first]) == [{**NOTHING, "likes": 1}]


async def test_a_change_of_nobodys_posts(store: Store) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, T0)

    def nothing(person: Person | None, ties: object) -> Ops:
        assert person is None
        return ()

    ties, ops = await store.change_posts(999_999, [first], nothing)
    assert not ops
    assert ties[0].post is not None
    assert not ties[0].edges
    assert await store.change_posts(999_999, [], nothing) == ([], ())


async def test_votes_are_counted_by_what_they_say(store: Store) -> None:
    alice, bob, carol, dan, _ = await cast(store)
    first = await post(store, alice, T0)
    for person, value in ((bob, 1), (carol, 1), (dan, -1)):
        await store.write(edge("VOTED", person, first, T0, value=value))
    rows = [(alice, first, {"at": T0, "value": -1}), (bob, first, {"at": T0, "value": -1})]
    assert await store.load_edges("VOTED", rows) == Loaded(1, 1, 0)
    [counts] = await store.post_counts([first])
    assert counts == {**NOTHING, "ups": 2, "downs": 2}
    truth = {name: count for name, count in counts.items() if name != "views"}
    assert await store.true_post_counts([first]) == [truth]
    await store.erase_step(dan, 10, announced)
    assert await store.post_counts([first]) == [{**NOTHING, "ups": 2, "downs": 1}]


async def test_counters_of_posts_are_repaired(store: Store, shard_from: int) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, T0)
    people = await crowd(store, shard_from + 3)
    for person in people:
        await like(store, person, first)
    await store.write((Count("Post", first, "likes", 5), Count("Post", first, "ups", -2)))
    for person in (alice, *people):
        assert await store.record_views(person, [first], 1, viewed) == [first]
    await store.repair_post_counts(first)
    counts = {**NOTHING, "likes": len(people), "views": 1 + len(people)}
    assert await store.post_counts([first]) == [counts]


async def test_a_view_counts_once_a_person_and_day(store: Store, shard_from: int) -> None:
    alice, bob, *_ = await cast(store)
    first, second = await post(store, alice, T0), await post(store, alice, T0 + 1)
    gone = await post(store, alice, T0 + 2, gone=True)
    assert await store.record_views(bob, [first, second, first, gone, 7], 1, viewed) == [
        first,
        second,
    ]
    assert await store.record_views(bob, [second, first], 1, viewed) == []
    assert await store.record_views(alice, [first], 1, viewed) == [first]
    assert await store.record_views(bob, [first], 2, viewed) == [first]
    assert [counts["views"] for counts in await store.post_counts([first, second])] == [3, 1]
    assert {event.data["posts"][0] for event in await store.take_events(9)} == {first}
    many = await crowd(store, 2 * shard_from)
    for person in many:
        await store.record_views(person, [first], 2, viewed)
    [counts] = await store.post_counts([first])
    assert counts["views"] == 3 + len(many)
    # Marks go, counts stay.
    assert await store.prune_views(2, 2) == 2
    assert await store.prune_views(2, 9) == 1
    assert await store.prune_views(2, 9) == 0
    assert await store.record_views(bob, [first], 2, viewed) == []


async def test_one_view_from_many_callers_at_once(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    first = await post(store, alice, T0)
    found = await asyncio.gather(*(store.record_views(bob, [first], 1, viewed) for _ in range(8)))
    assert sorted(found) == [[]] * 7 + [[first]]
    [counts] = await store.post_counts([first])
    assert counts["views"] == 1


async def test_what_people_did_with_a_deleted_post_is_erased(store: Store) -> None:
    alice, bob, carol, dan, _ = await cast(store)
    first = await post(store, alice, T0, createKey="1:x")
    reply = await post(store, bob, T0 + 1, reply_to=first)
    quote = await post(store, bob, T0 + 2, shares=first, text="so")
    for person in (bob, carol, dan):
        await like(store, person, first, T0 + 3)
    await store.write(edge("VOTED", carol, first, T0, value=1))
    await store.write(
        (
            Put("Post", first, {"gone": True, "author": alice, "text": None}),
            Unlink("POSTED", alice, first),
        )
    )
    removed: list[Removed] = []
    while step := await store.erase_post_step(first, 3, announced):
        assert len(step) <= 3
        removed += step
    assert sorted(removed) == [
        Removed("LIKED", bob, first, T0 + 3),
        Removed("LIKED", carol, first, T0 + 3),
        Removed("LIKED", dan, first, T0 + 3),
        Removed("VOTED", carol, first, T0),
    ]
    # It goes on being what others replied to and quoted.
    [gone, replied, quoted] = await store.posts([first, reply, quote])
    assert gone == PostCard(first, alice, T0, gone=True)
    assert replied is not None
    assert replied.reply_to == first
    assert quoted is not None
    assert quoted.shares == first
    assert await store.find_posts("createKey", ["1:x"]) == [first]
    assert [len(likes) for likes in await store.neighbours("likes", [bob, carol])] == [0, 0]
    assert await store.post_counts([first]) == [NOTHING]


async def test_an_edge_of_a_post_changes_its_properties(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    first = await post(store, alice, T0)
    await store.write((Link("VOTED", bob, first, {"at": T0, "value": 1}),))
    await store.write((Relink("VOTED", bob, first, {"value": -1}),))
    ties, _ = await store.change_posts(bob, [first], lambda person, ties: ())
    assert dict(ties[0].edges) == {"VOTED": {"at": T0, "value": -1}}


async def test_ids_of_posts_are_their_times(store: Store) -> None:
    """What `posts_of` orders by (createdAt, id) is in the order of ids."""
    alice, *_ = await cast(store)
    for number in range(3):
        await post(store, alice, T0 + number, 3 - number)
    rows = await store.posts_of([alice], 5)
    assert rows.ids.tolist() == [post_id(T0 + n, 3 - n) for n in (2, 1, 0)]
