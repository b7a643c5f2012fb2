"""The demo network: about two thousand invented people, loaded once into an empty graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graph.changes import Name, Put
from graph.declaring import PostType
from graph.errors import Conflict
from graph.ids import EPOCH_MS, LAST_SEQUENCE, LOADER_NODES, compose, created_at
from graph.model import EDGE
from graph.posts import share_key
from graph.records import Props
from graph.store import Store
from loaders.cast import CAST, NOVA, act, meet_the_crowd
from loaders.chatter import Chatter, Said, chatter, circles_of
from loaders.names import TOPICS
from loaders.network import DAY, THREE_YEARS, Edges, Someone, admire, mingle, quarrel, strangers

PEOPLE = 2000
SOURCE = "demo"
SEED = 20231121
SEQUENCE = LAST_SEQUENCE + 1
# No import of today gives these: they are from the first millisecond that an id can tell.
FIRST_TAG = compose(EPOCH_MS, LOADER_NODES[1], 0)


@dataclass(frozen=True, slots=True)
class Network:
    """Who there is, in order of joining, and what stands between them, by index."""

    people: tuple[Someone, ...]
    edges: Mapping[str, Sequence[tuple[int, int, int, Mapping[str, Any]]]]


def network(size: int = PEOPLE) -> Network:
    random = Random(SEED)
    people = [*CAST, *strangers(random, size - len(CAST), THREE_YEARS - len(CAST) * DAY)]
    first, edges = len(CAST), Edges()
    act(edges)
    mingle(random, people, first, edges)
    admire(random, people, NOVA, first, edges)
    quarrel(random, people, first, edges)
    circle = [one for one in range(first, size) if people[one].circle == 0]
    meet_the_crowd(random, circle, people, edges)
    rows = {
        kind: [(a, b, age, props) for (a, b), (age, props) in found.items()]
        for kind, found in edges.rows.items()
    }
    return Network(tuple(people), rows)


async def load_demo(store: Store, now: int, issuer: str = "amity") -> bool:
    """Load the demo network; False where it is already there.

    `issuer` is the one whose tokens speak for these people, each under their username. What an
    earlier try that was cut short left behind is completed.
    """
    if await is_loaded(store):
        return False
    made = network()
    ids = await _ids(store, made.people)
    rows = [
        _row(one, who, now, issuer, index)
        for index, (one, who) in enumerate(zip(ids, made.people, strict=True))
    ]
    await store.load_people(rows)
    for kind, edges in made.edges.items():
        await store.load_edges(kind, _edge_rows(kind, edges, ids, now))
    await _load_interests(store, made.people, ids, now)
    await _load_posts(store, made, ids, now)
    # Last, so that half a network is never taken for a whole one.
    await store.write((Put("User", ids[NOVA], {"externalKey": _key(NOVA)}),))
    return True


async def is_loaded(store: Store) -> bool:
    [nova] = await store.find_people("externalKey", [_key(NOVA)])
    return nova is not None


async def _ids(store: Store, people: Sequence[Someone]) -> list[int]:
    """New ids in order of joining; those of an earlier try are used again."""
    known = await store.find_people("usernameKey", [one.username for one in people])
    there = [one for one in known if one is not None]
    if there and any(one is None or one.source != SOURCE for one in await store.people(there)):
        raise Conflict("The demo needs a graph without people of its names.", field="username")
    if not there:
        first = await store.take_ids(len(people))
        return list(range(first, first + len(people)))
    fresh = iter(range(first := await store.take_ids(len(people)), first + len(people)))
    return [one if one is not None else next(fresh) for one in known]


def _key(index: int) -> str:
    return f"{SOURCE}\x1f{index + 1}"


def _row(one: int, who: Someone, now: int, issuer: str, index: int) -> dict[str, Any]:
    row = {
        "id": one,
        "username": who.username,
        "usernameKey": who.username,
        "name": who.name,
        "bio": who.bio,
        "verified": who.verified,
        "privacy": who.privacy.value,
        "createdAt": now - who.age,
        "externalId": str(index + 1),
        "externalKey": None if index == NOVA else _key(index),
        "source": SOURCE,
        "subjectKey": f"{issuer}\x1f{who.username}",
        "country": who.country,
        "hideNetwork": who.hide_network,
        "discoverable": who.discoverable,
        "allowSuggestions": who.allow_suggestions,
        "gone": False,
        # Known to be one from the start: the first post would tell.
        "celebrity": True if index == NOVA else None,
        "lastActiveDay": max(now // DAY - who.idle_days, (now - who.age) // DAY),
    }
    return {name: value for name, value in row.items() if value is not None}


def _edge_rows(
    kind: str,
    edges: Sequence[tuple[int, int, int, Mapping[str, Any]]],
    ids: Sequence[int],
    now: int,
) -> list[tuple[int, int, Props]]:
    """Rows for the store; `until` is from now on, every other time is ago."""
    time = EDGE[kind].time
    rows: list[tuple[int, int, Props]] = []
    for a, b, age, more in edges:
        props: dict[str, Any] = {time: now - age}
        if kind in ("FOLLOWS", "REQUESTED"):
            props["notify"] = False
        if "until" in more:
            props["until"] = now + more["until"]
        rows.append((ids[a], ids[b], props))
    return rows


async def _load_posts(store: Store, made: Network, ids: Sequence[int], now: int) -> None:
    """What an earlier try loaded stays as it is: its ids tell when it was."""
    follows = [(a, b) for a, b, _, _ in made.edges["FOLLOWS"]]
    circles = circles_of(made.people, follows)
    talk = chatter(Random(SEED), made.people, circles, len(CAST))
    keys = [f"{SOURCE}\x1fpost-{number + 1}" for number in range(len(talk.said))]
    known = await store.find_posts("externalKey", keys)
    posts = [
        compose(now - one.age, LOADER_NODES[1], number % SEQUENCE) if id is None else id
        for number, (one, id) in enumerate(zip(talk.said, known, strict=True))
    ]
    new = [number for number, id in enumerate(known) if id is None]
    await store.load_posts([_post(talk.said, posts, ids, number, keys) for number in new])
    for edge, rows in post_edges(talk, posts, ids, now).items():
        await store.load_edges(edge, rows)


def _post(
    said: Sequence[Said], posts: Sequence[int], ids: Sequence[int], number: int, keys: Sequence[str]
) -> dict[str, Any]:
    one = said[number]
    plain = one.shares if one.text is None else None
    row = {
        "id": posts[number],
        "text": one.text,
        "type": PostType.TEXT.value,
        "visibility": one.visibility.value,
        "createdAt": created_at(posts[number]),
        "gone": False,
        "source": SOURCE,
        "externalId": f"post-{number + 1}",
        "externalKey": keys[number],
        "shareKey": None if plain is None else share_key(ids[one.author], posts[plain]),
    }
    return {name: value for name, value in row.items() if value is not None}


def post_edges(
    talk: Chatter, posts: Sequence[int], ids: Sequence[int], now: int
) -> dict[str, list[tuple[int, int, Props]]]:
    tags = {topic: FIRST_TAG + index for index, topic in enumerate(TOPICS)}
    rows: dict[str, list[tuple[int, int, Props]]] = {
        name: [] for name in ("POSTED", "REPLIES_TO", "SHARES", "TAGGED", "MENTIONS", "LIKED")
    }
    for one, post in zip(talk.said, posts, strict=True):
        at: Props = {"at": created_at(post)}
        rows["POSTED"].append((ids[one.author], post, at))
        if one.reply_to is not None:
            rows["REPLIES_TO"].append((post, posts[one.reply_to], at))
        if one.shares is not None:
            rows["SHARES"].append((post, posts[one.shares], at))
        rows["TAGGED"] += [(post, tags[tag], at) for tag in one.tags]
        rows["MENTIONS"] += [(post, ids[whom], at) for whom in one.mentions]
    for (person, post), age in talk.likes.items():
        rows["LIKED"].append((ids[person], posts[post], {"at": now - age}))
    return rows


async def _load_interests(
    store: Store, people: Sequence[Someone], ids: Sequence[int], now: int
) -> None:
    """Nova is interested in everything: naming her interests makes the tags."""
    tags = {topic: FIRST_TAG + index for index, topic in enumerate(TOPICS)}
    await store.write((Name("INTERESTED_IN", ids[NOVA], tags),))
    rows: list[tuple[int, int, Props]] = [
        (one, tags[topic], {"at": now - who.age, "weight": 1})
        for one, who in zip(ids, people, strict=True)
        for topic in who.interests
    ]
    await store.load_edges("INTERESTED_IN", rows)
