"""One change is one statement, whose text depends on the shape of the change alone."""

from __future__ import annotations

import pytest

from graph.changes import Count, Create, Emit, Event, Link, Name, Ops, Put, Relink, Unlink
from graph.stores.bolt.compose import compose, needed
from graph.stores.bolt.counters import Kept
from graph.stores.bolt.texts import text

NEW = Kept({}, frozenset())
HUGE = Kept({"followers": 100}, frozenset({"followers"}))
ALICE, BOB = ("User", 41), ("User", 42)
THERE = {ALICE: NEW, BOB: NEW}


def follow(a: int, b: int, since: int) -> Ops:
    return (
        Link("FOLLOWS", a, b, {"since": since, "via": "x'; DELETE"}),
        Count("User", a, "following", 1, by=b),
        Count("User", b, "followers", 1, by=a),
        Emit(Event(since, "followed", since, {})),
    )


def test_values_are_parameters_never_text() -> None:
    one = compose(follow(41, 42, 777), THERE, 10)
    two = compose(follow(141, 142, 888), {("User", 141): NEW, ("User", 142): NEW}, 10)
    assert one is not None
    assert two is not None
    assert one.text == two.text
    assert one.params != two.params
    assert not [value for value in ("41", "42", "777", "DELETE") if value in one.text]


def test_edges_are_created_never_merged() -> None:
    statement = compose(follow(41, 42, 7), THERE, 10)
    assert statement is not None
    assert "CREATE (n0)-[" in statement.text
    assert "MERGE (n0)" not in statement.text


def test_a_huge_edge_carries_its_ends() -> None:
    statement = compose([Link("FOLLOWS", 41, 42, {"since": 7})], THERE, 10)
    assert statement is not None
    assert {"since": 7, "_from": 41, "_to": 42} in statement.params.values()


def test_a_celebritys_follow_does_not_write_the_celebrity() -> None:
    statement = compose(follow(41, 42, 7), {ALICE: NEW, BOB: HUGE}, 10)
    assert statement is not None
    assert "_followers" not in statement.text
    [shard] = [p for p in statement.params.values() if isinstance(p, dict) and "owner" in p]
    assert shard["key"].startswith("user:42:followers:")
    assert shard["delta"] == 1


def test_the_shard_is_chosen_by_who_moves_it() -> None:
    keys = set()
    for by in range(200):
        moved = compose([Count("User", 42, "followers", 1, by=by)], {BOB: HUGE}, 10)
        assert moved is not None
        keys |= {p["key"] for p in moved.params.values() if isinstance(p, dict)}
    assert len(keys) > 40


def test_crossing_the_threshold_marks_the_node_once() -> None:
    full = Kept({"followers": 10}, frozenset())
    statement = compose([Count("User", 42, "followers", 1, by=1)], {BOB: full}, 10)
    assert statement is not None
    assert "_huge" in statement.text
    assert "_Counter" in statement.text


@pytest.mark.parametrize("swap", [False, True])
def test_counters_are_locked_in_order_of_id(swap: bool) -> None:
    ops: Ops = (Count("User", 41, "friends", 1, by=42), Count("User", 42, "friends", 1, by=41))
    statement = compose(ops[::-1] if swap else ops, THERE, 10)
    assert statement is not None
    assert [statement.params[name] for name in ("n0", "n1")] == [41, 42]


def test_what_concerns_nobody_is_left_out() -> None:
    ops: Ops = (Put("User", 9, {"bio": "x"}), Link("MUTES", 41, 9, {"since": 1}))
    assert compose(ops, {ALICE: NEW}, 10) is None
    assert compose((), {}, 10) is None


def test_nodes_made_in_the_same_change_need_no_look() -> None:
    ops: Ops = (
        Name("LIVES_IN", 50, {"se": 1}),
        Create("User", 50, {"username": "zoe"}),
        Relink("MUTES", 41, 42, {"until": None}),
        Unlink("FOLLOWS", 41, 42, ended=5),
    )
    assert needed(ops, {ALICE: NEW}) == {"User": [42]}
    statement = compose(ops, THERE, 10)
    assert statement is not None
    assert statement.text.index("CREATE (n") < statement.text.index("LIVES_IN")


def test_a_template_takes_names_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="not a name"):
        text("changes/op_put", node="n SET n.x = $y //", p="p0")
    with pytest.raises(ValueError, match="unfilled"):
        text("changes/op_put", node="n0")
