"""What is in a home feed, page by page; the rules of DECISIONS, one by one."""

from __future__ import annotations

import pytest

from graph.declaring import Privacy, Visibility
from tests.feed.running import LONGEST, Running, a_cast, ids, pid
from tests.support.cast import Cast

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

WHY_NOT = "query($p: ID!, $r: Ranker) { whyNot(post: $p, ranker: $r) { shown stage rule } }"


async def follow_all(it: Running, people: Cast, who: int, *whom: int) -> None:
    for one in whom:
        await it.client.actions.follow(who, one)


async def why_not(it: Running, as_: str, post: int, ranker: str = "CHRONOLOGICAL") -> str:
    found = (await it.client.ask(WHY_NOT, as_, p=pid(post), r=ranker))["whyNot"]
    return "SHOWN" if found["shown"] else f"{found['stage']}/{found['rule']}"


async def test_a_post_reaches_whoever_follows_its_author(it: Running) -> None:
    people = await a_cast(it)
    await it.client.actions.follow(people.alice, people.bob)
    assert await it.walk("alice") == []
    first = await it.post(people.bob, "hello")
    await it.settle()
    assert await it.walk("alice") == [first]
    assert await it.walk("bob") == [first]
    assert await it.walk("carol") == []
    assert it.fanout.stats.pushed >= 1


async def test_ones_own_post_is_there_before_anybody_else_was_told(it: Running) -> None:
    people = await a_cast(it)
    await it.walk("alice")
    mine = await it.post(people.alice)
    assert await it.walk("alice") == [mine]


async def test_the_walk_goes_on_from_the_graph_where_the_timeline_ends(it: Running) -> None:
    people = await a_cast(it)
    await follow_all(it, people, people.alice, people.bob, people.carol)
    await it.walk("alice")
    posts = [await it.post((people.bob, people.carol)[n % 2]) for n in range(3 * LONGEST)]
    await it.settle()
    assert await it.walk("alice", first=4) == posts[::-1]
    await it.timelines.drop(people.alice)
    assert await it.walk("alice", first=4) == posts[::-1]
    await it.flush()
    assert await it.walk("alice", first=100) == posts[::-1]


async def test_a_follow_shows_what_was_posted_before_at_once_and_its_end_hides_it(
    it: Running,
) -> None:
    people = await a_cast(it)
    await it.walk("alice")
    old = await it.post(people.bob)
    await it.settle()
    await it.client.actions.follow(people.alice, people.bob)
    assert await it.walk("alice") == [old]
    await it.client.actions.unfollow(people.alice, people.bob)
    assert await it.walk("alice") == []
    await it.client.actions.follow(people.alice, people.bob)
    assert await it.walk("alice") == [old]


async def test_muting_hides_in_the_feed_until_it_ends(quick: Running) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob)
    post = await quick.post(people.bob)
    await quick.settle()
    await quick.client.actions.mute(people.alice, people.bob, quick.client.now + 1_000)
    assert await quick.walk("alice") == []
    assert await why_not(quick, "alice", post) == "MUTED/MUTED"
    quick.client.now += 2_000
    assert await quick.walk("alice") == [post]


async def test_a_block_a_deletion_and_a_private_profile_take_effect_at_read(
    quick: Running,
) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob, people.carol, people.dan)
    bobs, carols, dans = [await quick.post(one) for one in (people.bob, people.carol, people.dan)]
    await quick.settle()
    assert await quick.walk("alice") == [dans, carols, bobs]
    await quick.client.actions.block(people.bob, people.alice)
    await quick.client.actions.delete_post(people.carol, carols)
    await quick.client.actions.update_profile(people.dan, {"privacy": Privacy.FRIENDS})
    assert await quick.walk("alice") == []
    # Who blocked, what is gone and what never was look the same.
    never = dans + 1
    assert {await why_not(quick, "alice", one) for one in (bobs, carols, never)} == {
        "POLICY/NOT_FOUND"
    }
    assert await why_not(quick, "alice", dans) == "POLICY/FRIENDS_ONLY"


async def test_a_reply_is_heard_by_who_follows_both_or_is_answered(quick: Running) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob)
    post = await quick.post(people.carol)
    reply = await quick.post(people.bob, "so it is", reply_to=post)
    await quick.settle()
    assert await quick.walk("alice") == []
    assert await why_not(quick, "alice", reply) == "REPLY/REPLY_TO_STRANGER"
    await follow_all(quick, people, people.alice, people.carol)
    assert await quick.walk("alice") == [reply, post]
    mine = await quick.post(people.alice)
    answer = await quick.post(people.bob, "yes", reply_to=mine)
    await quick.settle()
    assert (await quick.walk("alice"))[0] == answer


async def test_what_is_for_friends_only_friends_read(quick: Running) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob)
    post = await quick.post(people.bob, visibility=Visibility.FRIENDS)
    hidden = await quick.post(people.bob, visibility=Visibility.PRIVATE)
    await quick.settle()
    assert await quick.walk("alice") == []
    assert await why_not(quick, "alice", post) == "POLICY/FRIENDS_ONLY"
    assert await why_not(quick, "alice", hidden) == "POLICY/NOT_FOUND"
    await follow_all(quick, people, people.bob, people.alice)
    assert await quick.walk("alice") == [post]
    assert await quick.walk("bob") == [hidden, post]


async def test_chronological_shows_every_share_and_ranked_an_original_once(
    quick: Running,
) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob, people.carol, people.dan)
    original = await quick.post(people.dan)
    shares = [await quick.post(one, None, shares=original) for one in (people.bob, people.carol)]
    quote = await quick.post(people.eve, "look", shares=original)
    await quick.settle()
    assert await quick.walk("alice") == [*shares[::-1], original]
    for ranker in ("RELEVANCE", "HOT", "ENGAGEMENT", "AFFINITY", "BLEND", "EDGERANK"):
        assert await quick.walk("alice", ranker) == [original], ranker
    assert await why_not(quick, "alice", shares[0], "RELEVANCE") == "DUPLICATE/SHOWN_ALREADY"
    assert await why_not(quick, "alice", quote) == "SOURCE/NOT_FOLLOWING"
    # Whoever does not follow the author gets it once, by one of those who shared it.
    await quick.client.actions.unfollow(people.alice, people.dan)
    assert await quick.walk("alice", "HOT") == [shares[1]]
    (edge,) = (await quick.page("alice", ranker="HOT"))["edges"]
    assert edge["node"]["shares"] == {"id": pid(original)}


async def test_an_author_who_crosses_the_threshold_is_missed_by_nobody(it: Running) -> None:
    people = await a_cast(it, "fay", "gus")
    author = people.eve
    fans = ("alice", "bob", "carol")
    for fan in fans:
        await follow_all(it, people, people[fan], author)
        await it.walk(fan)
    posts = [await it.post(author)]
    await it.settle()
    assert it.fanout.stats.pulled == 0
    await follow_all(it, people, people.fay, author)  # the fourth: from here on they are read
    posts.append(await it.post(author))
    await it.settle()
    assert it.fanout.stats.pulled == 1
    posts.append(await it.post(author))
    await it.settle()
    for fan in (*fans, "fay"):
        assert await it.walk(fan) == posts[::-1], fan
    # Below it again: what was never pushed stays readable.
    await it.client.actions.unfollow(people.fay, author)
    posts.append(await it.post(author))
    await it.settle()
    for fan in fans:
        assert await it.walk(fan) == posts[::-1], fan


async def test_a_ranked_feed_looks_back_seven_days(quick: Running) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob)
    old = await quick.post(people.bob)
    quick.client.now += 8 * 86_400_000
    new = await quick.post(people.bob)
    await quick.settle()
    assert await quick.walk("alice", "RELEVANCE") == [new]
    assert await quick.walk("alice") == [new, old]
    assert await why_not(quick, "alice", old, "RELEVANCE") == "WINDOW/TOO_OLD"
    assert await why_not(quick, "alice", old) == "SHOWN"


async def test_nobody_reads_a_feed_without_a_token(quick: Running) -> None:
    await a_cast(quick)
    for query in ("{ feed { newer } }", f'{{ whyNot(post: "{pid(7)}") {{ text }} }}'):
        assert (await quick.client.refusal(query))["code"] == "UNAUTHENTICATED"


async def test_what_is_no_post_is_bad_input(quick: Running) -> None:
    await a_cast(quick)
    refused = await quick.client.refusal('{ whyNot(post: "user_1") { text } }', "alice")
    assert refused["code"] == "BAD_INPUT"


# --- pages


async def test_a_ranked_walk_neither_repeats_nor_misses_whatever_is_posted(
    quick: Running,
) -> None:
    """Not by time: whoever pages a list sorted by score with a cursor of times does both."""
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob, people.carol)
    before = [await quick.post((people.bob, people.carol)[n % 2]) for n in range(12)]
    await quick.settle()
    page = await quick.page("alice", ranker="HOT", first=5)
    found, newer = ids(page), [page["newer"]]
    while page["pageInfo"]["hasNextPage"]:
        await quick.post(people.bob)
        await quick.settle()
        after = page["pageInfo"]["endCursor"]
        page = await quick.page("alice", ranker="HOT", first=5, after=after)
        found += ids(page)
        newer.append(page["newer"])
    assert sorted(found) == before
    assert newer == [0, 1, 2]


async def test_what_is_deleted_or_hidden_meanwhile_drops_out_and_the_page_refills(
    quick: Running,
) -> None:
    people = await a_cast(quick)
    await follow_all(quick, people, people.alice, people.bob, people.carol)
    posts = [await quick.post((people.bob, people.carol)[n % 2]) for n in range(12)]
    await quick.settle()
    page = await quick.page("alice", ranker="HOT", first=2)
    after = page["pageInfo"]["endCursor"]
    left = [post for post in reversed(posts) if post not in ids(page)]
    await quick.client.actions.delete_post(people.bob, posts[8])
    await quick.client.actions.mute(people.alice, people.carol)
    page = await quick.page("alice", ranker="HOT", first=3, after=after)
    bobs = [post for post in left if posts.index(post) % 2 == 0 and post != posts[8]]
    assert ids(page) == bobs[:3]
    assert page["pageInfo"]["hasNextPage"]


async def test_a_snapshot_ends_with_a_clear_code_and_keyset_never_does(quick: Running) -> None:
    people = await a_cast(quick)
    posts = [await quick.post(people.alice) for _ in range(4)]
    ranked = await quick.page("alice", ranker="HOT", first=2)
    plain = await quick.page("alice", ranker="CHRONOLOGICAL", first=2)
    await quick.flush()
    query = """query($a: String!) { feed(ranker: HOT, after: $a) { nodes { id } } }"""
    after = ranked["pageInfo"]["endCursor"]
    assert (await quick.client.refusal(query, "alice", a=after))["code"] == "CURSOR_EXPIRED"
    after = plain["pageInfo"]["endCursor"]
    page = await quick.page("alice", ranker="CHRONOLOGICAL", after=after)
    assert ids(page) == posts[1::-1]


async def test_a_chronological_walk_tells_how_many_arrived(quick: Running) -> None:
    people = await a_cast(quick)
    for _ in range(4):
        await quick.post(people.alice)
    page = await quick.page("alice", ranker="CHRONOLOGICAL", first=2)
    assert page["newer"] == 0
    for _ in range(3):
        await quick.post(people.alice)
    after = page["pageInfo"]["endCursor"]
    page = await quick.page("alice", ranker="CHRONOLOGICAL", first=1, after=after)
    assert page["newer"] == 3
    after = page["pageInfo"]["endCursor"]
    assert (await quick.page("alice", ranker="CHRONOLOGICAL", after=after))["newer"] == 3


@pytest.mark.parametrize("other", ["HOT", "CHRONOLOGICAL"])
async def test_a_cursor_is_good_for_its_own_ranker_and_viewer_only(
    quick: Running, other: str
) -> None:
    people = await a_cast(quick)
    for _ in range(4):
        await quick.post(people.alice)
    after = (await quick.page("alice", first=2))["pageInfo"]["endCursor"]
    query = "query($a: String!, $r: Ranker) { feed(ranker: $r, after: $a) { nodes { id } } }"
    for as_, ranker in (("alice", other), ("bob", "RELEVANCE")):
        refused = await quick.client.refusal(query, as_, a=after, r=ranker)
        assert refused["code"] == "BAD_INPUT"
