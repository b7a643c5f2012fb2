"""The data folder: one owner, ports and passwords that stay, and nothing left by the dead."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.stores.embedded import Folder, Identity, ServersError

NAMES = ("bolt", "http", "cache")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path)
    assert folder.own("test")
    yield folder
    folder.disown()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def after_a_crash(path: Path, pid: int, born: str) -> None:
    """What the folder of a killed owner looks like: its lock is free, its children are named."""
    left = {"processes": {"graph": {"pid": pid, "born": born}}}
    (path / "servers.json").write_text(json.dumps(left))


def test_one_owner_at_a_time(folder: Folder) -> None:
    other = Folder(folder.path)
    assert not other.own("load")
    folder.disown()
    assert other.own("load")
    other.disown()


def test_ports_stay_the_same(folder: Folder) -> None:
    ports = folder.ports(NAMES)
    assert len(set(ports.values())) == 3
    assert folder.ports(NAMES) == ports
    folder.disown()
    assert folder.own("test")
    assert folder.ports(NAMES) == ports


def test_a_port_that_somebody_else_took_is_given_up(folder: Folder) -> None:
    ports = folder.ports(NAMES)
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports["http"]))
        other.listen()
        again = folder.ports(NAMES)
    assert again["http"] != ports["http"]
    assert (again["bolt"], again["cache"]) == (ports["bolt"], ports["cache"])


def test_passwords_are_made_once_and_are_for_this_user_only(folder: Folder) -> None:
    path = folder.password("graph-password")
    made = path.read_text()
    assert len(made) >= 32
    assert folder.password("graph-password").read_text() == made
    assert folder.password("cache-password").read_text() != made
    folder.ports(NAMES)
    for file in folder.path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_what_a_killed_owner_left_is_ended(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity
    after_a_crash(tmp_path, identity.pid, identity.born)
    folder = Folder(tmp_path)
    assert folder.own("test")
    folder.disown()
    assert sleeper.wait(5) < 0
    assert not identity.lives()


def test_whoever_got_the_process_id_since_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    after_a_crash(tmp_path, sleeper.pid, "long ago")
    folder = Folder(tmp_path)
    assert folder.own("test")
    folder.disown()
    assert sleeper.poll() is None


def test_a_process_that_ended_does_not_live(sleeper: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity
    assert identity.lives()
    sleeper.kill()
    sleeper.wait()
    assert not identity.lives()


def test_a_broken_state_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "servers.json").write_text("{")
    with pytest.raises(ServersError, match=r"servers\.json can't be read"):
        Folder(tmp_path).state()
