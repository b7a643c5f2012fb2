"""`amity events`: events that were given up; to look at, and to try again."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from graph.events.queue import Queue
from graph.store import Store
from graph.upkeep import DeadEvent
from rooms import Rooms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms

LISTED = 1_000


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("action", choices=("list", "show", "replay", "jobs"))
    form.add_argument("id", nargs="*", type=int, help="replay: all of them if left out")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    async def work(rooms: Rooms) -> int:
        if args.action == "jobs":
            return await jobs(Queue(rooms.cache))
        if args.action == "replay":
            return await replay(rooms.store, args.id)
        return await show(rooms.store, args.id, whole=args.action == "show")

    return in_rooms(settings, "events", work)


async def show(store: Store, ids: list[int], *, whole: bool) -> int:
    """Exit 1 where one that was asked for is not there."""
    dead = [one for one in await store.dead_events(LISTED) if not ids or one.event.id in ids]
    for one in dead:
        print(json.dumps(described(one), indent=2) if whole else line(one))
    return int(len(dead) < len(ids))


async def jobs(queue: Queue) -> int:
    """How far posts on their way to many are: one JSON object a line."""
    for progress in await queue.jobs():
        print(progress.decode())
    return 0


async def replay(store: Store, ids: list[int]) -> int:
    replayed = await store.replay_events(ids or None)
    print(replayed)
    return int(replayed < len(ids))


def line(dead: DeadEvent) -> str:
    event = dead.event
    return f"{event.id} {event.kind} {_time(event.at)} after {dead.attempts}: {dead.error}"


def described(dead: DeadEvent) -> dict[str, Any]:
    event = dead.event
    return {
        "id": event.id,
        "kind": event.kind,
        "at": _time(event.at),
        "attempts": dead.attempts,
        "error": dead.error,
        "data": event.data,
    }


def _time(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


VERB = Verb("amity events replay 873511204912332800", _arguments, _run)
