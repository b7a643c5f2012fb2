"""A running Amity, asked with the rights of a token."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import orjson

from graph.errors import AmityError, BadInput, Conflict, NotFound, TooExpensive, Unavailable

GRACE_SECONDS = 30.0  # for a turn to come
# Failures that end in another exit code than the others.
KINDS: dict[str, type[AmityError]] = {
    kind.code: kind for kind in (BadInput, Conflict, NotFound, TooExpensive, Unavailable)
}


def is_wanted() -> bool:
    return "AMITY_URL" in os.environ and "AMITY_TOKEN" in os.environ


def ask(path: str, body: Mapping[str, Any] | None, seconds: float) -> dict[str, Any]:
    """POST a question, or GET where there is none."""
    with _asking(path, body, seconds + GRACE_SECONDS) as answer:
        answer.read()
        data: dict[str, Any] = answer.json()
        return data


def lines(path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """An answer of JSON lines, as they come; how long it takes is the service's decision."""
    with _asking(path, body, None) as answer:
        for line in answer.iter_lines():
            said: dict[str, Any] = orjson.loads(line)
            if "error" in said:
                raise _failure(said["error"]["code"], said["error"]["message"])
            yield said
            if "end" in said:
                return
        raise httpx.RemoteProtocolError("no end")


@contextmanager
def _asking(
    path: str, body: Mapping[str, Any] | None, seconds: float | None
) -> Iterator[httpx.Response]:
    headers = {"Authorization": f"Bearer {os.environ['AMITY_TOKEN']}"}
    url = os.environ["AMITY_URL"].rstrip("/") + path
    method = "GET" if body is None else "POST"
    patience = httpx.Timeout(seconds, connect=GRACE_SECONDS)
    try:
        with (
            httpx.Client(timeout=patience, trust_env=False) as client,
            client.stream(method, url, json=body, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                answer.read()
                error = answer.json()["errors"][0]
                raise _failure(error["extensions"]["code"], error["message"])
            yield answer
    except (httpx.HTTPError, ValueError) as gone:
        raise Unavailable("Amity can't be reached at AMITY_URL, or broke off.") from gone


def _failure(code: str, message: str) -> AmityError:
    return KINDS.get(code, AmityError)(message)
