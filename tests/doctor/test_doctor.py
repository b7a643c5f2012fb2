"""Each check finds what is wrong, repairs it, and has nothing to say about the sound."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from graph import patients
from graph.changes import Count, Emit, Event, Link
from graph.doctor import CHECKS, examine
from graph.patients import Finding, Patient
from graph.posts import share_key
from graph.store import Store
from tests.doctor.keeping import KeepingReader, wrong_list
from tests.support.acting import Acting, acting
from tests.support.cast import T0, Cast, befriend, block, cast, crowd, follow
from tests.support.posting import like, post

pytestmark = pytest.mark.anyio


class Ward(NamedTuple):
    it: Acting
    people: Cast
    patient: Patient

    @property
    def store(self) -> Store:
        return self.it.store

    @property
    def reader(self) -> KeepingReader:
        reader: KeepingReader = self.it.reader
        return reader


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patients, "LOOK_AGAIN_SECONDS", 0.0)


@pytest.fixture
async def ward(store: Store) -> Ward:
    people = await cast(store)
    await befriend(store, people.alice, people.bob)
    await follow(store, people.carol, people.alice)
    await block(store, people.dan, people.eve)
    first = await post(store, people.alice)
    await post(store, people.bob, T0 + 1, reply_to=first, tags=("tag",))
    await like(store, people.carol, first)
    it = acting(store, KeepingReader(store))
    patient: Any = Patient(store, it.reader, it.actions, lambda: T0 + 10_000_000)
    return Ward(it, people, patient)


async def findings(patient: Patient, only: str | None = None) -> list[Finding]:
    return [finding async for finding in examine(patient, only)]


async def found(ward: Ward, check: str) -> Finding:
    """The one thing that is wrong."""
    (finding,) = await findings(ward.patient)
    assert finding.check == check
    return finding


async def repaired(ward: Ward, finding: Finding) -> None:
    assert finding.repair is not None
    await finding.repair()
    assert await findings(ward.patient) == []


async def test_a_sound_graph_is_left_alone(ward: Ward) -> None:
    assert await findings(ward.patient) == []


async def test_a_counter_that_left_its_edges(ward: Ward) -> None:
    await ward.store.write((Count("User", ward.people.bob, "followers", 3),))
    finding = await found(ward, "counters")
    assert finding.text == f"user_{ward.people.bob}: followers is 4 instead of 1"
    await repaired(ward, finding)
    (counts,) = await ward.store.counts([ward.people.bob])
    assert counts["followers"] == 1


@pytest.mark.parametrize("name", ["following", "followers", "friends", "blocking", "blocked_by"])
async def test_a_list_in_the_cache_that_is_not_the_graphs(ward: Ward, name: str) -> None:
    wrong_list(ward.reader, name, ward.people.alice)
    finding = await found(ward, "lists")
    assert finding.text == f"user_{ward.people.alice}: `{name}` differs from the graph"
    await repaired(ward, finding)


async def test_a_card_in_the_cache_that_is_not_the_graphs(ward: Ward) -> None:
    (carol,) = await ward.store.people([ward.people.carol])
    assert carol is not None
    ward.reader.people_kept[carol.id] = replace(carol, name="Somebody else")
    await repaired(ward, await found(ward, "cards"))


async def test_counts_in_the_cache_that_are_not_the_graphs(ward: Ward) -> None:
    (counts,) = await ward.store.counts([ward.people.carol])
    ward.reader.counts_kept[ward.people.carol] = {**counts, "followers": 9}
    await repaired(ward, await found(ward, "cards"))


async def first_post(ward: Ward) -> int:
    (links,) = await ward.store.neighbours("posts", [ward.people.alice])
    return int(links.ids[0])


async def test_a_counter_of_a_post_that_left_its_edges(ward: Ward) -> None:
    id = await first_post(ward)
    await ward.store.write((Count("Post", id, "likes", 3), Count("Post", id, "views", 2)))
    finding = await found(ward, "post_counters")
    assert finding.text == f"post_{id}: likes is 4 instead of 1"
    await repaired(ward, finding)
    (counts,) = await ward.store.post_counts([id])
    assert (counts["likes"], counts["views"]) == (1, 2)


async def test_a_posts_card_or_counts_that_are_not_the_graphs(ward: Ward) -> None:
    id = await first_post(ward)
    (card,), (counts,) = await ward.store.posts([id]), await ward.store.post_counts([id])
    assert card is not None
    ward.reader.posts_kept[id] = replace(card, text="something else")
    await repaired(ward, await found(ward, "post_cards"))
    ward.reader.post_counts_kept[id] = {**counts, "likes": 7}
    await repaired(ward, await found(ward, "post_cards"))


async def test_who_left_and_was_half_erased(ward: Ward) -> None:
    await ward.it.actions.delete_profile(ward.people.alice)
    assert await findings(ward.patient, "erased") == [], "its event waits: somebody is at it"
    waiting = await ward.store.take_events(10)
    await ward.store.drop_events([event.id for event in waiting])
    finding = await found(ward, "erased")
    assert finding.text == f"user_{ward.people.alice}: left, and is half erased"
    assert finding.repair is not None
    await finding.repair()
    assert await findings(ward.patient, "erased") == []
    assert await findings(ward.patient, "counters") == []


async def test_the_suspended_are_not_half_erased(ward: Ward) -> None:
    await ward.it.actions.suspend("alice")
    assert await findings(ward.patient, "erased") == []


async def test_dead_letters_and_late_events(ward: Ward) -> None:
    for id in (1, 2):
        await ward.store.write((Emit(Event(id, "followed", T0, {})),))
    await ward.store.bury_event(1, 8, "ValueError: no")
    texts = [finding.text for finding in await findings(ward.patient)]
    assert texts == [
        "1 events were given up: see `amity events list`",
        "1 events wait, the oldest since 10000 s: is a worker up?",
    ]


async def test_only_one_check(ward: Ward) -> None:
    wrong_list(ward.reader, "friends", ward.people.alice)
    for check in CHECKS:
        assert bool(await findings(ward.patient, check)) == (check == "lists")


async def test_a_change_under_way_is_no_finding() -> None:
    looks = [{1: "odd", 2: "odd"}, {2: "odd"}, {}]

    async def look(ids: object) -> dict[int, str]:
        return looks.pop(0)

    assert await patients.lasting([1, 2], look) == {}


@pytest.mark.parametrize("size", [1, 5, 1_000_000])
async def test_a_sample_is_of_people_there_are(ward: Ward, size: int) -> None:
    await ward.store.take_ids(50)  # a gap
    everyone = {*ward.people, *await crowd(ward.store, 20)}
    patient = replace(ward.patient, sample=size)
    chosen = [person.id async for page in patient.people() for person in page]
    assert len(chosen) == len(set(chosen)) <= size
    assert set(chosen) <= everyone
    assert chosen
    if size == 1_000_000:
        assert set(chosen) == everyone


async def test_shares_without_their_keys(ward: Ward) -> None:
    first = await post(ward.store, ward.people.alice, T0 + 2, 2)
    plain = await post(ward.store, ward.people.bob, T0 + 3, 3, shares=first, shareKey=None)
    words = {"text": "look", "shareKey": share_key(ward.people.bob, 77)}
    quote = await post(ward.store, ward.people.bob, T0 + 4, 4, shares=first, **words)
    wrong = await findings(ward.patient)
    assert {finding.text for finding in wrong} == {
        f"post_{id}: a share without its key, or with another's" for id in (plain, quote)
    }
    for finding in wrong:
        assert finding.check == "shares"
        assert finding.repair is not None
        await finding.repair()
    assert await findings(ward.patient) == []
    keys = [share_key(ward.people.bob, id) for id in (first, 77)]
    assert await ward.store.find_posts("shareKey", keys) == [plain, None]


async def test_nobody_to_sample(store: Store) -> None:
    it = acting(store)
    patient = Patient(store, it.reader, it.actions, it.clock, sample=5)
    assert [page async for page in patient.people()] == []


async def test_an_edge_that_stands_twice(ward: Ward) -> None:
    a, b = ward.people.alice, ward.people.bob
    # Whoever decides looks first; this write does not.
    again = Link("FOLLOWS", a, b, {"since": T0, "notify": False})
    await ward.store.write((again,))
    doubt = await findings(ward.patient, "doubled")
    assert [finding.text for finding in doubt] == [f"user_{a}: FOLLOWS to {b} stands 2 times"]
    assert doubt[0].repair is not None
    await doubt[0].repair()
    assert await findings(ward.patient, "doubled") == []
    assert len(await ward.store.neighbours_page("following", a, 10)) == 1
