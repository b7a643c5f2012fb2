"""The real servers: started, shared, stopped, and gone when their owner is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from neo4j import GraphDatabase

from graph.stores.embedded import Connection, Folder, Identity, ServersError, attach, connection
from settings import Settings
from tests.servers.embedded import embedded_servers

# Attaches, says so, and waits for the end of its input.
ATTACH = """
import sys
from graph.stores.embedded import attach
from settings import read_settings
with attach(read_settings(), "load"):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, graph_heap_mb=512, cache_mb=64)


@pytest.fixture
def cache_only(settings: Settings) -> Settings:
    """Valkey starts in a moment; for what does not need both."""
    return replace(settings, graph_url="bolt://127.0.0.1:1")


def running(settings: Settings) -> dict[str, Identity]:
    processes = Folder(settings.data_dir).state()["processes"]
    return {name: Identity(**identity) for name, identity in processes.items()}


def answers(at: Connection) -> bool:
    with redis.Redis.from_url(at.cache_url) as cache:
        return bool(cache.ping())


def other_process(settings: Settings) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", ATTACH],
        env={**os.environ, **settings.env()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    return process


@pytest.mark.server("embedded", "cache")
def test_started_stopped_and_nothing_left(settings: Settings) -> None:
    with attach(settings, "load") as at:
        started = running(settings)
        assert set(started) == {"graph", "cache"}
        assert all(process.lives() for process in started.values())
        assert answers(at)
        for process in started.values():
            words = Path(f"/proc/{process.pid}/cmdline")
            if words.exists():
                assert at.graph_password not in words.read_text()
                assert at.cache_url.split("@")[0].split(":")[-1] not in words.read_text()
    assert not any(process.lives() for process in started.values())
    assert running(settings) == {}


@pytest.mark.server("embedded")
def test_an_acknowledged_write_survives_a_kill() -> None:
    with embedded_servers() as servers:

        def ask(text: str) -> int:
            with (
                GraphDatabase.driver(
                    servers.bolt_url, auth=(servers.user, servers.password)
                ) as driver,
                driver.session(database=servers.database) as session,
            ):
                return int(session.execute_write(lambda tx: tx.run(text).single(strict=True)["n"]))

        assert ask("CREATE (a:Kept {id: 7}) RETURN a.id AS n") == 7
        servers.kill_graph()
        servers.restart_graph()
        assert ask("MATCH (a:Kept) RETURN count(a) AS n") == 1


@pytest.mark.server("cache")
def test_a_second_verb_uses_the_servers_of_the_first(cache_only: Settings) -> None:
    with attach(cache_only, "load") as first:
        before = running(cache_only)
        with attach(cache_only, "doctor") as second:
            assert second == first
        assert running(cache_only) == before
        assert answers(first)


@pytest.mark.server("cache")
def test_the_first_verb_waits_for_the_second(cache_only: Settings) -> None:
    first = other_process(cache_only)
    with attach(cache_only, "doctor") as at:
        assert first.stdin
        first.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(0.3)
        assert answers(at)
    assert first.wait(10) == 0
    assert first.stdout
    first.stdout.close()


@pytest.mark.server("cache")
def test_two_that_start_at_once_share(cache_only: Settings) -> None:
    found: list[Connection] = []
    together = threading.Barrier(2)

    def verb() -> None:
        with attach(cache_only, "load") as at:
            together.wait(10)
            found.append(at)

    other = threading.Thread(target=verb)
    other.start()
    verb()
    other.join()
    assert found[0] == found[1]


@pytest.mark.server("embedded", "cache")
def test_servers_do_not_outlive_a_killed_owner(settings: Settings) -> None:
    owner = other_process(settings)
    left, ports = running(settings), Folder(settings.data_dir).state()["ports"]
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    with attach(settings, "load") as at:
        assert not any(process.lives() for process in left.values())
        assert answers(at)
        assert Folder(settings.data_dir).state()["ports"] == ports


@pytest.mark.server("cache")
def test_the_cache_wants_its_password(cache_only: Settings) -> None:
    with (
        attach(cache_only, "load") as at,
        redis.Redis.from_url("redis://" + at.cache_url.split("@")[1]) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_external_servers_are_only_named(settings: Settings) -> None:
    outside = replace(
        settings,
        graph_url="neo4j://graph",
        graph_user="neo4j",
        graph_password="hush",
        cache_url="redis://:hush@cache/0",
    )
    with attach(outside, "load") as at:
        assert (at.graph_url, at.graph_user) == ("neo4j://graph", "neo4j")
        assert (at.cache_url, at.graph_http_url) == ("redis://:hush@cache/0", None)
        assert "hush" not in repr(at)
    assert not list(settings.data_dir.iterdir())


def test_a_folder_without_servers_says_so(settings: Settings) -> None:
    with pytest.raises(ServersError, match="No servers were ever started"):
        connection(settings)
