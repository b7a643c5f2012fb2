"""What the person on call reads and does: doctor and dead letters, line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from cli import main
from graph.changes import Count, Emit, Event
from graph.patients import Patient
from graph.stores.memory import MemoryStore
from tests.doctor.keeping import KeepingReader
from tests.support.acting import acting
from tests.support.cast import T0, cast
from verbs import doctor, events, user

pytestmark = pytest.mark.anyio


async def patient_of(store: MemoryStore) -> Patient:
    it = acting(store, KeepingReader(store))
    return Patient(store, it.reader, it.actions, it.clock)


async def test_doctor_prints_a_line_each_and_repairs(
    memory: MemoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    people = await cast(memory)
    patient = await patient_of(memory)
    assert await doctor.report(patient, None) == 0
    assert capsys.readouterr().out == ""
    await memory.write((Count("User", people.bob, "friends", 2),))
    line = f"counters: user_{people.bob}: friends is 2 instead of 0\n"
    assert await doctor.report(patient, None) == 1
    assert capsys.readouterr().out == line
    await doctor.repair(patient, None)
    assert capsys.readouterr().out == f"repaired: {line}"
    assert await doctor.report(patient, None) == 0


async def test_dead_letters_are_listed_shown_and_replayed(
    memory: MemoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    for id in (1, 2):
        await memory.write((Emit(Event(id, "followed", T0, {"actor": 7})),))
        await memory.bury_event(id, 8, "ValueError: no")
    assert await events.show(memory, [], whole=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 followed 2023-11-14T22:13:20.000Z after 8: ValueError: no"
    assert len(lines) == 2
    assert await events.show(memory, [2, 3], whole=True) == 1, "3 is not there"
    assert json.loads(capsys.readouterr().out)["data"] == {"actor": 7}
    assert await events.replay(memory, [2]) == 0
    assert [event.id for event in await memory.take_events(10)] == [2]
    assert await events.replay(memory, []) == 0
    assert [event.id for event in await memory.take_events(10)] == [1, 2]


@dataclass
class Rooms:
    actions: Any


async def test_user_does_what_it_is_told(
    memory: MemoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    people = await cast(memory)
    rooms = Rooms(acting(memory).actions)
    work = user.work("bind", "bob", "https://id.example", "4711")
    assert await work(rooms) == 0  # type: ignore[arg-type]
    assert capsys.readouterr().out == f"user_{people.bob}\n"
    key = "https://id.example\x1f4711"
    assert await memory.find_people("subjectKey", [key]) == [people.bob]
    for action, gone in (("suspend", True), ("restore", False)):
        await user.work(action, "bob", None, None)(rooms)  # type: ignore[arg-type]
        (bob,) = await memory.people([people.bob])
        assert bob is not None
        assert bob.gone is gone


@pytest.mark.parametrize(
    "words", [["user", "bind", "bob"], ["user", "bind", "bob", "--issuer", "x"]]
)
def test_binding_needs_both_halves(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "--subject" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["doctor", "--only", "nothing"], ["doctor", "--sample", "0"], ["events", "lose"], ["user"]],
)
def test_called_wrongly(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
