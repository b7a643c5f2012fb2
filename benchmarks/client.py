"""A small HTTP load client in a process of its own: keep-alive, requests made beforehand.

`python -m benchmarks.client` reads one job as JSON from standard input and prints one result.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import uvloop


@dataclass(frozen=True, slots=True)
class Result:
    requests: int
    failed: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    sample: str  # the last failure, or the last answer

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def request(
    port: int, path: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of one request: a POST of JSON, or a GET where there is no body."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one was answered."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.data = b""
        self.sent = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.next()

    def next(self) -> None:
        body = self.job.next()
        if body is None:
            self.transport.close()
            return
        self.sent = time.perf_counter()
        self.transport.write(body)

    def data_received(self, data: bytes) -> None:
        self.data += data
        head = self.data.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self.data[:head].lower()
        at = start.find(b"content-length:")
        length = int(start[at + 15 : (start + b"\r\n").find(b"\r\n", at)]) if at >= 0 else 0
        if len(self.data) < head + 4 + length:
            return
        self.job.answered(self.data, head + 4, time.perf_counter() - self.sent)
        self.data = b""
        self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


class Job:
    """Requests in turn, until the time is up or, with no time given, all were sent once."""

    def __init__(self, requests: Sequence[bytes], seconds: float | None) -> None:
        once: Iterator[bytes] = iter(requests)
        self.requests = once if seconds is None else itertools.cycle(requests)
        self.ends = None if seconds is None else time.perf_counter() + seconds
        self.latencies: list[float] = []
        self.failed = 0
        self.sample = b""

    def next(self) -> bytes | None:
        if self.ends is not None and time.perf_counter() >= self.ends:
            return None
        return next(self.requests, None)

    def answered(self, data: bytes, body: int, latency: float) -> None:
        self.latencies.append(latency)
        if data[9:12] != b"200" or data.find(b'"errors"', body) >= 0:
            self.failed += 1
            self.sample = data
        elif not self.failed:
            self.sample = data


async def run(job: Job, port: int, connections: int) -> Result:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: Connection(job), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    seconds = time.perf_counter() - began
    times = sorted(job.latencies) or [0.0]
    return Result(
        len(job.latencies),
        job.failed,
        seconds,
        times[len(times) // 2] * 1000,
        times[len(times) * 95 // 100] * 1000,
        times[len(times) * 99 // 100] * 1000,
        job.sample.decode(errors="replace")[:200_000],
    )


async def load(
    port: int, requests: Sequence[bytes], *, seconds: float | None, connections: int = 16
) -> Result:
    """Run one job in a process of its own. Raises where any answer was not a good one."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.client",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    job = {
        "port": port,
        "seconds": seconds,
        "connections": connections,
        "requests": [base64.b64encode(one).decode() for one in requests],
    }
    out, _ = await process.communicate(json.dumps(job).encode())
    if process.returncode != 0:
        raise RuntimeError(f"the load client ended with {process.returncode}")
    result = Result(**json.loads(out))
    if result.failed or not result.requests:
        raise RuntimeError(f"{result.failed} of {result.requests} failed: {result.sample}")
    return result


def main() -> None:
    given = json.load(sys.stdin)
    requests = [base64.b64decode(one) for one in given["requests"]]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        job = Job(requests, given["seconds"])
        result = runner.run(run(job, given["port"], given["connections"]))
    json.dump(asdict(result), sys.stdout)


if __name__ == "__main__":
    main()
