"""Creating, changing and leaving, on every store."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.actions import ProfileInput
from graph.changes import Event
from graph.declaring import Flag, Privacy
from graph.errors import BadInput, Conflict, Forbidden, NotFound
from graph.events.jobs import jobs
from graph.records import Person
from graph.store import Store
from tests.actions.looking import edges_of, events, nothing_changes
from tests.support.acting import Acting, acting
from tests.support.cast import Cast, befriend, cast, crowd, follow, request

pytestmark = pytest.mark.anyio

ME = "https://id.example\x1ffrank"
FRANK: ProfileInput = {
    "username": "Frank.B",
    "name": "Frank",
    "bio": "Two\nlines",
    "avatar_url": "https://example.org/f.png",
    "privacy": Privacy.FRIENDS,
    "country": "se",
    "hide_network": True,
    "discoverable": False,
    "interests": ["Graphs", "#graphs", " Tea "],
}


@pytest.fixture
async def it(store: Store) -> Acting:
    return acting(store)


@pytest.fixture
async def people(store: Store) -> Cast:
    return await cast(store, dan={"privacy": "PRIVATE"})


async def person(store: Store, id: int) -> Person:
    (found,) = await store.people([id])
    assert found is not None
    return found


async def test_a_profile_is_what_was_given(it: Acting) -> None:
    done = await it.actions.create_profile(ME, FRANK)
    frank = await person(it.store, done.person)
    assert (frank.username, frank.name, frank.bio) == ("Frank.B", "Frank", "Two\nlines")
    assert (frank.privacy, frank.country) == (Privacy.FRIENDS, "SE")
    assert frank.avatar_url == "https://example.org/f.png"
    hidden = Flag.FRIENDS_ONLY | Flag.HIDES_NETWORK | Flag.UNDISCOVERABLE
    assert frank.flags == hidden
    assert sorted(await it.store.interests(done.person)) == ["graphs", "tea"]
    assert await it.store.find_people("usernameKey", ["frank.b"]) == [done.person]
    assert await it.store.find_people("subjectKey", [ME]) == [done.person]
    assert [event.kind for event in await events(it.store)] == ["profile_created"]


async def test_nothing_given_is_a_profile_too(it: Acting) -> None:
    done = await it.actions.create_profile(ME, {})
    frank = await person(it.store, done.person)
    assert (frank.username, frank.privacy) == (f"u{done.person}", Privacy.PUBLIC)
    assert frank.flags == Flag(0)


async def test_a_name_made_of_the_id_gives_way_to_who_has_it(it: Acting) -> None:
    first = (await it.actions.create_profile(ME, {"username": "x"})).person
    await it.actions.update_profile(first, {"username": f"u{first + 1}"})
    done = await it.actions.create_profile(f"{ME}2", {})
    assert done.person == first + 2


async def test_creating_again_is_a_retry_or_a_conflict(it: Acting) -> None:
    done = await it.actions.create_profile(ME, FRANK)
    async with nothing_changes(it.store):
        assert (await it.actions.create_profile(ME, FRANK)).person == done.person
        for other in ({"username": "other"}, {"interests": ["tea"]}):
            with pytest.raises(Conflict) as taken:
                await it.actions.create_profile(ME, other)  # type: ignore[arg-type]
            assert taken.value.extensions["field"] == "subject"


async def test_usernames_are_unique_however_they_are_written(it: Acting, people: Cast) -> None:
    async with nothing_changes(it.store):
        with pytest.raises(Conflict) as taken:
            await it.actions.create_profile(ME, {"username": "ALICE"})
        assert taken.value.extensions["field"] == "username"
        with pytest.raises(Conflict) as taken:
            await it.actions.update_profile(people.bob, {"username": "aLice"})
        assert taken.value.extensions["field"] == "username"


BAD: list[tuple[str, Any]] = [
    ("username", ""),
    ("username", "x" * 31),
    ("username", "a b"),
    ("username", "älice"),
    ("username", "alice\n"),
    ("name", "x" * 101),
    ("name", "a\x00"),
    ("name", "\ud800"),
    ("bio", "x" * 1001),
    ("avatar_url", "javascript:alert(1)"),
    ("avatar_url", "https://"),
    ("avatar_url", "https://[::1"),
    ("avatar_url", "https://a b"),
    ("country", "SWE"),
    ("country", "1A"),
    ("interests", [""]),
    ("interests", ["x" * 51]),
    ("interests", ["a\x07"]),
    ("interests", [f"t{n}" for n in range(101)]),
]


@pytest.mark.parametrize(("field", "value"), BAD)
async def test_what_can_not_stand_in_a_profile(
    it: Acting, people: Cast, field: str, value: Any
) -> None:
    async with nothing_changes(it.store):
        for attempt in (
            it.actions.create_profile(ME, {field: value}),  # type: ignore[misc]
            it.actions.update_profile(people.alice, {field: value}),  # type: ignore[misc]
        ):
            with pytest.raises(BadInput) as wrong:
                await attempt
            assert wrong.value.extensions["field"].lower() == field.replace("_", "")


async def test_only_what_differs_is_written(it: Acting) -> None:
    frank = (await it.actions.create_profile(ME, FRANK)).person
    async with nothing_changes(it.store):
        await it.actions.update_profile(frank, FRANK)
    await it.actions.update_profile(frank, {"name": None, "country": None, "interests": None})
    after = await person(it.store, frank)
    assert (after.name, after.country, after.bio) == (None, None, "Two\nlines")
    assert await it.store.interests(frank) == []
    kinds = [event.kind for event in await events(it.store)]
    assert kinds == ["profile_created", "profile_changed"]


async def test_a_choice_about_suggestions_outlives_being_undiscoverable(it: Acting) -> None:
    frank = (await it.actions.create_profile(ME, {"discoverable": False})).person
    await it.actions.update_profile(frank, {"allow_suggestions": False})
    await it.actions.update_profile(frank, {"discoverable": True})
    assert (await person(it.store, frank)).flags == Flag.NOT_SUGGESTED


async def test_becoming_public_accepts_what_is_pending(it: Acting, people: Cast) -> None:
    askers = await crowd(it.store, 25)
    for at, asker in enumerate(askers):
        await request(it.store, asker, people.dan, since=it.clock() + at)
    await it.actions.update_profile(people.dan, {"privacy": Privacy.PUBLIC})
    (counts,) = await it.store.counts([people.dan])
    assert counts["followers"] == 20, "the first batch is there in the answer"
    (opened,) = [event for event in await events(it.store) if event.kind == "profile_opened"]
    await jobs(it.actions)["profile_opened"](opened)
    (counts,) = await it.store.counts([people.dan])
    assert counts["followers"] == 25
    assert len(await it.store.neighbours_page("requests", people.dan, 10)) == 0
    async with nothing_changes(it.store):
        await jobs(it.actions)["profile_opened"](opened)


async def test_who_closes_again_accepts_no_more(it: Acting, people: Cast) -> None:
    await request(it.store, people.alice, people.dan)
    opened = Event(1, "profile_opened", 0, {"actor": people.dan})
    async with nothing_changes(it.store):
        await jobs(it.actions)["profile_opened"](opened)
    assert await edges_of(it.store, people.alice, people.dan) == {"REQUESTED"}


async def test_who_leaves_is_gone_at_once_and_frees_the_name(it: Acting, people: Cast) -> None:
    frank = (await it.actions.create_profile(ME, FRANK)).person
    await it.actions.delete_profile(frank)
    assert (await person(it.store, frank)).gone
    with pytest.raises(NotFound):
        await it.actions.follow(people.alice, frank)
    async with nothing_changes(it.store):
        await it.actions.delete_profile(frank)
        for act in (it.actions.follow(frank, people.bob), it.actions.update_profile(frank, FRANK)):
            with pytest.raises(Forbidden):
                await act
    again = await it.actions.create_profile(ME, FRANK)
    assert again.person > frank


async def test_erasing_leaves_nothing_of_a_person_and_tells_the_others(
    it: Acting, people: Cast
) -> None:
    await befriend(it.store, people.alice, people.bob)
    await befriend(it.store, people.carol, people.alice)
    await it.actions.unfollow(people.carol, people.alice)  # leaves history
    await it.actions.block(people.alice, people.eve)
    await it.actions.delete_profile(people.alice)
    it.reader.invalidated.clear()
    steps = 0
    while await it.actions.erase_some(people.alice, 2):
        steps += 1
    assert steps >= 3
    for counts in await it.store.counts(list(people)):
        assert set(counts.values()) == {0}
    assert await edges_of(it.store, people.alice, people.eve) == set()
    dropped = {stale[:2] for touched in it.reader.invalidated for stale in touched.lists}
    for name in ("following", "followers", "friends"):
        assert (name, people.bob) in dropped
    assert ("blocked_by", people.eve) in dropped
    told = [event for event in await events(it.store) if event.kind == "erased"]
    assert len(told) == steps
    assert (await person(it.store, people.alice)).name is None


async def test_a_subject_is_forgotten_though_whoever_bound_another_crashed(
    it: Acting, people: Cast
) -> None:
    await it.actions.bind("bob", "https://id.example", "4711")
    (bound,) = [event for event in await events(it.store) if event.kind == "profile_bound"]
    before = await it.store.generation()
    await jobs(acting(it.store).actions)["profile_bound"](bound)
    assert await it.store.generation() > before


async def test_erasing_goes_on_where_it_was_cut_off(it: Acting, people: Cast) -> None:
    for follower in await crowd(it.store, 30):
        await follow(it.store, follower, people.alice)
    await it.actions.delete_profile(people.alice)
    assert await it.actions.erase_some(people.alice, 7)
    other = acting(it.store)  # another process, which knows nothing but the event
    other.clock.now = it.clock.now + 1_000_000
    (deleted,) = [event for event in await events(it.store) if event.kind == "profile_deleted"]
    await jobs(other.actions, stragglers=0)["profile_deleted"](deleted)
    assert len(await it.store.neighbours_page("followers", people.alice, 10)) == 0


async def test_whoever_followed_in_the_last_moment_is_erased_too(it: Acting, people: Cast) -> None:
    await befriend(it.store, people.alice, people.bob)
    await it.actions.delete_profile(people.alice)
    (deleted,) = [event for event in await events(it.store) if event.kind == "profile_deleted"]
    erasing = asyncio.ensure_future(jobs(it.actions, stragglers=0.2)["profile_deleted"](deleted))
    erased = False
    while not erased:
        await asyncio.sleep(0.01)
        erased = not await edges_of(it.store, people.alice, people.bob)
    # carol saw alice before she was gone, and commits only now.
    await follow(it.store, people.carol, people.alice)
    await erasing
    assert len(await it.store.neighbours_page("followers", people.alice, 10)) == 0
    (counts,) = await it.store.counts([people.carol])
    assert counts["following"] == 0


async def test_the_suspended_come_back_as_they_were(it: Acting, people: Cast) -> None:
    await befriend(it.store, people.alice, people.bob)
    await it.actions.suspend("Alice")
    assert (await person(it.store, people.alice)).gone
    async with nothing_changes(it.store):
        await it.actions.suspend("alice")
        with pytest.raises(NotFound):
            await it.actions.follow(people.bob, people.alice)
        for act in (
            it.actions.follow(people.alice, people.carol),
            it.actions.delete_profile(people.alice),
            it.actions.create_profile("amity\x1falice", {}),
        ):
            with pytest.raises(Forbidden) as refused:
                await act
            assert refused.value.rule == "INACTIVE"
    await it.actions.restore("alice")
    assert not (await person(it.store, people.alice)).gone
    assert await edges_of(it.store, people.alice, people.bob) == {"FOLLOWS"}
    with pytest.raises(NotFound):
        await it.actions.suspend("nobody")


async def test_a_subject_is_bound_to_one_person(it: Acting, people: Cast) -> None:
    before = await it.store.generation()
    await it.actions.bind("bob", "https://id.example", "4711")
    key = "https://id.example\x1f4711"
    assert await it.store.find_people("subjectKey", [key, "amity\x1fbob"]) == [people.bob, None]
    assert await it.store.generation() > before, "no cache remembers who spoke before"
    async with nothing_changes(it.store):
        await it.actions.bind("bob", "https://id.example", "4711")
        with pytest.raises(Conflict) as taken:
            await it.actions.bind("carol", "https://id.example", "4711")
    assert taken.value.extensions["field"] == "subject"


async def test_activity_is_written_once_a_day(it: Acting, people: Cast) -> None:
    await it.actions.touch_active(people.alice)
    day = it.clock.now // 86_400_000
    assert (await person(it.store, people.alice)).last_active_day == day
    async with nothing_changes(it.store):
        await it.actions.touch_active(people.alice)
        await acting(it.store).actions.touch_active(people.alice)
    it.clock.pass_(86_400_000)
    await it.actions.touch_active(people.alice)
    assert (await person(it.store, people.alice)).last_active_day == day + 1
