"""A Neo4j that was never started is filled by its own importer, as if batch by batch."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli import main
from graph.declaring import Flag
from graph.store import Store
from graph.stores.bolt import BoltStore
from graph.stores.memory import MemoryStore
from loaders.undoing import undo
from tests.loaders.loading import assert_sound, graph_of, load, names, order
from tests.loaders.voting import VOTED, VOTES, votes_of, write_votes
from tests.servers.neo4j import OwnNeo4j, fresh_neo4j

pytestmark = pytest.mark.anyio

FOLLOWS = "follower,followed\n" + "".join(f"p{n},p{n * 7 % 30}\n" for n in range(60)) + "x\n"
POSTS = [
    {"id": n, "author": f"p{n}", "text": 'a "b",\nc', "createdAt": 1_600_000_000_000 + n}
    for n in range(1, 5)
]


@pytest.fixture
def never_started() -> Iterator[OwnNeo4j]:
    with fresh_neo4j() as own:
        yield own


@pytest.mark.server("neo4j")
async def test_the_graph_is_the_one_of_a_load_in_batches(
    never_started: OwnNeo4j,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AMITY_CELEBRITY_FOLLOWERS", "2")
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    home, rejects = str(never_started.home), str(tmp_path / "back")
    words = ["load", str(tmp_path / "follows.csv"), "--as", "follows", "--batch", "first"]
    words += ["--rejects", rejects, "--progress", "none", "--neo4j-home", home]
    # The verb has an event loop of its own.
    assert await run_in_thread([*words, "--dry-run"]) == 1
    foreseen = json.loads(capsys.readouterr().out)
    code = await run_in_thread(words)
    told = json.loads(capsys.readouterr().out)
    assert code == 1
    wanted = MemoryStore()
    whole = order([tmp_path / "follows.csv"], "follows", tmp_path, name="first", crowd=2)
    done = await load(wanted, whole)
    assert told == done.summary("first")
    assert foreseen["nodes"]["User"]["new"] == done.nodes["User"]
    assert foreseen["edges"]["FOLLOWS"]["new"] == done.edges["FOLLOWS"]
    assert await run_in_thread(words) == 1
    assert "a Neo4j that was never started" in capsys.readouterr().err
    async with started(never_started) as store:
        assert await graph_of(store) == await graph_of(wanted)
        await assert_sound(store)
        marked = await celebrities(store)
        assert marked == await celebrities(wanted)
        assert 0 < len(marked) < 30
        page = await store.neighbours_page("followers", 1, 10)
        assert page.ids.tolist() == (await wanted.neighbours_page("followers", 1, 10)).ids.tolist()
        again = await load(store, order([tmp_path / "follows.csv"], "follows", tmp_path))
        assert (again.created, again.same) == (0, done.created + done.same)
        assert (await store.take_ids(1)) > max(await names(store))
        taken = await undo(store, "first")
        assert taken.removed == done.edges["FOLLOWS"] + done.nodes["User"]
        assert await graph_of(store) == []


@asynccontextmanager
async def started(own: OwnNeo4j) -> AsyncIterator[Store]:
    own.start()
    own.wait_ready()
    server = own.server
    store = BoltStore(
        server.url,
        server.user,
        server.password,
        server.database,
        dialect="neo4j",
        statement_timeout=60.0,
    )
    await store.open()
    try:
        await store.migrate()
        yield store
    finally:
        await store.close()


async def celebrities(store: Store) -> set[str]:
    name = await names(store)
    people = await store.people(list(name))
    return {name[one.id] for one in people if one is not None and one.flags & Flag.CELEBRITY}


async def run_in_thread(words: list[str]) -> int:
    return await asyncio.to_thread(main, words)


def test_a_folder_without_an_importer_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    words = ["load", str(tmp_path / "follows.csv"), "--as", "follows"]
    with tempfile.TemporaryDirectory() as empty:
        assert main([*words, "--neo4j-home", empty]) == 1
    assert "no home of a Neo4j" in capsys.readouterr().err


@pytest.mark.server("neo4j")
async def test_votes_are_counted_by_what_they_say(
    never_started: OwnNeo4j, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "votes.yaml").write_text(VOTES)
    words = ["load", *map(str, write_votes(tmp_path)), "--as", str(tmp_path / "votes.yaml")]
    assert await run_in_thread([*words, "--neo4j-home", str(never_started.home)]) == 0
    async with started(never_started) as store:
        assert await votes_of(store) == VOTED
