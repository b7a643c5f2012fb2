"""`amity migrate`: constraints, indexes and format changes, in order, each once."""

from __future__ import annotations

import argparse
import asyncio

from graph.stores.embedded import Connection, attach
from rooms import make_store
from settings import Settings
from verbs import Verb


def _arguments(form: argparse.ArgumentParser) -> None:
    pass


def _run(args: argparse.Namespace, settings: Settings) -> int:
    with attach(settings, "migrate") as where:
        for done in asyncio.run(_migrate(settings, where)):
            print(done)
    return 0


async def _migrate(settings: Settings, where: Connection) -> list[str]:
    store = make_store(settings, where)
    try:
        await store.open()
        return await store.migrate()
    finally:
        await store.close()


VERB = Verb("amity migrate", _arguments, _run)
