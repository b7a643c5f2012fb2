"""The only writer: lock and read, decide, write, commit; again when somebody was in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from graph.changes import Create, Op, Ops, Put
from graph.errors import AmityError, Conflict
from graph.model import NODE
from graph.posts import person_post_edges, share_key
from graph.records import Pair, Person, Ties
from graph.store import Decide, DecidePerson, DecidePosts
from graph.stores.bolt import rows
from graph.stores.bolt.associations import TYPES
from graph.stores.bolt.compose import NodeKey, compose, needed
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import Kept, columns, kept_by, pair_lock
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.locking import being_loaded, lock_all
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import LOCKS

T = TypeVar("T")
Known = dict[NodeKey, Kept]

POST_TYPES = "|".join(edge.name for edge in person_post_edges())
NO_POST = -1


class Changes:
    """A commit whose answer was lost is tried again: the next attempt reads, under the lock,
    whether it stands. Where it does, decisions find nothing to do, and the caller is told what
    the lost attempt did. An event has an id and is merged by it: it can't be there twice."""

    def __init__(self, connection: Connection, shard_from: int) -> None:
        self._connection, self._shard_from = connection, shard_from

    async def change_pair(self, a: int, b: int, decide: Decide) -> tuple[Pair, Ops]:
        attempted: list[Op] = []

        async def work(transaction: Transaction[tuple[Pair, Ops]]) -> tuple[Pair, Ops]:
            pair, known = await _lock_pair(transaction, a, b)
            ops = decide(pair)
            attempted[:] = ops
            return await self._done(transaction, (pair, ops), known)

        return await self._connection.transact(
            work, lambda: self._taken(attempted), pair=pair_lock(a, b, LOCKS)
        )

    async def change_person(self, person: int, decide: DecidePerson) -> tuple[Person | None, Ops]:
        attempted: list[Op] = []

        async def work(
            transaction: Transaction[tuple[Person | None, Ops]],
        ) -> tuple[Person | None, Ops]:
            found, known = await _lock_person(transaction, person)
            ops = decide(found)
            attempted[:] = ops
            return await self._done(transaction, (found, ops), known)

        return await self._connection.transact(
            work, lambda: self._taken(attempted), pair=pair_lock(person, person, LOCKS)
        )

    async def change_posts(
        self, person: int, ids: Sequence[int], decide: DecidePosts
    ) -> tuple[list[Ties], Ops]:
        attempted: list[Op] = []
        locks = sorted({pair_lock(person, other, LOCKS) for other in ids or (person,)})

        async def work(
            transaction: Transaction[tuple[list[Ties], Ops]],
        ) -> tuple[list[Ties], Ops]:
            await lock_all(transaction, locks)
            found, ties, known = await _ties(transaction, person, ids)
            ops = decide(found, ties)
            attempted[:] = ops
            return await self._done(transaction, (ties, ops), known)

        return await self._connection.transact(work, lambda: self._taken(attempted), pair=locks[0])

    async def write(self, ops: Ops) -> None:
        lost = False

        async def work(transaction: Transaction[bool]) -> bool:
            nonlocal lost
            lost = transaction.in_doubt is not None
            await self._apply(transaction, ops, {})
            return True

        async def taken() -> AmityError | None:
            return await self._taken(ops)

        try:
            await self._connection.transact(work, taken)
        except Conflict as conflict:
            # Nobody else knows a new node's id: if it is there, the lost attempt wrote it.
            if not (lost and conflict.extensions["field"] == "id"):
                raise

    async def _done(
        self, transaction: Transaction[tuple[T, Ops]], result: tuple[T, Ops], known: Known
    ) -> tuple[T, Ops]:
        if result[1]:
            await self._apply(transaction, result[1], known)
            return result
        transaction.wrote = False
        return transaction.in_doubt or result

    async def _apply(self, transaction: Transaction[T], ops: Sequence[Op], known: Known) -> None:
        for kind, ids in needed(ops, known).items():
            statement = text("changes/kept", label=kind, counters=columns(kind, "n"))
            for id, row in await transaction.value(statement, ids=ids):
                known[kind, id] = kept_by(kind, row)
        statement_of_all = compose(ops, known, self._shard_from)
        if statement_of_all is not None:
            await transaction.value(statement_of_all.text, **statement_of_all.params)

    async def _taken(self, ops: Sequence[Op]) -> Conflict | None:
        """Which key of these is another's: asked after the refusal, for servers word it freely."""
        for op in ops:
            if isinstance(op, Create | Put):
                field = await held_by_another(self._connection, op.kind, op.id, op.props)
                if field is not None:
                    return taken(field)
        for op in ops:
            if isinstance(op, Create) and await _is_there(self._connection, op.kind, op.id):
                return taken("id")
        return None


def taken(field: str) -> Conflict:
    return Conflict("Somebody else has this.", field=field)


async def held_by_another(
    connection: Connection, kind: str, id: int, props: Mapping[str, object]
) -> str | None:
    props = shortened(kind, props)
    for prop in NODE[kind].properties:
        if prop.unique and props.get(prop.name) is not None:
            statement = text("changes/holders", label=kind, property=prop.name)
            if await connection.value(statement, value=props[prop.name], id=id) is not None:
                return prop.name
    return None


async def _is_there(connection: Connection, kind: str, id: int) -> bool:
    return await connection.value(text("changes/exists", label=kind), id=id) is not None


async def _lock_pair(transaction: Transaction[T], a: int, b: int) -> tuple[Pair, Known]:
    statement = text(
        "changes/lock_pair",
        a=rows.person_columns("a"),
        b=rows.person_columns("b"),
        a_counters=columns("User", "a"),
        b_counters=columns("User", "b"),
        types=TYPES,
    )
    row = await transaction.value(statement, lock=pair_lock(a, b, LOCKS), a=a, b=b)
    if row is None:
        raise being_loaded()
    version, first, second, of_a, of_b, out, back = row
    pair = rows.pair(rows.someone(first), rows.someone(second), out, back, version)
    known: Known = {}
    if pair.a is not None:
        known["User", a] = kept_by("User", of_a)
    if pair.b is not None:
        known["User", b] = kept_by("User", of_b)
    return pair, known


async def _lock_person(transaction: Transaction[T], person: int) -> tuple[Person | None, Known]:
    statement = text(
        "changes/lock_person", person=rows.person_columns("n"), counters=columns("User", "n")
    )
    row = await transaction.value(statement, lock=pair_lock(person, person, LOCKS), person=person)
    if row is None:
        raise being_loaded()
    found = rows.someone(row[0])
    return found, {} if found is None else {("User", person): kept_by("User", row[1])}


async def _ties(
    transaction: Transaction[T], person: int, ids: Sequence[int]
) -> tuple[Person | None, list[Ties], Known]:
    statement = text(
        "changes/ties",
        person=rows.person_columns("a"),
        person_counters=columns("User", "a"),
        post=rows.post_columns("n"),
        post_counters=columns("Post", "n"),
        types=POST_TYPES,
    )
    asked = [[id, share_key(person, id)] for id in ids or (NO_POST,)]
    found = await transaction.value(statement, person=person, rows=asked)
    known: Known = {}
    someone = rows.someone(found[0][1])
    if someone is not None:
        known["User", person] = kept_by("User", found[0][2])
    ties: dict[int, Ties] = {}
    for id, _, _, post, counted, edges, share in found:
        card = rows.some_post(post)
        if card is not None:
            known["Post", card.id] = kept_by("Post", counted)
        there = card is not None and someone is not None
        ties[id] = Ties(card, rows.edges(edges) if there else {}, share)
    return someone, [ties[id] for id in ids], known
