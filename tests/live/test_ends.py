"""How connections end: expired, gone, too slow, too many, and when the service itself stops."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.live.serving import Served, served
from tests.live.test_sse import stream
from tests.servers.embedded import EmbeddedServers
from tests.support.cast import Cast
from web.live import outgoing

pytestmark = pytest.mark.anyio

LEEWAY = 30
# A post of 4,000 letters, told forty times: what fills every buffer on the way soon.
FIELDS = " ".join(f"t{n}: text" for n in range(40))
MUCH = f"subscription {{ inbox {{ ... on FeedPost {{ post {{ {FIELDS} }} }} }} }}"


async def test_an_expired_token_ends_its_socket(service: Served, people: Cast) -> None:
    token = service.token("bob", ttl=2 - LEEWAY)
    async with service.socket(token=token) as bob, service.socket("bob") as other:
        await bob.subscribe()
        await other.subscribe()
        assert await bob.closed() == 4403
        await service.listening(1)
        await service.rooms.actions.follow(people.alice, people.bob)
        assert (await other.event())["by"] == {"username": "alice"}


@pytest.mark.parametrize("leaving", ["suspend", "delete_profile"])
async def test_who_is_gone_is_disconnected(service: Served, people: Cast, leaving: str) -> None:
    whom: Any = "bob" if leaving == "suspend" else people.bob
    async with service.socket("bob") as bob, stream(service, "bob") as bobs:
        await bob.subscribe()
        await service.listening(2)
        await getattr(service.rooms.actions, leaving)(whom)
        assert await bob.closed() == 4403
        with pytest.raises(EOFError):
            await bobs.next()
    assert (await service.metrics())["amity_live_gone_total"] == 2


async def test_who_reads_too_slowly_is_cut_off_and_nobody_else(
    service: Served, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "BYTES", 400_000)
    await service.rooms.actions.follow(people.bob, people.alice)
    async with service.socket("bob") as slow, service.socket("bob") as other:
        await slow.subscribe(query=MUCH)
        await other.subscribe()
        await service.listening(2)
        posts = 0
        while not (await service.metrics())["amity_live_cut_off_total"]:
            await service.rooms.actions.create_post(people.alice, {"text": "a" * 4_000})
            posts += 1
            assert (await other.event())["__typename"] == "FeedPost"
        await service.listening(1)
        # What was sent before can still be read, and then the reason.
        assert await slow.closed() == 1013
        assert posts < 200


async def test_too_many_are_told_to_come_later(people: Cast, embedded: EmbeddedServers) -> None:
    async with served(embedded, max_sockets=1) as service:
        async with service.socket("bob"):
            async with service.socket() as second:
                assert await second.closed() == 1013
            async with stream(service, "bob") as third:
                assert third.response.status_code == 503
        async with service.socket("bob") as again:
            await again.subscribe()
            await service.listening(1)


async def test_a_stop_tells_everybody_to_come_again(
    people: Cast, embedded: EmbeddedServers
) -> None:
    async with (
        served(embedded) as service,
        service.socket("bob") as bob,
        stream(service, "bob") as bobs,
    ):
        await bob.subscribe()
        await service.listening(2)
        service.server.should_exit = True
        with pytest.raises(EOFError):
            await bobs.next()
        assert await bob.closed() == 1012


@pytest.mark.parametrize("told", ["behind the gap", "whenever"])
async def test_a_silent_cache_is_waited_for(
    service: Served, people: Cast, embedded: EmbeddedServers, told: str
) -> None:
    """The cache server is killed and comes back empty: a gap, and on it goes."""
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await service.listening(1)
        await asyncio.to_thread(embedded.kill_cache)
        if told == "behind the gap":
            await service.rooms.consumer.stop()
        await service.rooms.actions.follow(people.alice, people.bob)
        await asyncio.to_thread(embedded.restart_cache)
        assert (await bob.event())["__typename"] == "Gap"
        if told == "behind the gap":
            # There is an inbox again, and only now the event comes to it.
            await service.rooms.consumer.start()
            assert (await bob.event())["by"] == {"username": "alice"}
        # Otherwise the gap may stand for it: it may have come before there was an inbox again.
        await service.settled()
        await service.rooms.actions.follow(people.carol, people.bob)
        names = [(await bob.event())["by"]["username"]]
        if told == "whenever" and names == ["alice"]:
            names = [(await bob.event())["by"]["username"]]
        assert names == ["carol"]
