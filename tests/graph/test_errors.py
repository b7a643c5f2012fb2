"""The error tree: one stable code each."""

from __future__ import annotations

import re

import pytest

from graph import errors
from graph.errors import AmityError, Conflict, Forbidden, RateLimited, Unavailable


def tree() -> dict[str, str]:
    """Names and codes as the docstring draws them."""
    assert errors.__doc__
    return dict(re.findall(r"[├└]── (\w+)\s+([A-Z_]+)", errors.__doc__))


def test_the_tree_that_is_drawn_is_the_tree_there_is() -> None:
    assert tree() == {kind.__name__: kind.code for kind in AmityError.__subclasses__()}


def test_no_two_failures_share_a_code() -> None:
    assert len(set(tree().values())) == len(tree()) == 12


def test_a_failure_carries_its_code_and_what_else_is_known() -> None:
    taken = Conflict("username is taken", field="usernameKey")
    assert taken.extensions == {"code": "CONFLICT", "field": "usernameKey"}
    assert str(taken) == taken.message == "username is taken"


@pytest.mark.parametrize(
    ("failure", "extensions"),
    [
        (Forbidden("no", rule="PRIVATE"), {"code": "FORBIDDEN", "rule": "PRIVATE"}),
        (RateLimited("later", retry_after=9), {"code": "RATE_LIMITED", "retryAfter": 9}),
        (Unavailable("away"), {"code": "UNAVAILABLE", "retryAfter": 1}),
    ],
)
def test_what_a_client_needs_is_in_the_extensions(
    failure: AmityError, extensions: dict[str, object]
) -> None:
    assert failure.extensions == extensions
