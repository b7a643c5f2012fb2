"""Loads the demo network where the settings point; `amity serve --demo` runs it first."""

from __future__ import annotations

import sys

from graph.stores.embedded import demo_mark
from loaders.demo import load_demo
from rooms import Rooms, now_ms
from settings import read_settings
from verbs.rooms import in_rooms


def main() -> int:
    settings = read_settings()

    async def work(rooms: Rooms) -> int:
        await load_demo(rooms.store, now_ms(), settings.jwt_issuer)
        if (mark := demo_mark(settings)) is not None:
            mark.touch()
        return 0

    return in_rooms(settings, "serve --demo", work)


if __name__ == "__main__":
    sys.exit(main())
