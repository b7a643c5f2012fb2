"""What algorithms found, as a property of nodes: staged in batches, published all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.errors import Conflict, NotFound
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.texts import text
from graph.upkeep import Published

BATCH = 5_000
SECONDS = 600.0


class Findings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def begin_result(self, kind: str, name: str) -> int:
        """What an earlier run staged and never published goes."""
        version: int = await self._write("begin", key=_key(kind, name))
        while await self._write("sweep", {"label": kind, "name": name}, limit=BATCH) == BATCH:
            pass
        return version

    async def stage_result(
        self, kind: str, name: str, version: int, rows: Sequence[tuple[int, float | int]]
    ) -> None:
        statement = text("findings/stage", label=kind, name=name)
        for start in range(0, len(rows), BATCH):
            some = [list(row) for row in rows[start : start + BATCH]]

            async def work(transaction: Transaction[None], some: Any = some) -> None:
                await _held(transaction, kind, name, version)
                await transaction.value(statement, rows=some)

            await self._connection.transact(work, seconds=SECONDS)

    async def publish_result(self, kind: str, name: str, version: int, about: str) -> Published:
        async def work(transaction: Transaction[Published]) -> Published:
            _, standing, about_standing, *_ = await _held(transaction, kind, name, version)
            nodes = await transaction.value(text("findings/publish", label=kind, name=name))
            await _record(transaction, kind, name, version, about, standing, about_standing)
            return Published(version, nodes or 0, about)

        return await self._connection.transact(work, seconds=SECONDS)

    async def restore_result(self, kind: str, name: str) -> Published:
        async def work(transaction: Transaction[Published]) -> Published:
            _, standing, about_standing, before, about = await _held(transaction, kind, name, None)
            nodes = await transaction.value(text("findings/restore", label=kind, name=name))
            await _record(transaction, kind, name, before, about, standing, about_standing)
            return Published(before, nodes or 0, about)

        return await self._connection.transact(work, seconds=SECONDS)

    async def results(self, kind: str, name: str, ids: Sequence[int]) -> list[float | int | None]:
        statement = text("findings/values", label=kind, name=name)
        found = dict(await self._connection.value(statement, ids=list(ids)) or ())
        return [found.get(id) for id in ids]

    async def _write(self, name: str, names: dict[str, str] | None = None, /, **params: Any) -> Any:
        async def work(transaction: Transaction[Any]) -> Any:
            return await transaction.value(text(f"findings/{name}", **(names or {})), **params)

        return await self._connection.transact(work, seconds=SECONDS)


def _key(kind: str, name: str) -> str:
    return f"{kind}.{name}"


async def _held(
    transaction: Transaction[Any], kind: str, name: str, version: int | None
) -> list[Any]:
    """What is recorded, locked; with a version, only while that one is being staged."""
    found: list[Any] | None = await transaction.value(text("findings/hold"), key=_key(kind, name))
    if found is None or (version is None and found[1] is None and found[3] is None):
        raise NotFound(f"Nothing was ever written to {kind}.{name}.")
    if version is not None and found[0] != version:
        raise Conflict(f"Another run is writing {kind}.{name}.", field=name)
    return found


async def _record(
    transaction: Transaction[Any],
    kind: str,
    name: str,
    version: int | None,
    about: str | None,
    before: int | None,
    about_before: str | None,
) -> None:
    await transaction.value(
        text("findings/record"),
        key=_key(kind, name),
        version=version,
        about=about,
        before=before,
        aboutBefore=about_before,
    )
