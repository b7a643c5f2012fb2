"""What the supervisor hands to each process that answers: a socket, a gate, and a pulse."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from graph.stores.embedded import ServersError
from settings import Settings

BACKLOG = 2048
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@contextmanager
def listen(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((settings.host, settings.port))
        except OSError as taken:
            at = f"{settings.host} port {settings.port}"
            raise ServersError(
                f"Can't listen on {at}: {taken.strerror}. AMITY_PORT (or --port) names another"
                " port; 0 takes a free one."
            ) from taken
        listening.listen(BACKLOG)
        yield listening


def url_of(listening: socket.socket) -> str:
    """Where somebody on this machine reaches it."""
    host, port = listening.getsockname()[:2]
    host = ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Gate:
    """A pipe that nobody writes to: its end says that all is ready, and says it for ever."""

    def __enter__(self) -> Self:
        self.waited, self._held = os.pipe()
        self._open = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.open()
        os.close(self.waited)

    def open(self) -> None:
        if not self._open:
            self._open = True
            os.close(self._held)


class Pulse:
    """A pipe on which a process beats while its event loop turns.

    Several processes share one listening socket, so no request can ask a certain one how it is.
    """

    def __enter__(self) -> Self:
        self._felt, self.beat = os.pipe()
        os.set_blocking(self._felt, False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._felt)
        os.close(self.beat)

    def felt(self) -> bool:
        """Whether it beat since this was last asked."""
        try:
            return bool(os.read(self._felt, 65536))
        except BlockingIOError:
            return False
