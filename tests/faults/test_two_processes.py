"""Two API processes on one folder: who shows the epoch of a write sees it through either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from settings import Settings
from tests.faults.service import Service

pytestmark = pytest.mark.anyio

CREATE = "mutation($name: String!) { createProfile(input: {username: $name}) { id } }"
SEEN = """query($id: ID!) { user(id: $id) { followerCount followers { nodes { username } } }
  viewer { following { nodes { id } } } }"""
ROUNDS, READS = 12, 8


@pytest.mark.server("embedded", "cache")
async def test_a_write_with_its_epoch_is_seen_through_either(tmp_path: Path) -> None:
    with Service(Settings(data_dir=tmp_path, graph_heap_mb=512, cache_mb=64, workers=2)) as service:
        assert {"api-0", "api-1"} <= set(service.names())
        ids = {}
        for name in ("alice", "bob"):
            answer, _ = await ask(service, name, CREATE, name=name)
            ids[name] = answer["data"]["createProfile"]["id"]
        for turn in range(ROUNDS):
            change = ("follow", "unfollow")[turn % 2]
            wish = f"mutation($id: ID!) {{ {change}(user: $id) {{ user {{ id }} }} }}"
            answer, epoch = await ask(service, "alice", wish, id=ids["bob"])
            assert "errors" not in answer
            there = ["alice"] if change == "follow" else []
            for _ in range(READS):
                answer, _ = await ask(service, "alice", SEEN, epoch, id=ids["bob"])
                user, viewer = answer["data"]["user"], answer["data"]["viewer"]
                assert [node["username"] for node in user["followers"]["nodes"]] == there
                assert user["followerCount"] == len(there) == len(viewer["following"]["nodes"])
        answered = {await trips(service) for _ in range(4 * READS)}
        assert len(answered) > 1, "both processes answer"


async def ask(
    service: Service, who: str, query: str, epoch: str | None = None, **variables: Any
) -> tuple[dict[str, Any], str | None]:
    """Over a connection of its own, which either process may take."""
    headers = {"authorization": f"Bearer {service.token(who)}"}
    if epoch is not None:
        headers["amity-epoch"] = epoch
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        response = await client.post(
            f"{service.url}/graphql",
            json={"query": query, "variables": variables},
            headers=headers,
        )
    return response.json(), response.headers.get("amity-epoch")


async def trips(service: Service) -> str:
    """Something that tells the two apart: each counts its own."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        text = (await client.get(f"{service.url}/metrics")).text
    return next(line for line in text.splitlines() if line.startswith("amity_adjacency_trips"))
