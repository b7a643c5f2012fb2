"""Columns of text as values of the registry's types, whole columns at a time. Pure.

A field that is empty says nothing: the property is left as it is. One that can't be read is told
by its row, and with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loaders.mapping import MAYBE, Value

Columns = Mapping[str, Any]
Faults = dict[int, str]  # row → what is wrong with it

INTEGER = re.compile(r"[+-]?[0-9]+")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOWEST, HIGHEST = -(2**63), 2**63 - 1
# The years 0001 to 9999: what everybody can print.
FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999
YES, NO = frozenset(("true", "1", "yes", "t", "y")), frozenset(("false", "0", "no", "f", "n"))


def typed(value: Value, columns: Columns, rows: int, faults: Faults) -> list[Any]:
    """One value a row, None where there is none; adds to `faults`."""
    if not value.columns:
        return [value.constant] * rows
    column = columns[value.columns[0]]
    if len(value.columns) > 1:
        column = _joined(value, columns)
    if value.values is not None:
        return _translated(value, column, faults)
    return _READ[value.property.type](column, value, faults)


def read(value: Value, text: str) -> Any:
    """A word of the mapping itself. Raises ValueError with what is wrong with it."""
    faults: Faults = {}
    column = pa.array([text], pa.string())
    [found] = _READ[value.property.type](column, replace(value, columns=("it",)), faults)
    if faults:
        raise ValueError(faults[0])
    return found


def _called(value: Value) -> str:
    return ", ".join(column.removesuffix(MAYBE) for column in value.columns)


def _joined(value: Value, columns: Columns) -> Any:
    parts = [columns[name].to_pylist() for name in value.columns]
    texts = (value.join.join(p for p in row if p) for row in zip(*parts, strict=True))
    return pa.array(list(texts), pa.string())


def _translated(value: Value, column: Any, faults: Faults) -> list[Any]:
    known = value.values or {}
    found: list[Any] = []
    for row, text in enumerate(column.to_pylist()):
        if text and text not in known:
            said = f'{_called(value)} is "{short(text)}", which the mapping does not know'
            faults.setdefault(row, said)
        found.append(known.get(text) if text else None)
    return found


def _strings(column: Any, value: Value, faults: Faults) -> list[Any]:
    texts = [text or None for text in column.to_pylist()]
    words = value.property.words
    if not words:
        return texts
    found = [text and text.strip().upper() for text in texts]
    for row, word in enumerate(found):
        if word and word not in words:
            said = f'{_called(value)} is "{short(texts[row] or "")}"'
            faults.setdefault(row, f"{said}, which is none of {', '.join(words)}")
    return found


def _lists(column: Any, value: Value, faults: Faults) -> list[Any]:
    separator = value.split or ";"
    found: list[Any] = []
    for text in column.to_pylist():
        parts = _json_list(text) if text and text.startswith("[") else None
        if parts is None:
            parts = [part for part in (text or "").split(separator) if part]
        found.append(parts or None)
    return found


def _json_list(text: str) -> list[str] | None:
    """What says where its parts end, whatever is in them."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    whole = isinstance(found, list) and all(isinstance(part, str) for part in found)
    return found if whole else None


def _integers(column: Any, value: Value, faults: Faults) -> list[Any]:
    numbers = whole_numbers(column)
    if numbers is not None:
        found: list[Any] = numbers.tolist()
        return found
    return _each(column, value, faults, _integer)


def _integer(text: str) -> int:
    """ASCII digits: of other scripts, and with underscores, Python reads more than others do."""
    if not INTEGER.fullmatch(text.strip(" \t")):
        raise ValueError("no digits")
    number = int(text)
    if not LOWEST <= number <= HIGHEST:
        raise ValueError("out of range")
    return number


def whole_numbers(column: Any) -> Any:
    """The column as int64 where every field is the plain spelling of one; else None.

    `007` and `+7` are no plain spellings: as ids they are others than `7`.
    """
    if column.null_count or len(column) == 0:
        return None
    try:
        numbers = pc.cast(column, pa.int64())
    except pa.ArrowInvalid:
        return None
    if not pc.all(pc.equal(pc.cast(numbers, pa.string()), column)).as_py():
        return None
    return numbers.to_numpy(zero_copy_only=False)


def _times(column: Any, value: Value, faults: Faults) -> list[Any]:
    numbers = whole_numbers(column)
    factor = 1000 if value.seconds else 1
    if numbers is not None:
        inside = (numbers >= FIRST_MS // factor) & (numbers <= LAST_MS // factor)
        if inside.all():
            found: list[Any] = (numbers * factor).tolist()
            return found
    return _each(column, value, faults, lambda text: _time(text, factor))


def _time(text: str, factor: int) -> int:
    """Epoch milliseconds (or seconds), or a date as ISO 8601 writes it; without a zone, UTC."""
    text = text.strip(" \t")
    if INTEGER.fullmatch(text):
        ms = int(text) * factor
    else:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        ms = (moment - EPOCH) // timedelta(milliseconds=1)
    if not FIRST_MS <= ms <= LAST_MS:
        raise ValueError("out of range")
    return ms


def _booleans(column: Any, value: Value, faults: Faults) -> list[Any]:
    return _each(column, value, faults, _boolean)


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise ValueError("neither true nor false")
    return word in YES


def _json(column: Any, value: Value, faults: Faults) -> list[Any]:
    return _each(column, value, faults, lambda text: orjson.dumps(orjson.loads(text)).decode())


def _each(column: Any, value: Value, faults: Faults, read: Callable[[str], Any]) -> list[Any]:
    what = _WANTED[value.property.type]
    found: list[Any] = []
    for row, text in enumerate(column.to_pylist()):
        try:
            found.append(read(text) if text else None)
        except (ValueError, OverflowError):
            faults.setdefault(row, f'{_called(value)} is "{short(text)}", which is no {what}')
            found.append(None)
    return found


_READ: dict[str, Callable[[Any, Value, Faults], list[Any]]] = {
    "string": _strings,
    "int": _integers,
    "time": _times,
    "bool": _booleans,
    "strings": _lists,
    "json": _json,
}
_WANTED = {
    "int": "whole number of 64 bits",
    "time": "time in milliseconds or as ISO 8601 from the year 1 to 9999",
    "bool": "true or false",
    "json": "JSON",
}


def short(text: str) -> str:
    plain = "".join(c if c.isprintable() else "·" for c in text[:41])
    return plain if len(plain) <= 40 else plain[:40] + "…"


def keys_of(column: Any) -> Any:
    """External ids: an int64 array where all are plain numbers, else an array of text (objects).

    Which of the two says nothing about what they are: `7` as text is the number's spelling.
    """
    numbers = whole_numbers(column)
    if numbers is not None:
        return numbers
    return np.array(column.to_pylist(), object)
