"""Writers that remember what was acknowledged to them, and what may or may not have happened."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from tests.faults.service import PATIENCE, Service

CREATE = "mutation($name: String!) { createProfile(input: {username: $name}) { id } }"
CHANGE = "mutation($user: ID!) { %s(user: $user) { relationship { following } } }"
LOOK = """query($ids: [ID!]!) { relationships(with: $ids) {
    user { id } following followedBy blocking } }"""

LISTS = """query($ids: [ID!]!) {
  viewer { followingCount followerCount friendCount
    following(first: 100) { nodes { id } } followers(first: 100) { nodes { id } }
    friends(first: 100) { nodes { id } } blocked(first: 100) { nodes { id } } }
  relationships(with: $ids) { user { id } following followedBy friends blocking } }"""


class State(NamedTuple):
    """What stands between a and b, as a sees it."""

    following: bool = False
    followed_by: bool = False
    blocking: bool = False


def after(state: State, by_a: bool, change: str) -> State:
    """The rules of following and blocking, for changes that are allowed."""
    match change:
        case "follow" if by_a:
            return state if state.blocking else state._replace(following=True)
        case "follow":
            return state if state.blocking else state._replace(followed_by=True)
        case "unfollow" if by_a:
            return state._replace(following=False)
        case "unfollow":
            return state._replace(followed_by=False)
        case "block":
            return State(blocking=True)
        case _:
            return state._replace(blocking=False)


@dataclass
class Bond:
    """One pair, changed by one writer only: its changes come one after the other."""

    a: str
    b: str
    # Everything that may be true, given what was answered and what was not.
    possible: set[State] = field(default_factory=lambda: {State()})

    def acknowledged(self, by_a: bool, change: str) -> None:
        self.possible = {after(state, by_a, change) for state in self.possible}

    def in_doubt(self, by_a: bool, change: str) -> None:
        self.possible |= {after(state, by_a, change) for state in self.possible}


class Writers:
    def __init__(self, service: Service, people: int, seed: int) -> None:
        self._service = service
        self._random = random.Random(seed)
        self._names = [f"person{n}" for n in range(people)]
        self._tokens = {name: service.token(name) for name in self._names}
        self.ids: dict[str, str] = {}
        self.bonds: list[Bond] = []
        self.acknowledged = 0
        self.doubtful = 0

    async def create_people(self, client: httpx.AsyncClient) -> None:
        for name in self._names:
            answer = await self._ask(client, name, CREATE, name=name)
            self.ids[name] = answer["data"]["createProfile"]["id"]
        pairs = [(a, b) for i, a in enumerate(self._names) for b in self._names[i + 1 :]]
        self._random.shuffle(pairs)
        self.bonds = [Bond(a, b) for a, b in pairs]

    async def write(
        self, client: httpx.AsyncClient, part: int, parts: int, until: asyncio.Event
    ) -> None:
        chosen = random.Random(part)
        mine = self.bonds[part::parts]
        while not until.is_set():
            bond = chosen.choice(mine)
            by_a = chosen.random() < 0.5
            change = chosen.choices(
                ("follow", "unfollow", "block", "unblock") if by_a else ("follow", "unfollow"),
                (6, 3, 1, 1) if by_a else (6, 3),
            )[0]
            await self._change(client, bond, by_a, change)

    async def busy(self, writes: int) -> None:
        """Until so many more were acknowledged."""
        until = self.acknowledged + writes
        async with asyncio.timeout(PATIENCE):
            while self.acknowledged < until:  # noqa: ASYNC110 - writers tell nobody
                await asyncio.sleep(0.05)

    async def _change(self, client: httpx.AsyncClient, bond: Bond, by_a: bool, change: str) -> None:
        who, whom = (bond.a, bond.b) if by_a else (bond.b, bond.a)
        try:
            answer = await self._ask(client, who, CHANGE % change, user=self.ids[whom])
        except (httpx.TransportError, ValueError):
            answer = {"errors": [{"extensions": {"code": "UNAVAILABLE"}}]}
        if "errors" not in answer:
            self.acknowledged += 1
            bond.acknowledged(by_a, change)
            return
        code = answer["errors"][0]["extensions"]["code"]
        if code in ("NOT_FOUND", "FORBIDDEN"):  # refused by a rule: nothing happened
            return
        assert code in ("UNAVAILABLE", "TIMEOUT"), answer
        self.doubtful += 1
        bond.in_doubt(by_a, change)
        await asyncio.sleep(0.05)

    async def wrong(self, client: httpx.AsyncClient) -> list[str]:
        """Pairs whose state can't have come from what was answered."""
        found = []
        for name in self._names:
            bonds = {self.ids[bond.b]: bond for bond in self.bonds if bond.a == name}
            if not bonds:
                continue
            answer = await self._ask(client, name, LOOK, ids=[*bonds])
            for seen in answer["data"]["relationships"]:
                bond = bonds[seen["user"]["id"]]
                state = State(seen["following"], seen["followedBy"], seen["blocking"])
                if state not in bond.possible:
                    found.append(f"{bond.a}-{bond.b}: {state}, but possible are {bond.possible}")
        return found

    async def contradictions(self, client: httpx.AsyncClient) -> list[str]:
        """Cached lists and kept counters that are not what stands between two people each."""
        found = []
        for name in self._names:
            others = [id for other, id in self.ids.items() if other != name]
            data = (await self._ask(client, name, LISTS, ids=others))["data"]
            viewer = data["viewer"]
            pairs = [pair for pair in data["relationships"] if pair]
            for listed, told, count in (
                ("following", "following", "followingCount"),
                ("followers", "followedBy", "followerCount"),
                ("friends", "friends", "friendCount"),
                ("blocked", "blocking", None),
            ):
                there = sorted(pair["user"]["id"] for pair in pairs if pair[told])
                shown = sorted(node["id"] for node in viewer[listed]["nodes"])
                if shown != there:
                    found.append(f"{name}: {listed} are {shown}, but the graph says {there}")
                if count and viewer[count] != len(there):
                    found.append(f"{name}: {count} is {viewer[count]}, not {len(there)}")
        return found

    async def _ask(self, client: httpx.AsyncClient, who: str, query: str, **variables: Any) -> Any:
        response = await client.post(
            f"{self._service.url}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self._tokens[who]}"},
        )
        return response.json()
