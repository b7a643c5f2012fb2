"""All rows of a statement, sent as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.stores.bolt import BoltStore


async def read(
    bolt: BoltStore, text: str, params: Mapping[str, Any], seconds: float = 30.0
) -> list[list[Any]]:
    async with bolt.stream(text, params, seconds) as rows:
        return [row async for row in rows]
