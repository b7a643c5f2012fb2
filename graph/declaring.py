"""What a declaration of a node or an edge says. `graph/model.py` and `nodes.py` are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Any


class Ids(StrEnum):
    DENSE = "dense"  # small integers from blocks of a sequence in the graph, never reused
    TIME = "time"  # 64 bits: ms since 2000-01-01, node, sequence


class Flag(IntFlag):
    """One byte a person. `GONE` is also what an id that never was looks like."""

    GONE = 1
    PRIVATE = 2
    FRIENDS_ONLY = 4
    HIDES_NETWORK = 8
    NOT_SUGGESTED = 16
    UNDISCOVERABLE = 32
    CELEBRITY = 64  # posts are read by followers, not pushed to them


class Privacy(StrEnum):
    PUBLIC = "PUBLIC"
    FRIENDS = "FRIENDS"
    PRIVATE = "PRIVATE"


class Visibility(StrEnum):
    """Who sees a post, among those who see its author's profile."""

    PUBLIC = "PUBLIC"
    FOLLOWERS = "FOLLOWERS"
    FRIENDS = "FRIENDS"
    PRIVATE = "PRIVATE"  # its author alone


class PostType(StrEnum):
    TEXT = "TEXT"
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    LINK = "LINK"


class SeenBy(StrEnum):
    """Who may see an edge, before privacy settings narrow it."""

    POLICY = "policy"  # as the profile of either end allows
    MAKER = "maker"  # only the one who made it
    ENDS = "ends"  # its two ends


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    type: str = "string"  # string | int | bool | time | strings | json
    unique: bool = False
    indexed: bool = False
    public: bool = True
    # What analysts learn by it, which their role has to allow: nothing, person (who it is), text
    # (what somebody wrote), day (a time as good as a name). None: as its node says.
    tells: str | None = None
    # All that it may be, where that is not everything.
    words: tuple[str, ...] = ()
    # Written by algorithms alone (`amity analyze --write`), a whole run at a time.
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    prefix: str  # of its global id: user_42
    ids: Ids
    properties: tuple[Property, ...] = ()
    # Alternate keys of more than one property, each unique together.
    keys: tuple[tuple[str, ...], ...] = ()
    search: tuple[str, ...] = ()
    # What its id and properties tell unless they say otherwise: of people the safe thing.
    tells: str = "nothing"
    # Counters that are kept, though no edge stands for what they count.
    tallies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """A counter for each value of a property of the edge; other values are not counted."""

    property: str
    counters: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One end's view of an edge: the list it makes and the counter it moves."""

    list: str
    counter: str | None = None
    split: Split | None = None
    cached: bool = False
    # May hold millions: kept in segments, read by an index on (owner, time, other). Such an edge
    # carries its ends.
    huge: bool = False
    # The connection field of `User` that shows it, if any.
    field: str | None = None

    @property
    def counters(self) -> tuple[str, ...]:
        if self.split is not None:
            return tuple(name for _, name in self.split.counters)
        return () if self.counter is None else (self.counter,)

    def counts(self, props: Mapping[str, Any]) -> str | None:
        """The counter that an edge with these properties moves."""
        if self.split is None:
            return self.counter
        return dict(self.split.counters).get(props.get(self.split.property, 0))


@dataclass(frozen=True, slots=True)
class Edge:
    name: str
    source: str
    target: str
    time: str = "at"  # the property that orders its lists
    properties: tuple[Property, ...] = ()
    out: Side | None = None  # the list the source holds
    into: Side | None = None  # the list the target holds
    mutual: Side | None = None  # the list both hold where the edge stands in both directions
    seen_by: SeenBy = SeenBy.POLICY
    hidden_by: Flag | None = None
    history: str | None = None  # the edge that remembers this one after its end
    fanned_out: bool = False
    # What analysts call the graph that these edges make, if they may have it.
    graph: str | None = None

    @property
    def carries_ends(self) -> bool:
        return any(side is not None and side.huge for side in (self.out, self.into))
