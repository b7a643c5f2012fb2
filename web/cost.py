"""What a request will cost: its document's shape with page sizes and real degrees put in.

Degrees are the public counts of people and posts that the request names, looked up in one trip
each. What the viewer may not find counts as nothing: a cost must not tell that it exists.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.adjacency.reader import Reader
from graph.errors import BadInput, TooExpensive
from graph.records import Counts
from graph.sight import seen_by
from graph.visibility import Viewer, access_card
from resolvers.globalid import parse
from web.shapes import MAX_PAGE, People, Read, Rows, Shape, Variable

# Of people whom a request reaches without naming them.
ASSUMED_DEGREE = 200
# However long a huge list is, no page reads more of it.
READ_AT_MOST = 10_000
# More people than any argument may name.
MAX_NAMED = 200

IDS_PER_UNIT = 1_000  # packed ids read and masked for the price of one object
DEEP_IDS_PER_UNIT = 50
REACH = 5.0
REACH_IDS_PER_UNIT = 100
# A friend's own list counts as at most this long: friends of friends cost friends x that.
FRIENDS_OF_ONE = 500
SQUARE_PER_UNIT = 2_500
FEED = 20.0


Named = tuple[str, int]  # kind, id


@dataclass(frozen=True, slots=True)
class Degrees:
    """Counts of what a request names, and what each name means."""

    counts: Mapping[Named, Counts]
    variables: Mapping[str, Any]
    viewer: int | None

    def of(self, people: People, counter: str | None) -> int | None:
        """The largest degree among them; None where nobody we know is meant."""
        ids = self.ids(people)
        if ids is None or counter is None:
            return None
        return max((self.counts[id].get(counter, 0) for id in ids if id in self.counts), default=0)

    def ids(self, people: People) -> list[Named] | None:
        if people.viewer:
            return [("User", self.viewer)] if self.viewer is not None else []
        if not people.named:
            return None
        return [one for name in people.named for one in named(self._value(name))]

    def _value(self, name: str | Variable) -> Any:
        return self.variables.get(name.name) if isinstance(name, Variable) else name

    def rows(self, rows: Rows) -> int:
        size = rows.size
        if isinstance(size, tuple):
            return min(MAX_PAGE, sum(_length(self._value(name)) for name in size))
        said = self.variables.get(size.name) if isinstance(size, Variable) else size
        if not isinstance(said, int):
            said = rows.default
        return min(max(said, 0), MAX_PAGE)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1


def named(value: Any) -> list[Named]:
    """What a variable or a literal names; what names nothing is left to the resolver."""
    if isinstance(value, list):
        return [one for item in value[:MAX_NAMED] for one in named(item)]
    if not isinstance(value, str):
        return []
    try:
        kind, id = parse(value)
    except BadInput:
        return []
    return [(kind.name, id)] if kind.name in ("User", "Post") else []


def price(shape: Shape, degrees: Degrees, inherited: int = 1) -> float:
    """The cost of a shape."""
    total = shape.own
    if shape.read is not None:
        total += read_price(shape.read, degrees)
    if not shape.below:
        return total
    times = 1
    if shape.page is not None:
        inherited = _page(shape.page, shape.read, degrees)
    elif shape.rows is not None:
        times = inherited if shape.rows.inherited else degrees.rows(shape.rows)
    return total + times * sum(price(one, degrees, inherited) for one in shape.below)


def _page(page: Rows, read: Read | None, degrees: Degrees) -> int:
    size = degrees.rows(page)
    if read is None or read.rule not in ("page", "intersect"):
        return size
    degree = degrees.of(read.owner, read.counter)
    return size if degree is None else min(size, degree)


def read_price(read: Read, degrees: Degrees) -> float:
    owner = _known(degrees.of(read.owner, read.counter))
    if read.rule == "page":
        ids = min(owner, READ_AT_MOST)
        return ids / (DEEP_IDS_PER_UNIT if read.deep else IDS_PER_UNIT)
    if read.rule == "square":
        return owner * min(owner, FRIENDS_OF_ONE) / SQUARE_PER_UNIT
    if read.rule == "feed":
        return FEED
    other = _known(degrees.of(read.other, read.counter))
    if read.rule == "reach":
        return REACH + (owner + other) / REACH_IDS_PER_UNIT
    return (owner + other) / IDS_PER_UNIT


def _known(degree: int | None) -> int:
    return ASSUMED_DEGREE if degree is None else degree


class Costs:
    """Prices requests, and refuses those above the limit."""

    def __init__(self, reader: Reader, limit: int) -> None:
        self._reader = reader
        self._limit = limit

    async def check(
        self, shape: Shape, reads: Sequence[Read], variables: Mapping[str, Any], viewer: Viewer
    ) -> int:
        """The cost of this request. Raises TooExpensive."""
        degrees = Degrees({}, variables, viewer.id)
        if reads and (asked := _asked(reads, degrees)):
            degrees = Degrees(await self._counts(asked, viewer), variables, viewer.id)
        cost = max(1, math.ceil(price(shape, degrees)))
        if cost > self._limit:
            raise TooExpensive(
                f"This request would cost {cost}; the limit is {self._limit}.",
                cost=cost,
                limit=self._limit,
            )
        return cost

    async def _counts(self, asked: Iterable[Named], viewer: Viewer) -> dict[Named, Counts]:
        few = sorted(asked)[:MAX_NAMED]
        people = [id for kind, id in few if kind == "User"]
        posts = [id for kind, id in few if kind == "Post"]
        return {
            **(await self._of_people(people, viewer) if people else {}),
            **(await self._of_posts(posts, viewer) if posts else {}),
        }

    async def _of_people(self, asked: Sequence[int], viewer: Viewer) -> dict[Named, Counts]:
        flags = (await self._reader.flags(np.array(asked, np.int64))).tolist()
        found = [
            id for id, its in zip(asked, flags, strict=True) if access_card(viewer, id, its).allowed
        ]
        counts = await self._reader.counts(found) if found else []
        return {("User", id): one for id, one in zip(found, counts, strict=True)}

    async def _of_posts(self, asked: Sequence[int], viewer: Viewer) -> dict[Named, Counts]:
        posts = [post for post in await self._reader.posts(asked) if post is not None]
        seen = (await seen_by(self._reader, viewer, posts)).tolist()
        found = [post.id for post, shown in zip(posts, seen, strict=True) if shown]
        counts = await self._reader.post_counts(found) if found else []
        return {("Post", id): one for id, one in zip(found, counts, strict=True)}


def _asked(reads: Sequence[Read], degrees: Degrees) -> set[Named]:
    return {
        one
        for read in reads
        for people in (read.owner, read.other)
        for one in degrees.ids(people) or ()
    }
