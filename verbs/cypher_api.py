"""`amity cypher` through the API of a running Amity, with the rights of a token."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx

from analysts.cypher.formats import written
from graph.errors import AmityError, BadInput, Unavailable

GRACE_SECONDS = 30.0  # for a turn to come


def is_wanted() -> bool:
    return "AMITY_URL" in os.environ and "AMITY_TOKEN" in os.environ


def ask(path: str, body: Mapping[str, Any] | None, seconds: float) -> dict[str, Any]:
    """POST a question, or GET where there is none."""
    headers = {"Authorization": f"Bearer {os.environ['AMITY_TOKEN']}"}
    url = os.environ["AMITY_URL"].rstrip("/") + path
    try:
        with httpx.Client(timeout=seconds + GRACE_SECONDS, trust_env=False) as client:
            method = "GET" if body is None else "POST"
            answer = client.request(method, url, json=body, headers=headers)
            data: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as gone:
        raise Unavailable("Amity can't be reached at AMITY_URL, or broke off.") from gone
    if answer.status_code != httpx.codes.OK:
        message = data["errors"][0]["message"]
        code = data["errors"][0]["extensions"]["code"]
        kind = BadInput if code == "BAD_INPUT" else AmityError
        raise (Unavailable if code == "UNAVAILABLE" else kind)(message)
    return data


def show(answer: Mapping[str, Any], format: str) -> int:
    """The rows in a format of the command line; how they ended, on standard error."""
    columns: Sequence[str] = answer["columns"]

    async def rows() -> AsyncIterator[list[Any]]:
        for row in answer["rows"]:
            yield [row[name] for name in columns]

    async def out() -> None:
        async for piece in written(format, columns, rows()):
            sys.stdout.buffer.write(piece)

    asyncio.run(out())
    sys.stdout.buffer.flush()
    notes = [f"as of {answer['asOf']}"]
    if answer["cut"]:
        notes.append(f"cut off after {len(answer['rows']):,} rows")
    if answer["suppressed"]:
        notes.append(f"{answer['suppressed']:,} rows of too few people left out")
    print(f"amity: {', '.join(notes)}.", file=sys.stderr)
    return 0
