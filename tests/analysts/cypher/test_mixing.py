"""A guess beside a name, a name in another's column: who somebody is can't be found so."""

from __future__ import annotations

from typing import Any

import pytest

from analysts.cypher.gate import judge
from analysts.cypher.language import Refused
from analysts.cypher.masking import Mask, Pseudonyms
from analysts.cypher.rights import People, Rights
from graph.errors import BadInput
from graph.stores.bolt import BoltStore
from graph.values import EdgeValue
from tests.analysts.cypher.test_masking import KEY, MASKED, RAW, ask, posted  # noqa: F401
from tests.support.cast import Cast

pytestmark = pytest.mark.anyio

# Each would say of a guess whether it is somebody's, or what its pseudonym is.
GUESSES = (
    "MATCH (u:User) RETURN coalesce('alice', u.username)",
    "MATCH (u:User) RETURN coalesce(1, u.id)",
    "MATCH (u:User) WHERE coalesce('alice', u.username) = u.username RETURN u",
    "MATCH (u:User) WHERE ['alice', u.username][0] = u.username RETURN u",
    "MATCH (u:User) RETURN [u.username, 'alice']",
    "MATCH (u:User) RETURN [u.id] + 1",
    "MATCH (u:User) RETURN [u.id] + [1]",
    "MATCH (u:User) RETURN [[1], u.id]",
    "MATCH (u:User) RETURN CASE WHEN true THEN 'alice' ELSE u.username END",
    "MATCH (u:User) WHERE CASE WHEN true THEN 'alice' ELSE u.username END = u.username RETURN u",
    "MATCH (u:User) RETURN count(DISTINCT coalesce($name, u.username))",
    "MATCH (u:User) RETURN reduce(a = 'alice', x IN [u.username] | x)",
    "MATCH (u:User) WITH {a: u.username, b: 'alice'} AS m UNWIND ['a'] AS k RETURN m[k]",
    "MATCH (u:User) RETURN CASE WHEN true THEN {a: 'alice'} ELSE {a: u.username} END",
    "MATCH (u:User) RETURN u.username AS n UNION UNWIND ['alice'] AS n RETURN n",
    "CALL { MATCH (v:User) RETURN v.username AS n UNION UNWIND ['alice'] AS n RETURN n } "
    "MATCH (u:User) WHERE u.username = n RETURN u",
    # One's own name is a guess as well, and so is a tag's.
    "MATCH (me:User), (u:User) WHERE [me.name, u.username][0] = [u.username, me.name][0] RETURN u",
    "MATCH (u:User) RETURN coalesce(u.name, u.username)",
    "MATCH (n) RETURN n.name",
    "MATCH (n) RETURN n {.name}",
    "MATCH (t:Tag), (u:User) WITH [t, u] AS l, u UNWIND l AS x WITH x, u WHERE x.name = u.name "
    "RETURN u",
    "MATCH (t:Tag), (u:User) WHERE CASE WHEN true THEN t ELSE u END.name = u.name RETURN u",
    # A part of a text is computed from it.
    "MATCH (u:User) RETURN u.username[0]",
    "MATCH (u:User) RETURN u.username[0..1]",
    "MATCH (u:User) UNWIND u.username AS x RETURN x",
    "MATCH (u:User) RETURN [x IN u.username | x]",
    "MATCH (u:User) RETURN any(x IN u.username WHERE true)",
    "MATCH (u:User) RETURN reduce(a = null, x IN u.username | x)",
    "MATCH (u:User), (v:User) WHERE u.username IN v.username RETURN u",
    # A failure would say what it was given.
    "MATCH (u:User) RETURN labels(u.username)",
    "MATCH (u:User) RETURN type(u.username)",
    "MATCH (u:User) RETURN u.username:User",
    # No such kind, and so nothing that is known of it.
    "MATCH (u:Foo) RETURN u.usernameKey",
    "MATCH (u:Foo) RETURN u.name + ''",
    "MATCH (u:Tag)-[:FOLLOWS]->(v) RETURN u.subjectKey",
    "MATCH (u:Group) RETURN u.name",
    # Not bound to a node, so that a pattern would reach every one.
    "WITH null AS u MATCH (u) RETURN u.username",
    "UNWIND [1] AS u MATCH (u)-[:FOLLOWS]->() RETURN u.username",
    "MATCH ()-[r:SHARES]->() RETURN r.via",
    "MATCH ()-[r {via: 1}]->() RETURN r",
    "MATCH (u:User) RETURN u.country AS a, u.country AS b "
    "UNION MATCH (u:User) RETURN u.username AS b, u.country AS a",
    "MATCH (u:User) RETURN u.username AS a, u.country AS a",
)


@pytest.mark.parametrize("rights", [Rights(), Rights(People.ABSENT)], ids=str)
def test_a_guess_is_told_nothing(rights: Rights) -> None:
    passed = []
    for text in GUESSES:
        try:
            judge(text, {"name": "alice"}, rights, unmask=Pseudonyms(KEY, "x").back)
        except Refused:
            continue
        passed.append(text)
    assert passed == []


def test_a_role_that_sees_nobody_asks_about_nobody() -> None:
    pseudonyms = Pseudonyms(KEY, "x")
    text, params = "MATCH (u:User {id: $who}) RETURN count(u)", {"who": pseudonyms.of_id(7)}
    judge(text, params, Rights(), unmask=pseudonyms.back)
    with pytest.raises(Refused, match="sees nobody"):
        judge(text, params, Rights(People.ABSENT), unmask=pseudonyms.back)


async def test_a_star_is_masked_column_by_column(bolt: BoltStore, people: Cast) -> None:
    """Neo4j has its columns by name, the embedded server as they come."""
    for text in (
        "MATCH (u:User {country: 'CH'}) WITH u.country AS z, u.username AS a RETURN *",
        "MATCH (u:User {country: 'CH'}) WITH u.country AS z, u.username AS a RETURN *, 1 AS one",
        "MATCH (u:User {country: 'CH'}) CALL (u) { WITH u.country AS z, u.username AS a RETURN * } "
        "RETURN a, z",
    ):
        for row in await ask(bolt, MASKED, text):
            assert (row[0][0], row[1:]) == ("x", ["CH", 1][: len(row) - 1]), text
    rows = await ask(bolt, RAW, "MATCH (u:User) WITH u.country AS z, u.username AS a RETURN *")
    assert sorted(rows, key=str)[:2] == [["alice", "CH"], ["bob", "CH"]]


async def test_what_a_part_of_a_union_does_not_import_is_no_back_door(
    bolt: BoltStore,
    posted: Cast,  # noqa: F811
) -> None:
    """In the second part `u` is a new variable on Neo4j: it reached our own nodes."""
    text = (
        "MATCH (u:User) CALL { WITH u RETURN u AS x UNION MATCH (u) RETURN u AS x } "
        "UNWIND labels(x) AS l RETURN DISTINCT l"
    )
    found = {label for [label] in await ask(bolt, MASKED, text)}
    assert found <= {"User", "Post"}
    gone = (
        "MATCH (u:User) CALL { WITH u RETURN u AS x UNION MATCH (u:Post) RETURN u AS x } "
        "RETURN count(DISTINCT x)"
    )
    assert await ask(bolt, MASKED, gone) in ([[5]], [[4]])


@pytest.mark.parametrize("people", list(People))
def test_an_edge_that_names_a_post_is_masked(people: People) -> None:
    mask = Mask(Rights(people), Pseudonyms(KEY, "x"))
    told = mask.value(EdgeValue("e", "SHARES", "a", "b", {"at": 1, "via": 7, "other": 1}))
    assert told.properties == ({"at": 1, "via": 7} if people is People.RAW else {"at": 1})


WRONG: tuple[Any, ...] = (2**63, -(2**63) - 1, "\ud800", [[["\udfff"]]], {"\ud800": 1})


@pytest.mark.parametrize("value", WRONG, ids=ascii)
def test_what_no_store_can_be_sent_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        judge("RETURN $p AS p", {"p": value})


def test_a_statement_of_half_characters_is_refused() -> None:
    for text in ("RETURN '\udcff' AS x", "RETURN 1 AS `\ud800`"):
        with pytest.raises(Refused, match="no character"):
            judge(text, {})


def test_a_parameter_is_only_so_deep() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(BadInput, match="deep"):
        judge("RETURN $p AS p", {"p": deep})
