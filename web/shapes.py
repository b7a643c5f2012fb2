"""What an operation's cost is made of: values, and the tables they are read from. Pure.

One unit is about one object presented. `web.shaping` makes a shape once for each document;
`web.cost` puts page sizes and degrees in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import LIST

SCALAR = 0.2
COST = "cost"  # of a field that says it itself, among its extensions
OBJECT = 1.0
# Measured: the whole of introspection takes as long as about this many objects.
INTROSPECTION = 1_000.0
CHANGE = 20.0  # a mutation: a locked read, a transaction, an invalidation
DEFAULT_PAGE = 20
MAX_PAGE = 100
SMALL_LIST = 5  # of a list without a page size

# How a field reads lists, by field of User; those of the registry page through one list.
PAGED = {
    lst.side.field: lst.side.counter
    for lst in LIST.values()
    if lst.owner == "User" and lst.side.field
}
# The same of a post's.
PAGED_OF_POSTS = {"likedBy": "likes", "replies": "replies"}
READS = {
    **{f"User.{field}": "page" for field in PAGED},
    **{f"Post.{field}": "page" for field in PAGED_OF_POSTS},
    "User.mutualFriends": "intersect",
    "User.followersYouFollow": "intersect",
    "Relationship.mutualFriendCount": "intersect",
    "FriendOfFriendEdge.via": "intersect",
    "Relationship.distance": "reach",
    "Query.paths": "reach",
    "User.friendsOfFriends": "square",
    "User.peopleYouMayKnow": "square",
    "Query.feed": "feed",
    "Query.whyNot": "feed",
}
# Arguments that name the people, or posts, below a field.
NAMES = {
    "Query.user": "id",
    "Query.post": "id",
    "Query.node": "id",
    "Query.nodes": "ids",
    "Query.relationships": "with",
}
KEEPS = ("Relationship.user",)


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class People:
    """Whom a selection is about: literal ids and variables (of posts too), the viewer, or nobody
    we know."""

    named: tuple[str | Variable, ...] = ()
    viewer: bool = False


UNKNOWN = People()
VIEWER = People(viewer=True)


@dataclass(frozen=True, slots=True)
class Rows:
    """How many objects a list field makes."""

    size: int | Variable | tuple[str | Variable, ...] = 1
    default: int = 1
    inherited: bool = False  # a connection's `edges` and `nodes`: as many as its page


@dataclass(frozen=True, slots=True)
class Read:
    rule: str
    counter: str | None
    owner: People
    other: People
    deep: bool = False  # in an order that reads far more than the page


@dataclass(frozen=True, slots=True)
class Shape:
    """One field, or an operation: its own cost and that of each row below it."""

    own: float = 0.0
    rows: Rows | None = None
    read: Read | None = None
    page: Rows | None = None  # of a connection: what its `edges` inherit
    below: tuple[Shape, ...] = ()

    @property
    def constant(self) -> bool:
        return self.rows is None and self.read is None and self.page is None and not self.below

    def reads(self) -> Iterator[Read]:
        """Every read of lists in it."""
        if self.read is not None:
            yield self.read
        for shape in self.below:
            yield from shape.reads()
