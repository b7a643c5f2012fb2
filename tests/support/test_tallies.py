"""The last lines of a run tell the truth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.support.tallies import Tally, outcome_of, servers_of


def report(when: str, outcome: str, *servers: str, why: str = "") -> Any:
    return SimpleNamespace(
        when=when,
        outcome=outcome,
        user_properties=[("server", name) for name in servers],
        longrepr=("file", 1, f"Skipped: {why}") if why else None,
    )


def test_each_test_is_counted_once_under_each_of_its_servers() -> None:
    tally = Tally()
    for when in ("setup", "call", "teardown"):
        tally.add(report(when, "passed", "neo4j", "cache"))
    tally.add(report("setup", "passed", "cache"))
    tally.add(report("call", "failed", "cache"))
    tally.add(report("call", "passed"))
    assert tally.lines() == [
        "neo4j: 1 passed, 0 skipped",
        "cache: 1 passed, 0 skipped, 1 failed",
    ]


def test_skipped_tests_say_why() -> None:
    tally = Tally()
    tally.add(report("setup", "skipped", "neo4j", why="no Java here"))
    assert tally.lines() == ["neo4j: 0 passed, 1 skipped (no Java here)"]


def test_what_two_processes_ran_is_added_up() -> None:
    first, second, both = Tally(), Tally(), Tally()
    first.add(report("call", "passed", "memory"))
    first.add(report("call", "failed", "neo4j"))
    second.add(report("call", "passed", "memory"))
    second.add(report("setup", "skipped", "memory", why="no data"))
    for one in (first, second):
        both.add_all(one.to_json())
    assert both.lines() == [
        "memory: 2 passed, 1 skipped (no data)",
        "neo4j: 0 passed, 0 skipped, 1 failed",
    ]


def test_what_breaks_before_or_after_the_call_is_counted() -> None:
    assert outcome_of(report("setup", "failed")) == "failed"
    assert outcome_of(report("teardown", "failed")) == "failed"
    assert outcome_of(report("teardown", "passed")) is None


def test_a_test_belongs_to_its_fixtures_its_store_and_its_marker() -> None:
    item: Any = SimpleNamespace(
        fixturenames=["cache_url", "tmp_path"],
        callspec=SimpleNamespace(params={"store": "neo4j", "size": 3, "name": "followers"}),
        iter_markers=lambda name: [SimpleNamespace(args=("embedded",))],
    )
    assert servers_of(item) == {"cache", "neo4j", "embedded"}
