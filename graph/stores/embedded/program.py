"""A child process: how it is started, asked, and stopped; and how one left behind is recognised."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
STDERR = 2
POLL_SECONDS = 0.02
# What is left of a dead supervisor gets this long to close its files before it is killed.
STALE_SECONDS = 5.0


class ServersError(RuntimeError):
    """A server of ours does not start or can't be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: tuple[str, ...]
    log: Path | None  # None: our own stderr
    answers: Callable[[], bool]  # one question, with its own short timeout; never raises
    start_seconds: float = 30.0
    stop_seconds: float = 2.5
    # Silent for longer, and it is started again; more than any pause of a garbage collector.
    silent_seconds: float = 15.0
    env: Mapping[str, str] = field(default_factory=dict)
    fds: tuple[int, ...] = ()
    folder: Path | None = None  # where it stands, for what it writes beside itself


@dataclass(frozen=True, slots=True)
class Identity:
    """A process id alone may have been given to somebody else since."""

    pid: int
    born: str

    @staticmethod
    def of(pid: int) -> Identity | None:
        born = _born(pid)
        return Identity(pid, born) if born else None

    def lives(self) -> bool:
        return Identity.of(self.pid) == self


class Child:
    """One running process of a program, in a session of its own, so that Ctrl-C passes it by."""

    def __init__(self, program: Program) -> None:
        self.program = program
        leash = (sys.executable, "-I", "-S", str(LEASH), str(os.getpid()))
        with _Output(program.log) as output:
            self._popen = subprocess.Popen(
                leash + program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **program.env},
                cwd=program.folder,
                pass_fds=program.fds,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def returncode(self) -> int | None:
        return self._popen.poll()

    def wait_ready(self) -> None:
        """Until it answers. Raises ServersError when it ends or its time is up."""
        ends = time.monotonic() + self.program.start_seconds
        while not self.program.answers():
            if not self.alive:
                raise ServersError(self.last_words("ended while it started"))
            if time.monotonic() > ends:
                raise ServersError(self.last_words("did not answer in time"))
            time.sleep(POLL_SECONDS)

    def ask_to_stop(self) -> None:
        if self.alive:
            self._popen.terminate()

    def kill(self) -> None:
        if self.alive:
            self._popen.kill()
        self._popen.wait()

    def stop(self) -> None:
        self.ask_to_stop()
        try:
            self._popen.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def last_words(self, what: str) -> str:
        """A sentence for whoever waits for it, with the end of its log."""
        log = self.program.log
        if log is None or not log.exists():
            return f"{self.program.name} {what}."
        lines = log.read_text(errors="replace").splitlines()[-5:]
        return "\n".join([f"{self.program.name} {what}. The end of {log}:", *lines])


def end_stale(identity: Identity) -> None:
    """End a process that a dead supervisor left behind; nobody else who got its id since."""
    for number, seconds in ((signal.SIGTERM, STALE_SECONDS), (signal.SIGKILL, STALE_SECONDS)):
        if not identity.lives():
            return
        os.kill(identity.pid, number)
        ends = time.monotonic() + seconds
        while identity.lives() and time.monotonic() < ends:
            time.sleep(POLL_SECONDS)
    if identity.lives():
        raise ServersError(f"Process {identity.pid} of an earlier start can't be ended.")


class _Output:
    """Where a child's output goes: its log, begun anew, or our stderr (stdout is for results)."""

    def __init__(self, log: Path | None) -> None:
        self._file = log.open("wb") if log else None

    def __enter__(self) -> int:
        return self._file.fileno() if self._file else STDERR

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()


def _born(pid: int) -> str | None:
    """When the process began, in the system's own words; None for one that is gone or a zombie."""
    if sys.platform != "linux":
        told = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True
        )
        state, _, born = told.stdout.strip().partition(" ")
        return born.strip() if born and not state.startswith("Z") else None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *rest = stat.rpartition(")")[2].split()
    return rest[18] if state not in "ZX" else None  # field 22: clock ticks since boot
