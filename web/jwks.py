"""Keys that an identity provider publishes: fetched, kept, and fetched again for an unknown id."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import jwt
import orjson

from graph.errors import Unauthenticated, Unavailable
from web.tokens import REFUSED, Key

log = logging.getLogger("amity.web")

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
MAX_BYTES = 262_144
MAX_KEYS = 64
FETCH_SECONDS = 3.0
# Kept keys are looked up again after this long, so that a withdrawn one goes away.
FRESH_SECONDS = 600.0
# Whatever tokens say, the provider is asked at most this often.
INTERVAL_SECONDS = 10.0

Fetch = Callable[[], Awaitable[bytes]]


class PublishedKeys:
    """A JSON Web Key Set behind a URL."""

    def __init__(self, fetch: Fetch, now: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: dict[str | None, Key] = {}
        self._fetched_at = -FRESH_SECONDS
        self._asked_at = -INTERVAL_SECONDS
        self._one_at_a_time = asyncio.Lock()

    async def find(self, header: Mapping[str, Any]) -> Key:
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            raise Unauthenticated(REFUSED)
        if self._now() - self._fetched_at >= FRESH_SECONDS or self._pick(kid) is None:
            await self._refresh(kid)
        key = self._pick(kid)
        if key is not None:
            return key
        if not self._keys:
            raise Unavailable("Tokens can't be verified at the moment.")
        raise Unauthenticated(REFUSED)

    def _pick(self, kid: str | None) -> Key | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    async def _refresh(self, kid: str | None) -> None:
        async with self._one_at_a_time:
            if self._now() - self._asked_at < INTERVAL_SECONDS:
                return
            self._asked_at = self._now()
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    self._keys = read_keys(await self._fetch())
            except (httpx.HTTPError, TimeoutError, ValueError) as error:
                # What we have stays in use: the provider's outage is not everybody's.
                log.warning("key set can't be fetched", extra={"error": type(error).__name__})
                return
            self._fetched_at = self._now()


def read_keys(document: bytes) -> dict[str | None, Key]:
    """Signing keys by id; those of other kinds and uses are left out.

    Raises ValueError for what is no key set.
    """
    data = orjson.loads(document)
    entries = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(entries, list) or len(entries) > MAX_KEYS:
        raise ValueError("not a key set")
    found: dict[str | None, Key] = {}
    for entry in entries:
        key = _read_key(entry)
        if key is not None:
            kid = entry.get("kid")
            found[kid if isinstance(kid, str) else None] = key
    return found


def _read_key(entry: Any) -> Key | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    try:
        parsed = jwt.PyJWK(entry)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if parsed.algorithm_name not in ALGORITHMS:
        return None
    return Key(parsed.algorithm_name, parsed.key)


def over_http(url: str) -> Fetch:
    """Fetches one document, bounded in time and size."""

    async def fetch() -> bytes:
        async with (
            httpx.AsyncClient(timeout=FETCH_SECONDS) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as response,
        ):
            response.raise_for_status()
            parts: list[bytes] = []
            size = 0
            async for part in response.aiter_bytes():
                size += len(part)
                if size > MAX_BYTES:
                    raise ValueError("key set too large")
                parts.append(part)
            return b"".join(parts)

    return fetch
