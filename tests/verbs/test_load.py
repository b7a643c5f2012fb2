"""`amity load` as it is typed, against real servers: sources, Ctrl-C, and others who read on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from graph.events.stream import STREAM
from graph.store import Store
from tests.live.serving import Served, served
from tests.loaders.loading import assert_sound, graph_of
from tests.servers.embedded import EmbeddedServers
from tests.support.cast import cast, follow
from tests.support.living import flush
from tests.support.stores import Stores

pytestmark = [pytest.mark.anyio, pytest.mark.server("embedded", "cache")]

# Far beyond what anything here takes; only a hang reaches it.
PATIENCE = 120
LINES = ["alice,bob", "bob,alice", "carol,bob"]
GRAPH = [("alice", "bob"), ("bob", "alice"), ("carol", "bob")]
# Rows so long that a few thousand of them are several chunks.
LONG = """
source: long
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create}
"""
ROWS, PEOPLE = 20_000, 3_000


def started(
    embedded: EmbeddedServers,
    folder: Path,
    *words: str,
    stdin: int | IO[bytes] = subprocess.PIPE,
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "load", *words],
        env={**os.environ, **embedded.settings.env(), "PYTHONPATH": str(Path.cwd())},
        cwd=folder,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], said: str | None = None) -> tuple[int, Any, str]:
    """The exit code, the result that was printed, and the notes."""
    printed, noted = process.communicate(said, timeout=PATIENCE)
    assert "Traceback" not in noted, noted
    return process.returncode, json.loads(printed) if printed else None, noted


def write_long(folder: Path) -> list[str]:
    (folder / "long.yaml").write_text(LONG)
    with (folder / "long.csv").open("w") as file:
        file.write("who,whom,note\n")
        for row in range(ROWS):
            who, whom = row % PEOPLE, (row % PEOPLE + row // PEOPLE + 1) % PEOPLE
            file.write(f"{who},{whom},{'x' * 180}\n")
    return ["long.csv", "--as", "long.yaml", "--batch", "long"]


async def rows_read(store: Store) -> int:
    """How many rows the import has behind it, as its checkpoint says."""
    for one in await store.imports():
        if "progress" in one.state:
            rows = one.state["progress"]["rows"]
            return sum(rows[name] for name in ("created", "changed", "same", "rejected"))
    return 0


async def under_way(store: Store, process: subprocess.Popen[str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await rows_read(store):
            assert process.poll() is None, "it ended before anybody saw it"
            await asyncio.sleep(0.01)


async def test_what_is_piped_in_is_loaded(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    process = started(embedded, tmp_path, "-", "--as", "follows", "--progress", "none")
    code, told, _ = ended(process, "".join(f"{line}\n" for line in LINES))
    assert (code, told["read"], told["created"]) == (0, 3, 3)
    assert await graph_of(store) == sorted(GRAPH)


@pytest.mark.parametrize("word", ["folder", "folder/part*.csv"])
async def test_a_folder_and_a_pattern_stand_for_their_files(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path, word: str
) -> None:
    store = await stores.empty("embedded")
    (tmp_path / "folder" / "more").mkdir(parents=True)
    (tmp_path / "folder" / "part1.csv").write_text(f"{LINES[0]}\n")
    (tmp_path / "folder" / "part2.csv").write_text(f"{LINES[1]}\n{LINES[2]}\n")
    (tmp_path / "folder" / "more" / "rest.csv").write_text("dan,bob\n")
    code, told, _ = ended(started(embedded, tmp_path, word, "--as", "follows"))
    more = [("dan", "bob")] if word == "folder" else []
    assert (code, told["created"]) == (0, 3 + len(more))
    assert await graph_of(store) == sorted([*GRAPH, *more])


async def test_a_wrong_column_is_found_before_anything_is_written(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    (tmp_path / "posts.csv").write_text("id,author,text,createdAt\n1,alice,x,1\n")
    (tmp_path / "likes.csv").write_text("who,post\nalice,1\n")
    code, told, noted = ended(started(embedded, tmp_path, ".", "--as", "posts"))
    assert (code, told) == (2, None)
    assert 'likes.csv has no column "user"' in noted
    assert await store.imports() == []


async def test_more_rejected_rows_than_tolerated_say_what_goes_on(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    await stores.empty("embedded")
    (tmp_path / "follows.csv").write_text("alice,bob\nx\ny\nz\n")
    words = ("follows.csv", "--as", "follows", "--tolerate")
    code, told, noted = ended(started(embedded, tmp_path, *words, "2"))
    assert (code, told["status"], told["rejected"]) == (1, "stopped", 3)
    assert "the same command with more of it goes on from here" in noted
    code, told, _ = ended(started(embedded, tmp_path, *words, "3"))
    assert (code, told["status"], told["read"]) == (1, "done", 4)


async def test_ctrl_c_ends_a_load_that_then_goes_on(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    words = write_long(tmp_path)
    process = started(embedded, tmp_path, *words)
    try:
        await under_way(store, process)
        process.send_signal(signal.SIGINT)
        code, told, noted = ended(process)
    finally:
        process.kill()
        process.wait()
    assert code == 130
    assert "the same command goes on from here" in noted
    assert told["status"] == "stopped"
    assert 0 < told["read"] < ROWS
    assert told["read"] == await rows_read(store)
    await assert_sound(store)
    code, told, _ = ended(started(embedded, tmp_path, *words))
    assert (code, told["status"], told["read"], told["created"]) == (0, "done", ROWS, ROWS)
    assert len(await graph_of(store)) == ROWS
    await assert_sound(store)


async def test_a_file_that_has_changed_is_not_taken_for_done(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    """Of the same length, and far behind its beginning."""
    store = await stores.empty("embedded")
    words = write_long(tmp_path)
    code, _, _ = ended(started(embedded, tmp_path, *words))
    assert code == 0
    path = tmp_path / "long.csv"
    text = path.read_text()
    last = text.rfind("\n", 0, -1) + 1
    path.write_text(text[:last] + text[last:].replace("1999,", "some,"))
    code, told, noted = ended(started(embedded, tmp_path, *words))
    assert (code, told) == (1, None)
    assert "they have changed since" in noted
    code, told, _ = ended(started(embedded, tmp_path, *words[:-2]))
    assert (code, told["created"], told["same"]) == (0, 1, ROWS - 1)
    assert len(await graph_of(store)) == ROWS + 1


async def test_an_import_is_done_by_one_at_a_time(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    [name, *rest] = write_long(tmp_path)
    words, text = ["-", *rest], (tmp_path / name).read_text()
    with started(embedded, tmp_path, *words) as process:
        try:
            assert process.stdin
            # What is left keeps it waiting for more.
            process.stdin.write(text[: len(text) * 2 // 3])
            process.stdin.flush()
            await under_way(store, process)
            for others in (words, ["undo", "long"]):
                code, told, noted = ended(started(embedded, tmp_path, *others), text)
                assert (code, told) == (1, None)
                assert "Another process is at work on the import long" in noted
        finally:
            process.kill()
    # Whoever was killed keeps nobody away.
    code, told, _ = ended(started(embedded, tmp_path, *words), text)
    assert (code, told["read"]) == (0, ROWS)


async def test_rows_would_have_nowhere_to_go(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    words = [*write_long(tmp_path), "--rejects", "no/such/rejects"]
    code, told, noted = ended(started(embedded, tmp_path, *words))
    assert (code, told) == (2, None)
    assert "there is no such folder" in noted
    assert await store.imports() == []


async def test_nothing_that_is_read_or_that_others_gave_back_is_written_over(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    await stores.empty("embedded")
    file, back = tmp_path / "follows.csv", tmp_path / "back.csv"
    file.write_text("alice,bob\nalice\n")
    words = ["follows.csv", "--as", "follows", "--batch", "one", "--progress", "none"]

    def told(*more: str) -> tuple[int, str]:
        code, _, noted = ended(started(embedded, tmp_path, *words, *more))
        return code, noted

    for name in ("follows.csv", "./follows.csv", str(file)):
        code, noted = told("--rejects", name)
        assert (code, "one of the files that are read" in noted) == (2, True), noted
    (tmp_path / "mine").write_text("mine")
    code, noted = told("--rejects", "mine")
    assert (code, "there is something else in it" in noted) == (2, True), noted
    assert told("--rejects", "back.csv")[0] == 1
    given_back = back.read_bytes()
    for more in ((), ("--restart",)):
        assert told("--rejects", "back.csv", *more)[0] == 1
        assert back.read_bytes() == given_back
    code, noted = told("--rejects", "back.csv", "--batch", "two")
    assert (code, "rows that another import gave back" in noted) == (2, True), noted
    assert (back.read_bytes(), file.read_text()) == (given_back, "alice,bob\nalice\n")
    for _ in range(2):
        assert told("--restart")[0] == 1
    assert (tmp_path / "one.rejects").read_bytes() == given_back


HOME = """{ viewer { followerCount followers(first: 5) { totalCount nodes { username } } }
  feed(ranker: CHRONOLOGICAL, first: 5) { complete edges { node { text } } } }"""
FOLLOW = 'mutation { follow(user: "user_%d") { relationship { following } } }'
SAY = 'mutation { createPost(input: {text: "hello"}) { text } }'


async def test_others_read_on_and_hear_of_it_once(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    await flush(embedded.cache_url)
    known = {"source": "long", "externalId": "0", "externalKey": "long\x1f0"}
    people = await cast(store, alice=known)
    await follow(store, people.alice, people.bob)
    words = write_long(tmp_path)
    async with served(embedded) as it, it.socket("alice") as socket:
        await socket.subscribe()
        await it.listening(1)
        await asked(it, "bob", SAY)
        assert (await socket.event())["__typename"] == "FeedPost"
        async with asyncio.timeout(PATIENCE):
            # That both were seen today may be told later than what they did.
            while (before := await kinds(it))["active"] < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        process = started(embedded, tmp_path, *words, "--progress", "none")
        try:
            await under_way(store, process)
            answers = 0
            while process.poll() is None:
                found = await asked(it, "alice", HOME)
                assert [edge["node"]["text"] for edge in found["feed"]["edges"]] == ["hello"]
                assert found["feed"]["complete"]
                answers += process.poll() is None
            code, told, _ = ended(process)
        finally:
            process.kill()
            process.wait()
        assert (code, told["created"]) == (0, ROWS)
        assert answers > 0, "while it ran"
        await it.settled()
        assert await kinds(it) - before == {"imported": 1}
        # More follow her now; the next thing that she hears of is what bob does.
        await asked(it, "bob", FOLLOW % people.alice)
        heard = await socket.event()
        assert (heard["__typename"], heard["by"]["username"]) == ("Followed", "bob")
        async with asyncio.timeout(PATIENCE):
            while (now := await asked(it, "alice", HOME))["viewer"]["followerCount"] == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        [counts] = await store.counts([people.alice])
        assert now["viewer"]["followerCount"] == now["viewer"]["followers"]["totalCount"]
        assert now["viewer"]["followerCount"] == counts["followers"] > 1
        assert len(now["viewer"]["followers"]["nodes"]) == 5


async def test_what_a_killed_load_wrote_is_seen(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody goes on with it, and what was kept before is not kept for ever."""
    monkeypatch.setattr("graph.events.unheard.QUIET_MS", (1_000, 5_000))
    store = await stores.empty("embedded")
    await flush(embedded.cache_url)
    known = {"source": "long", "externalId": "0", "externalKey": "long\x1f0"}
    people = await cast(store, alice=known)
    await follow(store, people.alice, people.bob)
    words = write_long(tmp_path)
    async with served(embedded) as it:
        assert (await asked(it, "alice", HOME))["viewer"]["followerCount"] == 0
        process = started(embedded, tmp_path, *words, "--progress", "none")
        try:
            await under_way(store, process)
            await asked(it, "alice", HOME)
        finally:
            process.kill()
            process.communicate()
        await asked(it, "alice", HOME)
        [counts] = await store.counts([people.alice])
        assert counts["followers"] > 0
        async with asyncio.timeout(PATIENCE):
            while (now := await asked(it, "alice", HOME))["viewer"]["followerCount"] == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert now["viewer"]["followers"]["totalCount"] == now["viewer"]["followerCount"]
        [counts] = await store.counts([people.alice])
        assert now["viewer"]["followerCount"] == counts["followers"]


async def asked(it: Served, name: str, query: str) -> Any:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        headers = {"Authorization": f"Bearer {it.token(name)}"}
        answer = await http.post(f"{it.url}/graphql", json={"query": query}, headers=headers)
    said = answer.json()
    assert "errors" not in said, said
    return said["data"]


async def kinds(it: Served) -> Counter[str]:
    """What the stream of events tells so far."""
    entries = await it.rooms.cache.ask("XRANGE", STREAM, "-", "+")
    return Counter(dict(zip(f[::2], f[1::2], strict=True))[b"kind"].decode() for _, f in entries)
