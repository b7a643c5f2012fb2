"""Which servers each test used, which to run, and the last lines: what ran where.

A test belongs to the servers of its fixtures (`SERVERS_OF`), of its `store` parameter, and of its
marker `@pytest.mark.server("cache")`. `--servers=memory,embedded` runs only the tests whose
servers are all among these.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.halves import HALVES, half_of

SERVERS = ("memory", "embedded", "neo4j", "cache")
# Fixture → the servers a test with it runs on.
SERVERS_OF = {
    "memory": ("memory",),
    "embedded": ("embedded",),
    "neo4j": ("neo4j",),
    "cache_url": ("cache",),
}


def servers_of(item: pytest.Item) -> set[str]:
    found = {s for name in getattr(item, "fixturenames", ()) for s in SERVERS_OF.get(name, ())}
    callspec = getattr(item, "callspec", None)
    if callspec is not None:
        texts = {value for value in callspec.params.values() if isinstance(value, str)}
        found |= texts & set(SERVERS)
    for marker in item.iter_markers("server"):
        found |= set(marker.args)
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--servers",
        default=",".join(SERVERS),
        help=f"run only tests on these, separated by commas: {', '.join(SERVERS)} (default: all)",
    )
    parser.addoption("--half", choices=HALVES, help="run only this half (default: both)")
    parser.addoption("--tally", metavar="FILE", help="write what ran where into this file")


def chosen(config: pytest.Config) -> set[str]:
    names = {name.strip() for name in config.getoption("--servers").split(",")}
    if unknown := names - set(SERVERS):
        raise pytest.UsageError(f"--servers: no such server: {', '.join(sorted(unknown))}")
    return names


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "server(*names): the servers this test runs on")
    chosen(config)
    config.pluginmanager.register(Tallies(config), "tallies")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = chosen(config)
    out = [item for item in items if not servers_of(item) <= wanted]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
    half = config.getoption("--half")
    if half is not None:
        items[:] = [item for item in items if half_of(item.nodeid, servers_of(item)) == half]


def pytest_runtest_setup(item: pytest.Item) -> None:
    item.user_properties += [("server", name) for name in sorted(servers_of(item))]


@dataclass
class Tally:
    """What came of the tests of each server."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, report: pytest.TestReport) -> None:
        outcome = outcome_of(report)
        for key, server in report.user_properties:
            if outcome and key == "server":
                self.counts[str(server)][outcome] += 1
                if outcome == "skipped":
                    self.reasons[str(server)][reason_of(report)] += 1

    def add_all(self, text: str) -> None:
        """Those of another process, as `to_json` wrote them."""
        counts, reasons = json.loads(text)
        for server, found in counts.items():
            self.counts[server].update(found)
        for server, found in reasons.items():
            self.reasons[server].update(found)

    def to_json(self) -> str:
        return json.dumps([self.counts, self.reasons])

    def lines(self) -> list[str]:
        return [self.line(server) for server in SERVERS if server in self.counts]

    def line(self, server: str) -> str:
        counts = self.counts[server]
        line = f"{server}: {counts['passed']} passed, {counts['skipped']} skipped"
        if counts["failed"]:
            line += f", {counts['failed']} failed"
        if self.reasons[server]:
            line += f" ({self.reasons[server].most_common(1)[0][0]})"
        return line


class Tallies:
    """Says at the end what ran where; where a file is given, to whoever adds it up."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.tally = Tally()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.tally.add(report)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        if file := self.config.getoption("--tally"):
            Path(file).write_text(self.tally.to_json())
        elif reporter := self.config.pluginmanager.get_plugin("terminalreporter"):
            for line in self.tally.lines():
                reporter.write_line(line)


def outcome_of(report: pytest.TestReport) -> str | None:
    """Each test once: its call, or whatever kept it from being called, or broke after it."""
    if report.when == "call" or report.outcome != "passed":
        return report.outcome
    return None


def reason_of(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")
