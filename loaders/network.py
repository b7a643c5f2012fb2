"""A small invented network that is shaped like a real one. Pure, and the same every time.

Popularity follows a power law, people know each other in circles, half of what happens inside a
circle is mutual, and friends of friends meet. Everybody is an index here, in order of joining;
times are ages in milliseconds. `random.Random` promises the same numbers in every version of
Python, which a documentation full of answers needs.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any

from graph.declaring import Privacy
from loaders.names import COUNTRIES, FIRST, LAST, QUIRKS, TOPICS, WORK

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
THREE_YEARS = 3 * 365 * DAY
CIRCLES = 44


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the network; `age` is how long ago they joined, in ms."""

    username: str
    name: str
    age: int
    circle: int
    country: str
    idle_days: int
    bio: str | None = None
    privacy: Privacy = Privacy.PUBLIC
    hide_network: bool = False
    discoverable: bool = True
    allow_suggestions: bool = True
    verified: bool = False
    interests: tuple[str, ...] = ()


@dataclass(slots=True)
class Edges:
    """One edge of a kind for each pair of indexes, with its age in ms and what else it says."""

    rows: dict[str, dict[tuple[int, int], tuple[int, Mapping[str, Any]]]] = field(
        default_factory=dict
    )

    def add(self, edge: str, a: int, b: int, age: int, **props: Any) -> None:
        if a != b:
            self.rows.setdefault(edge, {}).setdefault((a, b), (age, props))

    def drop(self, edge: str, a: int, b: int) -> None:
        self.rows.get(edge, {}).pop((a, b), None)

    def has(self, edge: str, a: int, b: int) -> bool:
        return (a, b) in self.rows.get(edge, {})


def befriend(edges: Edges, a: int, b: int, age: int) -> None:
    """Both follow each other, the second a little later."""
    edges.add("FOLLOWS", a, b, age)
    edges.add("FOLLOWS", b, a, age - age // 50)


def strangers(random: Random, count: int, youngest: int) -> list[Someone]:
    """People nobody wrote by hand; all joined within the last `youngest` ms, in that order."""
    names = random.sample([(first, last) for first in FIRST for last in LAST], count)
    ages = sorted((int(random.random() * youngest) + HOUR for _ in range(count)), reverse=True)
    return [_stranger(random, name, age) for name, age in zip(names, ages, strict=True)]


def _stranger(random: Random, name: tuple[str, str], age: int) -> Someone:
    circle = int(CIRCLES * random.random() ** 1.4)
    at_home = random.random() < 0.8
    country = COUNTRIES[circle % len(COUNTRIES)] if at_home else random.choice(COUNTRIES)
    return Someone(
        username="_".join(name).lower(),
        name=" ".join(name),
        age=age,
        circle=circle,
        country=country,
        idle_days=int(random.expovariate(1 / 9)),
        bio=_bio(random) if random.random() < 0.4 else None,
        privacy=random.choices(list(Privacy), (80, 7, 13))[0],
        hide_network=random.random() < 0.06,
        discoverable=random.random() > 0.03,
        allow_suggestions=random.random() > 0.05,
        verified=random.random() < 0.01,
        interests=tuple(sorted(random.sample(TOPICS, max(0, random.randint(-5, 4))))),
    )


def _bio(random: Random) -> str:
    return f"{random.choice(WORK)}. {random.choice(QUIRKS)}"


class Weights:
    """Draws members by popularity."""

    def __init__(self, members: Sequence[int], popularity: Mapping[int, float]) -> None:
        self.members = members
        self.sums = list(accumulate(popularity[member] for member in members))

    def draw(self, random: Random) -> int:
        at = bisect(self.sums, random.random() * self.sums[-1])
        return self.members[min(at, len(self.members) - 1)]


def mingle(random: Random, people: Sequence[Someone], first: int, edges: Edges) -> None:
    """Everybody from index `first` on meets each other: circles, chance, friends of friends."""
    crowd = range(first, len(people))
    popularity = {one: min(60.0, (1 - random.random()) ** -0.8) for one in crowd}
    everyone = Weights(crowd, popularity)
    circles = [
        Weights([one for one in crowd if people[one].circle == circle], popularity)
        for circle in range(CIRCLES)
    ]
    following: dict[int, list[int]] = {one: [] for one in crowd}

    def meet(a: int, b: int, mutual: float) -> None:
        if a == b or edges.has("FOLLOWS", a, b):
            return
        age = int(min(people[a].age, people[b].age) * random.random())
        edges.add("FOLLOWS", a, b, age)
        following[a].append(b)
        if random.random() < mutual and not edges.has("FOLLOWS", b, a):
            edges.add("FOLLOWS", b, a, int(age * (1 - 0.3 * random.random())))
            following[b].append(a)

    for one in crowd:
        for _ in range(_sociable(random)):
            if random.random() < 0.75:
                meet(one, circles[people[one].circle].draw(random), mutual=0.5)
            else:
                meet(one, everyone.draw(random), mutual=0.15)
    for one in crowd:
        for _ in range(_sociable(random) // 2):
            friend = random.choice(following[one]) if following[one] else one
            if following[friend]:
                meet(one, random.choice(following[friend]), mutual=0.5)


def _sociable(random: Random) -> int:
    return min(60, int(1 + 1.2 * (1 - random.random()) ** -0.68))


def admire(random: Random, people: Sequence[Someone], star: int, first: int, edges: Edges) -> None:
    """A third of everybody follows the celebrity."""
    for one in range(first, len(people)):
        if random.random() < 0.35:
            age = int(min(people[one].age, people[star].age) * random.random())
            edges.add("FOLLOWS", one, star, age)


def quarrel(random: Random, people: Sequence[Someone], first: int, edges: Edges) -> None:
    """Requests to private accounts, and some blocks, mutes and dismissals."""
    crowd = range(first, len(people))

    def pairs(count: int) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        while len(found) < count:
            a, b = random.choice(crowd), random.choice(crowd)
            age = int(min(people[a].age, people[b].age) * random.random())
            if a != b:
                found.append((a, b, age))
        return found

    for a, b, age in pairs(80):
        for one, other in ((a, b), (b, a)):
            edges.drop("FOLLOWS", one, other)
        edges.add("BLOCKS", a, b, age)
    for a, b, age in pairs(1500):
        apart = not edges.has("BLOCKS", a, b) and not edges.has("BLOCKS", b, a)
        if people[b].privacy == Privacy.PRIVATE and apart and not edges.has("FOLLOWS", a, b):
            edges.add("REQUESTED", a, b, min(age, 60 * DAY))
    for a, b, age in pairs(80):
        edges.add("MUTES", a, b, age)
    for a, b, age in pairs(60):
        edges.add("DISMISSED", a, b, age)
