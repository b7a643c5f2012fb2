"""/cypher: a question in Cypher from its bytes to its rows, as they come.

token → body → question → the desk (role, gate, turn, bounds, mask) → rows in a format.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from analysts.cypher.askers import Asker, asker_of
from analysts.cypher.asking import Answer
from analysts.cypher.desk import Desk, Question
from analysts.cypher.formats import MEDIA, written
from analysts.cypher.rights import People
from analysts.cypher.saved import Saved, find
from analysts.cypher.schema import described
from graph.errors import AmityError, BadInput, NotSupported, Unauthenticated
from graph.values import Plan
from web.answers import Refusal, describe, failed, internal, retry_headers
from web.parameters import ClientGone, check_content_type, read_body
from web.tokens import Tokens
from web.watch import Watch

log = logging.getLogger("amity.web")
STATUS = {
    "BAD_INPUT": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "TOO_EXPENSIVE": 422,
    "RATE_LIMITED": 429,
    "NOT_SUPPORTED": 501,
    "UNAVAILABLE": 503,
    "TIMEOUT": 504,
}
# An answer that is no larger is sent when it is whole, and its headers tell of its end.
WHOLE = 1 << 20
Header = tuple[bytes, bytes]


def cypher_routes(counter: Counter) -> list[Route]:
    return [
        Route("/cypher", Asking(counter), methods=["POST"]),
        Route("/cypher/schema", counter.told(lambda asker: described(asker.rights))),
        Route("/cypher/saved", counter.told(lambda _: _saved(counter.desk))),
        Route("/cypher/saved/{name}", Asking(counter), methods=["POST"]),
    ]


class Counter:
    """What all of its routes have in common: who asks, and how a failure is told."""

    def __init__(self, desk: Desk | None, tokens: Tokens, max_body: int) -> None:
        self._desk, self._tokens = desk, tokens
        self.max_body = max_body

    @property
    def desk(self) -> Desk:
        if self._desk is None:
            raise NotSupported("This store has no Cypher.")
        return self._desk

    async def asker(self, headers: dict[bytes, bytes]) -> Asker:
        identity = await self._tokens.identify(headers.get(b"authorization"))
        if identity is None:
            raise Unauthenticated("Analysts need a token.")
        return asker_of(identity.subject_key.replace("\x1f", "/"), identity.scopes)

    def told(self, tell: Callable[[Asker], Any]) -> Callable[[Request], Awaitable[Response]]:
        """What is told to every analyst who asks."""

        async def answer(request: Request) -> Response:
            try:
                data = tell(await self.asker(dict(request.scope["headers"])))
            except AmityError as error:
                status, headers, body = refusal(error)
                return Response(body, status, {k.decode(): v.decode() for k, v in headers})
            return Response(orjson.dumps(data), media_type="application/json")

        return answer


def _saved(desk: Desk) -> dict[str, Any]:
    return {"saved": [one.described() for one in desk.saved.values()]}


def refusal(error: AmityError) -> tuple[int, list[Header], bytes]:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b'Bearer realm="amity"'))
    return STATUS.get(error.code, 500), headers + retry_headers(error), failed(describe(error))


class Asking:
    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = Sending(send)
        try:
            await self._answer(scope, receive, sending)
        except ClientGone:
            return
        except Refusal as refused:
            await sending.whole(
                refused.status, list(refused.headers), failed(describe(refused.error))
            )
        except AmityError as error:
            await sending.failure(error)
        except Exception:  # the last line: whatever it was, the client learns no more than a code
            log.exception("a question failed")
            await sending.failure(internal())

    async def _answer(self, scope: Scope, receive: Receive, sending: Sending) -> None:
        headers = dict(scope["headers"])
        asker = await self._counter.asker(headers)
        check_content_type(headers.get(b"content-type"))
        body = await read_body(receive, headers, self._counter.max_body)
        desk = self._counter.desk
        name = scope.get("path_params", {}).get("name")
        saved = None if name is None else find(desk.saved, name)
        question, format, explain = read_question(body, saved)
        # The end is sent behind it: a client that has all may hang up, and is not gone.
        with Watch(receive):
            if explain:
                plan, rows, advice = await desk.plan(asker, question)
                rest = orjson.dumps({"plan": _plan(plan), "rows": round(rows), "advice": advice})
                told = [(b"content-type", b"application/json")]
            else:
                rest, told = await self._rows(desk, asker, question, format, sending)
        await sending.end(told, rest)

    async def _rows(
        self, desk: Desk, asker: Asker, question: Question, format: str, sending: Sending
    ) -> tuple[bytes, list[Header]]:
        try:
            async with desk.ask(asker, question) as answer:
                return await sending.answer(format, answer)
        except BadInput as wrong:
            if wrong.detail and asker.rights.people is People.RAW and asker.rights.texts:
                raise BadInput(f"{wrong} {wrong.detail}") from wrong
            raise


def read_question(body: bytes, saved: Saved | None = None) -> tuple[Question, str, bool]:
    """What is asked, in which format, and whether only for a plan."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadInput("The body is not JSON in UTF-8.") from None
    if not isinstance(data, dict):
        raise BadInput("The body must be a JSON object.")
    known = ("params", "format", "limit", "timeout", "explain", *(() if saved else ("query",)))
    unknown = data.keys() - set(known)
    if unknown:
        raise BadInput(f"`{min(unknown)}` is not understood here.")
    text, params = saved.text if saved else data.get("query"), data.get("params") or {}
    if not isinstance(text, str) or not isinstance(params, dict):
        raise BadInput("`query` has to be a statement, `params` an object.")
    if saved:
        params = saved.filled(params)
    format = data.get("format", "json")
    if format not in MEDIA:
        raise BadInput(f"`format` is one of {', '.join(sorted(MEDIA))}.")
    rows = _number(data, "limit", int)
    return (
        Question(text, params, rows, _number(data, "timeout", int, float)),
        format,
        bool(data.get("explain")),
    )


def _number(data: dict[str, Any], name: str, *kinds: type) -> Any:
    value = data.get(name)
    if value is not None and (type(value) not in kinds or value <= 0):
        raise BadInput(f"`{name}` has to be a number above 0.")
    return value


class Sending:
    """The answer's bytes: whole where they are few, as they come where they are many."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False

    async def answer(self, format: str, answer: Answer) -> tuple[bytes, list[Header]]:
        """Sends what is too much to be held; what is left is sent by `end`."""
        told = [
            (b"content-type", MEDIA[format].encode()),
            (b"cache-control", b"no-store"),
            (b"amity-as-of", moment(answer.as_of).encode()),
        ]
        held: list[bytes] = []
        size = 0
        async with aclosing(_formatted(format, answer)) as pieces:
            async for piece in pieces:
                held.append(piece)
                size += len(piece)
                if size > WHOLE:
                    await self._begin(200, told)
                    await self._more(b"".join(held))
                    held, size = [], 0
        told += [
            (b"amity-rows", b"%d" % answer.rows),
            (b"amity-cut", (answer.cut or "no").encode()),
        ]
        return b"".join(held), told

    async def end(self, told: list[Header], rest: bytes) -> None:
        if self._begun:
            await self._send({"type": "http.response.body", "body": rest})
        else:
            await self.whole(200, told, rest)

    async def failure(self, error: AmityError) -> None:
        if self._begun:
            # The body stays without its end: no client takes it for a whole one.
            raise ConnectionAbortedError(error.code)
        status, headers, body = refusal(error)
        await self.whole(status, headers, body)

    async def whole(self, status: int, headers: list[Header], body: bytes) -> None:
        await self._begin(status, [*headers, (b"content-length", b"%d" % len(body))])
        await self._send({"type": "http.response.body", "body": body})

    async def _begin(self, status: int, headers: list[Header]) -> None:
        if not self._begun:
            self._begun = True
            await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _more(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


async def _formatted(format: str, answer: Answer) -> AsyncGenerator[bytes]:
    """JSON says at its end how it ended; the other formats are the command line's."""
    if format != "json":
        async for piece in written(format, answer.columns, aiter(answer)):
            yield piece
        return
    yield b'{"columns":' + orjson.dumps(answer.columns) + b',"rows":'
    async for piece in written("json", answer.columns, aiter(answer)):
        yield piece
    end = {"asOf": moment(answer.as_of), "cut": answer.cut, "suppressed": answer.suppressed}
    yield b"," + orjson.dumps(end)[1:]


def moment(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plan(plan: Plan) -> dict[str, Any]:
    return {"step": plan.text, "rows": plan.rows, "of": [_plan(one) for one in plan.children]}
