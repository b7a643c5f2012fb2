"""A real network of 4,039 people: what the API answers is what plain sets say.

Asked three times: with nothing cached, with everything in this process, and by a process that
starts with a full cache.
"""

from __future__ import annotations

import gzip
import os
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from graph.store import Store
from tests.support.asking import Client
from tests.support.cast import T0, crowd
from tests.support.living import flush, living

pytestmark = pytest.mark.anyio

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("AMITY_TEST_DATA", BESIDE)) / "graphs"
PAIRS, PEOPLE = 1_000, 300
AT_ONCE = 100
PAGE = 100

MUTUAL = """{}: user(id: "user_{}") {{ mutualFriends(with: "user_{}", first: 100) {{
  nodes {{ id }} totalCount }} }}"""
FAR = """{}: user(id: "user_{}") {{ friendsOfFriends(first: 100) {{
  edges {{ mutualCount node {{ id }} }} totalCount }} }}"""

Friends = Mapping[int, set[int]]


@pytest.fixture(scope="module")
def friendships() -> list[tuple[int, int]]:
    path = DATA / "ego-facebook_combined.txt.gz"
    if not path.exists():
        pytest.skip(f"no {path.name} beside the repository: AMITY_TEST_DATA says where")
    with gzip.open(path, "rt") as lines:
        return [(int(a), int(b)) for a, b in map(str.split, lines)]


@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)
async def test_every_answer_is_that_of_plain_sets(
    store: Store, cache_url: str, friendships: list[tuple[int, int]]
) -> None:
    friends, viewer = await load(store, friendships)
    dice, everyone = random.Random(4039), sorted(friends)
    strangers = [(*dice.sample(everyone, 2),) for _ in range(PAIRS)]
    # Few strangers have friends in common; friends have many.
    near = [(a, dice.choice(sorted(friends[a]))) for a in dice.choices(everyone, k=PAIRS // 2)]
    people = dice.sample(everyone, PEOPLE)
    mutual = {(a, b): sorted(friends[a] & friends[b]) for a, b in [*strangers, *near]}
    far = {id: friends_of_friends(friends, id) for id in people}
    assert max(map(len, mutual.values())) > 50

    await flush(cache_url)
    for rounds in (2, 1):
        async with living(store, cache_url) as client:
            for turn in range(rounds):
                trips = store.trips
                assert await ask_mutual(client, list(mutual), viewer) == {
                    key: (ids[:PAGE], len(ids)) for key, ids in mutual.items()
                }
                assert await ask_far(client, people, viewer) == {
                    id: (found[:PAGE], len(found)) for id, found in far.items()
                }
                # All that the graph is still asked for is its generation, once a second.
                assert (turn, rounds) == (0, 2) or store.trips - trips < 60


async def load(store: Store, friendships: list[tuple[int, int]]) -> tuple[Friends, str]:
    """Both directions of each; who is friends with whom, and a name to ask as."""
    ids = await crowd(store, 1 + max(max(pair) for pair in friendships))
    both = [(ids[a], ids[b]) for a, b in friendships]
    both += [(b, a) for a, b in both]
    loaded = await store.load_edges(
        "FOLLOWS", [(a, b, {"since": T0 + at, "notify": False}) for at, (a, b) in enumerate(both)]
    )
    assert (loaded.created, loaded.unknown) == (len(both), 0)
    friends: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in both:
        friends[a].add(b)
    return friends, f"p{ids[0]}"


def friends_of_friends(friends: Friends, id: int) -> list[tuple[int, int]]:
    counts = Counter(far for friend in friends[id] for far in friends[friend])
    strangers = [(other, n) for other, n in counts.items() if other not in friends[id] | {id}]
    return sorted(strangers, key=lambda one: (-one[1], one[0]))


async def ask_mutual(
    client: Client, pairs: Sequence[tuple[int, int]], as_: str
) -> dict[tuple[int, int], tuple[list[int], int]]:
    found = {}
    async for (a, b), answer in asked(client, MUTUAL, pairs, as_):
        one = answer["mutualFriends"]
        found[a, b] = ([number(node) for node in one["nodes"]], one["totalCount"])
    return found


async def ask_far(
    client: Client, people: Sequence[int], as_: str
) -> dict[int, tuple[list[tuple[int, int]], int]]:
    found = {}
    async for (id,), answer in asked(client, FAR, [(id,) for id in people], as_):
        one = answer["friendsOfFriends"]
        edges = [(number(edge["node"]), edge["mutualCount"]) for edge in one["edges"]]
        found[id] = (edges, one["totalCount"])
    return found


async def asked(
    client: Client, template: str, things: Sequence[tuple[int, ...]], as_: str
) -> AsyncIterator[tuple[tuple[int, ...], Any]]:
    """Each thing with what was answered about it; many go in one document."""
    for at in range(0, len(things), AT_ONCE):
        chunk = things[at : at + AT_ONCE]
        fields = [template.format(f"q{n}", *thing) for n, thing in enumerate(chunk)]
        data = await client.ask(f"{{ {' '.join(fields)} }}", as_)
        for n, thing in enumerate(chunk):
            yield thing, data[f"q{n}"]


def number(node: dict[str, str]) -> int:
    return int(node["id"].removeprefix("user_"))
