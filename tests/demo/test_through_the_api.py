"""The page's table, asked of the API."""

from __future__ import annotations

import pytest

from graph.stores.memory import MemoryStore
from loaders.demo import load_demo
from tests.demo.test_demo import IDS, NOW, matrix
from tests.support.asking import Client

pytestmark = pytest.mark.anyio


async def test_explain_access_says_what_the_page_says(memory: MemoryStore) -> None:
    await load_demo(memory, NOW)
    client = Client(memory)
    said = []
    for who, whom, _, _ in matrix():
        question = f'{{ explainAccess(id: "user_{IDS[whom]}") {{ rule allowed }} }}'
        answer = (await client.ask(question, who if who in IDS else None))["explainAccess"]
        said.append((who, whom, answer["rule"], answer["allowed"]))
    assert said == matrix()


async def test_alice_is_not_shown_whom_she_must_not_be_shown(memory: MemoryStore) -> None:
    await load_demo(memory, NOW)
    question = "{ viewer { peopleYouMayKnow(first: 100) { nodes { username } } } }"
    answer = await Client(memory).ask(question, "alice")
    shown = {one["username"] for one in answer["viewer"]["peopleYouMayKnow"]["nodes"]}
    assert "judy" in shown
    assert not shown & {"mallory", "oscar", "peggy", "victor", "walter", "trent", "sybil", "dan"}
