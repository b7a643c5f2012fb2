"""Each limit of a document: one just inside, one just outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from graphql import get_introspection_query

from tests.web.serving import ask, code, services, serving
from tests.web.toy import Steps, toy
from web.documents import BYTES_PER_CHARACTER, BYTES_PER_ENTRY, Documents
from web.execution import graphql_schema, preparer
from web.limits import Limits

pytestmark = pytest.mark.anyio

LIMITS = Limits(
    characters=2_000,
    tokens=400,
    depth=6,
    introspection_depth=8,
    aliases=10,
    root_fields=12,
    repeats=4,
    directives=6,
    fields=40,
    fragment_nesting=5,
)


def chain(fragments: int) -> str:
    each = [f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(1, fragments)]
    return " ".join(["{ ...F1 }", *each, f"fragment F{fragments} on Query {{ hello }}"])


def doubling(times: int) -> str:
    """A few lines that mean 2^times fields."""
    each = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(1, times)]
    return " ".join(["{ ...F1 ...F1 }", *each, f"fragment F{times} on Query {{ hello }}"])


CASES: dict[str, tuple[Callable[[int], str], int]] = {
    "length of": (lambda n: "{ hello }".ljust(n), 2_000),
    "tokens": (lambda n: " ".join(f"query A{i} {{ hello }}" for i in range(n // 5)), 400),
    "aliases": (lambda n: "{ " + " ".join(f"a{i}: hello" for i in range(n)) + " }", 10),
    "root fields": (
        lambda n: (
            "{ "
            + " ".join(["hello"] * 4 + ["twice(number: 1)"] * 4 + ["a: hello"] * (n - 8))
            + " }"
        ),
        12,
    ),
    "repeated": (lambda n: "{ " + "hello " * n + "}", 4),
    "directives": (lambda n: "{ hello " + "@skip(if: false) " * n + "}", 6),
    "fragments nested": (chain, 5),
    "fields, fragments": (lambda n: doubling(n), 3),
}


@pytest.fixture
async def client(anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(services(schema=toy(Steps()), limits=LIMITS)) as client:
        yield client


def messages(response: httpx.Response) -> str:
    return " ".join(error["message"] for error in response.json().get("errors", ()))


@pytest.mark.parametrize("what", CASES)
async def test_within_and_beyond(client: httpx.AsyncClient, what: str) -> None:
    make, limit = CASES[what]
    within = await ask(client, make(limit))
    assert "limit" not in messages(within)
    step = 5 if what == "tokens" else 3 if what == "fields, fragments" else 1
    beyond = await ask(client, make(limit + step))
    assert code(beyond) == "TOO_EXPENSIVE"
    assert "limit" in messages(beyond)
    assert "data" not in beyond.json()


async def test_depth() -> None:
    step = 'mutualFriends(with: "user_2") { nodes'
    deep = f'{{ user(id: "user_1") {{ {step} {{ {step} {{ %s }} }} }} }} }} }}'
    async with serving(services(limits=Limits(depth=6))) as client:
        assert "data" in (await ask(client, deep % "id")).json()
        beyond = await ask(client, deep % "mutualFriends { totalCount }")
    assert (code(beyond), messages(beyond)) == (
        "TOO_EXPENSIVE",
        "The document has a depth of 7; the limit is 6.",
    )


async def test_introspection_has_a_depth_of_its_own(client: httpx.AsyncClient) -> None:
    deep = "{ __schema { queryType { fields { type { ofType { ofType { ofType { %s } } } } } } } }"
    assert "data" in (await ask(client, deep % "name")).json()
    beyond = await ask(client, deep % "ofType { name }")
    assert code(beyond) == "TOO_EXPENSIVE"
    assert "introspection" in messages(beyond)


async def test_the_usual_introspection_is_within_the_usual_limits() -> None:
    async with serving() as client:
        response = await ask(client, get_introspection_query(type_depth=9))
    assert "errors" not in response.json()


async def test_lists_of_lists_of_introspection_are_refused() -> None:
    query = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    async with serving() as client:
        assert code(await ask(client, query)) == "BAD_INPUT"


@pytest.mark.parametrize(
    "query",
    [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { hello ...A }",
        "{ hello } fragment A on Query { ...A }",
    ],
)
async def test_fragments_that_spread_themselves(client: httpx.AsyncClient, query: str) -> None:
    response = await ask(client, query)
    assert code(response) == "BAD_INPUT"
    assert "spreads itself" in messages(response)


@pytest.mark.parametrize(
    "query",
    [
        "{ hello" * 3_000,
        "{a" * 2_000 + "}" * 2_000,
        "{ hello(name: " + "[" * 2_000 + "]" * 2_000 + ") }",
        "{ hello(name: " + "{a:" * 1_500 + "1" + "}" * 1_500 + ") }",
        "query(" + "$a: " + "[" * 2_000 + "Int" + "]" * 2_000 + ") { hello }",
        "#\n" * 20_000 + "{ hello }",
        "{ hello }" + "," * 45_000 + "@",
        '{ hello(name: """' + "x" * 45_000 + '""") @',
        doubling(60),
        doubling(60).replace("{ hello }", "{ ...Unknown }"),
        chain(400),
        "{ " + "... { " * 300 + "hello" + " }" * 300 + " }",
        "{ hello " + " ".join(f"... on Query {{ a{i}: hello }}" for i in range(200)) + "}",
        "query(" + " ".join(f"$v{i}: Int" for i in range(1_000)) + ") { hello }",
        "{ " + " ".join(f"u{i}" for i in range(4_000)) + " }",
        "{ " + " ".join(f"...U{i}" for i in range(2_000)) + " }",
    ],
)
async def test_bombs_are_refused_and_cost_little(query: str) -> None:
    async with serving(services(schema=toy(Steps()))) as client:
        response = await ask(client, query)
    assert response.status_code == 200
    assert code(response) in ("TOO_EXPENSIVE", "BAD_INPUT")


@pytest.mark.parametrize(
    "query",
    ["#" * 40_000 + "\n{ hello }", "{ " + "... { " * 60 + "hello" + " }" * 60 + " }"],
)
async def test_what_looks_large_and_is_not(query: str) -> None:
    async with serving(services(schema=toy(Steps()))) as client:
        assert (await ask(client, query)).json() == {"data": {"hello": "hello you"}}


def documents(max_bytes: int) -> Documents:
    schema = graphql_schema(toy(Steps()))
    return Documents(schema, Limits(), max_bytes, preparer(schema))


def test_a_document_is_read_once() -> None:
    kept = documents(1 << 20)
    first = kept.prepare("{ hello }")
    assert kept.prepare("{ hello }") is first
    assert kept.prepare("{ nothing_like_it }").failures
    assert kept.prepare("{ nothing_like_it }").failures
    assert (kept.hits, kept.misses) == (2, 2)


def test_kept_documents_are_bounded_and_the_last_used_stay() -> None:
    weight = BYTES_PER_ENTRY + BYTES_PER_CHARACTER * len("{ a0: hello }")
    kept = documents(3 * weight)
    for n in (0, 1, 2, 0, 3):
        kept.prepare(f"{{ a{n}: hello }}")
    assert kept.counters() == {
        "hits": 1,
        "misses": 4,
        "evicted": 1,
        "kept": 3,
        "bytes": 3 * weight,
    }
    kept.prepare("{ a0: hello }")
    assert kept.hits == 2


def test_what_is_too_long_is_not_kept() -> None:
    kept = documents(1 << 30)
    kept.prepare("{ hello }" + " " * Limits().characters)
    assert kept.counters()["kept"] == 0
