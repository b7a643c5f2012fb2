"""One API process, as the supervisor starts it: `python -m verbs.api SOCKET GATE PULSE APP`.

It inherits the listening socket, which outlives it, so that a restart refuses nobody. While its
event loop turns it beats on the pulse; when nobody is left to feel it, it ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from importlib import import_module

import uvicorn

from verbs.sockets import WEBSOCKETS

BEAT_SECONDS = 0.25
# Who does not read would hold a stop up for ever.
DRAIN_SECONDS = 1


class Plain(logging.Filter):
    """A failure of our own tree that keeps it from starting is a sentence, not a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind, _, sentence = record.getMessage().rstrip().rpartition("\n")[2].partition(": ")
        if kind.startswith("graph.errors."):
            record.msg, record.args = f"it can't start: {sentence}", ()
        return True


class Server(uvicorn.Server):
    """Streams of events end when a stop begins, not when it has waited for them in vain."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        drain = self.lifespan.state.get("drain")
        if drain is not None:
            drain()
        await super().shutdown(sockets)


def main(listening: int, gate: int, pulse: int, app: str) -> int:
    import_module(app.partition(":")[0])  # takes a second, while the servers still start
    os.read(gate, 1)
    config = uvicorn.Config(
        app,
        factory=True,
        log_config=None,  # the app's own logs
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=DRAIN_SECONDS,
        **WEBSOCKETS,
    )
    logging.getLogger("uvicorn.error").addFilter(Plain())
    server = Server(config)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(server, listening, pulse))
    return 0 if server.started else 1


async def _serve(server: uvicorn.Server, listening: int, pulse: int) -> None:
    beating = asyncio.create_task(_beat(server, pulse))
    try:
        await server.serve(sockets=[socket.socket(fileno=listening)])
    finally:
        beating.cancel()


async def _beat(server: uvicorn.Server, pulse: int) -> None:
    os.set_blocking(pulse, False)
    while True:
        try:
            if server.started:
                os.write(pulse, b".")
        except BlockingIOError:  # nobody has looked for hours; the pipe is full of beats
            await asyncio.sleep(BEAT_SECONDS)
        except BrokenPipeError:
            server.should_exit = True
            return
        await asyncio.sleep(BEAT_SECONDS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
