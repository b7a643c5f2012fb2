"""Whatever an analyst asks through the API is written down: who, when, what, and how it ended."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from analysts.cypher.askers import Asker
from graph.changes import Create
from graph.errors import AmityError, BadInput
from graph.store import Store

log = logging.getLogger("amity.analysts")
AUDIT = "_Audit"
LONGEST = 10_000  # characters of a text

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

    def properties(self) -> dict[str, Any]:
        return {
            "who": self.asker.name,
            "project": self.asker.project,
            "people": str(self.asker.rights.people),
            "texts": self.asker.rights.texts,
            "at": self.at,
            "text": self.text[:LONGEST],
            "rows": self.rows,
            "bytes": self.bytes,
            "ms": self.ms,
            "code": self.code,
        }


async def write_down(store: Store, new_id: NewId, row: Row) -> None:
    """Raises where it can't be, unless the question failed anyway: none goes unseen."""
    said = row.properties()
    log.info("asked", extra={**said, "text": None})
    try:
        await store.write((Create(AUDIT, await new_id(), said),))
    except AmityError as error:
        log.error("a question is not written down", extra={"code": error.code})
        if row.code == "OK" and not isinstance(error, BadInput):
            raise
