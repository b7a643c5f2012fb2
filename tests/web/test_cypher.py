"""POST /cypher and what stands beside it, over both servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pyarrow
import pytest

from analysts.cypher.asking import Bounds
from analysts.cypher.desk import Desk
from analysts.cypher.saved import read_one
from analysts.cypher.turns import Turns
from graph.errors import RateLimited
from graph.ids import TimeIds
from graph.stores.bolt import BoltStore
from schema.execute import schema
from tests.support.cast import T0, Cast, cast, follow
from tests.support.stores import Stores
from tests.web.serving import address, bearer, listening, services, serving
from web.app import build_app
from web.execution import graphql_schema, preparer
from web.saved import with_saved

pytestmark = pytest.mark.anyio

ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS amity"
SAVED = read_one(
    "byCountry",
    '// How many live there.\n// param country: string = "CH"\n'
    "MATCH (u:User {country: $country}) RETURN count(u) AS people",
)


@pytest.fixture(params=["embedded", "neo4j"])
async def bolt(request: pytest.FixtureRequest, stores: Stores) -> BoltStore:
    store = await stores.empty(request.param)
    assert isinstance(store, BoltStore)
    return store


@pytest.fixture
async def people(bolt: BoltStore) -> Cast:
    found = await cast(bolt, alice={"country": "CH"})
    await follow(bolt, found.alice, found.bob)
    return found


@pytest.fixture
def desk(bolt: BoltStore) -> Desk:
    return Desk(
        bolt,
        TimeIds(bolt, lambda: T0).new,
        lambda: T0,
        b"a key of the tests",
        Turns(2, 1, 10, 30.0),
        Bounds(seconds=20.0),
        saved={"byCountry": SAVED},
    )


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(services(desk=desk)) as client:
        yield client


ANALYST = bearer("ann", scopes=["analyst"])


async def ask(client: httpx.AsyncClient, text: str, **more: Any) -> httpx.Response:
    path = more.pop("path", "/cypher")
    headers = more.pop("headers", ANALYST)
    body = ({"query": text} if text else {}) | more
    return await client.post(path, json=body, headers=headers)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def running(bolt: BoltStore) -> list[Any]:
    shown = await bolt.cypher("SHOW TRANSACTIONS", {})
    return [row for row in shown if "AS amity" in row["currentQuery"]]


async def test_an_answer_says_how_it_ended(client: httpx.AsyncClient, people: Cast) -> None:
    answer = await ask(client, "MATCH (u:User) RETURN u.country AS c, count(*) AS n ORDER BY n")
    assert answer.status_code == 200
    assert answer.json() == {
        "columns": ["c", "n"],
        "rows": [{"c": "CH", "n": 1}, {"c": None, "n": 4}],
        "asOf": "2023-11-14T22:13:20.000Z",
        "cut": None,
        "suppressed": 0,
    }
    cut = await ask(client, "MATCH (u:User) RETURN u.country AS c", limit=2)
    assert (len(cut.json()["rows"]), cut.json()["cut"]) == (2, "rows")


async def test_other_formats(client: httpx.AsyncClient, people: Cast) -> None:
    text = "UNWIND [1, 2] AS n RETURN n, 'x' AS t"
    csv = await ask(client, text, format="csv")
    assert csv.text == "n,t\n1,x\n2,x\n"
    assert (csv.headers["amity-rows"], csv.headers["amity-cut"]) == ("2", "no")
    lines = await ask(client, text, format="jsonl")
    assert [json.loads(line) for line in lines.text.splitlines()] == [
        {"n": 1, "t": "x"},
        {"n": 2, "t": "x"},
    ]
    arrow = await ask(client, text, format="arrow")
    table = pyarrow.ipc.open_stream(arrow.content).read_all()
    assert table.to_pylist() == [{"n": 1, "t": "x"}, {"n": 2, "t": "x"}]


async def test_a_long_answer_comes_in_pieces(client: httpx.AsyncClient, people: Cast) -> None:
    text = "UNWIND range(1, 9000) AS n RETURN n, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' * 0 AS t"
    text = text.replace(" * 0", " + '" + "y" * 150 + "'")
    answer = await ask(client, text)
    assert "content-length" not in answer.headers
    assert [row["n"] for row in answer.json()["rows"]] == list(range(1, 9001))


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({}, 401, "UNAUTHENTICATED"),
        (bearer("ann"), 403, "FORBIDDEN"),
        (bearer("ann", scopes=["admin", "loader"]), 403, "FORBIDDEN"),
    ],
)
async def test_a_token_with_the_scope_is_needed(
    client: httpx.AsyncClient, headers: dict[str, str], status: int, said: str
) -> None:
    answer = await ask(client, "RETURN 1 AS one", headers=headers)
    assert (answer.status_code, code(answer)) == (status, said)
    for path in ("/cypher/schema", "/cypher/saved"):
        assert (await client.get(path, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"query": "CREATE (n)"}, "CREATE"),
        ({"query": 1}, "has to be a statement"),
        ({"query": "RETURN 1 AS one", "format": "xml"}, "is one of"),
        ({"query": "RETURN 1 AS one", "limit": -1}, "above 0"),
        ({"query": "RETURN 1 AS one", "role": "raw"}, "not understood"),
        ({"query": "RETURN $x AS one"}, "has no value"),
        ({"query": "RETURN nobody"}, "is not known here"),
    ],
)
async def test_what_can_not_be_asked(
    client: httpx.AsyncClient, body: dict[str, Any], said: str
) -> None:
    answer = await client.post("/cypher", json=body, headers=ANALYST)
    assert (answer.status_code, code(answer)) == (400, "BAD_INPUT")
    assert said in answer.json()["errors"][0]["message"]


async def test_what_a_server_says_of_data_is_not_told(
    client: httpx.AsyncClient, people: Cast
) -> None:
    answer = await ask(client, "MATCH (u:User) RETURN date(u.country) AS d")
    assert answer.status_code == 400
    assert "CH" not in answer.json()["errors"][0]["message"].split(" ")
    raw = bearer("ann", scopes=["analyst", "analyst:raw", "analyst:texts"])
    told = await ask(client, "MATCH (u:User) RETURN date(u.country) AS d", headers=raw)
    assert len(told.json()["errors"][0]["message"]) > len(answer.json()["errors"][0]["message"])


async def test_time_is_up_and_the_message_says_what_helps(
    client: httpx.AsyncClient, bolt: BoltStore, people: Cast
) -> None:
    answer = await ask(client, ENDLESS, timeout=0.5)
    assert (answer.status_code, code(answer)) == (504, "TIMEOUT")
    assert "To make it cheaper: " in answer.json()["errors"][0]["message"]
    assert await running(bolt) == []


async def test_a_client_that_hangs_up_takes_its_statement_along(
    desk: Desk, bolt: BoltStore, people: Cast
) -> None:
    app = build_app(services(desk=desk))
    gone = asyncio.Event()
    body = json.dumps({"query": ENDLESS}).encode()
    said = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if said:
            return said.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in ANALYST.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/cypher",
        "headers": [*headers, (b"content-type", b"application/json")],
        "query_string": b"",
    }
    asking = asyncio.create_task(app(scope, receive, send))
    while not await running(bolt):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    gone.set()
    await asking
    assert await running(bolt) == []
    assert sent == []
    rows = await bolt.cypher("MATCH (a:_Audit) RETURN a.code AS code", {})
    assert [row["code"] for row in rows] == ["CLIENT_GONE"]


async def test_a_closed_socket_takes_its_statement_along(
    desk: Desk, bolt: BoltStore, people: Cast
) -> None:
    body = json.dumps({"query": ENDLESS}).encode()
    head = (
        "POST /cypher HTTP/1.1\r\nhost: amity\r\ncontent-type: application/json\r\n"
        f"authorization: {ANALYST['Authorization']}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    async with listening(build_app(services(desk=desk))) as url:
        _, writer = await asyncio.open_connection(*address(url))
        writer.write(head.encode() + body)
        async with asyncio.timeout(30):
            while not await running(bolt):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            writer.transport.abort()
            while await running(bolt):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    rows = await bolt.cypher("MATCH (a:_Audit) RETURN a.code AS code", {})
    assert [row["code"] for row in rows] == ["CLIENT_GONE"]


async def test_few_run_and_the_others_wait_their_turn(
    desk: Desk, bolt: BoltStore, people: Cast
) -> None:
    """Fifty analysts at once: never more than two in the store, and all are answered."""
    seen: list[int] = []

    async def look(until: asyncio.Future[Any]) -> None:
        while not until.done():
            seen.append(desk.turns.busy)
            await asyncio.sleep(0)

    text = "UNWIND range(1, 2000) AS a RETURN sum(a) AS s"
    async with serving(services(desk=desk)) as client:
        asking = asyncio.gather(
            *(ask(client, text, headers=bearer(f"ann{at}", scopes=["analyst"])) for at in range(50))
        )
        await look(asking)
        answers = await asking
    assert {answer.status_code for answer in answers} == {200}
    assert max(seen) == 2
    assert desk.turns.busy == desk.turns.held == 0


async def test_one_analyst_waits_for_herself_and_not_for_ever() -> None:
    turns = Turns(2, 1, 1, 30.0)
    async with turns.turn("ann"):
        waiting = asyncio.create_task(_turn(turns, "ann"))
        await asyncio.sleep(0)
        async with turns.turn("bea"):
            assert turns.busy == 2
        with pytest.raises(RateLimited):
            await _turn(turns, "ann")
        assert not waiting.done()
    await waiting
    assert turns.busy == 0


async def test_who_gives_up_waiting_leaves_the_queue() -> None:
    turns = Turns(1, 1, 5, 30.0)
    async with turns.turn("ann"):
        waiting = asyncio.create_task(_turn(turns, "bea"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert turns.held == 0
    await _turn(turns, "bea")
    assert turns.busy == 0


async def _turn(turns: Turns, who: str) -> None:
    async with turns.turn(who):
        pass


async def test_saved_questions(client: httpx.AsyncClient, people: Cast) -> None:
    listed = (await client.get("/cypher/saved", headers=ANALYST)).json()
    assert listed["saved"] == [
        {
            "name": "byCountry",
            "about": "How many live there.",
            "params": [{"name": "country", "type": "string", "default": "CH"}],
        }
    ]
    path = "/cypher/saved/byCountry"
    assert (await ask(client, "", path=path)).json()["rows"] == [{"people": 1}]
    other = await ask(client, "", path=path, params={"country": "DE"})
    assert other.json()["rows"] == [{"people": 0}]
    for params in ({"country": 7}, {"nope": 1}):
        assert code(await ask(client, "", path=path, params=params)) == "BAD_INPUT"
    assert code(await ask(client, "", path="/cypher/saved/nope")) == "NOT_FOUND"


async def test_the_schema_tells_what_a_role_sees(client: httpx.AsyncClient) -> None:
    told = (await client.get("/cypher/schema", headers=ANALYST)).json()
    [user] = [one for one in told["labels"] if one["label"] == "User"]
    seen = {one["name"]: one["seen"] for one in user["properties"]}
    assert (seen["id"], seen["country"], seen["bio"], seen["createdAt"]) == (
        "pseudonym",
        "raw",
        "absent",
        "day",
    )
    assert "subjectKey" not in seen
    assert {"type": "FOLLOWS", "from": "User", "to": "User"}.items() <= next(
        one for one in told["types"] if one["type"] == "FOLLOWS"
    ).items()


async def test_an_estimate_multiplies_what_is_there(
    client: httpx.AsyncClient, people: Cast
) -> None:
    for text, rows in (
        ("MATCH (u:User) RETURN u", 5),
        ("MATCH (a:User), (b:User) RETURN count(*)", 25),
        ("MATCH (a:User)-[:FOLLOWS]->(b) RETURN b", 1),
        ("MATCH (a:User {country: 'CH'}), (b:Post) RETURN b", 0),
    ):
        assert (await ask(client, text, explain=True)).json()["rows"] == rows, text


async def test_a_plan_runs_nothing(client: httpx.AsyncClient, bolt: BoltStore) -> None:
    told = (await ask(client, ENDLESS, explain=True)).json()
    assert told["plan"]["step"]
    assert told["rows"] == 1
    assert "add a LIMIT" in told["advice"]
    assert await running(bolt) == []


async def test_without_cypher_there_is_no_desk() -> None:
    async with serving(replace(services(), desk=None)) as client:
        answer = await ask(client, "RETURN 1 AS one")
        assert (answer.status_code, code(answer)) == (501, "NOT_SUPPORTED")


async def test_a_published_question_is_a_field_with_its_own_cost(desk: Desk, people: Cast) -> None:
    published = read_one(
        "livesIn",
        '// Who lives there.\n// param country: string = "CH"\n// publish: 25\n// people: raw\n'
        "MATCH (u:User {country: $country}) RETURN u.username AS who, u.id AS id",
    )
    desk = replace(desk, saved={"livesIn": published, "byCountry": SAVED})
    extended = with_saved(graphql_schema(schema), desk)
    made = replace(services(desk=desk), schema=extended, prepare=preparer(extended))
    async with serving(made) as client:
        body = {"query": "{ saved { livesIn { x } } }"}
        assert (await client.post("/graphql", json=body)).json()["errors"]
        body = {
            "query": '{ saved { livesIn none: livesIn(country: "DE") } user(id: "user_0") { id } }'
        }
        answer = await client.post("/graphql", json=body, headers={"Amity-Cost": "1"})
        assert answer.json()["data"] == {
            "saved": {"livesIn": [{"who": "alice", "id": people.alice}], "none": []},
            "user": None,
        }
        assert answer.json()["extensions"]["cost"] >= 50
        told = {"query": '{ __type(name: "Saved") { fields { name description } } }'}
        assert (await client.post("/graphql", json=told)).json()["data"]["__type"]["fields"] == [
            {"name": "livesIn", "description": "Who lives there."}
        ]


async def test_a_statement_that_would_fill_the_memory_harms_nobody(
    client: httpx.AsyncClient, people: Cast, bolt: BoltStore
) -> None:
    large = (
        "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN collect(a * b) AS amity"
    )
    answer = await ask(client, large)
    assert answer.status_code == 422
    assert code(answer) == "TOO_EXPENSIVE"
    assert "collect fewer rows" in answer.json()["errors"][0]["message"]
    assert await running(bolt) == []
    after = await ask(client, "MATCH (u:User) RETURN count(u) AS n")
    assert after.json()["rows"] == [{"n": 5}]
