"""Events reach those they concern: at once, in order, once, or as a gap."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from graph.changes import Event
from graph.events.letters import Letter, Told
from tests.live.serving import Served, served
from tests.servers.embedded import EmbeddedServers
from tests.support.cast import Cast
from tests.support.living import flush

pytestmark = pytest.mark.anyio


def kind(event: dict[str, object]) -> tuple[object, object]:
    by = event.get("by")
    return event["__typename"], by["username"] if isinstance(by, dict) else event["missed"]


async def test_who_is_followed_hears_of_it(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await service.rooms.actions.follow(people.alice, people.bob)
        assert kind(await bob.event()) == ("Followed", "alice")


async def test_requests_and_their_acceptance(service: Served, people: Cast) -> None:
    actions = service.rooms.actions
    await actions.update_profile(people.bob, {"privacy": "PRIVATE"})
    async with service.socket("bob") as bob, service.socket("alice") as alice:
        await bob.subscribe()
        await alice.subscribe()
        await service.listening(2)
        await actions.follow(people.alice, people.bob)
        assert kind(await bob.event()) == ("FollowRequested", "alice")
        await actions.accept_follow(people.bob, people.alice)
        assert kind(await alice.event()) == ("FollowAccepted", "bob")


async def test_every_device_hears_everything(service: Served, people: Cast) -> None:
    async with (
        service.socket("bob") as phone,
        service.socket("bob") as laptop,
        service.socket("carol") as carol,
    ):
        for one in (phone, laptop, carol):
            await one.subscribe()
        await phone.subscribe(id="again")
        await service.listening(4)
        await service.rooms.actions.follow(people.alice, people.bob)
        await service.rooms.actions.follow(people.bob, people.carol)
        seen = [await phone.event(id) for id in ("1", "again")] + [await laptop.event()]
        assert [kind(event) for event in seen] == [("Followed", "alice")] * 3
        assert len({event["seq"] for event in seen}) == 1
        assert kind(await carol.event()) == ("Followed", "bob")


async def follow_bob(service: Served, people: Cast, *names: str) -> None:
    for name in names:
        await service.rooms.actions.follow(people[name], people.bob)


async def test_whoever_comes_back_is_told_what_came_since(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await follow_bob(service, people, "alice")
        seq = (await bob.event())["seq"]
    await service.listening(0)
    await follow_bob(service, people, "carol", "dan")
    await service.settled()
    before = (await service.metrics())["amity_live_caught_up_total"]
    async with service.socket("bob") as bob:
        await bob.subscribe(after=seq)
        first, second = [await bob.event() for _ in range(2)]
        # They were read from the inbox.
        caught_up = (await service.metrics())["amity_live_caught_up_total"]
        assert caught_up > before
        await service.rooms.actions.follow(people.eve, people.bob)
        live = await bob.event()
        # And this one was heard of.
        assert (await service.metrics())["amity_live_caught_up_total"] == caught_up
    assert [kind(e) for e in (first, second, live)] == [
        ("Followed", "carol"),
        ("Followed", "dan"),
        ("Followed", "eve"),
    ]
    # From any number that was ever seen, and again.
    async with service.socket("bob") as bob:
        await bob.subscribe(after=first["seq"])
        assert [(await bob.event()) for _ in range(2)] == [second, live]


async def test_another_process_goes_on_where_one_ended(
    service: Served, people: Cast, embedded: EmbeddedServers
) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await follow_bob(service, people, "alice")
        seq = (await bob.event())["seq"]
    await follow_bob(service, people, "carol")
    async with served(embedded, inbox_entries=5) as other, other.socket("bob") as bob:
        await bob.subscribe(after=seq)
        assert kind(await bob.event()) == ("Followed", "carol")
        # Whatever process an event is put there by, every process hears of it.
        await follow_bob(service, people, "dan")
        assert kind(await bob.event()) == ("Followed", "dan")


async def entries(service: Served, people: Cast, many: int, first: int = 1) -> None:
    """So many entries in bob's inbox, made as the consumer makes them."""
    for id in range(first, first + many):
        letter = Letter(Told.FOLLOWED, people.alice).encode()
        await service.rooms.inboxes.deliver(id, letter, [people.bob])


async def test_what_was_trimmed_is_a_gap_that_says_how_much(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await entries(service, people, 1)
        seq = (await bob.event())["seq"]
    await entries(service, people, 12, first=2)
    async with service.socket("bob") as bob:
        await bob.subscribe(after=seq)
        seen = [await bob.event() for _ in range(6)]
        assert [kind(event) for event in seen] == [("Gap", 7)] + [("Followed", "alice")] * 5
        # The gap can be resumed from as well.
        await bob.subscribe(after=seen[0]["seq"], id="2")
        assert [await bob.event("2") for _ in range(5)] == seen[1:]


async def test_what_was_lost_is_a_gap(
    service: Served, people: Cast, embedded: EmbeddedServers
) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await entries(service, people, 1)
        seq = (await bob.event())["seq"]
        await flush(embedded.cache_url)
        # Whoever is there is told within a heartbeat, and goes on.
        gap = await bob.event()
        assert kind(gap) == ("Gap", None)
        await follow_bob(service, people, "carol")
        assert kind(await bob.event()) == ("Followed", "carol")
    async with service.socket("bob") as bob:
        await bob.subscribe(after=seq)
        assert kind(await bob.event()) == ("Gap", None)
        await bob.subscribe(after=gap["seq"], id="2")
        assert kind(await bob.event("2")) == ("Followed", "carol")


async def test_one_inbox_that_was_evicted_is_a_gap(
    service: Served, people: Cast, embedded: EmbeddedServers
) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        async with Redis.from_url(embedded.cache_url) as redis:
            keys = [k async for k in redis.scan_iter(f"amity:inbox:*:{people.bob}")]
            assert await redis.delete(*keys) == 1
        assert kind(await bob.event()) == ("Gap", None)


async def test_an_entry_nobody_told_of_is_found(
    service: Served, people: Cast, embedded: EmbeddedServers
) -> None:
    """A message that a process missed: the next one, or a heartbeat, shows that one is missing."""
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        letter = Letter(Told.FOLLOWED, people.alice).encode()
        async with Redis.from_url(embedded.cache_url) as redis:
            (key,) = [k async for k in redis.scan_iter(f"amity:inbox:*:{people.bob}")]
            await redis.xadd(key, {"e": b"silent", "d": letter})
        assert kind(await bob.event()) == ("Followed", "alice")


async def test_an_event_told_twice_is_one_entry(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        now = await service.rooms.actions._writer.ids.new()
        for id in (now, now + 1, now, 7, 7, now + 1):
            letter = Letter(Told.FOLLOWED, people.alice).encode()
            await service.rooms.inboxes.deliver(id, letter, [people.bob])
        await follow_bob(service, people, "carol")
        seen = [kind(await bob.event()) for _ in range(4)]
    assert seen == [("Followed", "alice")] * 3 + [("Followed", "carol")]


async def test_the_stream_may_bring_an_event_again(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        id = await service.rooms.actions._writer.ids.new()
        event = Event(id, "followed", 1, {"actor": people.alice, "subject": people.bob})
        consumer = service.rooms.consumer
        await consumer._handle([event])
        await consumer._handle([event])
        await follow_bob(service, people, "carol")
        assert [kind(await bob.event()) for _ in range(2)] == [
            ("Followed", "alice"),
            ("Followed", "carol"),
        ]


async def test_a_redelivery_that_can_not_be_told_from_news_is_a_gap(
    service: Served, people: Cast
) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await entries(service, people, 7)
        await entries(service, people, 1)  # the first one again, long trimmed
        seen = [kind(await bob.event()) for _ in range(8)]
    assert seen == [("Followed", "alice")] * 7 + [("Gap", 1)]


async def test_nobody_hears_of_whom_they_blocked_or_muted(service: Served, people: Cast) -> None:
    actions = service.rooms.actions
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await follow_bob(service, people, "alice")
        assert kind(await bob.event()) == ("Followed", "alice")
        await actions.mute(people.bob, people.dan)
        await follow_bob(service, people, "dan")
        # An entry that was made before the block, and is read after it.
        await actions.block(people.bob, people.alice)
        await entries(service, people, 1)
        await actions.block(people.eve, people.bob)
        letter = Letter(Told.FOLLOWED, people.eve).encode()
        await service.rooms.inboxes.deliver(100, letter, [people.bob])
        await follow_bob(service, people, "carol")
        assert kind(await bob.event()) == ("Followed", "carol")


async def test_who_is_gone_is_not_told_of(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await service.rooms.actions.delete_profile(people.alice)
        await entries(service, people, 1)
        await follow_bob(service, people, "carol")
        assert kind(await bob.event()) == ("Followed", "carol")
