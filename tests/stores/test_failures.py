"""Whatever a driver throws becomes an error of ours, and says nothing of the store."""

from __future__ import annotations

import httpx
import pytest
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConstraintError,
    DatabaseError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graph.errors import AmityError, DeadlineExceeded, Internal, Unavailable
from graph.stores.bolt import failures

SECRET = "bolt://10.0.0.7 neo4j User.usernameKey"


def coded(kind: type[Neo4jError], code: str) -> Neo4jError:
    error = Neo4jError._hydrate_neo4j(code=code, message=SECRET)
    assert isinstance(error, kind)
    return error


CASES: list[tuple[Exception, type[AmityError]]] = [
    (ServiceUnavailable(SECRET), Unavailable),
    (SessionExpired(SECRET), Unavailable),
    (IncompleteCommit(SECRET), Unavailable),
    (ConnectionRefusedError(SECRET), Unavailable),
    (httpx.ConnectError(SECRET), Unavailable),
    (httpx.ReadTimeout(SECRET), DeadlineExceeded),
    (TimeoutError(SECRET), DeadlineExceeded),
    (coded(AuthError, "Neo.ClientError.Security.Unauthorized"), Unavailable),
    (coded(TransientError, "Neo.TransientError.Transaction.DeadlockDetected"), Unavailable),
    (coded(ConstraintError, "Neo.ClientError.Schema.ConstraintValidationFailed"), Unavailable),
    (coded(ClientError, "Neo.ClientError.Transaction.TransactionTimedOut"), DeadlineExceeded),
    (coded(ClientError, "Neo.ClientError.Statement.SyntaxError"), Internal),
    (coded(DatabaseError, "Neo.DatabaseError.General.UnknownError"), Internal),
]


@pytest.mark.parametrize(("thrown", "told"), CASES)
def test_foreign_errors_are_translated(thrown: Exception, told: type[AmityError]) -> None:
    error = failures.translated(thrown)
    assert type(error) is told
    assert not [word for word in SECRET.split() if word in error.message]


def test_only_what_may_pass_is_tried_again() -> None:
    deadlock = coded(TransientError, "Neo.TransientError.Transaction.DeadlockDetected")
    syntax = coded(ClientError, "Neo.ClientError.Statement.SyntaxError")
    stopped = coded(ClientError, "Neo.ClientError.Transaction.TransactionTimedOut")
    assert failures.is_passing(deadlock)
    assert not failures.is_passing(syntax)
    assert not failures.is_passing(stopped)


def test_our_own_errors_stay_themselves() -> None:
    own = Unavailable("busy")
    assert failures.translated(own) is own
