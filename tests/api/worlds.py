"""Small random graphs, and DECISIONS' "Who sees what" over them in plain sets.

Everything here is written as slowly and as plainly as it can be: it is what the answers of the
API are compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.support.asking import NOW, Client
from tests.support.cast import T0, person

NAMES = ("alice", "bob", "carol", "dan", "eve", "frank")
PEOPLE = tuple(range(1, len(NAMES) + 1))
PAIRS = tuple(permutations(PEOPLE, 2))
Pairs = frozenset[tuple[int, int]]
TODAY = NOW // 86_400_000


def name(id: int) -> str:
    return NAMES[id - 1]


@dataclass(frozen=True)
class World:
    follows: Pairs = frozenset()
    blocks: Pairs = frozenset()
    requests: Pairs = frozenset()
    mutes: Pairs = frozenset()
    dismissed: Pairs = frozenset()
    props: dict[int, dict[str, Any]] = field(default_factory=dict)
    # Who never was; edges that name them are nobody's.
    missing: frozenset[int] = frozenset()

    def prop(self, id: int, key: str, default: Any) -> Any:
        return self.props.get(id, {}).get(key, default)

    # --- who sees what

    def listed(self, viewer: int | None, id: int) -> bool:
        if self.prop(id, "gone", False):
            return False
        return (id, viewer) not in self.blocks and (viewer, id) not in self.blocks

    def found(self, viewer: int | None, id: int) -> bool:
        return not self.prop(id, "gone", False) and (id, viewer) not in self.blocks

    def profile_open(self, viewer: int | None, id: int) -> bool:
        if not self.listed(viewer, id):
            return False
        privacy = self.prop(id, "privacy", "PUBLIC")
        if privacy == "PUBLIC" or viewer == id:
            return True
        if privacy == "PRIVATE":
            return (viewer, id) in self.follows
        return {(viewer, id), (id, viewer)} <= self.follows

    def network_open(self, viewer: int | None, id: int) -> bool:
        hides = self.prop(id, "hideNetwork", False)
        return self.profile_open(viewer, id) and (viewer == id or not hides)

    def knows(self, viewer: int | None, a: int, b: int) -> bool:
        """May the viewer know of a link between these two, were there one?"""
        if not (self.listed(viewer, a) and self.listed(viewer, b)):
            return False
        if viewer in (a, b):
            return True
        if self.prop(a, "hideNetwork", False) or self.prop(b, "hideNetwork", False):
            return False
        return self.profile_open(viewer, a) or self.profile_open(viewer, b)

    # --- what there is to be seen

    def friends(self, viewer: int | None, id: int) -> set[int]:
        return {
            other
            for other in PEOPLE
            if {(id, other), (other, id)} <= self.follows and self.knows(viewer, id, other)
        }

    def mutual(self, viewer: int | None, a: int, b: int) -> list[int]:
        return sorted(self.friends(viewer, a) & self.friends(viewer, b))

    def friends_of_friends(self, viewer: int | None, id: int) -> list[tuple[int, int]]:
        mine = self.friends(viewer, id)
        counts = Counter(far for friend in mine for far in self.friends(viewer, friend))
        far = [(n, other) for other, n in counts.items() if other not in mine | {id}]
        return sorted(((other, n) for n, other in far), key=lambda one: (-one[1], one[0]))

    def distance(self, viewer: int, id: int) -> int | None:
        reached, steps = {viewer}, 0
        while id not in reached and steps < 3:
            reached |= {far for one in reached for far in self.friends(viewer, one)}
            steps += 1
        return steps if id in reached else None

    def paths(self, viewer: int | None, a: int, b: int, longest: int) -> Iterator[tuple[int, ...]]:
        def walk(path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            if path[-1] == b:
                yield path
            elif len(path) <= longest:
                for far in self.friends(viewer, path[-1]) - set(path):
                    yield from walk((*path, far))

        if self.listed(viewer, a) and self.listed(viewer, b):
            yield from walk((a,))

    def suggestions(self, viewer: int) -> list[tuple[int, int]]:
        mutual = dict(self.friends_of_friends(viewer, viewer))
        followers = {a for a, b in self.follows if b == viewer}
        scored = []
        for id in mutual.keys() | followers:
            never = self.follows | self.requests | self.mutes | self.dismissed
            if id == viewer or (viewer, id) in never or not self.listed(viewer, id):
                continue
            opted_out = not self.prop(id, "allowSuggestions", True)
            if opted_out or not self.prop(id, "discoverable", True):
                continue
            n, private = mutual.get(id, 0), self.prop(id, "privacy", "PUBLIC") == "PRIVATE"
            score = 5 * n
            country = self.prop(viewer, "country", None)
            score += 3 * (country is not None and self.prop(id, "country", None) == country)
            score += 2 * (TODAY - self.prop(id, "lastActiveDay", 0) <= 7)
            score += -10 * (private and n == 0) + 3 * (private and n >= 2)
            if score > 0 or (private and n):
                scored.append((id, score))
        return sorted(scored, key=lambda one: (-one[1], one[0]))

    # --- into a store

    async def client(self, piece: int = 50) -> Client:
        store = MemoryStore()
        await self.load(store)
        return Client(store, piece)

    async def load(self, store: Store) -> None:
        await store.take_ids(len(PEOPLE))
        people = [id for id in PEOPLE if id not in self.missing]
        await store.load_people([person(id, name(id), **self.props.get(id, {})) for id in people])
        since = {pair: T0 + 1000 * at for at, pair in enumerate(PAIRS)}
        for edge, pairs in self.edges().items():
            time = "at" if edge == "DISMISSED" else "since"
            rows = [(a, b, {time: since[a, b]}) for a, b in sorted(pairs)]
            await store.load_edges(edge, rows)

    def edges(self) -> dict[str, Pairs]:
        return {
            "FOLLOWS": self.follows,
            "BLOCKS": self.blocks,
            "REQUESTED": self.requests,
            "MUTES": self.mutes,
            "DISMISSED": self.dismissed,
        }


def some_pairs(size: int) -> st.SearchStrategy[frozenset[tuple[int, int]]]:
    return st.frozensets(st.sampled_from(PAIRS), max_size=size)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    friends = draw(some_pairs(10))
    follows = friends | {(b, a) for a, b in friends} | draw(some_pairs(6))
    blocks = draw(some_pairs(2))
    blocked = blocks | {(b, a) for a, b in blocks}
    props = {
        id: draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "privacy": st.sampled_from(["PRIVATE", "FRIENDS"]),
                    "hideNetwork": st.just(True),
                    "allowSuggestions": st.just(False),
                    "discoverable": st.just(False),
                    "country": st.sampled_from(["DE", "FR"]),
                    "lastActiveDay": st.sampled_from([TODAY - 1, TODAY - 30]),
                    "gone": st.sampled_from([False, False, False, True]),
                },
            )
        )
        for id in PEOPLE
    }
    follows -= blocked
    return World(
        follows=frozenset(follows),
        blocks=blocks,
        requests=draw(some_pairs(2)) - follows - blocked,
        mutes=draw(some_pairs(2)),
        dismissed=draw(some_pairs(2)),
        props=props,
    )


def here(world: World) -> list[int]:
    return [id for id in PEOPLE if not world.prop(id, "gone", False)]
