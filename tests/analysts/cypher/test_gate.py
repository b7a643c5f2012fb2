"""Three hundred attacks and three hundred look-alikes, on both stores."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from analysts.cypher.gate import judge
from analysts.cypher.language import Refused
from analysts.cypher.rights import OPERATOR, People, Rights
from graph.errors import AmityError, BadInput
from graph.stores.bolt import BoltStore
from tests.analysts.cypher import attacks, harmless
from tests.analysts.cypher.reading import read
from tests.support.cast import Cast

pytestmark = pytest.mark.anyio

ROLES = (
    OPERATOR,
    Rights(),
    Rights(People.ABSENT),
    Rights(People.RAW, texts=True),
)
NODES = "MATCH (n) RETURN labels(n) AS l, properties(n) AS p, elementId(n) AS id"
EDGES = (
    "MATCH (a)-[r]->(b) RETURN type(r) AS t, properties(r) AS p,"
    " elementId(a) AS a, elementId(b) AS b"
)


async def whole(bolt: BoltStore) -> bytes:
    """Every byte of the graph, in an order of its own."""
    rows = [await bolt.cypher(text, {}) for text in (NODES, EDGES)]
    lines = sorted(json.dumps(row, sort_keys=True, default=str) for some in rows for row in some)
    return "\n".join(lines).encode()


async def schema(bolt: BoltStore) -> list[str]:
    """Which indexes there are; how often they were read is another matter."""
    return sorted(row["name"] for row in await bolt.cypher("SHOW INDEXES", {}))


def test_there_are_enough() -> None:
    assert len(set(attacks.ATTACKS)) >= 300
    assert len(set(harmless.HARMLESS)) >= 300


@pytest.mark.parametrize("rights", ROLES, ids=str)
def test_every_attack_is_refused(rights: Rights) -> None:
    passed = []
    for text in attacks.ATTACKS:
        with suppress(BadInput):
            judge(text, attacks.PARAMS, rights)
            passed.append(text)
    assert passed == []


def test_a_refusal_points_into_the_statement() -> None:
    for text in attacks.ATTACKS:
        with pytest.raises(BadInput) as told:
            judge(text, attacks.PARAMS)
        if isinstance(told.value, Refused) and len(text) < 60_000:
            lines = text.splitlines() or [""]
            assert 1 <= told.value.extensions["line"] <= len(lines) + 1
            assert told.value.reason


async def test_every_look_alike_runs(bolt: BoltStore, people: Cast) -> None:
    wrong = []
    for text in harmless.HARMLESS:
        try:
            judged = judge(text, harmless.PARAMS)
            await read(bolt, judged.text, judged.params)
        except AmityError as error:
            wrong.append((text, f"{error}", getattr(error, "detail", None)))
    assert wrong == []


async def test_the_stores_keep_the_graph_as_it_is_even_past_the_gate(
    bolt: BoltStore, people: Cast
) -> None:
    """What writes is sent straight to the store: not a byte is changed."""
    before = await whole(bolt), await schema(bolt)
    sent = [*attacks.WRITING, *attacks.HIDDEN_WRITES, *attacks.COMMENTED, *attacks.ESCAPED]
    for text in sent:
        with suppress(AmityError):
            await read(bolt, text, attacks.PARAMS, 5.0)
    assert (await whole(bolt), await schema(bolt)) == before


async def test_what_is_ours_alone_is_reached_by_no_pattern(bolt: BoltStore, people: Cast) -> None:
    async def asked(text: str, **params: Any) -> list[list[Any]]:
        judged = judge(text, params)
        return await read(bolt, judged.text, judged.params)

    assert await asked("MATCH (n) RETURN count(n)") == [[len(list(people))]]
    assert await asked("MATCH (n) WITH count(n) AS c MATCH (n) RETURN c, count(n)") == [[5, 5]]
    assert await asked("MATCH (n) WHERE n.id = $id RETURN labels(n)", id=people.alice) == [
        [["User"]]
    ]
    found = await asked("MATCH (a), (b) WHERE NOT a:User OR NOT b:User RETURN count(*)")
    assert found == [[0]]
    assert await asked("RETURN COUNT { (n) }") == [[5]]
    assert await asked("RETURN COUNT { MATCH (n) }") == [[5]]
    assert await asked("CALL { MATCH (n) RETURN n } RETURN count(n)") == [[5]]
    assert await asked("MATCH (n:User) CALL { MATCH (n) RETURN n AS m } RETURN count(m)") == [[25]]
