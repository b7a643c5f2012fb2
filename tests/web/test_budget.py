"""A budget for each viewer and minute: headers, refusals, and what happens without a cache."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import redis.asyncio

from graph.errors import TooExpensive, Unavailable
from tests.web.serving import ask, bearer, code, services, serving
from tests.web.toy import Steps, toy
from web.budget import LOCAL_VIEWERS, PAUSE_SECONDS, SPEND, Budget, Script, who_pays

pytestmark = pytest.mark.anyio


async def test_headers_count_down_and_the_end_is_429() -> None:
    async with serving(services(schema=toy(Steps())), budget_per_minute=3) as client:
        for left in (2, 1, 0):
            response = await ask(client, "{ hello }", bearer("alice"))
            assert response.status_code == 200
            for prefix in ("", "x-"):
                assert response.headers[f"{prefix}ratelimit-limit"] == "3"
                assert response.headers[f"{prefix}ratelimit-remaining"] == str(left)
                assert 0 < int(response.headers[f"{prefix}ratelimit-reset"]) <= 60
        refused = await ask(client, "{ hello }", bearer("alice"))
        assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.headers["ratelimit-remaining"] == "0"
        assert (await ask(client, "{ hello }", bearer("bob"))).status_code == 200
        assert (await ask(client, "{ hello }")).status_code == 200


async def test_without_the_setting_there_are_no_headers() -> None:
    async with serving(services(schema=toy(Steps()))) as client:
        assert "ratelimit-limit" not in (await ask(client, "{ hello }")).headers


def test_who_pays() -> None:
    assert who_pays(7, "amity\x1falice", "10.0.0.1") == "user:7"
    assert who_pays(None, "amity\x1falice", "10.0.0.1").startswith("subject:")
    near, far = "2001:db8:1:2::3", "2001:db8:1:3::3"
    assert who_pays(None, None, near) == who_pays(None, None, "2001:db8:1:2:ffff::9")
    assert who_pays(None, None, near) != who_pays(None, None, far)
    assert who_pays(None, None, "10.0.0.1") != who_pays(None, None, "10.0.0.2")
    for who in (who_pays(None, "amity\x1falice", None), who_pays(None, None, "10.0.0.1")):
        assert "alice" not in who
        assert "10.0" not in who


async def test_more_than_a_whole_budget_is_too_expensive() -> None:
    with pytest.raises(TooExpensive):
        await Budget(None, 10).spend("alice", 11)


async def test_a_refused_request_is_not_charged() -> None:
    budget = Budget(None, 10)
    assert (await budget.spend("alice", 8)).allowed
    assert not (await budget.spend("alice", 3)).allowed
    assert (await budget.spend("alice", 2)).spent == 10


async def test_a_new_minute_begins_anew() -> None:
    now = [0.0]
    budget = Budget(None, 10, lambda: now[0])
    assert (await budget.spend("alice", 10)).reset_seconds == 60
    now[0] = 59.0
    assert not (await budget.spend("alice", 1)).allowed
    now[0] = 60.0
    assert (await budget.spend("alice", 1)).spent == 1


async def test_what_this_process_counts_is_bounded() -> None:
    budget = Budget(None, 10)
    for n in range(LOCAL_VIEWERS + 10):
        await budget.spend(f"user:{n}", 1)
    assert len(budget._local) == LOCAL_VIEWERS


async def test_a_lost_cache_is_asked_again_only_after_a_pause() -> None:
    now, asked = [100.0], [0]

    async def lost(keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        asked[0] += 1
        raise Unavailable("gone")

    budget = Budget(lost, 10, lambda: now[0])
    for _ in range(5):
        assert (await budget.spend("alice", 2)).allowed
    assert not (await budget.spend("alice", 2)).allowed
    assert asked == [1]
    now[0] += PAUSE_SECONDS
    await budget.spend("bob", 2)
    assert asked == [2]


async def test_a_cache_that_hangs_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.budget.ASK_SECONDS", 0.01)

    async def hangs(keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        await asyncio.Event().wait()

    assert (await Budget(hangs, 10).spend("alice", 2)).allowed


# --- on a real cache server -----------------------------------------------------------------------


@pytest.fixture
async def cache(cache_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    client = redis.asyncio.Redis.from_url(cache_url)
    await client.delete("amity:budget:alice", "amity:budget:bob")
    yield client
    await client.aclose()


def on(cache: redis.asyncio.Redis) -> Script:
    spend = cache.register_script(SPEND)

    async def run(keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        return await spend(keys=keys, args=arguments)

    return run


async def test_processes_share_one_budget(cache: redis.asyncio.Redis) -> None:
    one, other = Budget(on(cache), 10), Budget(on(cache), 10)
    assert (await one.spend("alice", 6)).spent == 6
    standing = await other.spend("alice", 3)
    assert (standing.allowed, standing.spent) == (True, 9)
    assert 58 <= standing.reset_seconds <= 60
    assert not (await one.spend("alice", 2)).allowed
    assert (await one.spend("bob", 10)).allowed


async def test_many_at_once_never_spend_more_than_there_is(
    cache: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.budget.ASK_SECONDS", 30)  # a busy machine is no cache that is away
    budget = Budget(on(cache), 100)
    standings = await asyncio.gather(*(budget.spend("alice", 7) for _ in range(50)))
    assert sum(standing.allowed for standing in standings) == 14
    assert max(standing.spent for standing in standings) == 98


async def test_a_window_ends(cache: redis.asyncio.Redis) -> None:
    budget = Budget(on(cache), 10)
    await budget.spend("alice", 10)
    await cache.pexpire("amity:budget:alice", 1)
    await asyncio.sleep(0.05)
    assert (await budget.spend("alice", 1)).spent == 1


async def test_large_numbers_stay_exact(cache: redis.asyncio.Redis) -> None:
    budget = Budget(on(cache), 1 << 40)
    await budget.spend("alice", (1 << 40) - 1)
    assert (await budget.spend("alice", 1)).spent == 1 << 40
