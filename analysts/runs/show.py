"""An answer on standard output, in the format that was asked for."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from analysts.runs.ranking import Row
from analysts.runs.run import Answer

FORMATS = ("table", "csv", "json")
COLUMNS = ("id", "externalId", "value")


def show(answer: Answer, format: str) -> None:
    if format == "json":
        made: Any = answer.facts if answer.rows is None else [row.as_json() for row in answer.rows]
        sys.stdout.write(orjson.dumps(made, option=orjson.OPT_SERIALIZE_NUMPY).decode() + "\n")
        return
    head, lines = _facts(answer.facts) if answer.rows is None else _rows(answer.rows)
    if format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(lines)
    else:
        sys.stdout.write(table(head, [[_text(cell) for cell in line] for line in lines]))


def _rows(rows: Sequence[Row]) -> tuple[Sequence[str], list[Sequence[Any]]]:
    return COLUMNS, [(row.id, row.external_id, row.value) for row in rows]


def _facts(facts: Mapping[str, Any]) -> tuple[Sequence[str], list[Sequence[Any]]]:
    return ("what", "value"), [
        (name, value) for name, value in facts.items() if not isinstance(value, list | dict)
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else f"{value}"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell.

    >>> print(table(["id", "value"], [["7", "0.5"]]))
    id  value
    --  -----
    7   0.5
    <BLANKLINE>
    """
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    ruled = [head, ["-" * width for width in widths], *lines]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in ruled
    )
