"""POST /analyze over both servers: what a role is told of a run, its bounds, and its end."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from analysts.cypher.asking import Bounds
from analysts.cypher.desk import Desk
from analysts.cypher.masking import Pseudonyms
from analysts.cypher.turns import Turns
from analysts.runs.estimate import Limits
from analysts.runs.served import Runs
from graph.ids import TimeIds
from graph.store import Store
from tests.support.cast import T0, Cast, befriend, cast, crowd, follow
from tests.support.stores import Stores
from tests.web.serving import address, bearer, listening, services, serving
from web.app import build_app

pytestmark = pytest.mark.anyio

KEY = b"a key of the tests"
ANN = bearer("ann", scopes=["analyst"])
RAW = bearer("ann", scopes=["analyst", "analyst:raw"])
ABSENT = bearer("ann", scopes=["analyst", "analyst:absent"])
WRITER = bearer("ann", scopes=["analyst", "analyst:write"])
FOREVER = {"algorithm": "random-walk", "samples": 10**12}


@pytest.fixture(params=["embedded", "neo4j"])
async def store(request: pytest.FixtureRequest, stores: Stores) -> Store:
    return await stores.empty(request.param)


@pytest.fixture
async def people(store: Store) -> Cast:
    found = await cast(store, bob={"externalId": "b-1"}, eve={"gone": True})
    for a, b in (("alice", "bob"), ("carol", "bob"), ("dan", "bob"), ("bob", "carol")):
        await follow(store, found[a], found[b])
    await follow(store, found.eve, found.alice)
    return found


@pytest.fixture
def runs(store: Store) -> Runs:
    desk = Desk(
        store, TimeIds(store, lambda: T0).new, lambda: T0, KEY, Turns(2, 1, 10, 30.0), Bounds()
    )
    return Runs(desk, Limits(4_096, 60.0), Turns(1, 1, 1, 60.0))


@pytest.fixture
async def client(runs: Runs) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(services(runs=runs)) as client:
        yield client


async def ask(
    client: httpx.AsyncClient, algorithm: str, headers: dict[str, str] = ANN, **more: Any
) -> httpx.Response:
    return await client.post("/analyze", json={"algorithm": algorithm, **more}, headers=headers)


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def rows(answer: httpx.Response) -> list[list[Any]]:
    return [list(line["row"].values()) for line in lines(answer) if "row" in line]


def end(answer: httpx.Response) -> dict[str, Any]:
    said: dict[str, Any] = lines(answer)[-1]["end"]
    return said


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["message"]


async def audited(store: Store) -> list[tuple[str, str, int]]:
    found = await store.cypher("MATCH (a:_Audit) RETURN a.text AS t, a.code AS c, a.rows AS n", {})
    return [(row["t"], row["c"], row["n"]) for row in found]


def of(who: int, project: str = "default") -> str:
    return Pseudonyms(KEY, project).of_id(who)


def named(username: str) -> str:
    return Pseudonyms(KEY, "default").of(frozenset({"username"}), username)


async def test_rows_as_a_role_sees_them(
    client: httpx.AsyncClient, store: Store, people: Cast
) -> None:
    raw = await ask(client, "in-degree", RAW)
    assert rows(raw) == [
        [people.bob, "bob", "b-1", 3],
        [people.carol, "carol", None, 1],
        [people.alice, "alice", None, 0],
        [people.dan, "dan", None, 0],
    ]
    assert end(raw) == {
        "facts": {"nodes": 4, "edges": 4, "largest": 3},
        "rows": 4,
        "asOf": "2023-11-14T22:13:20.000Z",
        "cut": None,
        "picture": None,
        "written": None,
    }
    known = Pseudonyms(KEY, "default").of(frozenset({"externalId"}), "b-1")
    told = rows(await ask(client, "in-degree", top=2))
    assert told == [
        [of(people.bob), named("bob"), known, 3],
        [of(people.carol), named("carol"), None, 1],
    ]
    assert rows(await ask(client, "in-degree", ABSENT, top=1)) == [[None, None, None, 3]]
    [first, *_] = await audited(store)
    assert first[0].startswith('analyze {"algorithm":"in-degree","graph":"follows"')
    assert {code for _, code, _ in await audited(store)} == {"OK"}


async def test_one_person_is_named_as_the_role_names_people(
    client: httpx.AsyncClient, people: Cast
) -> None:
    found = await ask(client, "bfs", source=of(people.alice))
    external = rows(found)[0][2]
    assert rows(found) == [
        [of(people.bob), named("bob"), external, 1],
        [of(people.carol), named("carol"), None, 2],
    ]
    ways = await ask(client, "paths", source=of(people.dan), target=of(people.carol))
    on_the_way = [of(people[name]) for name in ("dan", "bob", "carol")]
    assert end(ways)["facts"]["paths"] == [{"length": 2, "ids": on_the_way}]
    for name in ("alice", f"{people.alice}", of(people.alice, "churn")):
        status, said = refused(await ask(client, "bfs", source=name))
        assert (status, "pseudonym" in said) == (400, True)
    status, said = refused(await ask(client, "bfs", source=of(people.eve)))
    assert status == 404
    assert f"{people.eve}" not in said
    assert refused(await ask(client, "bfs", ABSENT, source=of(people.alice)))[0] == 400
    assert rows(await ask(client, "bfs", RAW, source="Alice"))[0][0] == people.bob


async def test_ties_tell_nothing_of_who_joined_first(
    client: httpx.AsyncClient, store: Store
) -> None:
    ids = await crowd(store, 40)
    for at, one in enumerate(ids):
        await follow(store, one, ids[at - 1])
    raw = [row[0] for row in rows(await ask(client, "degree", RAW))]
    back = Pseudonyms(KEY, "default").back
    told = [back(row[0]) for row in rows(await ask(client, "degree"))]
    assert raw == list(ids)
    assert sorted(one or 0 for one in told) == raw
    assert told != raw
    assert [back(row[0]) for row in rows(await ask(client, "degree", top=9))] == told[:9]


async def test_a_picture_names_people_as_the_role_does(
    client: httpx.AsyncClient, people: Cast
) -> None:
    async def drawn(headers: dict[str, str], **more: Any) -> str:
        answer = await ask(client, headers=headers, summary=True, plot="svg", **more)
        assert rows(answer) == []
        return base64.b64decode(end(answer)["picture"]).decode()

    for more in ({"algorithm": "pagerank"}, {"algorithm": "bfs", "source": of(people.bob)}):
        told = await drawn(ANN, **more)
        assert of(people.bob) in told
        assert "bob" not in told
    assert "bob" in await drawn(RAW, algorithm="pagerank")
    absent = await drawn(ABSENT, algorithm="pagerank")
    assert "bob" not in absent
    assert of(people.bob) not in absent
    png = await ask(client, "wcc", plot="png")
    assert base64.b64decode(end(png)["picture"]).startswith(b"\x89PNG")
    assert len(rows(png)) == 4


async def test_a_summary_and_an_estimate_have_no_rows(
    client: httpx.AsyncClient, people: Cast
) -> None:
    summary = await ask(client, "wcc", summary=True)
    assert (rows(summary), end(summary)["facts"]["components"]) == ([], 1)
    expected = end(await ask(client, "betweenness", estimate=True))["facts"]
    assert expected.keys() == {"nodes", "edges", "megabytes", "seconds"}


async def test_small_groups_are_left_out(runs: Runs, people: Cast) -> None:
    few = replace(runs, desk=replace(runs.desk, smallest=3))
    async with serving(services(runs=few)) as client:
        assert end(await ask(client, "degrees"))["facts"]["degrees"] == []
        assert end(await ask(client, "pagerank", summary=True))["facts"]["nodes"] == 4
        picture = {"summary": True, "plot": "png"}
        for algorithm, more in (
            ("pagerank", {}),
            ("bfs", {"source": of(people.alice)}),
            ("wcc", picture),
        ):
            assert refused(await ask(client, algorithm, **more))[0] == 400
        assert refused(await ask(client, "degree", graph="friends", summary=True))[0] == 400


async def test_beyond_the_limits_something_smaller_is_proposed(
    runs: Runs, store: Store, people: Cast
) -> None:
    async with serving(services(runs=replace(runs, limits=Limits(1, 60.0)))) as client:
        status, said = refused(await ask(client, "pagerank"))
        assert (status, "MiB of memory" in said, "Try " in said) == (422, True, True)
    assert [(code, count) for _, code, count in await audited(store)] == [("TOO_EXPENSIVE", 0)]


async def test_results_are_kept_with_the_scope_alone(
    client: httpx.AsyncClient, store: Store, people: Cast
) -> None:
    for headers in (ANN, RAW):
        for more in ({"algorithm": "wcc", "write": "community"}, {"rollback": "community"}):
            answer = await client.post("/analyze", json=more, headers=headers)
            assert (answer.status_code, "analyst:write" in answer.text) == (403, True)
    living = [people.alice, people.bob, people.carol, people.dan]
    assert await store.results("User", "community", living) == [None] * 4
    for algorithm in ("wcc", "scc"):
        written = end(await ask(client, algorithm, WRITER, write="community", top=1))["written"]
        assert written["nodes"] == 4
    assert await store.results("User", "community", living) == [1, 0, 0, 2]
    back = await client.post("/analyze", json={"rollback": "community"}, headers=WRITER)
    assert end(back)["written"]["nodes"] == 4
    assert await store.results("User", "community", living) == [0] * 4
    assert refused(await ask(client, "wcc", WRITER, write="username"))[0] == 400


def children() -> set[str]:
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


async def test_a_client_that_hangs_up_ends_the_run(runs: Runs, store: Store, people: Cast) -> None:
    await befriend(store, people.alice, people.carol)
    app, gone, sent = build_app(services(runs=runs)), asyncio.Event(), list[Any]()
    body = json.dumps({**FOREVER, "source": of(people.alice)}).encode()
    said = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if said:
            return said.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in ANN.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/analyze",
        "headers": [*headers, (b"content-type", b"application/json")],
        "query_string": b"",
    }
    before = children()
    running = asyncio.create_task(app(scope, receive, send))
    while not any(b"random-walk: " in one.get("body", b"") for one in sent):
        assert not running.done()
        await asyncio.sleep(0.05)
    assert children() > before
    gone.set()
    await running
    assert children() == before
    assert runs.turns.busy == 0
    assert b"end" not in b"".join(one.get("body", b"") for one in sent)
    assert [code for _, code, _ in await audited(store)] == ["CLIENT_GONE"]


async def test_a_closed_socket_ends_the_run(runs: Runs, store: Store, people: Cast) -> None:
    """Where a real server notices that its client is gone."""
    await befriend(store, people.alice, people.carol)
    body = json.dumps({**FOREVER, "source": of(people.alice)}).encode()
    head = (
        "POST /analyze HTTP/1.1\r\nhost: amity\r\ncontent-type: application/json\r\n"
        f"authorization: {ANN['Authorization']}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    async with listening(build_app(services(runs=runs))) as url:
        before = children()
        reader, writer = await asyncio.open_connection(*address(url))
        writer.write(head.encode() + body)
        assert b"200" in await reader.readline()
        await reader.readuntil(b"random-walk: ")
        assert children() > before
        writer.transport.abort()
        async with asyncio.timeout(30):
            while runs.turns.busy or not await audited(store):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert children() == before
        assert [code for _, code, _ in await audited(store)] == ["CLIENT_GONE"]


async def test_one_run_at_once_and_an_end_within_its_time(
    runs: Runs, store: Store, people: Cast
) -> None:
    await befriend(store, people.alice, people.carol)
    short = replace(runs, limits=Limits(4_096, 7.0))
    endless = {**FOREVER, "source": of(people.alice)}
    async with serving(services(runs=short)) as client:
        first, second = (asyncio.create_task(ask(client, **endless)) for _ in range(2))
        while short.turns.held == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert short.turns.busy == 1
        assert (await ask(client, "degree")).status_code == 429
        second.cancel()
        ended = lines(await first)
    assert all("note" in line for line in ended[:-1])
    assert ended[-1]["error"]["code"] == "TIMEOUT"
    assert short.turns.busy == short.turns.held == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "`algorithm` is one of"),
        ({"algorithm": "magic"}, "`algorithm` is one of"),
        ({"algorithm": "degree", "graph": "everything"}, "`graph` is one of"),
        ({"algorithm": "degree", "top": 0}, "`top`"),
        ({"algorithm": "degree", "seed": -1}, "`seed`"),
        ({"algorithm": "degree", "resolution": "1"}, "`resolution`"),
        ({"algorithm": "degree", "source": 7}, "`source`"),
        ({"algorithm": "degree", "plot": "x.png"}, "`plot` is one of png, svg"),
        ({"algorithm": "degree", "picture": "png"}, "not understood"),
        ({"algorithm": "bfs"}, "--source"),
    ],
)
async def test_what_can_not_be_asked(body: dict[str, Any], said: str, runs: Runs) -> None:
    async with serving(services(runs=runs)) as client:
        answer = await client.post("/analyze", json=body, headers=ANN)
        assert answer.status_code == 400
        assert said in refused(answer)[1]


async def test_a_token_with_the_scope_is_needed(client: httpx.AsyncClient) -> None:
    for headers, status in (({}, 401), (bearer("ann", scopes=["admin"]), 403)):
        assert (await ask(client, "degree", headers)).status_code == status
        listed = await client.get("/analyze/algorithms", headers=headers)
        assert listed.status_code == status
    listed = (await client.get("/analyze/algorithms", headers=ANN)).json()
    assert "pagerank" in [one["name"] for one in listed["algorithms"]]
    assert "follows" in [one["name"] for one in listed["graphs"]]
