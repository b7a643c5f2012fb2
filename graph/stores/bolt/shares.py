"""The keys of shares, by which nobody shares the same post twice: found wrong, and mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graph.posts import Keyed, mended_share_keys, wanted_share_key
from graph.stores.bolt import rows
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import pair_lock
from graph.stores.bolt.locking import lock_all
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import LOCKS


class Shares:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def unkeyed_shares(self, posts: Sequence[int]) -> list[int]:
        found = _keyed(await self._connection.value(_keyed_text(), ids=list(posts)))
        holders = await self._connection.value(_holders_text(), values=_wanted(found))
        return sorted(mended_share_keys(found, dict(holders)))

    async def key_shares(self, posts: Sequence[int]) -> None:
        async def work(transaction: Transaction[None]) -> None:
            await key_shares(transaction, posts)

        await self._connection.transact(work)


async def key_shares(transaction: Transaction[Any], posts: Sequence[int]) -> None:
    """Each of these has the key that it should, whatever its edges and words were before.

    Whoever shares the same at this moment holds the lock of the two, or waits for it.
    """
    found = _keyed(await transaction.value(_keyed_text(), ids=list(posts)))
    missing = [(card, key) for card, key in found if wanted_share_key(card) != key]
    if not missing:
        return
    pairs = [(card.author, card.shares) for card, _ in missing if card.shares is not None]
    locks = sorted({pair_lock(one, other, LOCKS) for one, other in pairs})
    await lock_all(transaction, locks)
    holders = await transaction.value(_holders_text(), values=_wanted(missing))
    changes = mended_share_keys(missing, dict(holders))
    for some in (_rows(changes, gone=True), _rows(changes, gone=False)):
        if some:
            await transaction.value(text("imports/key_shares"), rows=some)


def _keyed(found: Sequence[Any]) -> list[Keyed]:
    return [(rows.post(row), key) for row, key in found]


def _keyed_text() -> str:
    return text("imports/keyed_posts", post=rows.post_columns("n"))


def _holders_text() -> str:
    return text("imports/find", label="Post", key="shareKey")


def _wanted(found: Iterable[Keyed]) -> list[str]:
    keys = (wanted_share_key(card) for card, _ in found)
    return list(dict.fromkeys(key for key in keys if key is not None))


def _rows(changes: dict[int, str | None], *, gone: bool) -> list[list[Any]]:
    """A key goes before it comes: it may be the same one."""
    return [[id, key] for id, key in changes.items() if (key is None) == gone]
