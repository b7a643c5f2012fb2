"""Editing posts, and what becomes of those who are deleted or whose author leaves."""

from __future__ import annotations

import pytest

from graph.actions.post_rules import MAX_EDITS
from graph.declaring import PostType, Visibility
from graph.errors import BadInput, Forbidden, NotFound
from graph.events.jobs import jobs
from graph.ids import created_at
from graph.records import Media, PostCard, Version
from graph.store import Store
from tests.actions.looking import events, nothing_changes
from tests.support.acting import Acting, acting
from tests.support.cast import Cast, cast

pytestmark = pytest.mark.anyio

PICTURE = Media("https://a.example/cat.png", PostType.IMAGE)


@pytest.fixture
async def it(store: Store) -> Acting:
    return acting(store)


@pytest.fixture
async def people(store: Store) -> Cast:
    return await cast(store)


async def posted(it: Acting, author: int, text: str = "hello", **given: object) -> int:
    said = {"text": text, **given}
    return (await it.actions.create_post(author, said)).post  # type: ignore[arg-type]


async def card(it: Acting, id: int) -> PostCard:
    [found] = await it.store.posts([id])
    assert found is not None
    return found


async def test_an_edit_keeps_what_was_said_before(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice, "one #a @bob")
    await it.actions.edit_post(people.alice, id, {"text": "two #b @carol"})
    first = await card(it, id)
    assert (first.text, first.tags, first.mentions) == ("two #b @carol", ("b",), (people.carol,))
    await it.actions.edit_post(people.alice, id, {"media": [PICTURE]})
    second = await card(it, id)
    assert (second.text, second.media, second.type) == (first.text, (PICTURE,), PostType.IMAGE)
    assert (second.tags, second.edits) == (("b",), 2)
    assert first.edited_at is not None
    assert second.edited_at is not None
    assert await it.store.versions(id) == [
        Version(first.edited_at, "one #a @bob"),
        Version(second.edited_at, "two #b @carol"),
    ]
    told = await events(it.store)
    assert [event.kind for event in told] == ["posted", "post_changed", "post_changed"]


async def test_an_edit_of_nothing_writes_nothing(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice, "one #a")
    async with nothing_changes(it.store):
        await it.actions.edit_post(people.alice, id, {"text": "one #a", "media": []})
        await it.actions.edit_post(people.alice, id, {})


async def test_whom_a_post_is_for_changes_without_a_version(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice, "one")
    await it.actions.edit_post(people.alice, id, {"visibility": Visibility.FRIENDS})
    found = await card(it, id)
    assert (found.visibility, found.edits, found.edited_at) == (Visibility.FRIENDS, 0, None)
    with pytest.raises(NotFound):
        await it.actions.like(people.bob, id)


async def test_nobody_else_edits_and_nothing_becomes_something_else(
    it: Acting, people: Cast
) -> None:
    id = await posted(it, people.alice)
    other = await posted(it, people.alice)
    share = (await it.actions.share(people.alice, id)).post
    gone = await posted(it, people.alice)
    await it.actions.delete_post(people.alice, gone)
    async with nothing_changes(it.store):
        with pytest.raises(Forbidden):
            await it.actions.edit_post(people.bob, id, {"text": "mine"})
        for missing in (gone, 7, 0, 2**64):
            with pytest.raises(NotFound):
                await it.actions.edit_post(people.alice, missing, {"text": "two"})
        for which, given in (
            (id, {"reply_to": other}),
            (id, {"shares": other}),
            (id, {"text": ""}),
            (share, {"text": "now a quote"}),
        ):
            with pytest.raises(BadInput):
                await it.actions.edit_post(people.alice, which, given)  # type: ignore[arg-type]


async def test_edits_have_an_end(memory: Store) -> None:
    it, people = acting(memory), await cast(memory)
    id = await posted(it, people.alice, "0")
    for number in range(1, MAX_EDITS + 1):
        await it.actions.edit_post(people.alice, id, {"text": str(number)})
    with pytest.raises(BadInput):
        await it.actions.edit_post(people.alice, id, {"text": "one more"})
    assert (await card(it, id)).text == str(MAX_EDITS)


async def work_off(it: Acting) -> None:
    """What the relay would do with the events that wait."""
    known = jobs(it.actions, stragglers=0)
    for _ in range(4):
        waiting = await events(it.store)
        await it.store.drop_events([event.id for event in waiting])
        for event in waiting:
            if event.kind in known:
                await known[event.kind](event)


async def test_a_deleted_post_is_erased_and_its_replies_stay(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice, "one #a @carol")
    reply = await posted(it, people.bob, reply_to=id)
    share = (await it.actions.share(people.bob, id)).post
    await it.actions.like(people.bob, id)
    await it.actions.vote(people.carol, id, 1)
    await it.actions.edit_post(people.alice, id, {"text": "two"})
    await it.actions.delete_post(people.alice, id)
    await work_off(it)
    assert await card(it, id) == PostCard(id, people.alice, created_at(id), gone=True)
    assert await it.store.versions(id) == []
    [counts] = await it.store.post_counts([id])
    assert not any(counts.values())
    [likes] = await it.store.neighbours("likes", [people.bob])
    assert len(likes) == 0
    assert (await card(it, reply)).reply_to == id
    assert (await card(it, share)).shares == id


async def test_who_leaves_takes_everything_along(it: Acting, people: Cast) -> None:
    hers = await posted(it, people.alice)
    his = [await posted(it, people.bob, f"{n} #a") for n in range(3)]
    reply = await posted(it, people.bob, reply_to=hers)
    hers_again = await posted(it, people.alice, "so", reply_to=reply)
    await it.actions.like(people.bob, hers)
    await it.actions.vote(people.bob, hers, -1)
    await it.actions.save(people.bob, hers)
    await it.actions.share(people.bob, hers)
    await it.actions.like(people.alice, his[0])
    await it.actions.edit_post(people.alice, hers, {"text": "hello @bob"})
    await it.actions.delete_profile(people.bob)
    await work_off(it)
    [counts] = await it.store.post_counts([hers])
    assert not any(counts.values())
    assert await it.store.true_post_counts([hers]) == [
        {name: 0 for name in counts if name != "views"}
    ]
    for id in (*his, reply):
        found = await card(it, id)
        assert (found.gone, found.text, found.tags, found.author) == (True, None, (), people.bob)
    [posts], [likes] = (
        await it.store.neighbours("posts", [people.bob]),
        await it.store.neighbours("likes", [people.alice]),
    )
    assert len(posts) == len(likes) == 0
    assert (await card(it, hers_again)).reply_to == reply
    assert (await card(it, hers)).mentions == ()
    [counted] = await it.store.counts([people.bob])
    assert counted["posts"] == 0
