"""What a role may see and learn, on both servers, through the whole desk."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysts.cypher.askers import Asker, asker_of
from analysts.cypher.asking import Bounds
from analysts.cypher.desk import Desk, Question
from analysts.cypher.language import Refused
from analysts.cypher.masking import Pseudonyms
from analysts.cypher.rights import People, Rights
from analysts.cypher.turns import Turns
from graph.changes import Create, Link, Put
from graph.errors import Forbidden
from graph.ids import TimeIds
from graph.stores.bolt import BoltStore
from tests.support.cast import T0, Cast

pytestmark = pytest.mark.anyio

MASKED = Asker("ann", Rights())
ABSENT = Asker("ann", Rights(People.ABSENT))
RAW = Asker("ann", Rights(People.RAW, texts=True))
KEY = b"a key of the tests"


def desk(bolt: BoltStore, smallest: int | None = None) -> Desk:
    ids = TimeIds(bolt, lambda: T0)
    return Desk(bolt, ids.new, lambda: T0, KEY, Turns(2, 1, 10, 30.0), Bounds(), smallest)


async def ask(
    bolt: BoltStore, asker: Asker, text: str, smallest: int | None = None, **params: Any
) -> list[list[Any]]:
    async with desk(bolt, smallest).ask(asker, Question(text, params)) as answer:
        return [row async for row in answer]


@pytest.fixture
async def posted(bolt: BoltStore, people: Cast) -> Cast:
    """alice wrote something; dan wrote something too, and is gone."""
    await bolt.write(
        (
            Create("Post", 101, {"text": "secret words", "createdAt": T0, "type": "TEXT"}),
            Create("Post", 102, {"text": "gone words", "createdAt": T0, "gone": True}),
            Link("POSTED", people.alice, 101, {"at": T0}),
            Link("POSTED", people.dan, 102, {"at": T0}),
            Link("FOLLOWS", people.alice, people.dan, {"since": T0}),
            Link("FOLLOWS", people.dan, people.eve, {"since": T0}),
            Put("User", people.dan, {"gone": True}),
        )
    )
    return people


@given(st.integers(0, 2**63 - 1))
def test_a_pseudonym_leads_back_within_its_project(id: int) -> None:
    one, other = Pseudonyms(KEY, "one"), Pseudonyms(KEY, "other")
    assert one.back(one.of_id(id)) == id
    assert one.of_id(id) != other.of_id(id)
    assert other.back(one.of_id(id)) is None


@pytest.mark.parametrize("wrong", [None, 7, "", "p", "palice", "x" + "a" * 13, "p" + "!" * 13])
def test_what_is_no_pseudonym_leads_nowhere(wrong: Any) -> None:
    assert Pseudonyms(KEY, "one").back(wrong) is None


def test_a_role_is_what_the_token_says() -> None:
    assert asker_of("a", frozenset({"user", "analyst"})).rights == Rights()
    raw = asker_of("a", frozenset({"analyst", "analyst:raw", "analyst:texts", "project:churn"}))
    assert (raw.rights, raw.project) == (Rights(People.RAW, texts=True), "churn")
    with pytest.raises(Forbidden):
        asker_of("a", frozenset({"user", "admin"}))


async def test_a_person_is_the_same_pseudonym_everywhere(bolt: BoltStore, people: Cast) -> None:
    text = "MATCH (u:User {country: 'CH'}) RETURN u, u.id, [u.id] AS l, {a: {b: u.id}} AS m"
    for node, scalar, listed, mapped in await ask(bolt, MASKED, text):
        assert scalar.startswith("p")
        assert node["id"] == scalar == listed[0] == mapped["a"]["b"]
        assert node["username"].startswith("x")
        assert "bio" not in node
        assert node["country"] == "CH"
        assert node["createdAt"] % 86_400_000 == 0
    assert await ask(bolt, MASKED, text) == await ask(bolt, MASKED, text)


async def test_a_pseudonym_finds_its_person_again(bolt: BoltStore, people: Cast) -> None:
    [[alice]] = await ask(
        bolt,
        MASKED,
        "MATCH (u:User)-[:FOLLOWS]->(v)-[:FOLLOWS]->(u) "
        "WHERE NOT (u)-[:FOLLOWS]->()-[:BLOCKS]->() RETURN u.id",
    )
    for text in (
        "MATCH (u:User {id: $id}) RETURN u.id",
        "MATCH (u:User) WHERE u.id = $id RETURN u.id",
        "MATCH (u:User) WHERE u.id IN $ids RETURN u.id",
    ):
        assert await ask(bolt, MASKED, text, id=alice, ids=[alice]) == [[alice]]
    elsewhere = Asker("ann", Rights(), "elsewhere")
    with pytest.raises(Refused):
        await ask(bolt, elsewhere, "MATCH (u:User {id: $id}) RETURN u", id=alice)
    with pytest.raises(Refused):
        await ask(bolt, MASKED, "MATCH (u:User {id: $id}) RETURN u", id=people.alice)


async def test_paths_and_edges_are_masked_too(bolt: BoltStore, people: Cast) -> None:
    text = "MATCH p = (:User)-[f:FOLLOWS]->() RETURN p, f, collect(startNode(f)) AS n"
    for path, edge, [start] in await ask(bolt, MASKED, text):
        assert {one["id"][0] for one in (*path["_nodes"], start)} == {"p"}
        assert edge["_from"] in {one["_node"] for one in path["_nodes"]}


async def test_absent_is_absent(bolt: BoltStore, people: Cast) -> None:
    rows = await ask(bolt, ABSENT, "MATCH (u:User) RETURN u.username AS a, u.id AS b, u AS c")
    assert [row[:2] for row in rows] == [[None, None]] * 5
    assert not {"id", "username", "name"} & set().union(*(row[2] for row in rows))


async def test_raw_is_raw_and_still_shows_nothing_of_ours(bolt: BoltStore, people: Cast) -> None:
    [[node, name]] = await ask(
        bolt, RAW, "MATCH (u:User {username: 'alice'}) RETURN u, left(u.name, 1)"
    )
    assert (node["bio"], name) == ("Draws.", "A")
    assert not {name for name in node if name.startswith("_")} - {"_node", "_labels"}
    assert "subjectKey" not in node


LEAKS = (
    "MATCH (u:User) RETURN substring(u.name, 0, 1)",
    "MATCH (u:User) RETURN toString(u.id)",
    "MATCH (u:User) RETURN u.id % 2",
    "MATCH (u:User) RETURN u.id + 0",
    "MATCH (u:User) RETURN -u.id",
    "MATCH (u:User) RETURN u.name + 'x'",
    "MATCH (u:User) RETURN size(u.name)",
    "MATCH (u:User) RETURN min(u.id)",
    "MATCH (u:User) RETURN u.id < 3",
    "MATCH (u:User) WHERE u.username = 'alice' RETURN u",
    "MATCH (u:User) WHERE 'alice' = u.username RETURN u",
    "MATCH (u:User) WHERE u.username IN ['alice'] RETURN u",
    "MATCH (u:User) WHERE u.username STARTS WITH 'a' RETURN u",
    "MATCH (u:User) WHERE u.name =~ 'A.*' RETURN u",
    "MATCH (u:User {username: 'alice'}) RETURN u",
    "MATCH (u:User {username: $name}) RETURN u",
    "MATCH (u:User $map) RETURN u",
    "MATCH (u:User) RETURN u ORDER BY u.id",
    "MATCH (u:User) RETURN u.country AS c ORDER BY u.name",
    "MATCH (u:User) WITH u ORDER BY u.username RETURN collect(u)",
    "MATCH (u:User) RETURN properties(u)",
    "MATCH (u:User) RETURN keys(u)",
    "MATCH (u:User) RETURN u {.*}",
    "MATCH (u:User) RETURN u['name']",
    "MATCH (u:User) RETURN u[$name]",
    "MATCH (u:User) WITH [u] AS l RETURN l[0].name = 'Alice'",
    "MATCH (u:User) WITH {k: u} AS m RETURN m.k.name = 'Alice'",
    "MATCH (u:User) WITH {k: u.name} AS m RETURN m[$key] = 'Alice'",
    "MATCH (u:User) WITH collect(u) AS us UNWIND us AS v RETURN v.name = 'Alice'",
    "MATCH (u:User) WITH collect(u.id) AS ids UNWIND ids AS id RETURN id + 1",
    "MATCH (u:User) WITH collect(u.id) AS ids RETURN ids[0] + 1",
    "MATCH (u:User) WITH collect(u.id) AS ids RETURN [x IN ids | x * 2]",
    "MATCH (u:User) WITH collect(u.id) AS ids RETURN any(x IN ids WHERE x = 1)",
    "MATCH (u:User) RETURN reduce(s = '', x IN [u.name] | s + x)",
    "MATCH (u:User) RETURN CASE u.name WHEN 'Alice' THEN 1 ELSE 0 END",
    "MATCH (u:User) RETURN CASE WHEN u.name = 'Alice' THEN 1 ELSE 0 END",
    "MATCH (u:User) RETURN coalesce(u.name, 'x') + 'y'",
    "MATCH (u:User) WITH u.name AS n RETURN toUpper(n)",
    "MATCH (u:User) CALL (u) { RETURN u.name AS n } RETURN toUpper(n)",
    "MATCH (u:User) RETURN COLLECT { MATCH (u)-->(v) RETURN v.name }[0] = 'Bob'",
    "MATCH (u:User) RETURN [(u)-->(v:User) | v.name][0] = 'Bob'",
    "MATCH (u:User) RETURN [(u)-->(v:User) WHERE v.name = 'Bob' | 1]",
    "MATCH (u:User)-[f:FOLLOWS]->() RETURN startNode(f).name = 'Alice'",
    "MATCH p = (:User)-->() RETURN nodes(p)[0].name = 'Alice'",
    "MATCH (u:User) WHERE EXISTS { (u)-->(v:User {name: 'Bob'}) } RETURN u",
    "MATCH (u:User) RETURN COUNT { (u)-->(v:User WHERE v.name = 'Bob') }",
    "MATCH (u:User) RETURN u.bio",
    "MATCH (u:User) RETURN size(u.bio)",
    "MATCH (u:User) WHERE u.bio CONTAINS 'x' RETURN u",
    "MATCH (p:Post) RETURN p.text",
    "MATCH (p:Post) WHERE p.text CONTAINS 'secret' RETURN count(p)",
    "MATCH (n) RETURN n.text",
    "MATCH (n) WITH [n, 1] AS l RETURN l[0].text",
    "MATCH (u:User) RETURN u.subjectKey",
    "MATCH (u:User) RETURN u.usernameKey IS NULL",
    "MATCH (u:User) RETURN u.nothing",
    "MATCH (u:User) RETURN elementId(u)",
    "MATCH (u:User) WHERE u.createdAt = 1700000000001 RETURN u {.createdAt}",
    "MATCH (u:User {createdAt: 1700000000001}) RETURN u",
    "MATCH (u:User) RETURN u.id UNION MATCH (u:User) RETURN u.id + 1 AS `u.id`",
    "MATCH (u:User) WITH u.id AS a RETURN a UNION UNWIND [1] AS a RETURN a % 2 AS a ORDER BY a.x",
    "CALL db.labels() YIELD label RETURN label",
    "CALL db.index.fulltext.queryNodes('User_search', 'alice') YIELD node RETURN node",
    "MATCH (u:User) RETURN u.id = $number",
)


@pytest.mark.parametrize("rights", [Rights(), Rights(People.ABSENT)], ids=str)
def test_nothing_is_learnt_by_computing(rights: Rights) -> None:
    from analysts.cypher.gate import judge

    params = {"name": "alice", "map": {"username": "alice"}, "key": "k", "number": 1}
    passed = []
    for text in LEAKS:
        try:
            judge(text, params, rights, unmask=Pseudonyms(KEY, "x").back)
        except Refused:
            continue
        passed.append(text)
    assert passed == []


async def test_who_is_gone_is_in_no_answer(bolt: BoltStore, posted: Cast) -> None:
    for asker in (MASKED, RAW):
        for text, expected in (
            ("MATCH (u:User) RETURN count(u)", 4),
            ("MATCH (n) RETURN count(n)", 5),
            ("MATCH (p:Post) RETURN count(p)", 1),
            ("MATCH ()-[r:POSTED]->() RETURN count(r)", 1),
            ("MATCH (:User)-[:FOLLOWS]->(v) RETURN count(v)", 3),
            ("MATCH (u:User) RETURN sum(COUNT { (u)-[:FOLLOWS]->() })", 3),
            ("MATCH (u:User) RETURN sum(size([(u)-[:FOLLOWS]->(v) | 1]))", 3),
            ("MATCH (u:User) WHERE (u)-[:POSTED]->() RETURN count(u)", 1),
            ("MATCH (u:User) WHERE EXISTS { (u)-[:FOLLOWS]->() } RETURN count(u)", 2),
            ("MATCH (u:User) OPTIONAL MATCH (u)-[:POSTED]->(p) RETURN count(p)", 1),
            # From alice to eve leads a way over dan, who is gone.
            ("MATCH (u:User)-[:FOLLOWS*2..3]->(v) WHERE NOT (v)-[:FOLLOWS]->() RETURN count(*)", 2),
            ("MATCH (u:User)-[:FOLLOWS]->{2,3}(v) WHERE u <> v RETURN count(DISTINCT v)", 1),
            ("CALL { MATCH (u:User) RETURN u UNION MATCH (u:Post) RETURN u } RETURN count(u)", 5),
        ):
            assert await ask(bolt, asker, text) == [[expected]], text


async def test_small_groups_are_left_out(bolt: BoltStore, people: Cast) -> None:
    async def counted(text: str) -> list[list[Any]]:
        return sorted(await ask(bolt, MASKED, text, 3), key=str)

    assert await counted("MATCH (u:User) RETURN u.country AS c, count(*) AS n") == [[None, 3]]
    assert await counted(
        "MATCH (u:User) WITH u.country AS c, count(*) AS n WHERE n > 0 RETURN c, n"
    ) == [[None, 3]]
    for text, rows in IN_SUBQUERIES:
        assert await counted(text) == rows, text
    for text, said in NOT_COUNTED:
        with pytest.raises(Refused, match=said):
            await counted(text)


# Five people, three of them of no country; nothing is told of fewer than three.
IN_SUBQUERIES: tuple[tuple[str, list[list[Any]]], ...] = (
    ("CALL { MATCH (u:User) RETURN u.country AS c, count(*) AS n } RETURN c, n", [[None, 3]]),
    ("CALL { MATCH (u:User) RETURN count(u) AS n } RETURN n", [[5]]),
    ("CALL { MATCH (u:User {country: 'CH'}) RETURN count(u) AS n } RETURN n", []),
    (
        "CALL { MATCH (u:User) RETURN DISTINCT u.country AS c, count(*) AS n ORDER BY n DESC "
        "LIMIT 2 } RETURN c, n",
        [[None, 3]],
    ),
    ("CALL { MATCH (u:User) WITH u.country AS c, u RETURN c, count(u) AS n } RETURN n", [[3]]),
    # About one person at a time, who is in scope: each group is of one.
    ("MATCH (u:User) CALL (u) { MATCH (v:User) RETURN count(v) AS n } RETURN n", []),
    ("CALL { CALL { MATCH (u:User) RETURN count(u) AS n } RETURN n } RETURN n", [[5]]),
    (
        "MATCH (u:User) RETURN u.country AS c, count(u) AS n "
        "UNION MATCH (u:User {country: 'CH'}) RETURN u.country AS c, count(u) AS n",
        [[None, 3]],
    ),
    (
        "CALL { MATCH (u:User) RETURN count(u) AS n UNION ALL "
        "MATCH (u:User {country: 'CH'}) RETURN count(u) AS n } RETURN n",
        [[5]],
    ),
    ("MATCH (u:User) WHERE EXISTS { (u)-[:FOLLOWS]->() } RETURN u.country IS NULL, count(u)", []),
)
NOT_COUNTED = (
    ("MATCH (u:User) WITH u.country AS c RETURN c, count(*) AS n", "keep a person in scope"),
    ("UNWIND ['CH'] AS c RETURN c, COUNT { (u:User {country: c}) } AS n", "MATCH it"),
    ("MATCH (u:User) RETURN COLLECT { MATCH (u)-[:FOLLOWS]->(v) RETURN v.country }", "MATCH it"),
    ("MATCH (u:User) RETURN [(u)-[:FOLLOWS]->(v) | v.country] AS l", "MATCH it"),
    ("MATCH (u:User) WHERE COUNT { (u)-[:FOLLOWS]->() } = 2 RETURN count(u)", "MATCH it"),
    ("CALL { MATCH (u:User) RETURN count(u) } RETURN 1 AS one", "name this with AS"),
    ("CALL { MATCH (u:User) RETURN u.id AS i } RETURN count(i) AS n", "keep a person in scope"),
)
