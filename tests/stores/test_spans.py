"""The pieces of a huge list's index hold exactly the page's range, in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.records import Position
from graph.stores.bolt.dialects import Span
from graph.stores.bolt.spans import spans

small = st.integers(0, 4)
positions = st.builds(Position, small, small)


def within(span: Span, entry: Position) -> bool:
    if span.tie is not None:
        return entry.at == span.tie and span.low < entry.id < span.high
    return span.low < entry.at < span.high


@given(st.sets(positions), st.none() | positions, st.none() | positions)
def test_pieces_in_turn_are_the_range_newest_first(
    entries: set[Position], after: Position | None, before: Position | None
) -> None:
    newest_first = sorted(entries, reverse=True)
    found = [e for span in spans(after, before) for e in newest_first if within(span, e)]
    assert found == [
        e for e in newest_first if (not after or e < after) and (not before or e > before)
    ]


def test_the_first_page_is_one_piece() -> None:
    assert len(spans(None, None)) == 1
