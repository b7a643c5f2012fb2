"""A budget of cost for each viewer and minute, kept in the cache server in one trip.

With the cache away, each process keeps its own approximate count: nobody gains much by that, and
nobody is refused because of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from graph.errors import RateLimited, TooExpensive, Unavailable

log = logging.getLogger("amity.web")

WINDOW_SECONDS = 60
ASK_SECONDS = 0.25
# After a failure the cache is left alone this long, so that its absence costs no waiting.
PAUSE_SECONDS = 1.0
LOCAL_VIEWERS = 10_000

# The window begins with a viewer's first spending. A refused request is not charged.
# Counters stay far below 2^53: Lua's numbers are exact there.
SPEND = """
local spent = tonumber(redis.call('GET', KEYS[1]) or '0')
local left = redis.call('PTTL', KEYS[1])
local cost, limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if left < 0 then spent, left = 0, window end
if spent + cost > limit then return {0, spent, left} end
redis.call('SET', KEYS[1], string.format('%.0f', spent + cost), 'PX', left)
return {1, spent + cost, left}
"""

# Runs a Lua script on the cache server: keys, then arguments. Raises Unavailable.
Script = Callable[[Sequence[str], Sequence[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a viewer's budget stands after this request."""

    allowed: bool
    limit: int
    spent: int
    reset_seconds: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        left = max(0, self.limit - self.spent)
        return [
            (prefix + name, b"%d" % value)
            for prefix in (b"ratelimit-", b"x-ratelimit-")
            for name, value in (
                (b"limit", self.limit),
                (b"remaining", left),
                (b"reset", self.reset_seconds),
            )
        ]


@dataclass(slots=True)
class _Window:
    spent: int
    ends: float


class Budget:
    def __init__(
        self, script: Script | None, limit: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._script = script
        self._limit = limit
        self._now = now
        self._paused_until = 0.0
        self._local: OrderedDict[str, _Window] = OrderedDict()
        self.refused = 0

    async def spend(self, who: str, cost: int) -> Standing:
        """Charges this cost, or answers that it is not allowed. Raises TooExpensive."""
        if cost > self._limit:
            raise TooExpensive(
                f"This request would cost {cost}; the budget of a whole minute is {self._limit}.",
                cost=cost,
                limit=self._limit,
            )
        standing = await self._spend_shared(who, cost)
        if not standing.allowed:
            self.refused += 1
        return standing

    async def _spend_shared(self, who: str, cost: int) -> Standing:
        if self._script is None or self._now() < self._paused_until:
            return self._spend_here(who, cost)
        try:
            async with asyncio.timeout(ASK_SECONDS):
                ok, spent, left = await self._script(
                    [f"amity:budget:{who}"], [cost, self._limit, WINDOW_SECONDS * 1_000]
                )
        except (Unavailable, TimeoutError) as error:
            log.warning("budget is kept locally", extra={"error": type(error).__name__})
            self._paused_until = self._now() + PAUSE_SECONDS
            return self._spend_here(who, cost)
        return Standing(bool(ok), self._limit, int(spent), -(-int(left) // 1_000))

    def _spend_here(self, who: str, cost: int) -> Standing:
        now = self._now()
        window = self._local.pop(who, None)
        if window is None or window.ends <= now:
            window = _Window(0, now + WINDOW_SECONDS)
        self._local[who] = window
        if len(self._local) > LOCAL_VIEWERS:
            self._local.popitem(last=False)
        allowed = window.spent + cost <= self._limit
        if allowed:
            window.spent += cost
        return Standing(allowed, self._limit, window.spent, max(1, int(window.ends - now)))


def spent_up(standing: Standing) -> RateLimited:
    return RateLimited("Your budget for this minute is spent.", max(1, standing.reset_seconds))


def who_pays(person: int | None, subject_key: str | None, address: str | None) -> str:
    """The budget's key: a person, a token without one, or a network address, never in clear."""
    if person is not None:
        return f"user:{person}"
    if subject_key is not None:
        return "subject:" + _digest(subject_key)
    return "address:" + _digest(_network(address or ""))


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64 to come from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
