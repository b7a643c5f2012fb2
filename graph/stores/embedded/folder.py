"""The data folder: who owns its servers, which ports and passwords they keep, what runs.

`servers.lock` is held by the owner for as long as it lives, and the kernel lets go of it however
the owner dies. `servers.json` is what others read. All of it is for this user only.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

from graph.stores.embedded.program import Identity, ServersError, end_stale


class Folder:
    def __init__(self, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as unusable:
            raise ServersError(
                f"AMITY_DATA_DIR is {path}, which can't be used: {unusable.strerror}."
            ) from unusable
        self.path = path
        self._file = path / "servers.json"
        self._lock: int | None = None

    # --- owning ---------------------------------------------------------------------------------

    def own(self, verb: str) -> bool:
        """Become the owner, ending what a dead one left behind; False if another one lives."""
        lock = os.open(self.path / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        for left in self.state().get("processes", {}).values():
            end_stale(Identity(**left))
        self._write(owner={"pid": os.getpid(), "verb": verb}, processes={}, ready=False)
        return True

    def disown(self) -> None:
        if self._lock is not None:
            self._write(owner=None, processes={}, ready=False)
            os.close(self._lock)
            self._lock = None

    # --- what is remembered ---------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._file.read_text()))
        except FileNotFoundError:
            return {}
        except ValueError as broken:
            raise ServersError(f"{self._file} can't be read ({broken}). Remove it.") from broken

    def remember(self, name: str, pid: int) -> None:
        """Written down as soon as it runs, so that the next owner can end it."""
        identity = Identity.of(pid)
        others = {n: p for n, p in self.state()["processes"].items() if n != name}
        if identity:
            others[name] = {"pid": identity.pid, "born": identity.born}
        self._write(processes=others)

    def announce(self) -> None:
        """From now on others may attach."""
        self._write(ready=True)

    def retire(self) -> None:
        self._write(ready=False)

    def ports(self, names: tuple[str, ...]) -> dict[str, int]:
        """The same ones each time, unless somebody else sits on one of them."""
        kept = self.state().get("ports", {})
        ports = {n: kept[n] if n in kept and _free(kept[n]) else 0 for n in names}
        with_new = dict(zip(names, _fill(list(ports.values())), strict=True))
        self._write(ports={**kept, **with_new})
        return with_new

    def password(self, name: str) -> Path:
        """Made once; read only by us and by the server it is for."""
        path = self.path / name
        if not path.exists():
            path.touch(mode=0o600)
        if not path.read_text():
            path.write_text(secrets.token_urlsafe(24))
        return path

    def _write(self, **changes: Any) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({**self.state(), **changes}, indent=1))
        fresh.replace(self._file)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _fill(ports: list[int]) -> list[int]:
    """Zeros replaced by free ports, all held until the last is chosen, so that none comes twice."""
    held = [socket.socket() for port in ports if not port]
    try:
        for probe in held:
            probe.bind(("127.0.0.1", 0))
        fresh = iter([probe.getsockname()[1] for probe in held])
        return [port or next(fresh) for port in ports]
    finally:
        for probe in held:
            probe.close()
