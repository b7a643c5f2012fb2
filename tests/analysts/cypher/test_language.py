"""What is understood, how it is printed, and where a refusal points."""

from __future__ import annotations

import pytest

from analysts.cypher.language import Refused, parse
from analysts.cypher.language.printing import print_statement


def printed(text: str) -> tuple[str, dict[str, object]]:
    return print_statement(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a:User {id: $id})-[f:FOLLOWS*1..3]->(b:User|Post)<--(c) RETURN DISTINCT a.x",
        "MATCH p = shortestPath((a)-[:FOLLOWS*]-(b)) RETURN [x IN nodes(p) WHERE x.y | x{.*, a}]",
        "MATCH ((a)-[:F]->(b) WHERE a.x > 1){1,3} (c) RETURN COUNT { MATCH (a) RETURN a }",
        "CALL (a) { MATCH (a)-->(b) RETURN b UNION ALL MATCH (b) RETURN b } RETURN b AS c",
        "UNWIND $rows AS r WITH r ORDER BY r.a DESC SKIP 1 LIMIT 2 WHERE r.b IN [1, 2] RETURN *",
        "RETURN CASE x WHEN 1 THEN 2 ELSE 3 END, all(y IN [1] WHERE y > 0), 1 < 2 <= 3",
        "RETURN reduce(s = 0, x IN range(1, 3) | s + x), a[1..], a[..2], -1 ^ 2, NOT a = b",
        "MATCH (a) WHERE (a)-[:LIKED]->() AND NOT (a)--(:Post) RETURN [(a)-->(b) | b.x]",
        "CALL db.labels() YIELD label AS l RETURN l UNION RETURN 'x' AS l",
        "MATCH (n)-[:R]->+(m) RETURN n:User, x IS NOT NULL, 'a' STARTS WITH 'b', date.truncate(a)",
    ],
)
def test_what_is_understood_is_printed_as_it_was(text: str) -> None:
    assert printed(text) == (text, {})


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("RETURN /* a */ 1 // b", "RETURN 1"),
        ("RETURN 1;", "RETURN 1"),
        ("RETURN 0x1F, 1e3, .5", "RETURN 31, 1000.0, 0.5"),
        ("RETURN 1 AS `create`", "RETURN 1 AS `create`"),
        ("RETURN n.delete AS set", "RETURN n.`delete` AS `set`"),
        ("MATCH (é:User) RETURN é", "MATCH (`é`:User) RETURN `é`"),
    ],
)
def test_what_is_sent_can_be_read_in_one_way(text: str, sent: str) -> None:
    assert printed(text) == (sent, {})


@pytest.mark.parametrize("text", [r"a\u0027b", r"a\'b", r"\\u0027", "a\\\\"])
def test_strings_of_odd_characters_travel_as_parameters(text: str) -> None:
    sent, params = printed(f"RETURN '{text}' AS x")
    assert sent == "RETURN $_amity_1 AS x"
    assert list(params) == ["_amity_1"]


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("MATCH (n) SET n.x = 1 RETURN n", 11, "SET: this would change the graph"),
        ("RETURN 1; RETURN 2", 11, "one statement at a time"),
        (r"\u0043REATE (n)", 1, "an escape may only stand inside a string"),
        ("RETURN 1 /* 2", 10, "this comment does not end"),
        ("PROFILE RETURN 1", 1, "PROFILE"),
        ("MATCH (n) CALL (n) { RETURN 1 AS x } IN TRANSACTIONS RETURN x", 38, "transactions"),
        ("MATCH (n:$(x)) RETURN n", 10, "a parameter needs a name"),
        ("MATCH (n)", 10, "a RETURN is expected here"),
        ("RETURN " + "(" * 3000, 47, "nested too deeply"),
        ("", 1, "the statement ends too early"),
    ],
)
def test_a_refusal_says_where_and_why(text: str, column: int, reason: str) -> None:
    with pytest.raises(Refused) as told:
        parse(text)
    assert reason in told.value.reason
    assert told.value.extensions["column"] == column
