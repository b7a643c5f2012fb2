"""Whoever asks was active that day: one write a person and day, behind the answer."""

from __future__ import annotations

from typing import NoReturn

import pytest

from graph.errors import Unavailable
from graph.store import DecidePerson
from graph.stores.memory import MemoryStore
from tests.support.cast import T0, cast
from tests.web.serving import ask, bearer, services, serving

pytestmark = pytest.mark.anyio

TODAY = T0 // 86_400_000
QUESTION = "{ viewer { id } }"


class Refusing(MemoryStore):
    """Answers, and takes no change."""

    async def change_person(self, person: int, decide: DecidePerson) -> NoReturn:
        raise Unavailable("The graph can't be written.")


async def last_active(store: MemoryStore) -> list[int | None]:
    people = await store.people([1, 2])
    return [person.last_active_day if person else None for person in people]


async def test_the_first_question_of_a_day_is_noted_once() -> None:
    store = MemoryStore()
    await cast(store)
    async with serving(services(store)) as client:
        for _ in range(3):
            assert (await ask(client, QUESTION, bearer("alice"))).status_code == 200
        await ask(client, QUESTION)
        await ask(client, QUESTION, bearer("somebody without a profile"))
    assert await last_active(store) == [TODAY, None]
    assert [event.kind for event in await store.take_events(10)] == ["active"]


async def test_a_note_that_fails_fails_no_question() -> None:
    store = Refusing()
    await cast(store)
    async with serving(services(store)) as client:
        response = await ask(client, QUESTION, bearer("alice"))
    assert response.json() == {"data": {"viewer": {"id": "user_1"}}}
    assert await last_active(store) == [None, None]
