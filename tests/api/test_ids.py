"""Ids, cursors and times: what goes out comes back in, and nothing else does."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resolvers.globalid
import schema.scalars
from graph.errors import BadInput
from graph.records import Position
from resolvers import globalid
from resolvers.cursors import Binding, Cursors, Frozen
from schema.scalars import read_time, write_time

CURSORS = Cursors(b"one")
bindings = st.builds(
    Binding,
    st.sampled_from(["followers", "friends"]),
    st.integers(1, 9),
    st.none() | st.integers(1, 9),
    st.sampled_from(["", "LATEST", "3"]),
)
longs = st.integers(-(2**63), 2**63 - 1)
positions = st.builds(Position, longs, longs)
snapshots = st.builds(Frozen, st.text("abcXYZ019-_", min_size=1, max_size=24), st.integers(0, 499))


@given(st.integers(0, 2**63 - 1))
def test_an_id_comes_back(id: int) -> None:
    kind, parsed = globalid.parse(globalid.write("post", id))
    assert (kind.name, parsed) == ("Post", id)


@given(st.text() | st.from_regex(r"(user|post|x)_-?[0-9]{0,21}\n?", fullmatch=True))
def test_an_id_has_one_spelling(text: str) -> None:
    try:
        kind, id = globalid.parse(text)
    except BadInput:
        return
    assert globalid.write(kind.prefix, id) == text


@given(binding=bindings, place=positions)
def test_a_position_comes_back(binding: Binding, place: Position) -> None:
    assert CURSORS.position(binding, CURSORS.seal(binding, place)) == place


@given(binding=bindings, place=snapshots)
def test_a_place_in_a_snapshot_comes_back(binding: Binding, place: Frozen) -> None:
    assert CURSORS.frozen(binding, CURSORS.seal(binding, place)) == place


@given(binding=bindings, other=bindings, place=positions, secret=st.sampled_from([b"one", b"two"]))
def test_a_cursor_belongs_to_its_binding_and_secret(
    binding: Binding, other: Binding, place: Position, secret: bytes
) -> None:
    sealed = Cursors(secret).seal(other, place)
    if (binding, secret) == (other, b"one"):
        assert CURSORS.position(binding, sealed) == place
        with pytest.raises(BadInput):
            CURSORS.frozen(binding, sealed)
        return
    with pytest.raises(BadInput):
        CURSORS.position(binding, sealed)


@given(binding=bindings, text=st.text())
def test_what_is_no_cursor_is_bad_input(binding: Binding, text: str) -> None:
    for opened in (CURSORS.position, CURSORS.frozen):
        with pytest.raises(BadInput):
            opened(binding, text)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_a_time_comes_back(ms: int) -> None:
    assert read_time(write_time(ms)) == ms


@pytest.mark.parametrize(
    "text", ["", "2024-01-01", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00", 5, None, True]
)
def test_what_is_no_time_is_bad_input(text: object) -> None:
    with pytest.raises(BadInput):
        read_time(text)


@pytest.mark.parametrize("module", [resolvers.globalid, schema.scalars])
def test_examples(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
