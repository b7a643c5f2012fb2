"""A page of a huge list reads a page of its index, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from neo4j import Driver, GraphDatabase

from graph.stores.bolt import BoltStore
from graph.stores.bolt.texts import text
from tests.servers.embedded import EmbeddedServers
from tests.servers.neo4j import Neo4jServer
from tests.support.cast import T0, crowd
from tests.support.posting import post
from tests.support.stores import SHARD_FROM, Stores

pytestmark = pytest.mark.anyio

FANS = 300
BOUNDS = {"owner": 0, "low": -1, "high": 2**62, "tie": T0, "limit": 20}


@pytest.fixture
def driver(neo4j: Neo4jServer) -> Iterator[Driver]:
    with GraphDatabase.driver(neo4j.url, auth=(neo4j.user, neo4j.password)) as driver:
        yield driver


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from steps(child)


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("name", ["page_span", "page_tie"])
async def test_neo4j_takes_a_page_from_the_index_in_order(
    stores: Stores, driver: Driver, name: str, order: str
) -> None:
    store = await stores.empty("neo4j")
    star, *fans = await crowd(store, FANS)
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in fans])
    ends = {"mine": "_to", "other": "_from"}
    statement = text(f"associations/{name}", edge="FOLLOWS", time="since", order=order, **ends)
    with driver.session() as session:
        result = session.run(f"PROFILE {statement}", {**BOUNDS, "owner": star})
        assert len(result.single(strict=True)[0]) == 20
        profile = result.consume().profile
    assert profile is not None
    found = list(steps(profile))
    assert "DirectedRelationshipIndexSeek@neo4j" in [step["operatorType"] for step in found]
    assert max(step["rows"] for step in found) == 20


@pytest.mark.parametrize("name", ["page_span", "page_tie"])
async def test_neo4j_takes_an_authors_posts_from_an_index_too(
    stores: Stores, driver: Driver, name: str
) -> None:
    store = await stores.empty("neo4j")
    alice, *_ = await crowd(store, 2)
    for number in range(40):
        await post(store, alice, T0, number)
    ends = {"mine": "_from", "other": "_to"}
    statement = text(f"associations/{name}", edge="POSTED", time="at", order="DESC", **ends)
    with driver.session() as session:
        result = session.run(f"PROFILE {statement}", {**BOUNDS, "owner": alice})
        assert len(result.single(strict=True)[0]) == 20
        profile = result.consume().profile
    assert profile is not None
    found = list(steps(profile))
    assert "DirectedRelationshipIndexSeek@neo4j" in [step["operatorType"] for step in found]
    assert max(step["rows"] for step in found) == 20


async def test_neo4j_finds_old_history_by_an_index(stores: Stores, driver: Driver) -> None:
    await stores.empty("neo4j")
    statement = text("changes/prune", edge="FOLLOWED", time="ended")
    with driver.session() as session:
        plan = session.run(f"EXPLAIN {statement}", {"before": T0, "limit": 5}).consume().plan
    assert plan is not None
    operators = [step["operatorType"] for step in steps(plan)]
    assert "DirectedRelationshipIndexSeekByRange@neo4j" in operators


async def test_the_embedded_server_finds_old_history_by_an_index(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    await stores.empty("embedded")
    command = "EXPLAIN DELETE FROM FOLLOWED WHERE ended < :old LIMIT :limit"
    body = {"language": "sql", "command": command, "params": {"old": T0, "limit": 5}}
    async with httpx.AsyncClient(auth=(embedded.user, embedded.password)) as client:
        answer = await client.post(
            f"{embedded.http_url}/api/v1/command/{embedded.database}", json=body
        )
    assert "FETCH FROM INDEX FOLLOWED[ended]" in answer.text


async def test_the_embedded_server_takes_a_page_from_the_index(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    await stores.empty("embedded")
    assert "FOLLOWS[_to,since,_from]" in await explained(
        embedded,
        "SELECT since AS at, _from AS id FROM FOLLOWS WHERE _to = :owner "
        "AND since > :low AND since < :high ORDER BY since DESC, _from DESC LIMIT :limit",
    )


@pytest.fixture(params=["embedded", "neo4j"])
async def many(request: pytest.FixtureRequest, stores: Stores) -> BoltStore:
    store = await stores.empty(request.param)
    assert isinstance(store, BoltStore)
    return store


async def test_of_whoever_posted_much_a_page_is_read_and_no_edge_is_walked(
    many: BoltStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked of the server: authors with few posts by edges, the others by the index."""
    prolific, *others = await crowd(many, 4)
    for number in range(4 * SHARD_FROM):
        await post(many, prolific, T0 + number, number)
    for number, author in enumerate(others):
        await post(many, author, T0 + number, 500 + number)
    asked: list[tuple[str, Any]] = []
    connection = many._connection
    value, page = connection.value, many._dialect.page

    async def listening(statement: str, **given: Any) -> Any:
        asked.append((statement, given.get("authors")))
        return await value(statement, **given)

    async def paged(*args: Any, **given: Any) -> Any:
        entries = await page(*args, **given)
        asked.append(("page", (args[1], len(entries))))
        return entries

    monkeypatch.setattr(connection, "value", listening)
    monkeypatch.setattr(many._dialect, "page", paged)
    found = await many.posts_of([prolific, *others], 2)
    assert found.authors.tolist() == [prolific, prolific]
    by_edges = [authors for statement, authors in asked if statement == text("posts/posts_of")]
    assert by_edges == [others]
    assert [what for statement, what in asked if statement == "page"] == [(prolific, 2)]


async def test_the_embedded_server_takes_an_authors_posts_from_an_index_too(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    await stores.empty("embedded")
    assert "POSTED[_from,at,_to]" in await explained(
        embedded,
        "SELECT at, _to AS id FROM POSTED WHERE _from = :owner "
        "AND at > :low AND at < :high ORDER BY at DESC, _to DESC LIMIT :limit",
    )


async def explained(embedded: EmbeddedServers, query: str) -> str:
    body = {"language": "sql", "command": f"EXPLAIN {query}", "params": BOUNDS}
    async with httpx.AsyncClient(auth=(embedded.user, embedded.password)) as client:
        answer = await client.post(
            f"{embedded.http_url}/api/v1/query/{embedded.database}", json=body
        )
    assert "FETCH FROM INDEX" in answer.text
    return answer.text
