"""What `amity cypher` shows of an answer that came through the API."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from analysts.cypher.formats import written


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
