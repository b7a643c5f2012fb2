"""/analyze: an algorithm from the bytes of its question to its rows, as JSON lines.

token → body → question → the desk (role, estimate, turn, run, mask) → lines. `note` lines come
while it runs, then a `row` each, and at the end one `end` or one `error`.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import orjson
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from analysts.cypher.askers import Asker
from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.kinds import KINDS
from analysts.runs.ranking import COLUMNS
from analysts.runs.served import Found, Runs, Wanted
from graph.errors import AmityError, NotSupported
from web.answers import Refusal, describe, failed, internal
from web.cypher import Counter, moment, refusal
from web.parameters import ClientGone, check_content_type, read_body
from web.wanted import read_wanted
from web.watch import Watch

log = logging.getLogger("amity.web")
HEADERS = [(b"content-type", b"application/jsonl"), (b"cache-control", b"no-store")]


def analyze_routes(runs: Runs | None, counter: Counter) -> list[Route]:
    return [
        Route("/analyze", Analyzing(runs, counter), methods=["POST"]),
        Route("/analyze/algorithms", counter.told(lambda _: catalogue())),
    ]


def catalogue() -> dict[str, Any]:
    return {
        "algorithms": [{"name": one.name, "about": one.about} for one in ALGORITHMS.values()],
        "graphs": [{"name": one.name, "about": one.about} for one in KINDS.values()],
    }


class Analyzing:
    def __init__(self, runs: Runs | None, counter: Counter) -> None:
        self._runs, self._counter = runs, counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lines = Lines(send)
        try:
            await self._answer(scope, receive, lines)
        except ClientGone:
            return
        except Refusal as refused:
            await lines.whole(refused.status, refused.headers, failed(describe(refused.error)))
        except AmityError as error:
            await lines.failure(error)
        except Exception:  # the last line: whatever it was, the client learns no more than a code
            log.exception("a run failed")
            await lines.failure(internal())
        finally:
            lines.stop()

    async def _answer(self, scope: Scope, receive: Receive, lines: Lines) -> None:
        headers = dict(scope["headers"])
        asker = await self._counter.asker(headers)
        check_content_type(headers.get(b"content-type"))
        wanted = read_wanted(await read_body(receive, headers, self._counter.max_body))
        # The end is sent behind it: a client that has all may hang up, and is not gone.
        with Watch(receive):
            end = await self._run(asker, wanted, lines)
        await lines.end(end)

    async def _run(self, asker: Asker, wanted: Wanted, lines: Lines) -> dict[str, Any]:
        if self._runs is None:
            raise NotSupported("This store has nothing to analyse.")
        async with self._runs.ask(asker, wanted, lines.note) as found:
            async for rows in found.chunks:
                found.bytes += await lines.rows(rows)
            return _end(found)


def _end(found: Found) -> dict[str, Any]:
    return {
        "facts": found.facts,
        "rows": found.rows,
        "asOf": moment(found.as_of),
        "cut": found.cut,
        "picture": None if found.picture is None else b64encode(found.picture).decode(),
        "written": None if found.written is None else asdict(found.written),
    }


class Lines:
    """Sent in their order by a task of its own, since notes come from where nobody can wait."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._sending: asyncio.Task[None] | None = None

    def note(self, text: str) -> None:
        self._put({"note": text})

    async def rows(self, rows: list[list[Any]]) -> int:
        """How many bytes they were; waits until they are on their way."""
        cells = (dict(zip(COLUMNS, row, strict=True)) for row in rows)
        size = self._put(*({"row": row} for row in cells))
        await self._queue.join()
        return size

    async def end(self, said: dict[str, Any]) -> None:
        await self._last({"end": said})

    async def failure(self, error: AmityError) -> None:
        if self._sending is None:
            await self.whole(*refusal(error))
        else:
            await self._last({"error": {"message": error.message, **error.extensions}})

    async def whole(self, status: int, headers: Any, body: bytes) -> None:
        told = [*headers, (b"content-length", b"%d" % len(body))]
        await self._send({"type": "http.response.start", "status": status, "headers": told})
        await self._send({"type": "http.response.body", "body": body})

    def stop(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    def _put(self, *lines: dict[str, Any]) -> int:
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_on())
        data = b"".join(
            orjson.dumps(line, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n" for line in lines
        )
        self._queue.put_nowait(data)
        return len(data)

    async def _last(self, line: dict[str, Any]) -> None:
        self._put(line)
        await self._queue.join()
        await self._send({"type": "http.response.body", "body": b""})

    async def _send_on(self) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        while True:
            piece = await self._queue.get()
            with suppress(OSError):  # whoever has gone is noticed by the watch
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._queue.task_done()
