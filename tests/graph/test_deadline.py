"""The time a caller has left."""

from __future__ import annotations

import pytest

from graph.deadline import deadline, remaining


def test_without_a_deadline_the_default_holds() -> None:
    assert remaining(7.5) == 7.5


def test_inside_there_is_no_more_than_was_given() -> None:
    with deadline(60):
        assert 0 < remaining(1000) <= 60
    assert remaining(7.5) == 7.5


def test_an_inner_deadline_never_extends_an_outer_one() -> None:
    with deadline(0), deadline(60):
        assert remaining(5) == 0


def test_an_inner_deadline_ends_with_its_block() -> None:
    with deadline(60):
        with deadline(0):
            assert remaining(5) == 0
        assert remaining(5) > 0


def test_a_deadline_ends_when_its_block_raises() -> None:
    with pytest.raises(ValueError, match="x"), deadline(0):
        raise ValueError("x")
    assert remaining(5) == 5
