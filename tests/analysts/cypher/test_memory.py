"""Statements that would fill a server's memory: refused before, or ended there, and it goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from analysts.cypher.asking import Bounds, asked
from analysts.cypher.gate import judge
from analysts.cypher.language import Refused
from graph.errors import DeadlineExceeded, TooExpensive
from graph.stores.bolt import BoltStore
from graph.stores.bolt.dialects.heap import NEVER, Cleared, Heap
from graph.stores.bolt.streaming import Watch
from tests.support.cast import cast, crowd, follow
from tests.support.stores import Stores

pytestmark = pytest.mark.anyio

PAIRS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b "
TRIPLES = "MATCH (a:User), (b:User), (c:User) "
# What a server has to end, for nothing tells beforehand how much it will be.
LARGE = (
    PAIRS + "RETURN collect(a * b)",
    PAIRS + "RETURN size(collect(DISTINCT a * 100000 + b))",
    PAIRS + "RETURN count(DISTINCT a * 100000 + b)",
    PAIRS + "RETURN percentileCont(a * b, 0.5)",
    PAIRS + "WITH DISTINCT a, b RETURN count(*)",
    PAIRS + "WITH a, b, count(*) AS n RETURN sum(n)",
    PAIRS + "WITH a, b ORDER BY a * b DESC SKIP 100000000 RETURN a",
    TRIPLES + "RETURN size(collect(a.id + b.id + c.id))",
    TRIPLES + "RETURN collect([a, b, c])",
    TRIPLES + "WITH DISTINCT a, b, c RETURN count(*)",
    TRIPLES + "WITH a, b, c ORDER BY a.id + b.id + c.id SKIP 100000000 RETURN a",
    "MATCH (a:User) MATCH (b:User) WITH a, collect(b) AS some MATCH (c:User) "
    "RETURN size(collect([x IN some | [x.id, c.id]]))",
    TRIPLES + "RETURN size(collect(split(a.bio, 'a')))",
    TRIPLES + "WITH split(a.bio, 'a') AS parts, a.id + b.id * c.id AS n ORDER BY n "
    "RETURN n, size(parts)",
    "MATCH (a:User) MATCH (b:User) WITH a, collect(b.nothing) AS some, collect(b) AS all "
    "MATCH (c:User) RETURN size(collect(toStringList([x IN all | x.nothing])))",
)
# What no server counts, or not in time.
REFUSED = (
    "UNWIND range(1, 1000) AS x RETURN [y IN range(1, 1000000) | y + x]",
    "UNWIND range(1, 100000) AS a WITH [x IN range(1, 100000) | x + a] AS l, a "
    "ORDER BY a DESC RETURN size(l)",
    "UNWIND range(1, 1000000) AS a WITH a, 'x' + $long AS t ORDER BY a RETURN size(t)",
    "UNWIND range(1, 100000) AS a WITH DISTINCT [y IN range(1, 10000) | y + a] AS k "
    "RETURN count(k)",
    "MATCH (u:User) WITH u, range(1, 100000) AS l WITH u, [x IN l | x] AS l "
    "ORDER BY u.id RETURN size(l)",
    "WITH [x IN range(1, 1000000) | [x, x, x]] AS l RETURN size(l)",
    "WITH range(1, 1000000) AS a "
    + "".join(
        f"WITH *, [x IN range(1, 1000000) | toString(x)] AS {name} "
        for name in ("b", "c", "d", "e", "f")
    )
    + "RETURN size(f)",
    "WITH $long AS s " + "WITH s + s AS s " * 20 + "RETURN size(s)",
    "WITH [1, 2] AS s " + "WITH s + s AS s " * 30 + "RETURN size(s)",
    "WITH replace($long, 'a', $long) AS s RETURN size(s)",
    "RETURN size(reduce(s = '', x IN range(1, 100000) | s + 'abcdefghij'))",
    "RETURN size(reduce(s = [], x IN range(1, 100000) | s + x))",
    "RETURN size(reduce(s = 0, x IN range(1, 100000) | s + [x]))",
    "UNWIND range(1, 100000) AS a RETURN size(collect([x IN range(1, 100000) | x + a]))",
    "UNWIND range(1, 1000000) AS a RETURN size(collect(split($long, 'a')))",
    "UNWIND range(1, 100000) AS a RETURN count(DISTINCT [x IN range(1, 100000) | x + a])",
    "UNWIND range(1, 100000) AS a WITH a, [x IN range(1, a) | x] AS l ORDER BY a RETURN size(l)",
    "RETURN range(1, 1000000000)",
    PAIRS + "RETURN size(collect([a, b, {sum: a + b}]))",
    # Within something else, they are as large.
    "WITH {l: range(1, 1000000)} AS m "
    "RETURN size([x IN m.l | size([y IN m.l | size([z IN m.l WHERE z = x + y])])])",
    "MATCH (u:User) WITH u {l: range(1, 1000000)} AS m "
    "RETURN size([x IN m.l | size([y IN m.l WHERE y = x])])",
    "UNWIND range(1, 100000) AS a RETURN size(collect([x IN {l: range(1, 100000)}.l | x + a]))",
    "UNWIND range(1, 100000) AS a RETURN size(collect([x IN [range(1, 1000)][0] | x + a]))",
    "UNWIND range(1, 100000) AS a RETURN size(collect([x IN last([range(1, 1000)]) | x + a]))",
    "UNWIND range(1, 100000) AS a UNWIND [range(1, 1000)] AS l "
    "RETURN size(collect([x IN l | x + a]))",
    "MATCH (u:User) WITH collect(u.id) AS ids WITH collect({l: ids}) AS all "
    "RETURN [m IN all | size([x IN m.l | size([y IN m.l WHERE y = x])])]",
    "UNWIND range(1, 100000) AS a RETURN size(collect([x IN range(1, 100) | x + a]))",
    "RETURN size(collect(COLLECT { UNWIND range(1, 100000) AS x UNWIND range(1, 99) AS y "
    "RETURN x + y }))",
    # Rows that there were.
    "UNWIND range(1, 100000) AS a CALL (a) { UNWIND [1] AS z RETURN count(*) AS n } "
    "WITH a, [x IN range(1, 100000) | x + a] AS l ORDER BY a RETURN size(l)",
    "UNWIND range(1, 100000) AS a RETURN count(*) AS n "
    "ORDER BY size(collect([x IN range(1, 100000) | x + a]))",
    "UNWIND range(1, 100000) AS a RETURN a ORDER BY [x IN range(1, 100000) | x + a]",
    "UNWIND range(1, 100000) AS a WITH a, [x IN range(1, 100000) | x + a] AS l "
    "ORDER BY a SKIP 99999 LIMIT 1 RETURN size(l)",
    "UNWIND range(1, 100000) AS a WITH a, [x IN range(1, 100000) | x + a] AS l "
    "ORDER BY a LIMIT -1 RETURN size(l)",
    "UNWIND range(1, 100000) AS a WITH a, [x IN range(1, 100000) | x + a] AS l "
    "ORDER BY a SKIP -100000 LIMIT 1000 RETURN size(l)",
    "UNWIND range(1, 100000) AS a WITH [x IN range(1, 100000) | x + a] AS k, count(*) AS n LIMIT 1 "
    "RETURN n",
    "UNWIND range(1, 1000000) AS a RETURN [x IN range(1, 400) | x + a] AS k, count(*) AS n",
)
# They look like it.
FINE = (
    "WITH range(1, 100000) AS all UNWIND all AS x RETURN sum(x) AS n",
    "WITH [x IN range(1, 100000) | x * x] AS all RETURN size(all) AS n",
    "UNWIND range(1, 1000) AS x WITH x, [y IN range(1, 30) | x * y] AS some "
    "ORDER BY x DESC RETURN some",
    "MATCH (u:User) WITH u, [d IN range(0, 6) | u.createdAt + d] AS week ORDER BY u.id RETURN week",
    "MATCH (u:User) WITH collect(u) AS all "
    "RETURN [x IN all | {id: x.id, name: x.username, since: x.createdAt}] AS cards",
    "MATCH (u:User) WITH collect(u.id) AS all RETURN all[0..10] AS few, size(all) AS n",
    "MATCH (u:User) RETURN replace($text, 'a', toString(count(*))) AS text",
    "MATCH (u:User) RETURN coalesce(max(u.bio), $text) AS text",
    "MATCH (u:User) RETURN max(coalesce(u.bio, $text)) AS text",
    "MATCH (u:User) RETURN count(CASE u.bio WHEN $text THEN 1 END) AS n",
    "MATCH (u:User) RETURN sum(reduce(t = 0, i IN range(1, 200) | t + i)) AS n",
    "MATCH (u:User) WITH [(u)-[:FOLLOWS]->(v) | v] AS some, u "
    "RETURN [x IN some | x.username] AS names, u.username ORDER BY u.username",
    "MATCH (u:User) WITH collect(u {.id, .username}) AS all "
    "RETURN [x IN all | x.username] AS names",
    "MATCH (u:User) CALL (u) { MATCH (u)-[:FOLLOWS]->(v) RETURN collect({id: v.id}) AS some } "
    "RETURN u.id, some ORDER BY u.id",
    "MATCH (u:User) RETURN COLLECT { MATCH (u)-[:FOLLOWS]->(v) RETURN {id: v.id} } AS some",
    "UNWIND split($text, ' ') AS word RETURN collect(word) AS words",
    "UNWIND range(1, 10000) AS a UNWIND range(1, 100) AS b RETURN count(DISTINCT a + b) AS n",
    "MATCH (u:User) RETURN split(u.username, 'a'), toStringList([u.id, null]) AS texts "
    "ORDER BY size(split(u.username, 'a')) DESC, u.username",
    "MATCH (u:User) UNWIND split(u.username, 'a') AS part RETURN part, count(*) AS n ORDER BY n",
    "MATCH (u:User) RETURN collect(split(u.username, 'a')) AS all",
    "MATCH (u:User) RETURN DISTINCT split(u.username, 'a') ORDER BY split(u.username, 'a')",
    "MATCH (u:User) RETURN split(split(u.username, 'a')[0], 'b'), count(*) AS n "
    "ORDER BY split(split(u.username, 'a')[0], 'b')",
    "MATCH (u:User) RETURN collect([x IN range(0, 9) | x + u.id]) AS all",
    "MATCH p = (:User)-[:FOLLOWS*1..3]->() "
    "RETURN reduce(s = '', n IN nodes(p) | s + n.username + ' ') AS way, length(p) ORDER BY way",
    "MATCH p = (:User)-[:FOLLOWS*1..3]->() RETURN reduce(n = 0, x IN nodes(p) | n + x.id) AS n",
    "MATCH (u:User) WITH collect(u.username)[0..100] AS some "
    "RETURN reduce(s = '', x IN some | s + x + ',') AS names",
    "MATCH (u:User)-[:FOLLOWS]->(v) WITH u, collect(v.id) AS l WITH u, l, size(l) AS n ORDER BY n "
    "RETURN u.username, [i IN range(0, n - 2) | [l[i], l[i + 1]]] AS pairs",
    "UNWIND $ids AS id OPTIONAL MATCH (u:User {id: id}) RETURN u.username ORDER BY u.username",
    "RETURN reduce(n = 0, x IN range(1, 100000) | n + x) AS n",
    "MATCH (u:User) WITH collect(u.id) AS ids RETURN "
    "reduce(n = 0, x IN ids | n + CASE WHEN [x, 'a'] IN [[1, 'a']] THEN 1 ELSE 0 END) AS n",
)
PARAMS = {"long": "a" * 10_000, "text": "a word " * 20, "ids": list(range(1_000))}


def given(text: str) -> dict[str, object]:
    return {name: value for name, value in PARAMS.items() if f"${name}" in text}


async def count(bolt: BoltStore, text: str, seconds: float = 10.0) -> int:
    judged = judge(text, given(text), limit=10_001)
    async with asked(bolt, judged, Bounds(seconds=seconds), 0) as answer:
        return len([row async for row in answer])


@pytest.fixture
async def many(bolt: BoltStore) -> range:
    ids = await crowd(bolt, 500, bio="a" * 160)
    for near in range(5):
        await bolt.load_edges(
            "FOLLOWS",
            [(id, ids[(id + near) % len(ids)], {"since": 1, "notify": False}) for id in ids],
        )
    return ids


async def test_what_is_too_large_is_ended_and_the_server_goes_on(
    bolt: BoltStore, many: range
) -> None:
    wrong = []
    for text in LARGE:
        try:
            await count(bolt, text)
            wrong.append(text)
        except (TooExpensive, DeadlineExceeded):
            pass
        [person] = await bolt.people([many[0]])
        assert person is not None
    assert wrong == []


async def test_several_at_once_leave_room_for_everybody_else(bolt: BoltStore, many: range) -> None:
    some = LARGE[:8]
    ends = await asyncio.gather(*(count(bolt, text) for text in some), return_exceptions=True)
    assert {type(end) for end in ends} <= {TooExpensive, DeadlineExceeded}
    assert len(await bolt.people(many)) == len(many)


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_server_counts_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        judge(text, given(text), limit=10_001)


async def test_lists_that_neo4j_does_not_count_are_made_anew(bolt: BoltStore) -> None:
    alice, *_ = await cast(bolt, alice={"bio": "a b"})
    text = "MATCH (u:User {id: $id}) RETURN split(u.bio, ' '), toStringList([1, null]) AS some"
    judged = judge(text, {"id": alice}, limit=10)
    assert judged.columns == ("split(u.bio, ' ')", "some")
    async with asked(bolt, judged, Bounds(), 0) as answer:
        assert [row async for row in answer] == [[["a", "b"], ["1", None]]]


async def test_what_is_small_enough_runs(bolt: BoltStore) -> None:
    alice, bob, *_ = await cast(bolt)
    await follow(bolt, alice, bob)
    assert [text for text in FINE if not await count(bolt, text)] == []


# --- the embedded server's heap


def log(file: Path, *lines: str) -> None:
    with file.open("a") as out:
        out.writelines(f"{line}\n" for line in lines)


def test_only_full_collections_tell_what_is_held(tmp_path: Path) -> None:
    heap = Heap(tmp_path / "collector.log")
    assert heap.cleared() == NEVER
    log(heap.log, "Using Serial", "GC(0) Pause Young (Allocation Failure) 490M->489M(494M) 3.1ms")
    assert heap.cleared() == NEVER
    log(heap.log, "GC(1) Pause Full (Allocation Failure) 490M->247M(494M) 300.7ms")
    assert heap.cleared() == Cleared(1, 0.5)


def test_what_was_full_before_is_no_reason(tmp_path: Path) -> None:
    heap = Heap(tmp_path / "collector.log")
    log(heap.log, "GC(7) Pause Full (Allocation Failure) 490M->480M(494M) 300.7ms")
    before = heap.cleared()
    assert not heap.is_full_since(before)
    log(heap.log, "GC(8) Pause Full (Allocation Failure) 490M->200M(494M) 300.7ms")
    assert not heap.is_full_since(before)
    log(heap.log, "GC(9) Pause Full (Allocation Failure) 490M->481M(494M) 300.7ms")
    assert heap.is_full_since(before)


async def test_a_full_heap_ends_what_analysts_asked(stores: Stores, tmp_path: Path) -> None:
    bolt = await stores.empty("embedded")
    assert isinstance(bolt, BoltStore)
    there = bolt._dialect.heap
    bolt._dialect.heap = heap = Heap(tmp_path / "collector.log")
    try:
        asking = asyncio.create_task(count(bolt, PAIRS + "RETURN sum(a * b) AS amity", 30.0))
        while not await running(bolt):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        log(heap.log, "GC(1) Pause Full (Allocation Failure) 490M->480M(494M) 300.7ms")
        with pytest.raises(TooExpensive, match="nearly full"):
            await asking
        assert not await running(bolt)
    finally:
        bolt._dialect.heap = there


async def running(bolt: BoltStore) -> list[object]:
    shown = await bolt.cypher("SHOW TRANSACTIONS", {})
    return [row for row in shown if "AS amity" in row["currentQuery"]]


async def test_the_embedded_server_writes_what_is_read_here(stores: Stores) -> None:
    bolt = await stores.empty("embedded")
    assert isinstance(bolt, BoltStore)
    assert bolt._dialect.heap is not None
    assert "GC(" in bolt._dialect.heap.log.read_text()
    assert not Watch().full
