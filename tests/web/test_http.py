"""GraphQL over HTTP: methods, media types, status codes, and what a body may be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.web.serving import ask, bearer, code, services, serving
from tests.web.toy import Steps, toy

pytestmark = pytest.mark.anyio

NEW = {"Accept": "application/graphql-response+json"}
OLD = {"Accept": "application/json"}


@pytest.fixture
async def client(anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(services(schema=toy(Steps()))) as client:
        yield client


async def test_post(client: httpx.AsyncClient) -> None:
    response = await ask(client, "query($n: Int!) { twice(number: $n) }", n=21)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json() == {"data": {"twice": 42}}


async def test_get(client: httpx.AsyncClient) -> None:
    response = await client.get(
        "/graphql",
        params={
            "query": "query A($n: Int!) { twice(number: $n) } query B { hello }",
            "variables": '{"n": 4}',
            "operationName": "A",
        },
    )
    assert response.json() == {"data": {"twice": 8}}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        (
            "application/graphql-response+json, application/json;q=0.9",
            "application/graphql-response+json",
        ),
        ("application/graphql-response+json;q=0.1, application/json", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
    ],
)
async def test_media_types(client: httpx.AsyncClient, accept: str | None, answered: str) -> None:
    del client.headers["accept"]
    headers = {} if accept is None else {"Accept": accept}
    response = await ask(client, "{ hello }", headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json;q=0", "application/json; charset=latin-1", ";;,"]
)
async def test_what_is_not_acceptable(client: httpx.AsyncClient, accept: str) -> None:
    response = await ask(client, "{ hello }", {"Accept": accept})
    assert (response.status_code, code(response)) == (406, "BAD_INPUT")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_get_refuses_mutations(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "mutation { change }"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert code(response) == "BAD_INPUT"


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
async def test_a_body_must_be_json(client: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = await client.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers)
    assert (response.status_code, code(response)) == (415, "BAD_INPUT")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"{ hello }"',
        b"[]",
        b'[{"query": "{ hello }"}]',
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": 7}',
        b'{"query": {"a": 1}}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "operationName": 1}',
        b'{"query": "{ hello }", "extensions": 1}',
        b'{"query": "\xff\xfe"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ hello }", "variables": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    ],
)
@pytest.mark.parametrize("accept", [NEW, OLD])
async def test_a_body_that_is_no_request(
    client: httpx.AsyncClient, body: bytes, accept: dict[str, str]
) -> None:
    headers = {"Content-Type": "application/json", **accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert (response.status_code, code(response)) == (400, "BAD_INPUT")
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "query_string",
    ["", "query=", "query=%ff", "query={hello}&variables={", "query={hello}&variables=[1]"],
)
async def test_a_query_string_that_is_no_request(
    client: httpx.AsyncClient, query_string: str
) -> None:
    response = await client.get(f"/graphql?{query_string}")
    assert (response.status_code, code(response)) == (400, "BAD_INPUT")


@pytest.mark.parametrize(
    "nulls", [{"variables": None}, {"operationName": None}, {"extensions": None}, {"more": 1}]
)
async def test_absent_members_may_be_null(client: httpx.AsyncClient, nulls: dict[str, Any]) -> None:
    response = await client.post("/graphql", json={"query": "{ hello }", **nulls})
    assert response.json() == {"data": {"hello": "hello you"}}


@pytest.mark.parametrize(
    ("query", "variables", "operation"),
    [
        ("{", {}, None),
        ("{ unknown }", {}, None),
        ("{ twice }", {}, None),
        ("{ twice(number: 2147483648) }", {}, None),
        ("query($n: Int!) { twice(number: $n) }", {}, None),
        ("query($n: Int!) { twice(number: $n) }", {"n": "many"}, None),
        ("query($n: Int!) { twice(number: $n) }", {"n": 2**40}, None),
        ("query A { hello } query B { hello }", {}, None),
        ("query A { hello }", {}, "C"),
        ("fragment F on Query { hello }", {}, None),
        ("type T { a: Int }", {}, None),
    ],
)
async def test_a_document_that_cant_be_run(
    client: httpx.AsyncClient, query: str, variables: dict[str, Any], operation: str | None
) -> None:
    body = {"query": query, "variables": variables, "operationName": operation}
    new = await client.post("/graphql", json=body, headers=NEW)
    old = await client.post("/graphql", json=body, headers=OLD)
    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json() == old.json()
    assert "data" not in new.json()
    assert code(new) == "BAD_INPUT"


async def test_a_syntax_error_says_where(client: httpx.AsyncClient) -> None:
    (error,) = (await ask(client, "{\n  hello(\n}")).json()["errors"]
    assert error["locations"] == [{"line": 3, "column": 1}]


async def test_a_failed_field_leaves_the_rest(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ hello no: forbidden }", NEW)
    assert response.status_code == 200
    assert response.json() == {
        "data": {"hello": "hello you", "no": None},
        "errors": [
            {
                "message": "Only followers see this.",
                "locations": [{"line": 1, "column": 9}],
                "path": ["no"],
                "extensions": {"code": "FORBIDDEN", "rule": "PRIVATE"},
            }
        ],
    }


async def test_a_failure_that_reaches_the_top_keeps_data_null(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ unavailable }", NEW)
    assert (response.status_code, code(response)) == (200, "UNAVAILABLE")
    assert response.json()["data"] is None


@pytest.mark.parametrize("query", ["{ broken }", "{ nothing }"])
async def test_what_nobody_expected_is_internal_without_a_word(
    client: httpx.AsyncClient, query: str
) -> None:
    response = await ask(client, query)
    assert (response.status_code, code(response)) == (200, "INTERNAL")
    assert "user_42" not in response.text
    assert "secret" not in response.text


async def test_subscriptions_are_not_answered(client: httpx.AsyncClient) -> None:
    assert code(await ask(client, "subscription { ticks }")) == "NOT_SUPPORTED"


async def test_a_long_message_is_cut(client: httpx.AsyncClient) -> None:
    response = await ask(client, "query($n: Int!) { twice(number: $n) }", n="9" * 20_000)
    assert code(response) == "BAD_INPUT"
    assert len(response.content) < 1_000


async def test_a_body_just_within_its_limit_and_one_beyond() -> None:
    async with serving(services(schema=toy(Steps())), max_body_bytes=2_000) as client:
        frame = b'{"query": "{ hello }", "extensions": {"pad": "%s"}}'
        headers = {"Content-Type": "application/json"}
        within = frame % (b"x" * (2_000 - len(frame) + 2))
        assert len(within) == 2_000
        assert (await client.post("/graphql", content=within, headers=headers)).status_code == 200
        beyond = await client.post("/graphql", content=within + b" ", headers=headers)
        assert (beyond.status_code, code(beyond)) == (413, "BAD_INPUT")


async def test_a_body_without_a_length_is_read_no_further_than_its_limit() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 500

    async with serving(services(schema=toy(Steps())), max_body_bytes=2_000) as client:
        headers = {"Content-Type": "application/json"}
        response = await client.post("/graphql", content=endless(), headers=headers)
    assert response.status_code == 413
    assert read == 5


async def test_the_epoch_of_a_change_is_answered(client: httpx.AsyncClient) -> None:
    assert (await ask(client, "mutation { change }")).headers["amity-epoch"] == "e-17"
    assert "amity-epoch" not in (await ask(client, "{ hello }")).headers


async def test_the_epoch_that_is_presented_is_caught_up_with() -> None:
    made = services(schema=toy(Steps()))
    caught: list[str] = []

    async def catch_up(epoch: str) -> None:
        caught.append(epoch)

    made.reader.catch_up = catch_up  # type: ignore[method-assign]
    async with serving(made) as client:
        await ask(client, "{ hello }", {"Amity-Epoch": "e-17"})
        assert caught == ["e-17"]
        for bad in ("e" * 129, "é"):
            response = await ask(client, "{ hello }", {"Amity-Epoch": bad.encode()})  # type: ignore[dict-item]
            assert code(response) == "BAD_INPUT"
        assert caught == ["e-17"]


async def test_request_ids(client: httpx.AsyncClient) -> None:
    mine = await ask(client, "{ hello }", {"X-Request-Id": "my-request.1"})
    assert mine.headers["x-request-id"] == "my-request.1"
    for bad in ("", "a b", "x" * 65, "new\tline"):
        made = (await ask(client, "{ hello }", {"X-Request-Id": bad})).headers["x-request-id"]
        assert made != bad
        assert len(made) == 16
    assert (await client.get("/nowhere")).headers["x-request-id"]


async def test_the_token_speaks_for_somebody(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ whoami }", bearer("alice"))
    assert response.json() == {"data": {"whoami": "alice"}}
