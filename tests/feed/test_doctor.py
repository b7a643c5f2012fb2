"""The doctor looks at timelines and at the fan-out, and repairs what it finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph import patients
from graph.doctor import examine
from graph.events.queue import DEAD
from graph.patients import Finding, Patient
from graph.timelines.packing import pack_entry
from tests.feed.running import Running, a_cast
from tests.support.cast import T0, follow

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

LATER = 3_600_000


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patients, "LOOK_AGAIN_SECONDS", 0.0)


async def a_patient(it: Running) -> tuple[Patient, list[int]]:
    """alice has followed bob for long, has a timeline, and later he posted."""
    people = await a_cast(it)
    await follow(it.store, people.alice, people.bob, since=T0)
    await it.walk("alice")
    posts = [await it.post(people.bob) for _ in range(3)]
    await it.settle()
    patient = Patient(
        it.store,
        it.reader,
        it.client.actions,
        lambda: it.client.now + LATER,
        timelines=it.timelines,
        queue=it.queue,
    )
    return patient, posts


async def findings(patient: Patient, *only: str) -> list[Finding]:
    return [one for check in only for one in [f async for f in examine(patient, check)]]


async def test_a_sound_timeline_is_passed_over(quick: Running) -> None:
    patient, _ = await a_patient(quick)
    assert await findings(patient, "timelines", "fanout") == []
    deleted = quick.client.actions.delete_post
    await deleted(2, (await quick.walk("alice"))[0])
    assert await findings(patient, "timelines") == []


async def test_a_post_that_was_never_pushed_is_found_and_the_timeline_built_anew(
    quick: Running,
) -> None:
    patient, posts = await a_patient(quick)
    await quick.cache.ask("LREM", quick.timelines._name(1), 0, await entry_of(quick, posts[1]))
    assert posts[1] not in await quick.walk("alice")
    (finding,) = await findings(patient, "timelines")
    assert finding.text == "user_1: of the timeline, 1 posts are missing"
    assert finding.repair is not None
    await finding.repair()
    assert await quick.walk("alice") == posts[::-1]
    assert await findings(patient, "timelines") == []
    # What is young may be on its way.
    young = replace(patient, clock=quick.client.clock)
    assert await findings(young, "timelines") == []


async def test_an_entry_that_is_anothers_is_found(quick: Running) -> None:
    patient, posts = await a_patient(quick)
    name, entry = quick.timelines._name(1), await entry_of(quick, posts[1])
    (card,) = await quick.store.posts([posts[1]])
    assert card is not None
    await quick.cache.ask("LREM", name, 0, entry)
    await quick.cache.ask("LPUSH", name, pack_entry(card.created_at, card.id, 3))
    (finding,) = await findings(patient, "timelines")
    assert "another's" in finding.text


async def test_the_given_up_and_the_late_are_told(quick: Running) -> None:
    patient, _ = await a_patient(quick)
    await quick.cache.ask("XADD", DEAD, "*", "id", "x")
    await quick.post(2)
    await quick.relay.sweep()
    late = replace(patient, clock=lambda: 2**45)
    texts = [finding.text for finding in await findings(late, "fanout")]
    assert texts[0] == "1 posts were given up: timelines were built anew"
    assert texts[1].startswith("1 posts wait, the oldest since")


async def entry_of(it: Running, post: int) -> bytes:
    (card,) = await it.store.posts([post])
    assert card is not None
    return pack_entry(card.created_at, card.id, card.author)
