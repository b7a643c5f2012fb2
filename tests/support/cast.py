"""The people of the tests: alice, bob, carol, dan and eve, and whoever else is named.

    people = await cast(store, "frank", carol={"privacy": "PRIVATE"})
    alice, bob, carol, dan, eve, frank = people
    await follow(store, people.alice, people.bob)

Written straight through the store's loader: no rule is asked, nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.store import Store

NAMES = ("alice", "bob", "carol", "dan", "eve")
T0 = 1_700_000_000_000  # 2023-11-14, when the tests' stories begin
ISSUER = "amity"


@dataclass(frozen=True, slots=True)
class Cast:
    ids: Mapping[str, int]

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids.values())

    def __getitem__(self, name: str) -> int:
        return self.ids[name]

    def __getattr__(self, name: str) -> int:
        try:
            return self.ids[name]
        except KeyError:
            raise AttributeError(name) from None

    def name_of(self, id: int) -> str:
        return next(name for name, own in self.ids.items() if own == id)

    def names_of(self, ids: Any) -> list[str]:
        return [self.name_of(int(id)) for id in ids]


def person(id: int, name: str, /, **props: Any) -> dict[str, Any]:
    """A row for `load_people`."""
    return {
        "id": id,
        "username": name,
        "usernameKey": name.lower(),
        "name": name.title(),
        "privacy": "PUBLIC",
        "createdAt": T0 + id,
        "subjectKey": f"{ISSUER}\x1f{name}",
        **props,
    }


async def cast(store: Store, /, *more: str, **props: Mapping[str, Any]) -> Cast:
    """Load the five and `more`; keyword arguments are properties, by name."""
    names = tuple(dict.fromkeys((*NAMES, *more, *props)))
    first = await store.take_ids(len(names))
    ids = {name: first + at for at, name in enumerate(names)}
    await store.load_people([person(id, name, **props.get(name, {})) for name, id in ids.items()])
    return Cast(ids)


async def crowd(store: Store, size: int, prefix: str = "p", **props: Any) -> range:
    """Many people of no importance, with these properties; their ids."""
    first = await store.take_ids(size)
    ids = range(first, first + size)
    await store.load_people([person(id, f"{prefix}{id}", **props) for id in ids])
    return ids


async def link(store: Store, edge: str, a: int, b: int, /, **props: Any) -> None:
    await store.load_edges(edge, [(a, b, props)])


async def follow(store: Store, a: int, b: int, since: int = T0, notify: bool = False) -> None:
    await link(store, "FOLLOWS", a, b, since=since, notify=notify)


async def befriend(store: Store, a: int, b: int, since: int = T0) -> None:
    await follow(store, a, b, since)
    await follow(store, b, a, since)


async def request(store: Store, a: int, b: int, since: int = T0) -> None:
    await link(store, "REQUESTED", a, b, since=since)


async def block(store: Store, a: int, b: int, since: int = T0) -> None:
    await link(store, "BLOCKS", a, b, since=since)


async def mute(store: Store, a: int, b: int, since: int = T0) -> None:
    await link(store, "MUTES", a, b, since=since)


async def dismiss(store: Store, a: int, b: int, at: int = T0) -> None:
    await link(store, "DISMISSED", a, b, at=at)
