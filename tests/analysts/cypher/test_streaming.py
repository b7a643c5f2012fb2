"""Rows as they come, and an end that is seen, on both servers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from analysts.cypher.asking import Bounds, asked
from analysts.cypher.gate import judge
from graph.errors import AmityError, BadInput, DeadlineExceeded
from graph.stores.bolt import BoltStore
from graph.values import NodeValue
from tests.support.cast import cast, crowd, follow

pytestmark = pytest.mark.anyio

ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS amity"
POURING = "UNWIND range(1, 1000000) AS a UNWIND range(1, 100000) AS b RETURN a, b AS amity"


async def running(bolt: BoltStore) -> list[Any]:
    shown = await bolt.cypher("SHOW TRANSACTIONS", {})
    return [row for row in shown if "AS amity" in row["currentQuery"]]


async def rows(bolt: BoltStore, text: str, seconds: float = 30.0, **params: Any) -> list[list[Any]]:
    async with bolt.stream(text, params, seconds) as found:
        return [row async for row in found]


async def test_values_are_ours(bolt: BoltStore) -> None:
    alice, bob, *_ = await cast(bolt)
    await follow(bolt, alice, bob)
    [[node, edge, path, many]] = await rows(
        bolt,
        "MATCH p = (a:User {id: $a})-[f:FOLLOWS]->(b) RETURN a, f, p, [1.5, 'x', {y: b.id}]",
        a=alice,
    )
    assert isinstance(node, NodeValue)
    assert node.properties["username"] == "alice"
    assert (edge.type, edge.source) == ("FOLLOWS", node.key)
    assert path.edges[0].target == path.nodes[1].key
    assert many == [1.5, "x", {"y": bob}]


@pytest.mark.parametrize("text", [ENDLESS, POURING])
async def test_a_statement_is_gone_when_its_time_is_up(bolt: BoltStore, text: str) -> None:
    with pytest.raises(DeadlineExceeded):
        await rows(bolt, text, seconds=0.5)
    assert await running(bolt) == []


@pytest.mark.parametrize("text", [ENDLESS, POURING])
async def test_a_statement_is_gone_when_its_caller_is(bolt: BoltStore, text: str) -> None:
    asking = asyncio.create_task(rows(bolt, text))
    while not await running(bolt):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await running(bolt) == []


async def test_a_statement_is_gone_when_enough_was_read(bolt: BoltStore) -> None:
    judged = judge(POURING, {})
    async with asked(bolt, judged, Bounds(rows=700), 0) as answer:
        found = [row async for row in answer]
    assert (len(found), answer.cut) == (700, "rows")
    assert await running(bolt) == []


async def test_a_large_answer_is_cut(bolt: BoltStore) -> None:
    await crowd(bolt, 50)
    judged = judge("MATCH (u:User) RETURN u", {})
    async with asked(bolt, judged, Bounds(bytes=2_000), 0) as answer:
        found = [row async for row in answer]
    assert 5 < len(found) < 50
    assert answer.cut == "bytes"


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:User {id: 4711}) RETURN n",
        "MATCH (n:User) SET n.bio = 'x' RETURN n",
        "MATCH (n:User) DETACH DELETE n RETURN 1",
        "MERGE (n:Tag {name: 'x'}) RETURN n",
    ],
)
async def test_the_server_refuses_what_writes_even_without_a_gate(
    bolt: BoltStore, text: str
) -> None:
    people = await cast(bolt)
    before = await bolt.scan_people(0, 100)
    with suppress(AmityError):  # the embedded server takes a SET, and refuses its commit
        await rows(bolt, text)
    assert await bolt.scan_people(0, 100) == before
    assert len(before) == len(list(people))


async def test_what_the_server_does_not_understand_is_told_apart(bolt: BoltStore) -> None:
    """And what it says when it ran, which may quote data, stands apart from the message."""
    with pytest.raises(BadInput) as told:
        await rows(bolt, "RETURN nobody")
    assert "nobody" in f"{told.value.message} {told.value.detail}"
    with pytest.raises(BadInput) as ran:
        await rows(bolt, "UNWIND ['secret'] AS x RETURN date(x)")
    assert ran.value.detail
    assert "secret" not in ran.value.message


async def test_a_plan_runs_nothing(bolt: BoltStore) -> None:
    plan = await bolt.plan(ENDLESS, {})
    assert plan.text
    assert await running(bolt) == []


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (u:User) RETURN u.createdAt.year AS year",
        "MATCH (u:User) RETURN datetime.fromEpoch(u.createdAt, 0) AS at",
        "MATCH (u:User) RETURN percentileCont(u.createdAt, 2) AS at",
        "MATCH (u:User) RETURN duration.between(u.createdAt, 1) AS d",
        "MATCH (u:User) RETURN date({year: u.createdAt, month: 13}) AS d",
        "MATCH (u:User) RETURN datetime({year: 2020, timezone: u.username}) AS d",
    ],
)
async def test_a_value_of_the_wrong_kind_is_the_askers_mistake(bolt: BoltStore, text: str) -> None:
    await cast(bolt)
    judged = judge(text, {})
    with pytest.raises(BadInput):
        async with asked(bolt, judged, Bounds(), 0) as answer:
            assert [row async for row in answer]


async def test_a_path_to_oneself_is_the_askers_mistake_where_there_is_none(bolt: BoltStore) -> None:
    alice, bob, *_ = await cast(bolt)
    await follow(bolt, alice, bob)
    text = "MATCH p = shortestPath((a:User)-[*]-(a)) RETURN p"
    if bolt.name == "neo4j":
        with pytest.raises(BadInput) as told:
            await rows(bolt, text)
        assert "start and end nodes are the same" in (told.value.detail or "")
    else:
        await rows(bolt, text)
