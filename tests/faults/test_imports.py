"""Loader and graph server are killed in the middle of an import; the end is as without it.

Short here; thirty kills with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from graph.errors import AmityError
from graph.store import Store
from graph.stores.embedded import connection
from graph.stores.memory import MemoryStore
from rooms import make_store
from settings import Settings
from tests.faults.service import Service
from tests.loaders.loading import assert_sound, load, mapping_of, names, order
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))
KILLS = 30 if SOAK else 3
PEOPLE, EDGES = (60_000, 400_000) if SOAK else (9_000, 30_000)
PATIENCE = 120.0
CAMPAIGN_SECONDS = 1_500.0
Kill = Callable[[], object]  # the graph server, which comes back
MAPPING = """
source: kills
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create, set: {since: at}}
"""


def write_follows(path: Path, people: int = PEOPLE, edges: int = EDGES) -> None:
    """Some rows stand twice, some are wrong."""
    dice = random.Random(30)
    with path.open("w") as file:
        file.write("who,whom,at\n")
        for number in range(edges):
            row = f"{dice.randrange(people)},{dice.randrange(people)},{1_600_000_000_000 + number}"
            file.write(row + "\n" * (1 if number % 97 else 2))
            if number % 1_000 == 0:
                file.write(row + ",more\n" + row + "\n")


class Load:
    """`amity load` on a running service, in a process of its own."""

    def __init__(self, settings: Settings, folder: Path, *more: str) -> None:
        words = ["load", "follows.csv", "--as", "kills.yaml", *more]
        self._command = [sys.executable, "-m", "cli", *words]
        self._settings, self._folder = settings, folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*self._command, "--batch", "kills", "--progress", "none"],
            env={**os.environ, **self._settings.env(), "PYTHONPATH": str(Path.cwd())},
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def code(self) -> int | None:
        assert self._process is not None
        return self._process.poll()

    async def ended(self) -> int:
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, PATIENCE)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()


@pytest.mark.server("embedded", "cache")
async def test_an_import_survives_the_kill_of_loader_and_server(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", graph_heap_mb=512, cache_mb=64)
    with Service(settings, campaign_seconds=CAMPAIGN_SECONDS) as service:
        await ends_as_undisturbed(settings, tmp_path, partial(service.kill, "graph"))


async def ends_as_undisturbed(settings: Settings, folder: Path, kill: Kill) -> None:
    write_follows(folder / "follows.csv")
    (folder / "kills.yaml").write_text(MAPPING)
    store = make_store(settings, connection(settings))
    await store.open()
    try:
        with Load(settings, folder) as loader:
            await campaign(kill, loader, store)
        wanted = MemoryStore()
        whole = order([folder / "follows.csv"], mapping_of(MAPPING), folder)
        undisturbed = (await load(wanted, whole)).summary("kills")
        assert await picture(store) == await picture(wanted)
        await assert_sound(store)
        [batch] = await store.imports()
        told = batch.state["progress"]
        seen = {name: told["rows"][name] for name in ("created", "same", "rejected")}
        assert seen == {name: undisturbed[name] for name in seen}
        assert (told["nodes"], told["edges"]) == (undisturbed["nodes"], undisturbed["edges"])
    finally:
        await store.close()


async def campaign(kill: Kill, loader: Load, store: Store) -> None:
    dice = random.Random(KILLS)
    loader.start()
    killed = 0
    while loader.code not in (0, 1):
        if loader.code is not None:  # it began while the server was away, and said so
            loader.start()
        elif killed < KILLS and await another_step(store, loader):
            await asyncio.sleep(dice.random() * 0.4)
            if killed % 3 == 1:
                await asyncio.to_thread(kill)
            else:
                loader.kill()
                loader.start()
            killed += 1
        await asyncio.sleep(0.05)
    assert killed == KILLS


async def another_step(store: Store, loader: Load) -> bool:
    """Whether, before it ended, one more step than now was written."""
    before = await steps(store)
    async with asyncio.timeout(PATIENCE):
        while loader.code is None:
            if await steps(store) > before:
                return True
            await asyncio.sleep(0.02)
    return False


async def steps(store: Store) -> int:
    try:
        found = await store.imports()
        return sum((await store.created_by(found[0].number)).values()) if found else 0
    except AmityError:
        return 0


async def picture(store: Store) -> list[Any]:
    """All of the graph, with people by the names that the file has for them."""
    name = await names(store)
    found = [(name[a], name[b], at) for a, b, at in await rows(store, "FOLLOWS")]
    people = await store.people(list(name))
    told = [(one.external_id, one.source, one.privacy) for one in people if one is not None]
    return [sorted(found), sorted(told, key=str)]
