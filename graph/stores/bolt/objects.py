"""People by id and by key, their counts and flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from graph.declaring import Flag
from graph.gather import Gatherer
from graph.model import NODE
from graph.records import Counts, Person, flags_of
from graph.stores.bolt import counters, rows
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.keys import short
from graph.stores.bolt.texts import text

KEYS = ("usernameKey", "externalKey", "subjectKey")


class Objects:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        limit = connection.statement_timeout
        self._people: Gatherer[int, Person | None] = Gatherer(
            self._fetch_people, lambda _: None, timeout=limit
        )
        self._counts: Gatherer[int, Counts] = Gatherer(
            partial(fetch_counts, connection, "User"),
            lambda _: counters.zeros("User"),
            timeout=limit,
        )
        self._keys: dict[str, Gatherer[str, int | None]] = {
            key: Gatherer(
                partial(fetch_keys, connection, "User", key), lambda _: None, timeout=limit
            )
            for key in KEYS
        }

    async def close(self) -> None:
        await self._people.close()
        await self._counts.close()
        for gatherer in self._keys.values():
            await gatherer.close()

    async def people(self, ids: Sequence[int]) -> list[Person | None]:
        return await self._people.many(ids)

    async def counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self._counts.many(ids)

    async def find_people(self, key: str, values: Sequence[str]) -> list[int | None]:
        return await self._keys[key].many([short(value) for value in values])

    async def find_external(self, external_id: str) -> list[int]:
        found: list[int] = await self._connection.value(
            text("objects/find_external"), value=external_id
        )
        return found

    async def interests(self, person: int) -> list[str]:
        names: list[str] = await self._connection.value(text("objects/interests"), person=person)
        return sorted(names)

    async def flags(self, first: int, size: int) -> bytes:
        found = bytearray([Flag.GONE]) * size
        combinations = await self._connection.rows(
            text("objects/flags"), {"first": first, "end": first + size}
        )
        for privacy, gone, hides, discoverable, suggested, celebrity, ids in combinations:
            byte = flags_of(
                privacy or "",
                gone=bool(gone),
                hide_network=bool(hides),
                discoverable=discoverable is not False,
                allow_suggestions=suggested is not False,
                celebrity=bool(celebrity),
            )
            for id in ids:
                found[id - first] = byte
        return bytes(found)

    async def _fetch_people(self, ids: list[int]) -> Mapping[int, Person | None]:
        statement = text("objects/people", person=rows.person_columns("n"))
        return {
            row[0]: rows.person(row) for row in await self._connection.value(statement, ids=ids)
        }


async def fetch_counts(connection: Connection, kind: str, ids: list[int]) -> Mapping[int, Counts]:
    statement = text(
        "objects/counts",
        label=kind,
        prefix=NODE[kind].prefix,
        counters=counters.columns(kind, "n"),
    )
    return {
        id: counters.added_up(kind, row, shards)
        for id, row, shards in await connection.value(statement, ids=ids)
    }


async def fetch_keys(
    connection: Connection, kind: str, key: str, values: list[str]
) -> Mapping[str, int | None]:
    statement = text("objects/find", label=kind, key=key)
    return dict(await connection.value(statement, values=values))
