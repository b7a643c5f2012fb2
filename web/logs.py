"""One line a request, as JSON or text, and nothing in it about anybody.

Lines carry no ids of people, variables, addresses, tokens or names; a failure's line carries its
type and where it happened, never its text, for that may quote any of them.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from contextlib import nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

FRAMES = 12
GATHERING_SECONDS = 0.1
GATHERED = 1_000
# What the standard library puts on every record; the rest came in by `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


def where_it_failed(error: BaseException) -> list[str]:
    """The innermost frames, as file:line:function."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames]


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = {name: value for name, value in vars(record).items() if name not in STANDARD}
    if record.exc_info and (error := record.exc_info[1]):
        fields["error"] = type(error).__name__
        fields["frames"] = where_it_failed(error)
    if (current := request_id.get()) is not None:
        fields.setdefault("request", current)
    return fields


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        return (
            f"{_time(record)} {record.levelname.lower():7} {record.getMessage()} {fields}".rstrip()
        )


class Gathering(logging.StreamHandler[TextIO]):
    """Lines of one moment go out in one write; a warning, or what comes without a loop, at once.

    A write for each request would cost more than the rest of its line.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
            if record.levelno >= logging.WARNING or not self._put_off():
                self.flush()
        except Exception:  # noqa: BLE001  # as every handler: a line that fails ends nothing
            self.handleError(record)

    def _put_off(self) -> bool:
        if len(self._lines) > 1:
            return len(self._lines) < GATHERED  # the first one's timer is running
        try:
            asyncio.get_running_loop().call_later(GATHERING_SECONDS, self.flush)
        except RuntimeError:
            return False
        return True

    def flush(self) -> None:
        with self.lock or nullcontext():
            lines, self._lines = self._lines, []
            if lines and not self.stream.closed:
                self.stream.write("\n".join(lines) + "\n")
                super().flush()


def configure(level: str, form: str, stream: TextIO | None = None) -> logging.Handler:
    """Sends every logger's lines to one stream (stderr), in one form."""
    handler = Gathering(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    # None of these is in a line, and each is asked of the system for every record.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # These tell addresses, URLs or statements.
    for chatty in ("uvicorn.access", "uvicorn.error", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Our own lines say which server is away; the driver's tell its address.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    return handler
