"""Which cached things a change makes stale. Derived from the registry. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graph.model import EDGE, Edge
from graph.store import Count, Create, Link, Ops, Put, Relink, Unlink


class Stale(NamedTuple):
    list: str
    owner: int
    # The time of the entry that came or went: a huge list loses one segment. None: all of it.
    at: int | None


@dataclass(frozen=True, slots=True)
class Touched:
    lists: frozenset[Stale] = frozenset()
    people: frozenset[int] = frozenset()  # cards and flags
    counts: frozenset[int] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            self.lists | other.lists, self.people | other.people, self.counts | other.counts
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "lists": sorted([*stale] for stale in self.lists),
            "people": sorted(self.people),
            "counts": sorted(self.counts),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Touched:
        return Touched(
            frozenset(Stale(name, owner, at) for name, owner, at in data.get("lists", ())),
            frozenset(data.get("people", ())),
            frozenset(data.get("counts", ())),
        )


def stale_lists(edge: Edge, a: int, b: int, at: int | None) -> Iterable[Stale]:
    """Cached lists that hold, or held, this edge."""
    if edge.out and edge.out.cached:
        yield Stale(edge.out.list, a, at)
    if edge.into and edge.into.cached:
        yield Stale(edge.into.list, b, at)
    if edge.mutual and edge.mutual.cached:
        yield Stale(edge.mutual.list, a, None)
        yield Stale(edge.mutual.list, b, None)


def touched(ops: Ops, ended_at: Mapping[tuple[str, int, int], int] | None = None) -> Touched:
    """What these operations make stale.

    `ended_at` gives the time of each edge that `Unlink` removes, where it is known.
    """
    lists: set[Stale] = set()
    people: set[int] = set()
    counts: set[int] = set()
    for op in ops:
        match op:
            case Link(edge, a, b, props):
                lists.update(stale_lists(EDGE[edge], a, b, props.get(EDGE[edge].time)))
            case Unlink(edge, a, b):
                lists.update(stale_lists(EDGE[edge], a, b, (ended_at or {}).get((edge, a, b))))
            case Relink(edge, a, b, props) if EDGE[edge].time in props:
                lists.update(stale_lists(EDGE[edge], a, b, None))
            case Count("User", person):
                counts.add(person)
            case Put("User", person) | Create("User", person):
                people.add(person)
                counts.add(person)
            case _:
                pass
    return Touched(frozenset(lists), frozenset(people), frozenset(counts))
