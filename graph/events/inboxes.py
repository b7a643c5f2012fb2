"""Numbered inboxes in the cache server, one for each person who was connected in the last day.

An inbox is a stream whose ids are `epoch-n`: a random epoch for each beginning, and numbers one
by one. So whatever is trimmed or lost leaves a hole that can be seen; nothing here is the only
copy of anything.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from graph.errors import BadInput
from graph.ids import created_at

CHANNEL = "amity:inboxes"
# A hash: the era, and for each person with an inbox when it ends. One key, so that who is to be
# told can't be lost without the inboxes being lost with it.
ERA = "amity:inbox:era"
KEPT = 256
DAY_SECONDS = 86_400
# The era outlives every inbox of it.
ERA_SECONDS = 2 * DAY_SECONDS
# Events are remembered in pieces of this length, each kept until the next but one has begun.
REMEMBERED_MS = 1_800_000
# People a call: a script must not keep the cache server from others for long.
CHUNK = 500

# A message of the channel; None: listened to from now on, on a new connection.
Hear = Callable[[bytes | None], None]

_SCRIPTS = {path.stem: path.read_text() for path in Path(__file__).parent.glob("scripts/*.lua")}
_SEQ = re.compile(r"([1-9][0-9]{0,18})-(0|[1-9][0-9]{0,17})", re.ASCII)


class Seq(NamedTuple):
    """Where one entry stands in an inbox. Opaque to everybody else."""

    epoch: int
    n: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.n}"


def read_seq(text: str) -> Seq:
    """
    >>> read_seq("7-12")
    Seq(epoch=7, n=12)
    """
    match = _SEQ.fullmatch(text)
    if match is None:
        raise BadInput("This is not a `seq` of an inbox event.")
    return Seq(int(match[1]), int(match[2]))


class Kept(NamedTuple):
    """One entry of an inbox; without data where all that is known is that something was there."""

    n: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    last: Seq
    entries: Sequence[Kept]  # behind the one that was asked for, in this epoch


class Server(Protocol):
    """What is asked of the cache server: `Cache` is one."""

    async def ask(self, *command: bytes | str | int) -> Any:
        """Raises Unavailable when nobody answers."""
        ...

    def listen(self, channel: str, on_message: Hear) -> None:
        """On every connection from now on; to be called before the first."""
        ...


class Inboxes:
    def __init__(self, server: Server, clock: Callable[[], int], kept: int = KEPT) -> None:
        self._server = server
        self._clock = clock  # epoch ms
        self.kept = kept

    def listen(self, hear: Hear) -> None:
        """All that is delivered to anybody, in one order with the answers to what is asked."""
        self._server.listen(CHANNEL, hear)

    async def deliver(
        self,
        event: int,
        data: bytes,
        people: Sequence[int],
        part: int = 0,
        *,
        begun: bool = False,
    ) -> int:
        """Into each inbox that there is, once, however often this is called; how many.

        `part` tells the letters of one event apart. `begun`: others of the same letter's people
        were brought it just now, these were not. Without it every inbox would be read.
        """
        name = event.to_bytes(8, "big") + bytes([part])
        delivered = 0
        for at in range(0, len(people), CHUNK):
            mode = self._mode(event, first=at == 0 and not begun)
            delivered += await self._run(
                "deliver",
                (ERA, f"amity:inbox:told:{created_at(event) // REMEMBERED_MS}"),
                *(ERA_SECONDS, 3 * REMEMBERED_MS // 1000, CHANNEL, self.kept),
                *(mode, name, data),
                *people[at : at + CHUNK],
            )
        return delivered

    def _mode(self, event: int, *, first: bool) -> str:
        """An event older than what is remembered may have been delivered: each inbox is read."""
        if self._clock() - created_at(event) > REMEMBERED_MS:
            return "late"
        return "first" if first else "more"

    async def open(self, person: int, after: Seq | None = None) -> Opened:
        """Begins an inbox where there is none; what came after `after`, if it is of this epoch."""
        last, entries = await self._run(
            "open",
            (ERA,),
            *(secrets.token_hex(4), ERA_SECONDS, person, _new_epoch(), DAY_SECONDS, self._end()),
            *((after.epoch, after.n) if after else ("", "")),
            self.kept + 1,
        )
        return Opened(
            read_seq(last.decode()),
            [Kept(read_seq(id.decode()).n, fields[3]) for id, fields in entries],
        )

    async def touch(self, people: Sequence[int]) -> list[Seq | None]:
        """Keeps these alive; where each stands. None: lost. A new one stands at (0, 0)."""
        found: list[Seq | None] = []
        for at in range(0, len(people), CHUNK):
            answers = await self._run(
                "touch",
                (ERA,),
                *(ERA_SECONDS, DAY_SECONDS, self._end()),
                *people[at : at + CHUNK],
            )
            found += [_stand(answer) for answer in answers]
        return found

    async def end_all(self) -> None:
        """Nobody can know what is missing in them: every inbox is to begin anew, with a gap."""
        await self._server.ask("DEL", ERA)

    async def living(self) -> list[int]:
        """Everybody who has an inbox."""
        now = self._clock()
        found = await self._server.ask("HGETALL", ERA)
        people = [int(person) for person in found if person != b"era"]
        ended = [person for person in people if int(found[b"%d" % person]) <= now]
        if ended:
            await self._server.ask("HDEL", ERA, *ended)
        return people

    def _end(self) -> int:
        return self._clock() + DAY_SECONDS * 1000

    async def _run(self, script: str, keys: Sequence[str], *arguments: bytes | str | int) -> Any:
        return await self._server.ask("EVAL", _SCRIPTS[script], len(keys), *keys, *arguments)


EMPTY = Seq(0, 0)


def _stand(answer: bytes) -> Seq | None:
    if not answer:
        return None
    return EMPTY if answer == b"empty" else read_seq(answer.decode())


def _new_epoch() -> int:
    """So large that the server's clock never reaches it, which would begin to count anew."""
    return (1 << 62) + secrets.randbits(61)
