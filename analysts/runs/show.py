"""An answer on standard output, in the format that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import orjson

from analysts.cypher.formats import BINARY, written
from analysts.runs.ranking import COLUMNS
from graph.errors import BadInput
from graph.upkeep import Published


async def show_rows(rows: Iterable[list[Any]], format: str) -> None:
    await _write(format, COLUMNS, rows)


async def show_facts(facts: Mapping[str, Any], format: str) -> None:
    """One object; in a table, a line each, and what is a list as a table of its own."""
    if format in ("json", "jsonl"):
        sys.stdout.write(orjson.dumps(facts, option=orjson.OPT_SERIALIZE_NUMPY).decode() + "\n")
        return
    plain = {name: value for name, value in facts.items() if not isinstance(value, list)}
    lists = {name: value for name, value in facts.items() if isinstance(value, list) and value}
    if not lists or format == "table":
        lines = [[name, _cell(value)] for name, value in plain.items()]
        await _write(format, ("what", "value"), lines)
    for values in lists.values():
        await _write(format, tuple(values[0]), (list(one.values()) for one in values))


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return float(value)  # a table rounds it
    return "" if value is None else f"{value}"


def published(kind: str, name: str, found: Published) -> str:
    version = "nothing" if found.version is None else f"version {found.version}"
    about = f", {found.about}" if found.about else ""
    return f"{kind}.{name} is {version} on {found.nodes:,} nodes{about}"


async def _write(format: str, columns: Sequence[str], rows: Iterable[list[Any]]) -> None:
    if format in BINARY and sys.stdout.isatty():
        raise BadInput(f"{format} is not for a terminal: send it to a file.")
    try:
        async for some in written(format, columns, _each(rows)):
            sys.stdout.buffer.write(some)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever reads has seen enough: `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _each(rows: Iterable[list[Any]]) -> AsyncIterator[list[Any]]:
    for row in rows:
        yield row
