"""Many sockets on one process of the whole service: whatever is told is told to all, once.

Short here; whole (2,000 sockets, 10,000 deliveries a second for a minute) with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import os

import pytest

from benchmarks.live import campaign
from benchmarks.service import service

pytestmark = pytest.mark.anyio

SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))
SOCKETS, SECONDS, RATE = (2_000, 60.0, 10_000.0) if SOAK else (100, 4.0, 500.0)
KIB_A_SOCKET = 40


@pytest.mark.server("embedded", "cache")
async def test_nothing_is_lost_without_a_gap() -> None:
    async with service("embedded", {}) as running:
        seen = await campaign(running, SOCKETS, SECONDS, RATE)
    print(seen)
    assert seen.posts > 0
    assert (seen.heard.lost, seen.heard.twice, seen.heard.closed) == (0, 0, 0)
    if SOAK:  # with fewer sockets, what else the process does weighs more
        assert max(seen.kib_idle, seen.kib_after) <= KIB_A_SOCKET
