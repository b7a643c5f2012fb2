"""A whole run over the memory store: what is asked, in a process of its own, and what comes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algorithms.csr import from_edges
from analysts.runs.computing import compute
from analysts.runs.estimate import Limits
from analysts.runs.ranking import best
from analysts.runs.run import Question, ranked, run
from analysts.runs.values import Options, Outcome, Values
from graph.changes import Put
from graph.errors import BadInput, DeadlineExceeded, NotFound
from graph.stores.memory import MemoryStore
from tests.support.cast import Cast, befriend, cast, follow

pytestmark = pytest.mark.anyio

LIMITS = Limits(4_096, 60)


async def village(memory: MemoryStore) -> Cast:
    people = await cast(memory, bob={"externalId": "b-1"})
    for a, b in (("alice", "bob"), ("carol", "bob"), ("bob", "carol"), ("dan", "carol")):
        await follow(memory, people[a], people[b])
    return people


async def asked(memory: MemoryStore, question: Question) -> Any:
    return await run(memory, question, LIMITS, lambda _: None)


async def test_rows_are_best_first_with_the_name_of_the_import(memory: MemoryStore) -> None:
    people = await village(memory)
    result = await asked(memory, Question("in-degree", "follows"))
    rows = await ranked(memory, result, top=3)
    assert [(row.id, row.external_id, row.value) for row in rows] == [
        (people.bob, "b-1", 2),
        (people.carol, None, 2),
        (people.alice, None, 0),
    ]
    assert result.facts == {"nodes": 4, "edges": 4, "largest": 2}


async def test_a_username_that_is_a_number_is_no_id(memory: MemoryStore) -> None:
    people = await village(memory)
    number = f"{people.alice}"
    changed = Put("User", people.eve, {"username": number, "usernameKey": number})
    await memory.write((changed,))
    with pytest.raises(NotFound, match=number):  # eve is not in this graph
        await asked(memory, Question("bfs", "follows", source=number))
    result = await asked(memory, Question("bfs", "follows", source=f"user_{number}"))
    assert (await ranked(memory, result, 1))[0].id == people.bob


async def test_a_source_is_named_by_username_or_number(memory: MemoryStore) -> None:
    people = await village(memory)
    for name in ("Dan", f"{people.dan}", f"user_{people.dan}", people.dan):
        result = await asked(memory, Question("bfs", "follows", source=name))
        rows = await ranked(memory, result, None)
        assert [(row.id, row.value) for row in rows] == [(people.carol, 1), (people.bob, 2)]
    paths = await asked(memory, Question("paths", "follows", source="dan", target="bob"))
    assert paths.facts["paths"] == [{"length": 2, "ids": [people.dan, people.carol, people.bob]}]
    for nobody in ("eve", "nobody", "999"):
        with pytest.raises(NotFound, match=nobody):
            await asked(memory, Question("bfs", "follows", source=nobody))
    with pytest.raises(BadInput, match="--source"):
        await asked(memory, Question("bfs", "follows"))


async def test_what_has_no_answer_says_so(memory: MemoryStore) -> None:
    people = await village(memory)
    await befriend(memory, people.alice, people.eve)
    with pytest.raises(BadInput, match="--target"):
        await asked(memory, Question("paths", "follows", source="alice"))
    with pytest.raises(BadInput, match="no node"):
        await asked(memory, Question("eigenvector", "likes"))


def children() -> set[str]:
    """Processes that this one has started and not yet seen off."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


async def test_it_ends_at_once_when_its_time_is_up_or_nobody_waits() -> None:
    dice = np.random.default_rng(1)
    graph = from_edges(*dice.integers(0, 200_000, (2, 400_000)), 200_000)
    before, told = children(), list[float | None]()
    with pytest.raises(DeadlineExceeded, match="AMITY_ANALYZE_SECONDS"):
        await compute("betweenness", graph, Options(), 1.0, lambda *_: None)
    assert children() == before
    task = asyncio.create_task(
        compute("betweenness", graph, Options(), 600.0, lambda _, share: told.append(share))
    )
    while not any(share is not None for share in told):  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # hours of work are left when it tells of its first piece
    assert 0 < (told[-1] or 0) < 1
    assert children() != before
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == before


def test_the_best_are_chosen_with_ties_by_node() -> None:
    scores = Outcome(np.array([1.0, 3.0, 2.0, 3.0, 1.0]))
    assert best(scores, Values.SCORE, None).tolist() == [1, 3, 2, 0, 4]
    for top in range(1, 7):
        assert best(scores, Values.SCORE, top).tolist() == [1, 3, 2, 0, 4][:top]
    labels = Outcome(np.array([1, 0, 0, 2]))
    assert best(labels, Values.LABEL, None).tolist() == [1, 2, 0, 3]
    assert best(Outcome(np.zeros(3), shown=np.array([2, 0])), Values.SCORE, 1).tolist() == [2]
