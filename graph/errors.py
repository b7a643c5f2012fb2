"""Every failure Amity tells anybody about, as one tree. Each has a stable code.

AmityError
├── Unauthenticated      UNAUTHENTICATED   no token, or one that does not hold
├── Forbidden            FORBIDDEN         a rule says no; `rule` names it
├── NotFound             NOT_FOUND         not there, or not to be known
├── BadInput             BAD_INPUT         the question is malformed
├── Conflict             CONFLICT          somebody else has it (a username, a subject)
├── RateLimited          RATE_LIMITED      the viewer's budget for this minute is spent
├── TooExpensive         TOO_EXPENSIVE     this one question costs more than is allowed
├── DeadlineExceeded     TIMEOUT           the store did not answer in time
├── Unavailable          UNAVAILABLE       a server can't be reached, or we shed load
├── NotSupported         NOT_SUPPORTED     this store can't do it
├── CursorExpired        CURSOR_EXPIRED    the snapshot behind a cursor is gone
└── Internal             INTERNAL          our fault; never carries foreign text
"""

from __future__ import annotations

from typing import Any, ClassVar


class AmityError(Exception):
    """A failure with a stable code; its message may be shown to anyone."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = {"code": self.code, **extensions}


class Unauthenticated(AmityError):
    code = "UNAUTHENTICATED"


class Forbidden(AmityError):
    code = "FORBIDDEN"

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message, rule=rule)
        self.rule = rule


class NotFound(AmityError):
    code = "NOT_FOUND"


class BadInput(AmityError):
    code = "BAD_INPUT"
    # What a server says of a statement; it may quote data, so who sees it is the web's decision.
    detail: str | None = None


class Conflict(AmityError):
    code = "CONFLICT"


class RateLimited(AmityError):
    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, retryAfter=retry_after)
        self.retry_after = retry_after


class TooExpensive(AmityError):
    code = "TOO_EXPENSIVE"


class DeadlineExceeded(AmityError):
    code = "TIMEOUT"


class Unavailable(AmityError):
    code = "UNAVAILABLE"

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message, retryAfter=retry_after)
        self.retry_after = retry_after


class BeingLoaded(Unavailable):
    """The graph is filled in one piece: changes wait until that is done."""


class NotSupported(AmityError):
    code = "NOT_SUPPORTED"


class CursorExpired(AmityError):
    code = "CURSOR_EXPIRED"


class Internal(AmityError):
    code = "INTERNAL"
