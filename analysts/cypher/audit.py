"""Whatever an analyst asks through the API is written down: who, when, what, and how it ended."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from analysts.cypher.askers import Asker
from graph.changes import Create
from graph.errors import AmityError, BadInput
from graph.store import Store

log = logging.getLogger("amity.analysts")
AUDIT = "_Audit"
LONGEST = 65_536  # characters of a text: all that the gate lets through
LONGEST_PARAMS = 10_000

NewId = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Row:
    asker: Asker
    at: int
    text: str
    rows: int
    bytes: int
    ms: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def properties(self) -> dict[str, Any]:
        return {
            "who": self.asker.name,
            "project": self.asker.project,
            "people": str(self.asker.rights.people),
            "texts": self.asker.rights.texts,
            "at": self.at,
            "text": self.text[:LONGEST],
            "params": _as_text(self.params)[:LONGEST_PARAMS],
            "rows": self.rows,
            "bytes": self.bytes,
            "ms": self.ms,
            "code": self.code,
        }


def _as_text(params: Mapping[str, Any]) -> str:
    """As JSON; of what was refused for what it is, only that it was there."""
    try:
        return orjson.dumps(dict(params)).decode() if params else ""
    except orjson.JSONEncodeError:
        return "…"


async def write_down(store: Store, new_id: NewId, row: Row) -> None:
    """Raises where it can't be, unless the question failed anyway: none goes unseen."""
    said = row.properties()
    log.info("asked", extra={**said, "text": None, "params": None})
    try:
        await store.write((Create(AUDIT, await new_id(), said),))
    except AmityError as error:
        log.error("a question is not written down", extra={"code": error.code})
        if row.code == "OK" and not isinstance(error, BadInput):
            raise
