"""Scalars of our own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NewType

import strawberry

from graph.errors import BadInput

# Epoch milliseconds inside, RFC 3339 with milliseconds and Z outside.
DateTime = NewType("DateTime", int)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


# A page is asked for again and again, and so are its times.
@lru_cache(1 << 14)
def write_time(ms: int) -> str:
    """
    >>> write_time(1_704_110_400_005)
    '2024-01-01T12:00:00.005Z'
    """
    at = EPOCH + timedelta(milliseconds=ms)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z".rjust(24, "0")


def read_time(text: object) -> int:
    """
    >>> read_time("2024-01-01T13:00:00.005+01:00")
    1704110400005
    """
    if not isinstance(text, str) or not SHAPE.fullmatch(text):
        raise _not_a_time()
    try:
        at = datetime.fromisoformat(text.upper())
        return (at - EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise _not_a_time() from None


def _not_a_time() -> BadInput:
    return BadInput("A time looks like 2024-01-01T12:00:00.000Z.")


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="A moment, RFC 3339 with milliseconds, in UTC: 2024-01-01T12:00:00.000Z.",
    serialize=write_time,
    parse_value=read_time,
)
