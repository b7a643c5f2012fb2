"""What would make a statement cheaper, from what it says; for messages, never for refusing."""

from __future__ import annotations

from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.tree import (
    EdgePattern,
    GroupPattern,
    Match,
    NodePattern,
    Path,
    Project,
    walk,
)

FAR = 4


def cheaper(parsed: Parsed) -> list[str]:
    found: list[str] = []
    for part in walk(parsed.query):
        match part:
            case Match(paths=paths) if len(paths) > 1 and not _connected(paths):
                found.append("connect the patterns of a MATCH: unconnected ones are multiplied")
            case EdgePattern(repeats=True, longest=None) | GroupPattern(longest=None):
                found.append("bound how often an edge repeats: `*1..3` instead of `*`")
            case EdgePattern(repeats=True, longest=int(hops)) if hops >= FAR:
                found.append(f"{hops} hops reach nearly everybody: fewer are enough for most")
            case Path(pieces=pieces) if not any(_holds(piece) for piece in pieces):
                found.append("begin at a node with a label and a property: it is found by an index")
    last = parsed.query.singles[0].clauses[-1]
    if isinstance(last, Project) and last.limit is None:
        found.append("add a LIMIT")
    return list(dict.fromkeys(found))


def _holds(piece: object) -> bool:
    return isinstance(piece, NodePattern) and (
        piece.properties is not None or piece.where is not None or piece.labels is None
    )


def _connected(paths: tuple[Path, ...]) -> bool:
    groups: list[set[str]] = []
    for path in paths:
        names = {
            part.variable
            for part in walk(path)
            if isinstance(part, NodePattern | EdgePattern) and part.variable
        }
        near = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names]
        groups.append(names.union(*near))
    return len(groups) <= 1
