"""`amity serve` from outside: one ready line, all comes back, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from graph.stores.embedded import attach
from settings import Settings
from tests.supervisor.serving import Serving, answering, eventually


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With Valkey alone, which starts in a moment; the graph is somewhere else."""
    return Settings(
        data_dir=tmp_path, graph_url="bolt://127.0.0.1:1", cache_mb=64, graph_heap_mb=512, port=0
    )


@pytest.mark.server("cache")
def test_ready_is_said_once_and_all_is_gone_afterwards(settings: Settings) -> None:
    with Serving(replace(settings, workers=2)) as serving:
        url = serving.wait_ready()
        started = serving.running()
        assert set(started) == {"cache", "api-0", "api-1"}
        eventually(
            lambda: {answering(url), answering(url)} == {started["api-0"].pid, started["api-1"].pid}
        )
        serving.signal(signal.SIGINT)
        code, printed, _ = serving.end()
        assert (code, printed) == (0, "")
        assert not any(process.lives() for process in started.values())
        assert answering(url) is None


@pytest.mark.server("embedded", "cache")
@pytest.mark.parametrize("name", ["graph", "cache", "api-0"])
def test_whoever_is_killed_comes_back_at_the_same_place(settings: Settings, name: str) -> None:
    both = replace(settings, graph_url="embedded:")
    with Serving(both) as serving:
        url = serving.wait_ready()
        killed, ports = serving.running()[name], serving.ports()
        os.kill(killed.pid, signal.SIGKILL)
        eventually(lambda: serving.running().get(name, killed) != killed)
        eventually(lambda: answering(url) == serving.running()["api-0"].pid)
        assert serving.ports() == ports
        serving.signal(signal.SIGTERM)
        code, printed, noted = serving.end()
        assert (code, printed) == (0, "")
        assert f"{name} ended. It is started again." in noted


@pytest.mark.server("cache")
def test_a_killed_supervisor_leaves_nothing_that_lasts(settings: Settings) -> None:
    with Serving(settings) as serving:
        serving.wait_ready()
        left, ports = serving.running(), serving.ports()
        serving.signal(signal.SIGKILL)
        assert serving.end()[0] == -signal.SIGKILL
    with Serving(settings) as serving:
        url = serving.wait_ready()
        assert not any(process.lives() for process in left.values())
        assert serving.ports() == ports
        assert answering(url) == serving.running()["api-0"].pid


@pytest.mark.server("cache")
def test_another_verb_attaches_to_what_runs(settings: Settings) -> None:
    with Serving(settings) as serving:
        serving.wait_ready()
        before = serving.running()
        with attach(settings, "load") as at:
            assert str(serving.ports()["cache"]) in at.cache_url
        assert serving.running() == before


@pytest.mark.server("cache")
def test_a_second_service_on_the_folder_is_refused(settings: Settings) -> None:
    with Serving(settings) as serving:
        serving.wait_ready()
        before = serving.running()
        with Serving(settings) as second:
            code, printed, noted = second.end()
        assert (code, printed) == (1, "")
        assert "already run: started by `amity serve`" in noted
        assert serving.running() == before


def test_a_taken_port_is_named(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with Serving(replace(settings, port=port)) as serving:
            code, printed, noted = serving.end()
    assert (code, printed) == (1, "")
    assert f"Can't listen on 127.0.0.1 port {port}" in noted


@pytest.mark.server("cache")
def test_an_application_that_never_starts_ends_the_service(settings: Settings) -> None:
    with Serving(settings, app="broken") as serving:
        code, printed, noted = serving.end()
    assert (code, printed) == (1, "")
    assert "api-0 ended while it started." in noted
    assert serving.running() == {}


@pytest.mark.server("cache")
def test_what_keeps_it_from_starting_is_a_sentence(settings: Settings) -> None:
    with Serving(settings, app="away") as serving:
        code, printed, noted = serving.end()
    assert (code, printed) == (1, "")
    assert "it can't start: The graph can't be reached." in noted
    assert "Traceback" not in noted


@pytest.mark.server("cache")
def test_stop_said_twice_does_not_wait(settings: Settings) -> None:
    with Serving(settings) as serving:
        serving.wait_ready()
        started = serving.running()
        serving.signal(signal.SIGINT)
        serving.signal(signal.SIGINT)
        assert serving.end()[0] == 0
    assert not any(process.lives() for process in started.values())


@pytest.mark.server("cache")
def test_stop_before_it_was_ready(settings: Settings) -> None:
    with Serving(settings) as serving:
        eventually(lambda: "cache" in serving.running())
        cache = serving.running()["cache"]
        serving.signal(signal.SIGTERM)
        code, printed, _ = serving.end()
    assert (code, printed) == (0, "")
    assert not cache.lives()


@pytest.mark.server("cache")
def test_what_prepares_is_done_before_anybody_is_answered(settings: Settings) -> None:
    done = settings.data_dir / "done"
    prepare = f"import time, pathlib; time.sleep(0.5); pathlib.Path({str(done)!r}).touch()"
    with Serving(settings, prepare=prepare) as serving:
        serving.wait_ready()
        assert done.exists()


@pytest.mark.server("cache")
def test_nothing_is_served_when_what_prepares_fails(settings: Settings) -> None:
    with Serving(settings, prepare="raise SystemExit(4)") as serving:
        code, printed, noted = serving.end()
    assert (code, printed) == (1, "")
    assert "failed: nothing is served." in noted
    assert serving.running() == {}
