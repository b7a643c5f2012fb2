"""schema.graphql, the snapshot of what is served. `python -m schema.snapshot` writes it anew."""

from __future__ import annotations

from pathlib import Path

from schema.execute import schema

SNAPSHOT = Path(__file__).with_name("schema.graphql")


def printed() -> str:
    return schema.as_str() + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(printed(), encoding="utf-8")
