"""What comes back: a table is for reading, the other formats are exact."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from analysts.cypher.formats import written

pytestmark = pytest.mark.anyio


async def as_text(format: str, *rows: list[Any]) -> str:
    async def each() -> AsyncIterator[list[Any]]:
        for row in rows:
            yield row

    columns = [f"c{at}" for at in range(len(rows[0]))]
    return b"".join([some async for some in written(format, columns, each())]).decode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1 / 3, "0.333333"),
        (-2 / 3e9, "-6.66667e-10"),
        (249421881349.71428, "249421881349.7"),
        (2.5, "2.5"),
        (12345678901234567, "12345678901234567"),
        ([1 / 3, {"a": 1 / 7}], "[0.333333, {a: 0.142857}]"),
    ],
)
async def test_numbers_of_a_table_can_be_read(value: Any, shown: str) -> None:
    assert (await as_text("table", [value])).split("\n")[2].strip() == shown


@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
async def test_other_formats_are_exact(format: str) -> None:
    assert f"{1 / 3!r}" in await as_text(format, [1 / 3])
