"""The people everything is tried on. docs/demo.md says what each of them may see of the others."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from graph.declaring import Privacy
from loaders.network import (
    DAY,
    HOUR,
    MINUTE,
    THREE_YEARS,
    Edges,
    Someone,
    befriend,
)


def _one(username: str, joined: int, bio: str | None = None, **more: Any) -> Someone:
    """A member of the cast, in order of joining."""
    someone = Someone(
        username=username,
        name=username.capitalize(),
        age=THREE_YEARS - joined * DAY,
        circle=0,
        country="US",
        idle_days=0,
        bio=bio,
    )
    return replace(someone, **more)


CAST: tuple[Someone, ...] = (
    _one(
        "alice",
        0,
        "Draws maps of places that are not there.",
        privacy=Privacy.PRIVATE,
        interests=("hiking", "origami", "painting"),
    ),
    _one("bob", 1, "Bakes on Sundays.", verified=True, interests=("baking", "chess")),
    _one("carol", 2, "Plays the viola.", hide_network=True, interests=("hiking", "jazz")),
    _one("dan", 3, "Repairs bicycles.", privacy=Privacy.PRIVATE, interests=("cycling",)),
    _one("eve", 4, "Listens.", privacy=Privacy.FRIENDS, country="DE", interests=("poetry",)),
    _one("nova", 5, "Sings. Tour in spring.", verified=True, country="BR"),
    _one("mallory", 6),
    _one("oscar", 7),
    _one("peggy", 8, "Posts a great deal."),
    _one("victor", 9, "Posts a great deal today."),
    _one("walter", 10),
    _one("trent", 11, allow_suggestions=False),
    _one("sybil", 12, discoverable=False),
    _one("judy", 13, privacy=Privacy.PRIVATE),
)

ALICE, BOB, CAROL, DAN, EVE, NOVA, MALLORY, OSCAR = range(8)
PEGGY, VICTOR, WALTER, TRENT, SYBIL, JUDY = range(8, 14)


def act(edges: Edges) -> None:
    """What stands between members of the cast."""
    befriend(edges, ALICE, BOB, 900 * DAY)
    befriend(edges, ALICE, CAROL, 800 * DAY)
    befriend(edges, BOB, CAROL, 700 * DAY)
    befriend(edges, BOB, DAN, 600 * DAY)
    befriend(edges, DAN, EVE, 500 * DAY)
    edges.add("FOLLOWS", CAROL, EVE, 90 * DAY)
    edges.add("REQUESTED", EVE, ALICE, 3 * HOUR)
    edges.add("REQUESTED", ALICE, DAN, 25 * MINUTE)
    edges.add("BLOCKS", BOB, EVE, 40 * DAY)
    edges.add("BLOCKS", ALICE, MALLORY, 30 * DAY)
    edges.add("BLOCKS", OSCAR, ALICE, 20 * DAY)
    edges.add("FOLLOWS", ALICE, PEGGY, 200 * DAY)
    edges.add("FOLLOWS", ALICE, VICTOR, 100 * DAY)
    edges.add("MUTES", ALICE, PEGGY, 10 * DAY)
    edges.add("MUTES", ALICE, VICTOR, 2 * HOUR, until=DAY)
    edges.add("DISMISSED", ALICE, WALTER, 5 * DAY)
    for other in (MALLORY, WALTER, TRENT, SYBIL, JUDY):
        befriend(edges, BOB, other, (300 - other) * DAY)
    for other in (ALICE, BOB, CAROL, DAN, EVE):
        edges.add("FOLLOWS", other, NOVA, (50 - other) * DAY)


def meet_the_crowd(random: Random, circle: list[int], people: list[Someone], edges: Edges) -> None:
    """Friends of alice in the crowd, some of them bob's too, and a few of the others' own."""
    open_ones = [one for one in circle if people[one].privacy != Privacy.PRIVATE]
    friends = random.sample(open_ones, 34)

    def close(one: int, others: list[int]) -> None:
        for other in others:
            age = int(min(people[one].age, people[other].age) * random.random())
            befriend(edges, one, other, age)

    close(ALICE, friends[:24])
    close(BOB, friends[14:32])
    close(CAROL, friends[20:28])
    close(DAN, friends[28:34])
    close(EVE, friends[30:34])
    close(JUDY, friends[0:2])
