"""`amity worker`: the event consumers alone, until asked to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal

from rooms import Rooms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms


def _arguments(form: argparse.ArgumentParser) -> None:
    pass


def _run(args: argparse.Namespace, settings: Settings) -> int:
    return in_rooms(settings, "worker", work)


async def work(rooms: Rooms) -> int:
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, asked_to_stop.set)
    await rooms.consume()
    try:
        await asked_to_stop.wait()
    finally:
        await rooms.stop_consuming()
    return 0


VERB = Verb("amity worker", _arguments, _run)
