"""Which cached things a change makes stale. Derived from the registry. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from graph.changes import Append, Count, Create, Link, Name, Ops, Put, Relink, Unlink
from graph.declaring import Edge
from graph.model import EDGE, EDGES
from graph.posts import sharer

# Written once a day for everybody who comes: no flag and no count depends on it.
ONLY_ON_CARDS = frozenset({"lastActiveDay"})


class Stale(NamedTuple):
    list: str
    owner: int
    # The time of the entry that came or went: a huge list loses one segment. None: all of it.
    at: int | None


def subject_digest(subject_key: str) -> str:
    """What stands for a token's subject in the cache and in events: no name of anybody."""
    return blake2b(subject_key.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Touched:
    lists: frozenset[Stale] = frozenset()
    people: frozenset[int] = frozenset()  # cards and flags
    counts: frozenset[int] = frozenset()
    subjects: frozenset[str] = frozenset()  # digests of subjects that got a person
    cards: frozenset[int] = frozenset()  # cards alone: flags are shared by thousands of people
    posts: frozenset[int] = frozenset()  # their cards
    post_counts: frozenset[int] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            self.lists | other.lists,
            self.people | other.people,
            self.counts | other.counts,
            self.subjects | other.subjects,
            self.cards | other.cards,
            self.posts | other.posts,
            self.post_counts | other.post_counts,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "lists": sorted(([*stale] for stale in self.lists), key=_in_order),
            "people": sorted(self.people),
            "counts": sorted(self.counts),
            "subjects": sorted(self.subjects),
            "cards": sorted(self.cards),
            "posts": sorted(self.posts),
            "post_counts": sorted(self.post_counts),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Touched:
        return Touched(
            frozenset(Stale(name, owner, at) for name, owner, at in data.get("lists", ())),
            frozenset(data.get("people", ())),
            frozenset(data.get("counts", ())),
            frozenset(data.get("subjects", ())),
            frozenset(data.get("cards", ())),
            frozenset(data.get("posts", ())),
            frozenset(data.get("post_counts", ())),
        )


# The counter that moves exactly when a list of those linked both ways changes, and that list.
MUTUAL = {
    edge.mutual.counter: edge.mutual.list
    for edge in EDGES
    if edge.mutual and edge.mutual.cached and edge.mutual.counter
}


# Whom a person muted and until when, and what a person is interested in: cached as no list is.
MUTES, INTERESTS = "mutes", "interests"
OWN = {"MUTES": MUTES, "INTERESTED_IN": INTERESTS}

# What a person plainly shares: no edge of their own makes this list.
SHARED = "shared"


def _described(edge: Edge, source: int) -> tuple[int, ...]:
    """The post whose card tells of this edge."""
    return (source,) if edge.source == "Post" else ()


def _counted_post(edge: Edge, target: int) -> tuple[int, ...]:
    """The post that counts this edge, whichever counter that is."""
    counts = edge.target == "Post" and edge.into is not None and edge.into.counters
    return (target,) if counts else ()


def _in_order(stale: list[Any]) -> tuple[str, int, int]:
    name, owner, at = stale
    return name, owner, -1 if at is None else at


def stale_lists(edge: Edge, a: int, b: int, at: int | None) -> Iterable[Stale]:
    """Cached lists that hold, or held, this edge."""
    if edge.out and edge.out.cached:
        yield Stale(edge.out.list, a, at)
    if edge.into and edge.into.cached:
        yield Stale(edge.into.list, b, at)


def _mutual_lists(edge: Edge, a: int, b: int) -> Iterable[Stale]:
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
    subjects: set[str] = set()
    cards: set[int] = set()
    posts: set[int] = set()
    post_counts: set[int] = set()
    for op in ops:
        if isinstance(op, Link | Unlink | Relink | Name) and op.edge in OWN:
            lists.add(Stale(OWN[op.edge], op.a, None))
        match op:
            case Link(edge, a, b, props):
                post_counts.update(_counted_post(EDGE[edge], b))
                posts.update(_described(EDGE[edge], a))
                lists.update(stale_lists(EDGE[edge], a, b, props.get(EDGE[edge].time)))
            case Unlink(edge, a, b):
                post_counts.update(_counted_post(EDGE[edge], b))
                posts.update(_described(EDGE[edge], a))
                if edge == "POSTED":  # it may have been a share
                    lists.add(Stale(SHARED, a, None))
                lists.update(stale_lists(EDGE[edge], a, b, (ended_at or {}).get((edge, a, b))))
            case Relink(edge, a, b, props) if EDGE[edge].time in props:
                lists.update(stale_lists(EDGE[edge], a, b, None))
                lists.update(_mutual_lists(EDGE[edge], a, b))
            case Count("User", person, counter):
                counts.add(person)
                # A follow that makes no friendship leaves both lists of friends as they are.
                if counter in MUTUAL:
                    lists.add(Stale(MUTUAL[counter], person, None))
            case Put("User", person, props) if props.keys() <= ONLY_ON_CARDS:
                cards.add(person)
            case Put("User", person, props) | Create("User", person, props):
                people.add(person)
                counts.add(person)
                if subject := props.get("subjectKey"):
                    subjects.add(subject_digest(subject))
            case Count("Post", post, _):
                post_counts.add(post)
            case Put("Post", post, _) | Append("Post", post, _, _):
                posts.add(post)
            case Create("Post", post, props):
                posts.add(post)
                post_counts.add(post)
                if key := props.get("shareKey"):
                    lists.add(Stale(SHARED, sharer(key), None))
            case Name(edge, post, _):
                posts.update(_described(EDGE[edge], post))
            case _:
                pass
    return Touched(
        frozenset(lists),
        frozenset(people),
        frozenset(counts),
        frozenset(subjects),
        frozenset(cards),
        frozenset(posts),
        frozenset(post_counts),
    )
