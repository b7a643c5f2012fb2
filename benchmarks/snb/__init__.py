"""The reads of the LDBC social network benchmark, interactive version 1: one text for both stores.

`ic1` … `ic14` are the complex reads, `is1` … `is7` the short ones. What they are run on is loaded
by the mapping `ldbc-snb`; docs/decisions/0013 says how that graph became ours.
"""

from __future__ import annotations

from pathlib import Path

COMPLEX = tuple(f"ic{number}" for number in range(1, 15))
SHORT = tuple(f"is{number}" for number in range(1, 8))


def text_of(read: str) -> str:
    return (Path(__file__).parent / f"{read}.cypher").read_text(encoding="utf-8")
