"""What is asked of Redis or Valkey. None says that it can't be reached; only `ask` raises."""

from __future__ import annotations

import asyncio
import random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b, sha1
from pathlib import Path
from typing import Any, NamedTuple

from graph.adjacency.link import Address, Argument, Lost, Message, Refused, address
from graph.adjacency.tether import (
    FRESHNESS,
    PATIENCE,
    TRACKED,
    Listener,
    Patience,
    State,
    Tether,
)
from graph.errors import Unavailable

LEASE_MS = 5_000
# Only a net under the invalidations.
TTL_MS = 3_600_000
# Keys a command: a long answer must not keep the others waiting.
CHUNK = 512

_SCRIPTS = {path.stem: path.read_text() for path in Path(__file__).parent.glob("scripts/*.lua")}
_SHA = {name: sha1(text.encode()).hexdigest() for name, text in _SCRIPTS.items()}


class Script(NamedTuple):
    """Lua for the server, known there by its digest."""

    text: str
    sha: str

    @staticmethod
    def load(path: Path) -> Script:
        text = path.read_text()
        return Script(text, sha1(text.encode()).hexdigest())


class Filling(NamedTuple):
    """A value to keep; an empty one only gives the lease back.

    With a guard, only where that key still holds what was expected, and gets the replacement, if
    any; the value may then belong under another name than the one that was leased.
    """

    name: bytes
    value: bytes
    guard: bytes = b""
    expected: bytes = b""
    replacement: bytes = b""
    under: bytes = b""


class Leases(NamedTuple):
    generation: int  # that holds in the cache; a newer one comes without answers
    found: list[bytes | bool]  # the value, or whether the lease was granted


class Forgotten(NamedTuple):
    identity: str
    epoch: int
    generation: int
    names: list[bytes]


class Cache:
    """Names are of things (`following:42`); keys carry the server's run and the generation.

    A restarted server may come back with old values from its disk, a promoted replica may lack
    the last deletions: neither is read, for its run is another.
    """

    def __init__(self, url: str, listener: Listener, patience: Patience = PATIENCE) -> None:
        self._to: Address = address(url)
        self._tether = Tether(self._to, listener, patience)
        self._listener = listener
        self._run = ""
        self.generation = 0
        self.trips = 0

    # --- life

    async def start(self) -> None:
        await self._tether.start()

    async def stop(self) -> None:
        await self._tether.stop()

    def listen(self, channel: str, on_message: Message) -> None:
        """To be called before `start`: what is published there, on every connection."""
        self._tether.channels[channel.encode()] = on_message

    def began(self, run: str) -> None:
        """The run of the server that now answers."""
        self._run = urlsafe_b64encode(blake2b(run.encode(), digest_size=3).digest()).decode()

    @property
    def run_name(self) -> str:
        """A short name of the server's present run."""
        return self._run

    def adopt(self, generation: int) -> None:
        """A newer generation than ours was met."""
        self._listener.newer(generation)

    @property
    def live(self) -> bool:
        return self._tether.live

    @property
    def fresh(self) -> bool:
        return self._tether.fresh

    @property
    def losses(self) -> int:
        return self._tether.losses

    async def settle(self) -> bool:
        return await self._tether.settle()

    def name(self, key: bytes) -> bytes | None:
        """The name in a key of the present run and generation."""
        stem = f"{TRACKED}{self.stem}".encode()
        return key[len(stem) :] if key.startswith(stem) else None

    @property
    def stem(self) -> str:
        return f"{self._run}{self.generation}:"

    # --- values

    async def read(self, names: Sequence[bytes]) -> list[bytes | None] | None:
        stem = f"{TRACKED}{self.stem}".encode()
        chunks = [names[at : at + CHUNK] for at in range(0, len(names), CHUNK)]
        replies = await self._together(
            [("MGET", *[stem + name for name in chunk]) for chunk in chunks]
        )
        return None if replies is None else [value for reply in replies for value in reply]

    async def lease(self, names: Sequence[bytes], token: str) -> Leases | None:
        chunks = [names[at : at + CHUNK] for at in range(0, len(names), CHUNK)]
        head = (self._run, self.generation, token, LEASE_MS)
        replies = await self._together(
            [_command("lease", (FRESHNESS,), (*head, *chunk)) for chunk in chunks]
        )
        if replies is None:
            return None
        generation = max(int(reply[0]) for reply in replies)
        found = [
            answer if isinstance(answer, bytes) else answer == 1
            for reply in replies
            for answer in reply[1:]
        ]
        return Leases(generation, found)

    async def fill(self, stem: str, token: str, values: Sequence[Filling]) -> int | None:
        """`stem` as it was when the lease was taken."""
        ttl = int(TTL_MS * random.uniform(0.9, 1.0))
        replies = await self._together(
            [
                _command(
                    "fill",
                    (),
                    (stem, token, ttl, *[x for value in values[at : at + CHUNK] for x in value]),
                )
                for at in range(0, len(values), CHUNK)
            ]
        )
        return None if replies is None else sum(int(kept) for kept in replies)

    async def forget(
        self, whole: Sequence[bytes], entries: Sequence[tuple[bytes, int]], identity: str
    ) -> Forgotten | None:
        arguments = [x for entry in entries for x in entry]
        replies = await self._together(
            [
                _command(
                    "forget",
                    (FRESHNESS,),
                    (self._run, self.generation, identity, len(whole), *whole, *arguments),
                )
            ]
        )
        if replies is None:
            return None
        name, epoch, generation, *names = replies[0]
        return Forgotten(name.decode(), int(epoch), int(generation), names)

    async def state(self) -> State | None:
        replies = await self._together([("HMGET", FRESHNESS, "id", "n", "g")])
        if replies is None:
            return None
        identity, epoch, generation = replies[0]
        return State(identity.decode() if identity else None, int(epoch or 0), int(generation or 0))

    # --- what is nobody's list

    async def put(self, key: str, value: bytes, ttl_ms: int) -> bool:
        return await self._together([("SET", key, value, "PX", ttl_ms)]) is not None

    async def get(self, key: str) -> tuple[bytes | None] | None:
        replies = await self._together([("GET", key)])
        return None if replies is None else (replies[0],)

    async def ask(self, *command: Argument) -> Any:
        """Whatever else the process wants of the server. Raises Unavailable."""
        try:
            return await self._tether.ask(*command)
        except (Lost, Refused) as failure:
            raise Unavailable("The cache server can't be reached.") from failure

    async def run(
        self, script: Script, keys: Sequence[Argument], arguments: Sequence[Argument]
    ) -> Any:
        """One trip, whatever the script does. Raises Unavailable."""
        self.trips += 1
        command = (len(keys), *keys, *arguments)
        try:
            return await self._tether.ask("EVALSHA", script.sha, *command)
        except Refused as refusal:
            if not str(refusal).startswith("NOSCRIPT"):
                raise Unavailable("The cache server refuses what it is asked.") from refusal
        except Lost as failure:
            raise Unavailable("The cache server can't be reached.") from failure
        return await self.ask("EVAL", script.text, *command)

    async def _together(self, commands: Sequence[tuple[Argument, ...]]) -> list[Any] | None:
        """One trip: sent one behind the other, without waiting between."""
        self.trips += 1
        try:
            if len(commands) == 1:
                return [await self._ask(commands[0])]
            return list(await asyncio.gather(*map(self._ask, commands)))
        except (Lost, Refused):
            return None

    async def _ask(self, command: tuple[Argument, ...]) -> Any:
        try:
            return await self._tether.ask(*command)
        except Refused as refusal:
            if not str(refusal).startswith("NOSCRIPT"):
                raise
            name = next(name for name, sha in _SHA.items() if sha == command[1])
            return await self._tether.ask("EVAL", _SCRIPTS[name], *command[2:])


def _command(
    script: str, keys: Sequence[Argument], arguments: Sequence[Argument]
) -> tuple[Argument, ...]:
    return ("EVALSHA", _SHA[script], len(keys), *keys, *arguments)
