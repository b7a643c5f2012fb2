"""Many WebSockets in a process of its own, each listening to an inbox; what they got, and when.

`python -m benchmarks.listeners` reads one job as JSON from standard input, prints `listening`, and
at the end of its input one result. Frames are read by hand: a client library would cost more than
the service.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import uvloop

DOCUMENT = """subscription { inbox { __typename ... on FeedPost { seq post { id text createdAt
  author { id username name avatarUrl } likeCount replyCount } } ... on Gap { seq missed } } }"""
CONNECTING = 50
WAIT_SECONDS = 60.0
# When nothing came for so long, nothing comes any more.
QUIET_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Heard:
    events: int  # when it was asked, before what was still on its way
    lost: int  # events that a socket neither got nor was told a gap for
    twice: int
    gaps: int
    closed: int
    p50_ms: float
    p99_ms: float


def frame(opcode: int, payload: bytes) -> bytes:
    """As clients send them: masked, here with zeros."""
    size = len(payload)
    head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else b""
    if size >= 126:
        head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


class Listener(asyncio.Protocol):
    def __init__(self, token: str, latencies: list[float]) -> None:
        self.token = token
        self.latencies = latencies
        self.data = b""
        self.open = False
        self.got: Counter[str] = Counter()
        self.gaps = 0
        self.closed = False
        self.acknowledged = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            "GET /graphql HTTP/1.1\r\nHost: amity\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def say(self, **message: Any) -> None:
        self.transport.write(frame(1, orjson.dumps(message)))

    def data_received(self, data: bytes) -> None:
        self.data += data
        if not self.open:
            head = self.data.find(b"\r\n\r\n")
            if head < 0:
                return
            self.open, self.data = True, self.data[head + 4 :]
            self.say(type="connection_init", payload={"token": self.token})
        self._frames()

    def _frames(self) -> None:
        data, at = self.data, 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if len(data) < start + size:
                break
            self._frame(data[at] & 15, data[start : start + size])
            at = start + size
        self.data = data[at:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.transport.write(frame(10, payload))
        elif opcode == 8:
            self.closed = True
        elif opcode == 1:
            self._message(orjson.loads(payload))

    def _message(self, said: Any) -> None:
        if said["type"] == "next":
            event = said["payload"]["data"]["inbox"]
            if event["__typename"] == "Gap":
                self.gaps += 1
            else:
                self.got[event["post"]["id"]] += 1
                sent = float(event["post"]["text"].split()[0])
                self.latencies.append(time.time() - sent)
        elif said["type"] == "connection_ack":
            self.say(id="1", type="subscribe", payload={"query": DOCUMENT})
            self.acknowledged.set_result(None)
        elif said["type"] == "error":
            print(said, file=sys.stderr, flush=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True


async def listen(port: int, tokens: Sequence[str]) -> Heard:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    listeners: list[Listener] = []
    for at in range(0, len(tokens), CONNECTING):
        some = [Listener(token, latencies) for token in tokens[at : at + CONNECTING]]
        await asyncio.gather(
            *(loop.create_connection(lambda one=one: one, "127.0.0.1", port) for one in some)
        )
        await asyncio.gather(*(one.acknowledged for one in some))
        listeners += some
    print("listening", flush=True)
    posts = json.loads(await asyncio.to_thread(sys.stdin.readline))
    events = len(latencies)
    await _quiet(latencies, len(listeners) * len(posts))
    return _judged(listeners, posts, latencies, events)


async def _quiet(latencies: Sequence[float], expected: int) -> None:
    """Until all is there, or nothing comes any more: what is late is not lost."""
    seen = -1
    while seen < len(latencies) < expected:
        seen = len(latencies)
        await asyncio.sleep(QUIET_SECONDS)


def _judged(
    listeners: Sequence[Listener], posts: Sequence[str], latencies: list[float], events: int
) -> Heard:
    times = sorted(latencies) or [0.0]
    return Heard(
        events=events,
        lost=sum(sum(post not in one.got for post in posts) for one in listeners if not one.gaps),
        twice=sum(count - 1 for one in listeners for count in one.got.values()),
        gaps=sum(one.gaps for one in listeners),
        closed=sum(one.closed for one in listeners),
        p50_ms=times[len(times) // 2] * 1000,
        p99_ms=times[len(times) * 99 // 100] * 1000,
    )


class Crowd:
    """The process, from the side of whoever started it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def heard(self, posts: Sequence[str]) -> Heard:
        """What they got of these posts, when no more comes. It ends them."""
        out, _ = await self._process.communicate(json.dumps(list(posts)).encode() + b"\n")
        return Heard(**json.loads(out))


@asynccontextmanager
async def crowd(port: int, tokens: Sequence[str]) -> AsyncIterator[Crowd]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.listeners",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps({"port": port, "tokens": list(tokens)}).encode() + b"\n")
        async with asyncio.timeout(WAIT_SECONDS):
            line = await process.stdout.readline()
        if line.strip() != b"listening":
            raise RuntimeError("the listeners could not listen")
        yield Crowd(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def main() -> None:
    job = json.loads(sys.stdin.readline())
    heard = uvloop.run(listen(job["port"], job["tokens"]))
    print(json.dumps({name: getattr(heard, name) for name in Heard.__slots__}))


if __name__ == "__main__":
    main()
