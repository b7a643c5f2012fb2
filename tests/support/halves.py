"""Which of two processes runs a test: everything on Neo4j is in one, so that one is started.

`python -m tests` starts both. Every test is in exactly one of them, whatever is added later.
"""

from __future__ import annotations

from collections.abc import Iterable

HALVES = ("neo4j", "others")
# Run beside the tests on Neo4j, whatever they need, so that both halves take about as long.
BESIDE_NEO4J = frozenset({"docs", "faults"})


def half_of(nodeid: str, servers: Iterable[str]) -> str:
    folder = nodeid.split("/")[1]
    return "neo4j" if "neo4j" in servers or folder in BESIDE_NEO4J else "others"
