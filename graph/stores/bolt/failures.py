"""What a driver or a server throws, as errors of our own tree. Nothing foreign gets further."""

from __future__ import annotations

import httpx
from neo4j.exceptions import (
    AuthError,
    ConnectionAcquisitionTimeoutError,
    ConstraintError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graph.errors import AmityError, DeadlineExceeded, Internal, Unavailable

FOREIGN = (Neo4jError, DriverError, OSError, httpx.HTTPError)
_LOST = (ServiceUnavailable, SessionExpired, ConnectionError, httpx.TransportError)
_STOPPED = ("Timeout", "TimedOut", "Terminated")
# Neo4j has a code for it; the embedded server says which of its settings stood in the way.
_TOO_LARGE = ("OutOfMemory", "queryMaxHeap", "heap budget")


def timed_out() -> DeadlineExceeded:
    return DeadlineExceeded("The graph did not answer in time.")


def is_lost(error: BaseException) -> bool:
    """The connection broke: nothing is known of what was under way."""
    return isinstance(error, _LOST) and not isinstance(error, TimeoutError)


def is_in_doubt(error: BaseException) -> bool:
    """The connection broke while a commit was on its way: it may stand."""
    return isinstance(error, IncompleteCommit)


def is_stopped(error: BaseException) -> bool:
    """The server ended it because its time was up."""
    if not isinstance(error, Neo4jError):
        return isinstance(error, TimeoutError | httpx.TimeoutException)
    code, message = error.code or "", error.message or ""
    return any(word in code for word in _STOPPED) or "imeout" in message


def is_too_large(error: BaseException) -> bool:
    """It would hold more at once than the server lets a statement hold."""
    if not isinstance(error, Neo4jError):
        return False
    said = f"{error.code} {error.message}"
    return any(word in said for word in _TOO_LARGE)


def is_passing(error: BaseException) -> bool:
    """Somebody else was in the way: the same transaction may pass the next time."""
    if is_stopped(error):
        return False
    return isinstance(error, TransientError) or (
        isinstance(error, Neo4jError) and error.is_retryable()
    )


def is_taken(error: BaseException) -> bool:
    """A unique key is held by another node. The embedded server says so at commit."""
    return isinstance(error, ConstraintError)


def translated(error: BaseException) -> AmityError:
    if isinstance(error, AmityError):
        return error
    if is_stopped(error):
        return timed_out()
    if is_lost(error) or isinstance(error, ConnectionAcquisitionTimeoutError | AuthError | OSError):
        return Unavailable("The graph can't be reached.")
    if is_passing(error) or is_taken(error):
        return Unavailable("The graph is too busy for this change.")
    return Internal("The graph refused a statement.")
