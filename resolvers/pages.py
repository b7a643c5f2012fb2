"""Pages: filled up from walks in which every step is visible, so that nothing hidden shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from graph.errors import BadInput
from graph.records import Person
from resolvers.gather import Once

if TYPE_CHECKING:
    from resolvers.context import Context

DEFAULT_SIZE = 20
MAX_SIZE = 100
# What turns out dead at hydration is replaced, but not for ever.
ROUNDS = 10

P = TypeVar("P")  # a place in the list
V = TypeVar("V")  # what the list holds: people, or posts

# In order, None for what is not to be shown.
Hydrate = Callable[[Sequence[int]], Awaitable[Sequence[V | None]]]


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for."""

    size: int = DEFAULT_SIZE
    forward: bool = True
    cursor: str | None = None


def window(
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Window:
    backward = last is not None or before is not None
    if backward and (first is not None or after is not None):
        raise BadInput("Ask for `first` and `after`, or for `last` and `before`.")
    size = last if backward else first
    if size is None:
        size = DEFAULT_SIZE
    if not 1 <= size <= MAX_SIZE:
        raise BadInput(f"A page has 1 to {MAX_SIZE} entries.")
    return Window(size, not backward, before if backward else after)


class Step(NamedTuple, Generic[P]):
    id: int
    place: P
    since: int | None = None


class Walk(Protocol[P]):
    """The visible entries of a list, in either direction."""

    async def take(self, count: int, beyond: P | None, forward: bool) -> list[Step[P]]:
        """The next `count` entries beyond a place (None: from the end one comes from).

        Fewer than `count` means that there are no more.
        """
        ...


class Item(NamedTuple, Generic[P, V]):
    node: V
    place: P
    since: int | None


@dataclass(frozen=True, slots=True)
class Page(Generic[P, V]):
    items: tuple[Item[P, V], ...]  # in the list's order
    has_next: Once[bool]
    has_previous: Once[bool]


def _not_yet(item: Item[P, V]) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Listing(Generic[P, V]):
    """A list as answers need it: each part is computed when it is asked for."""

    page: Once[Page[P, V]]
    total: Once[int]
    restricted: Once[str | None]
    cursor: Callable[[Item[P, V]], Awaitable[str]]
    # The same at once, where nothing has to be waited for.
    sealed: Callable[[Item[P, V]], str | None] = _not_yet


def living(context: Context) -> Hydrate[Person]:
    """Those of a list's people who are still here."""

    async def hydrate(ids: Sequence[int]) -> Sequence[Person | None]:
        found = await context.batches.people.many(ids)
        return [person if person is not None and not person.gone else None for person in found]

    return hydrate


async def turn_to(
    hydrate: Hydrate[V], walk: Walk[P], size: int, place: P | None, forward: bool
) -> Page[P, V]:
    """The page of `size` entries beyond `place`."""
    items, more = await _fill(hydrate, walk, size, place, forward)
    start = items[0].place if items else None

    async def ahead() -> bool:
        return more

    async def behind() -> bool:
        # Beyond an empty page there is nothing: whatever is visible lies behind.
        if place is None:
            return False
        return (await _fill(hydrate, walk, 0, start, not forward))[1]

    if forward:
        return Page(tuple(items), Once(ahead), Once(behind))
    return Page(tuple(reversed(items)), Once(behind), Once(ahead))


async def _fill(
    hydrate: Hydrate[V], walk: Walk[P], size: int, beyond: P | None, forward: bool
) -> tuple[list[Item[P, V]], bool]:
    """`size` living entries, and whether there is one more."""
    found: list[Item[P, V]] = []
    for _ in range(ROUNDS):
        wanted = size + 1 - len(found)
        steps = await walk.take(wanted, beyond, forward)
        nodes = await hydrate([step.id for step in steps])
        found += [
            Item(node, step.place, step.since)
            for step, node in zip(steps, nodes, strict=True)
            if node is not None
        ]
        if len(found) > size or len(steps) < wanted:
            break
        beyond = steps[-1].place
    return found[:size], len(found) > size


def empty(rule: str | None) -> Listing[P, V]:
    """A list that the viewer may not see."""

    async def page() -> Page[P, V]:
        return Page((), Once(_no), Once(_no))

    return Listing(Once(page), always(0), always(rule), _no_cursor)


def always(value: P) -> Once[P]:
    async def get() -> P:
        return value

    return Once(get)


async def _no() -> bool:
    return False


async def _no_cursor(item: Item[P, V]) -> str:
    raise AssertionError("an empty page has no cursors")
