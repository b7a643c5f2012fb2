"""What an import came to, so far: kept in its checkpoint, printed at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.imports import Result
from loaders.chunks import START, Place
from loaders.planning import Plan
from loaders.writing import Outcome

RUNNING, DONE, STOPPED = "running", "done", "stopped"


@dataclass(slots=True)
class Progress:
    """read = created + changed + same + rejected, always."""

    began: int
    run: int = 1  # how often it began from the beginning
    status: str = RUNNING
    ended: int | None = None
    file: int = 0
    place: Place = START
    created: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    loops: int = 0
    piped: Place = START  # how far standard input was read, whatever came behind it
    kept: int = 0  # bytes of the file of rejects
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        return self.created + self.changed + self.same + self.rejected

    def add(self, plan: Plan, outcome: Outcome) -> None:
        results = outcome.results[plan.sound]
        self.created += int((results == Result.CREATED).sum())
        self.changed += int((results == Result.CHANGED).sum())
        self.same += int((results == Result.SAME).sum())
        self.rejected += len(plan.faults) + len(plan.chunk.rejects)
        self.loops += plan.loops
        self.nodes += outcome.nodes
        self.edges += outcome.edges
        self.place = plan.chunk.end
        if self.place.digest:
            self.piped = self.place

    def to_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "began": self.began,
            "run": self.run,
            "ended": self.ended,
            "file": self.file,
            "place": [*self.place],
            "piped": [*self.piped],
            "rows": {
                "created": self.created,
                "changed": self.changed,
                "same": self.same,
                "rejected": self.rejected,
                "loops": self.loops,
            },
            "kept": self.kept,
            "nodes": dict(self.nodes),
            "edges": dict(self.edges),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Progress:
        return Progress(
            data["began"],
            data["run"],
            data["status"],
            data["ended"],
            data["file"],
            Place(*data["place"]),
            piped=Place(*data.get("piped", START)),
            kept=data["kept"],
            nodes=Counter(data["nodes"]),
            edges=Counter(data["edges"]),
            **data["rows"],
        )

    def summary(self, name: str) -> dict[str, Any]:
        """What is printed as the result."""
        return {
            "batch": name,
            "status": self.status,
            "read": self.read,
            "created": self.created,
            "changed": self.changed,
            "same": self.same,
            "rejected": self.rejected,
            "nodes": dict(self.nodes),
            "edges": dict(self.edges),
        }
