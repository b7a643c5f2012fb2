"""The last lines of a run tell the truth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.tallies import Tallies, outcome_of, servers_of


def report(when: str, outcome: str, *servers: str, why: str = "") -> Any:
    return SimpleNamespace(
        when=when,
        outcome=outcome,
        user_properties=[("server", name) for name in servers],
        longrepr=("file", 1, f"Skipped: {why}") if why else None,
    )


def test_each_test_is_counted_once_under_each_of_its_servers(pytestconfig: pytest.Config) -> None:
    tallies = Tallies(pytestconfig)
    for when in ("setup", "call", "teardown"):
        tallies.pytest_runtest_logreport(report(when, "passed", "neo4j", "cache"))
    tallies.pytest_runtest_logreport(report("setup", "passed", "cache"))
    tallies.pytest_runtest_logreport(report("call", "failed", "cache"))
    tallies.pytest_runtest_logreport(report("call", "passed"))
    assert tallies.line("neo4j") == "neo4j: 1 passed, 0 skipped"
    assert tallies.line("cache") == "cache: 1 passed, 0 skipped, 1 failed"
    assert set(tallies.counts) == {"neo4j", "cache"}


def test_skipped_tests_say_why(pytestconfig: pytest.Config) -> None:
    tallies = Tallies(pytestconfig)
    tallies.pytest_runtest_logreport(report("setup", "skipped", "neo4j", why="no Java here"))
    assert tallies.line("neo4j") == "neo4j: 0 passed, 1 skipped (no Java here)"


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
