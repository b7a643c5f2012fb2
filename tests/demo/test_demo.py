"""The demo network: what docs/demo.md says of it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graph.declaring import Flag
from graph.errors import Conflict, Unavailable
from graph.records import Props
from graph.store import Store
from graph.stores.memory import MemoryStore
from graph.upkeep import Loaded
from graph.visibility import Viewer, access_network, access_profile
from loaders.cast import CAST
from loaders.demo import PEOPLE, load_demo, network

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000_000
DAY = 86_400_000
DOC = Path(__file__).parents[2] / "docs" / "demo.md"
IDS = {one.username: at + 1 for at, one in enumerate(CAST)}


@pytest.fixture(scope="module")
async def demo(anyio_backend: str) -> Store:
    """Loaded once: tests only read it."""
    store = MemoryStore()
    assert await load_demo(store, NOW)
    return store


class CutShort(MemoryStore):
    """Can't be reached any more when blocks are to be loaded."""

    reachable = False

    def __init__(self) -> None:
        super().__init__()
        self._load, self.load_edges = self.load_edges, self._load_or_fail

    async def _load_or_fail(self, edge: str, rows: Sequence[tuple[int, int, Props]]) -> Loaded:
        if edge == "BLOCKS" and not self.reachable:
            raise Unavailable("gone")
        return await self._load(edge, rows)


async def viewer(store: Store, who: str) -> Viewer:
    if who not in IDS:
        return Viewer()
    lists = ("following", "friends", "blocking", "blocked_by")
    one = IDS[who]
    return Viewer(one, *[np.sort((await store.neighbours(name, [one]))[0].ids) for name in lists])


async def members(store: Store, name: str, of: str) -> set[int]:
    return set((await store.neighbours(name, [IDS[of]]))[0].ids.tolist())


def matrix() -> list[tuple[str, str, str, bool]]:
    """(who looks, at whom, rule, allowed), from the page's table."""
    lines = [re.split(r"\s*\|\s*", line)[1:-1] for line in DOC.read_text().splitlines()]
    at = next(n for n, cells in enumerate(lines) if cells[:2] == ["", "alice"])
    rows = lines[at + 2 : at + 8]
    return [
        (row[0].split(" ")[0], whom, cell.strip("*"), cell.startswith("**"))
        for row in rows
        for whom, cell in zip(lines[at][1:], row[1:], strict=True)
    ]


def test_the_page_speaks_of_everybody_in_the_cast() -> None:
    text = DOC.read_text()
    assert [one for one in IDS if f"\n| {one} | " not in text] == []
    assert len(matrix()) == 30


@pytest.mark.parametrize(("who", "whom", "rule", "allowed"), matrix())
async def test_profiles_are_open_as_the_page_says(
    demo: Store, who: str, whom: str, rule: str, allowed: bool
) -> None:
    [person] = await demo.people([IDS[whom]])
    assert person is not None
    decision = access_profile(await viewer(demo, who), person.id, person.flags)
    assert (decision.rule, decision.allowed) == (rule, allowed)


async def test_carols_network_is_hidden_from_her_friends(demo: Store) -> None:
    decision = access_network(await viewer(demo, "bob"), IDS["carol"], Flag.HIDES_NETWORK)
    assert decision.rule == "HIDES_NETWORK"


async def test_alice_has_one_of_everything(demo: Store) -> None:
    friends = await members(demo, "friends", "alice")
    bobs = await members(demo, "friends", "bob")
    assert len(friends) >= 20
    assert {IDS["bob"], IDS["carol"]} <= friends
    assert len(friends & bobs) >= 5
    assert await members(demo, "requests", "alice") == {IDS["eve"]}
    assert await members(demo, "sent_requests", "alice") == {IDS["dan"]}
    assert await members(demo, "blocking", "alice") == {IDS["mallory"]}
    assert await members(demo, "blocked_by", "alice") == {IDS["oscar"]}
    assert await members(demo, "muting", "alice") == {IDS["peggy"], IDS["victor"]}
    assert await members(demo, "dismissed", "alice") == {IDS["walter"]}
    [peggy, victor] = await demo.pairs(IDS["alice"], [IDS["peggy"], IDS["victor"]])
    assert "until" not in peggy.out["MUTES"]
    assert victor.out["MUTES"]["until"] == NOW + DAY
    assert {"hiking", "origami", "painting"} == set(await demo.interests(IDS["alice"]))


async def test_bob_introduces_alice_to_everyone_she_must_not_be_shown(demo: Store) -> None:
    bobs = await members(demo, "friends", "bob")
    known = await members(demo, "friends", "alice")
    for name in ("mallory", "walter", "trent", "sybil", "judy"):
        assert IDS[name] in bobs
        assert IDS[name] not in known


async def test_it_is_shaped_like_a_network(demo: Store) -> None:
    made = network()
    everyone = list(range(1, PEOPLE + 1))
    assert len(made.people) == PEOPLE
    counts = await demo.counts(everyone)
    followers = sorted((c["followers"] for c in counts), reverse=True)
    assert counts[IDS["nova"] - 1]["followers"] == followers[0] > 500
    assert followers[1] > 10 * followers[PEOPLE // 2]
    assert sum(c["friends"] > 0 for c in counts) > 0.9 * PEOPLE
    people = [one for one in await demo.people(everyone) if one]
    for flag in (Flag.PRIVATE, Flag.FRIENDS_ONLY, Flag.HIDES_NETWORK, Flag.UNDISCOVERABLE):
        assert sum(bool(one.flags & flag) for one in people) > 20
    assert all(NOW - 3 * 366 * DAY < one.created_at < NOW for one in people)


async def test_it_keeps_every_invariant(demo: Store) -> None:
    everyone = list(range(1, PEOPLE + 1))
    assert await demo.counts(everyone) == await demo.true_counts(everyone)
    follows = {(a, b) for a, b, *_ in network().edges["FOLLOWS"]}
    for a, b, *_ in network().edges["BLOCKS"]:
        assert not {(a, b), (b, a)} & follows
    for a, b, *_ in network().edges["REQUESTED"]:
        assert (a, b) not in follows
    joined = [one.age for one in network().people]
    for edges in network().edges.values():
        assert all(0 <= age <= min(joined[a], joined[b]) for a, b, age, _ in edges)


def test_it_is_the_same_every_time() -> None:
    assert network() == network()


async def test_it_is_loaded_once(demo: Store) -> None:
    before = await demo.counts(range(1, PEOPLE + 1))
    assert not await load_demo(demo, NOW + DAY)
    assert await demo.counts(range(1, PEOPLE + 1)) == before
    assert await demo.people([PEOPLE + 1]) == [None]


async def test_what_was_cut_short_is_completed(memory: MemoryStore) -> None:
    failing = CutShort()
    with pytest.raises(Unavailable):
        await load_demo(failing, NOW)
    failing.reachable = True
    assert await load_demo(failing, NOW)
    assert await load_demo(memory, NOW)
    everyone = list(range(1, PEOPLE + 1))
    assert await failing.people(everyone) == await memory.people(everyone)
    assert await failing.counts(everyone) == await memory.counts(everyone)
    assert await members(failing, "blocking", "bob") == {IDS["eve"]}


async def test_people_of_these_names_are_left_alone(memory: MemoryStore) -> None:
    await memory.load_people([{"id": 1, "username": "alice", "usernameKey": "alice"}])
    with pytest.raises(Conflict):
        await load_demo(memory, NOW)
    assert [one.username for one in await memory.scan_people(0, 10)] == ["alice"]
