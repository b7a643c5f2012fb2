"""`amity load -`: what comes through a pipe is there once, whatever came through it before."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loaders.sources import LOOKED_AT
from tests.loaders.loading import assert_sound, graph_of
from tests.servers.embedded import EmbeddedServers
from tests.support.stores import Stores
from tests.verbs.test_load import (
    GRAPH,
    LONG,
    ROWS,
    ended,
    rows_read,
    started,
    under_way,
    write_long,
)

pytestmark = [pytest.mark.anyio, pytest.mark.server("embedded", "cache")]

FOLLOWS = ["-", "--as", "follows", "--progress", "none"]
LINES = "".join(f"{a},{b}\n" for a, b in GRAPH)
# As long as what is looked at beforehand.
LONG_HEAD = "alice,bob\n" * (LOOKED_AT // 10 + 1)
OTHER = "is not what this import began with"


@contextmanager
def ending(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            process.kill()


def begin(process: subprocess.Popen[str], text: str) -> None:
    """What is left keeps it waiting for more."""
    assert process.stdin
    process.stdin.write(text[: len(text) * 2 // 3])
    process.stdin.flush()


async def test_something_else_is_another_import(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    _, first, _ = ended(started(embedded, tmp_path, *FOLLOWS), LINES)
    _, again, _ = ended(started(embedded, tmp_path, *FOLLOWS), LINES)
    assert again == first
    code, more, _ = ended(started(embedded, tmp_path, *FOLLOWS), "dan,bob\n")
    assert (code, more["created"]) == (0, 1)
    assert more["batch"] != first["batch"]
    assert await graph_of(store) == sorted([*GRAPH, ("dan", "bob")])


@pytest.mark.parametrize("more", ["dan,bob\n", ""])
async def test_what_only_begins_alike_is_not_taken_for_the_same(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path, more: str
) -> None:
    store = await stores.empty("embedded")
    lines = LONG_HEAD + LINES
    code, _, _ = ended(started(embedded, tmp_path, *FOLLOWS), lines)
    assert code == 0
    other = lines + more if more else lines.replace("carol", "eve_c")
    code, told, noted = ended(started(embedded, tmp_path, *FOLLOWS), other)
    assert (code, told) == (1, None)
    assert OTHER in noted
    code, told, _ = ended(started(embedded, tmp_path, *FOLLOWS, "--batch", "other"), other)
    assert (code, told["created"]) == (0, 1)
    assert len(await graph_of(store)) == len(GRAPH) + 1


async def test_one_that_was_killed_goes_on_with_the_same_and_with_nothing_else(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    [name, *words] = write_long(tmp_path)
    text = (tmp_path / name).read_text()
    with ending(started(embedded, tmp_path, "-", *words)) as process:
        begin(process, text)
        await under_way(store, process)
        process.kill()
    before = await rows_read(store)
    assert 0 < before < ROWS

    changed = f"{text[:LOOKED_AT]}{text[LOOKED_AT:].replace('x', 'y', 1)}"
    code, told, noted = ended(started(embedded, tmp_path, "-", *words), changed)
    assert (code, told) == (1, None)
    assert OTHER in noted
    assert await rows_read(store) == before

    code, told, _ = ended(started(embedded, tmp_path, "-", *words), text)
    assert (code, told["status"], told["read"], told["created"]) == (0, "done", ROWS, ROWS)
    assert len(await graph_of(store)) == ROWS
    await assert_sound(store)


async def test_ctrl_c_is_heard_while_nothing_comes(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    [name, *words] = write_long(tmp_path)
    text = (tmp_path / name).read_text()
    with ending(started(embedded, tmp_path, "-", *words)) as process:
        begin(process, text)
        await under_way(store, process)
        process.send_signal(signal.SIGINT)
        # Somebody still holds the other end.
        assert process.wait(timeout=60) == 130
        assert process.stderr
        assert "the same command goes on from here" in process.stderr.read()
    assert 0 < await rows_read(store) < ROWS
    code, told, _ = ended(started(embedded, tmp_path, "-", *words), text)
    assert (code, told["read"], told["created"]) == (0, ROWS, ROWS)


async def test_ctrl_c_is_heard_while_it_is_looked_whether_a_pipe_is_the_same(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    await stores.empty("embedded")
    lines = LONG_HEAD + LINES
    words = [*FOLLOWS, "--batch", "again"]
    code, _, _ = ended(started(embedded, tmp_path, *words), lines)
    assert code == 0
    with ending(started(embedded, tmp_path, *words)) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(lines)
        process.stdin.flush()
        noted = ""
        while process.poll() is None:
            # Until it listens, an interruption ends it as well.
            await asyncio.sleep(1.0)
            process.send_signal(signal.SIGINT)
            noted += process.stderr.readline()
        assert process.returncode == 130
        assert "Traceback" not in noted + process.stderr.read()


async def test_a_header_that_was_wrong_may_be_mended(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    (tmp_path / "mine.yaml").write_text(LONG)
    words = ["-", "--as", "mine.yaml", "--batch", "mine", "--progress", "none"]
    code, told, noted = ended(started(embedded, tmp_path, *words), "who,wohm\nalice,bob\n")
    assert (code, told) == (1, None)
    assert 'no column "whom"' in noted
    code, told, _ = ended(started(embedded, tmp_path, *words), "who,whom\nalice,bob\n")
    assert (code, told["created"]) == (0, 1)
    assert await graph_of(store) == [("alice", "bob")]


async def test_a_terminal_is_asked_for_its_end_once(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    store = await stores.empty("embedded")
    ours, theirs = os.openpty()
    with ending(started(embedded, tmp_path, *FOLLOWS, stdin=theirs)) as process:
        os.close(theirs)
        os.write(ours, b"alice,bob\n\x04")
        code, told, _ = ended(process)
    os.close(ours)
    assert (code, told["created"]) == (0, 1)
    assert await graph_of(store) == [("alice", "bob")]


async def test_an_input_that_can_not_be_read_is_told(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    await stores.empty("embedded")
    with (tmp_path / "written").open("wb") as file:
        code, told, noted = ended(started(embedded, tmp_path, *FOLLOWS, stdin=file))
    assert (code, told) == (2, None)
    assert "Standard input can't be read" in noted


async def test_a_pipe_with_a_name_is_not_read_halfway(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    await stores.empty("embedded")
    os.mkfifo(tmp_path / "pipe.csv")
    code, told, noted = ended(started(embedded, tmp_path, "pipe.csv", "--as", "follows"))
    assert (code, told) == (2, None)
    assert "what comes through a pipe is read as `-`" in noted


async def test_rows_that_were_given_back_are_named(
    stores: Stores, embedded: EmbeddedServers, tmp_path: Path
) -> None:
    await stores.empty("embedded")
    words = ["--as", "follows", "--rejects", "back.csv"]
    code, _, _ = ended(started(embedded, tmp_path, "-", *words), "alice,bob\nalice\n")
    assert code == 1
    given_back = (tmp_path / "back.csv").read_text()
    code, told, noted = ended(started(embedded, tmp_path, *FOLLOWS), given_back)
    assert (code, told) == (2, None)
    assert "by the name of their file" in noted
