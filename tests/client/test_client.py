"""The client for notebooks: what it asks passes the gate, and what comes back turns into much."""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from amity import Amity, AmityError, Answer
from amity.client import EGO, SAMPLE, _whom
from amity.drawing import svg
from analysts.cypher.gate import judge
from analysts.cypher.masking import Pseudonyms
from analysts.cypher.rights import OPERATOR, Rights


def node(number: int, **own: Any) -> dict[str, Any]:
    return {"_node": number, "_labels": ["User"], **own}


FOLLOWS = {"_type": "FOLLOWS", "_from": 1, "_to": 2, "since": 7}
GRAPH = Answer(
    ["a", "f", "b"],
    [
        {"a": node(1, id="pa", username="<a>"), "f": FOLLOWS, "b": node(2, id="pb")},
        {"a": node(2, id="pb"), "f": None, "b": None},
        {"a": node(3, id="pc"), "f": FOLLOWS, "b": {"deep": [node(4, id="pd")]}},
    ],
    "2026-01-01T00:00:00.000Z",
)
TABLE = Answer(["n", "t"], [{"n": 1, "t": "x"}, {"n": None, "t": 2}], "2026-01-01T00:00:00.000Z")


def test_rows_are_a_sequence() -> None:
    assert len(TABLE) == 2
    assert [row["n"] for row in TABLE] == [1, None]
    assert repr(TABLE) == "<2 rows of n, t as of 2026-01-01T00:00:00.000Z>"


def test_to_pandas_and_arrow() -> None:
    assert TABLE.to_pandas().shape == (2, 2)
    table = TABLE.to_arrow()
    assert table.to_pylist() == [{"n": 1, "t": "x"}, {"n": None, "t": "2"}]


def test_to_networkx() -> None:
    graph = GRAPH.to_networkx()
    assert sorted(graph) == ["pa", "pb", "pc", "pd"]
    assert list(graph.edges(keys=True, data=True)) == [("pa", "pb", "FOLLOWS", {"since": 7})]
    assert graph.nodes["pa"]["username"] == "<a>"
    with pytest.raises(ValueError, match="No column"):
        TABLE.to_networkx()


def test_small_graphs_draw_themselves() -> None:
    picture = svg(GRAPH.to_networkx())
    root = ElementTree.fromstring(picture)
    circles = [one for one in root.iter() if one.tag.endswith("circle")]
    assert len(circles) == 4
    places = {(one.get("cx"), one.get("cy")) for one in circles}
    assert len(places) == 4
    assert picture == svg(GRAPH.to_networkx()), "the same picture every time"
    assert picture in GRAPH._repr_html_()
    assert "<a>" not in GRAPH._repr_html_()
    assert "<table>" in TABLE._repr_html_()


@pytest.mark.parametrize("rights", [OPERATOR, Rights()], ids=str)
def test_what_the_client_asks_passes_the_gate(rights: Rights) -> None:
    pseudonyms = Pseudonyms(b"key", "default")
    who = pseudonyms.of_id(42)
    params = {"who": who, "most": 10}
    judge(EGO.format(field="id", depth=2), params, rights, unmask=pseudonyms.back)
    judge(SAMPLE, params, rights, unmask=pseudonyms.back)
    assert _whom(who) == ("id", who)


def test_whom_an_ego_network_is_of() -> None:
    assert _whom(42) == _whom("user_42") == ("id", 42)
    assert _whom("alice") == ("username", "alice")


def test_what_is_asked_and_what_is_refused() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if b"CREATE" in request.content:
            error = {"message": "Refused.", "extensions": {"code": "BAD_INPUT"}}
            return httpx.Response(400, json={"errors": [error]})
        rows = {"columns": ["n"], "rows": [{"n": 1}], "asOf": "x", "cut": "rows", "suppressed": 0}
        return httpx.Response(200, json=rows)

    with Amity("http://amity", "a token", timeout=5) as amity:
        amity._client.close()
        amity._client = httpx.Client(
            base_url="http://amity",
            headers={"Authorization": "Bearer a token"},
            transport=httpx.MockTransport(answer),
        )
        found = amity.cypher("RETURN $n AS n", n=1, limit=7)
        assert (list(found), found.cut) == ([{"n": 1}], "rows")
        assert json.loads(asked[0].content) == {
            "query": "RETURN $n AS n",
            "params": {"n": 1},
            "timeout": 5,
            "limit": 7,
        }
        assert asked[0].headers["authorization"] == "Bearer a token"
        amity.saved("mostFollowed", country="DE")
        assert asked[1].url.path == "/cypher/saved/mostFollowed"
        with pytest.raises(AmityError) as refused:
            amity.cypher("CREATE (n)")
        assert refused.value.code == "BAD_INPUT"
        assert "a token" not in repr(amity)


def test_an_algorithm_is_told_as_it_runs() -> None:
    row = {"id": "p1", "externalId": None, "value": 0.5}
    drawn = base64.b64encode(b"<svg/>").decode()
    end = {"facts": {"nodes": 1}, "rows": 1, "asOf": "x", "cut": None, "written": None}
    end["picture"] = drawn
    late = {"message": "It took longer.", "code": "TIMEOUT"}
    asked: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        last = {"error": late} if asked[-1]["algorithm"] == "leiden" else {"end": end}
        said = [{"note": "read"}, {"row": row}, *([] if asked[-1]["graph"] == "x" else [last])]
        return httpx.Response(200, text="".join(json.dumps(line) + "\n" for line in said))

    notes: list[str] = []
    with Amity("http://amity", "a token") as amity:
        amity._client.close()
        amity._client = httpx.Client(base_url="http://amity", transport=httpx.MockTransport(answer))
        found = amity.analyze("pagerank", top=1, note=notes.append)
        assert (list(found), found.facts, notes) == ([row], {"nodes": 1}, ["read"])
        assert found.picture == b"<svg/>"
        assert f"data:image/svg+xml;base64,{drawn}" in found._repr_html_()
        assert asked == [{"algorithm": "pagerank", "graph": "follows", "top": 1}]
        for algorithm, graph, code in (
            ("leiden", "follows", "TIMEOUT"),
            ("wcc", "x", "UNAVAILABLE"),
        ):
            with pytest.raises(AmityError) as failed:
                amity.analyze(algorithm, graph)
            assert failed.value.code == code
