"""Random histories: every store against naive sets, and against the memory store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.changes import Count, Event, Ops, Put, Relink
from graph.model import LIST
from graph.records import Pair, Position
from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.support.cast import T0, crowd, person
from tests.support.deciding import blocking, following, unblocking, unfollowing
from tests.support.reading import entries, rows

pytestmark = pytest.mark.anyio

PEOPLE = 5
TIMES = 4  # few, so that ties are common

who = st.integers(0, PEOPLE - 1)
when = st.integers(0, TIMES - 1)
two = st.lists(who, min_size=2, max_size=2, unique=True).map(tuple)
few = settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

follows = st.tuples(st.just("follow"), two, when)
unfollows = st.tuples(st.just("unfollow"), two, st.none() | when)
blocks = st.tuples(st.just("block"), two, when)
unblocks = st.tuples(st.just("unblock"), two, when)
loads = st.tuples(
    st.just("load"),
    st.sampled_from(["FOLLOWS", "REQUESTED", "MUTES"]),
    st.lists(st.tuples(two, when), max_size=6),
)
moves = st.tuples(st.just("move"), two, when)
erasures = st.tuples(st.just("erase"), who, st.integers(1, 4))
drifts = st.tuples(st.just("drift"), who, st.integers(-2, 2))
histories = st.lists(
    follows | follows | unfollows | blocks | unblocks | loads | moves | erasures | drifts,
    max_size=14,
)


@dataclass
class Naive:
    """Follows as a dictionary of pairs: the lists and counts everybody can check by eye."""

    since: dict[tuple[int, int], int] = field(default_factory=dict)

    def listed(self, name: str, owner: int) -> list[Position]:
        out = {b: at for (a, b), at in self.since.items() if a == owner}
        into = {a: at for (a, b), at in self.since.items() if b == owner}
        both = {id: max(out[id], into[id]) for id in out.keys() & into.keys()}
        chosen = {"following": out, "followers": into, "friends": both}[name]
        return sorted((Position(at, id) for id, at in chosen.items()), reverse=True)


@few
@given(changes=st.lists(follows | follows | unfollows, max_size=16), size=st.integers(1, 4))
async def test_follows_are_what_naive_sets_say(store: Store, changes: list[Any], size: int) -> None:
    await store.wipe()
    ids, naive = list(await crowd(store, PEOPLE)), Naive()
    for kind, (x, y), at in changes:
        a, b = ids[x], ids[y]
        if kind == "follow":
            await store.change_pair(a, b, following(a, b, T0 + at))
            naive.since.setdefault((a, b), T0 + at)
        else:
            await store.change_pair(a, b, unfollowing(a, b, None if at is None else T0 + at))
            naive.since.pop((a, b), None)
    for name in ("following", "followers", "friends"):
        whole = await store.neighbours(name, ids)
        assert [entries(one) for one in whole] == [naive.listed(name, id) for id in ids]
        counts = await store.counts(ids)
        assert [one[name] for one in counts] == [len(naive.listed(name, id)) for id in ids]
        expected = naive.listed(name, ids[0])
        assert await forward(store, name, ids[0], size) == expected
        assert await backward(store, name, ids[0], size) == expected


async def forward(store: Store, name: str, owner: int, size: int) -> list[Position]:
    walked: list[Position] = []
    after = None
    while page := entries(await store.neighbours_page(name, owner, size, after=after)):
        walked, after = walked + page, page[-1]
    return walked


async def backward(store: Store, name: str, owner: int, size: int) -> list[Position]:
    walked: list[Position] = []
    before = Position(0, 0)
    while page := entries(await store.neighbours_page(name, owner, size, before=before)):
        walked, before = page + walked, page[0]
    return walked


async def same_people(*stores: Store) -> list[int]:
    ids = list(range(11, 11 + PEOPLE))
    for store in stores:
        await store.load_people([person(id, f"p{id}") for id in ids])
    return ids


async def apply(store: Store, ids: list[int], change: Any) -> object:
    """One change; what the store answers to it, in terms that don't depend on the store."""
    match change:
        case ("follow", (x, y), at):
            return await changed(store, ids[x], ids[y], following(ids[x], ids[y], T0 + at))
        case ("unfollow", (x, y), at):
            ended = None if at is None else T0 + at
            return await changed(store, ids[x], ids[y], unfollowing(ids[x], ids[y], ended))
        case ("block", (x, y), at):
            return await changed(store, ids[x], ids[y], blocking(ids[x], ids[y], T0 + at))
        case ("unblock", (x, y), _):
            return await changed(store, ids[x], ids[y], unblocking(ids[x], ids[y]))
        case ("move", (x, y), at):
            props = {"since": T0 + at, "notify": True}
            ops = (Relink("FOLLOWS", ids[x], ids[y], props),)
            return await changed(store, ids[x], ids[y], lambda _: ops)
        case ("load", edge, pairs):
            edges = [(ids[x], ids[y], {"since": T0 + at}) for (x, y), at in pairs]
            return await store.load_edges(edge, edges)
        case ("erase", x, limit):
            return await erased(store, ids[x], limit)
        case ("drift", x, delta):
            await store.write((Count("User", ids[x], "followers", delta, by=ids[0]),))
            return None
    raise AssertionError(change)


async def changed(store: Store, a: int, b: int, decide: Any) -> tuple[Pair, Ops]:
    pair, ops = await store.change_pair(a, b, decide)
    return Pair(pair.a, pair.b, pair.out, pair.back), ops


async def erased(store: Store, person: int, limit: int) -> object:
    await store.change_person(person, lambda _: (Put("User", person, {"gone": True}),))
    removed = []
    while step := await store.erase_step(
        person, limit, lambda gone: Event(1, "erased", T0, {"n": len(gone)})
    ):
        assert len(step) <= limit
        removed += step
        await store.drop_events([1])
    return sorted(removed, key=str)


async def everything(store: Store, ids: list[int]) -> dict[str, object]:
    """All that can be read about these people."""
    others = [[id for id in ids if id != me] for me in ids]
    pairs = [await store.pairs(me, them) for me, them in zip(ids, others, strict=True)]
    return {
        "people": [(p and (p.username, p.flags)) for p in await store.people(ids)],
        "counts": await store.counts(ids),
        "true": await store.true_counts(ids),
        "doubled": await store.doubled(ids),
        "pairs": [[(pair.out, pair.back) for pair in row] for row in pairs],
        "linked": [await store.linked("FOLLOWS", ids, id) for id in ids],
        **{
            name: [entries(one) for one in await store.neighbours(name, ids)]
            for name, lst in LIST.items()
            if lst.owner == lst.member == "User"
        },
        **{edge: await rows(store, edge) for edge in ("FOLLOWS", "FOLLOWED", "BLOCKS")},
    }


@few
@given(changes=histories)
async def test_any_history_reads_as_in_the_memory_store(store: Store, changes: list[Any]) -> None:
    await store.wipe()
    model = MemoryStore()
    ids = await same_people(store, model)
    for change in changes:
        assert await apply(store, ids, change) == await apply(model, ids, change)
    assert await everything(store, ids) == await everything(model, ids)
    for id in ids:
        await store.repair_counts(id)
    assert await store.counts(ids) == await store.true_counts(ids)


edges = st.lists(st.tuples(two, when), max_size=25)
positions = st.none() | st.tuples(when, who)


@few
@given(
    follows=edges,
    asked=st.lists(
        st.tuples(
            st.sampled_from(["following", "followers", "friends"]),
            who,
            st.integers(1, 5),
            positions,
            positions,
        ),
        min_size=1,
        max_size=8,
    ),
)
async def test_any_page_is_the_page_of_the_memory_store(
    store: Store, follows: list[Any], asked: list[Any]
) -> None:
    await store.wipe()
    model = MemoryStore()
    ids = await same_people(store, model)
    edges = [(ids[x], ids[y], {"since": T0 + at}) for (x, y), at in follows]
    assert await store.load_edges("FOLLOWS", edges) == await model.load_edges("FOLLOWS", edges)
    for name, x, limit, after, before in asked:
        bounds = [p and Position(T0 + p[0], ids[p[1]]) for p in (after, before)]
        page = await store.neighbours_page(name, ids[x], limit, *bounds)
        assert entries(page) == entries(await model.neighbours_page(name, ids[x], limit, *bounds))
