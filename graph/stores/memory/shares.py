"""The keys of shares, by which nobody shares the same post twice."""

from __future__ import annotations

from collections.abc import Iterable

from graph.posts import mended_share_keys, wanted_share_key
from graph.stores.memory.posts import post
from graph.stores.memory.state import State


def unkeyed(state: State, ids: Iterable[int]) -> dict[int, str | None]:
    """Posts whose key is not what it should be, with what it should be."""
    cards = [card for id in dict.fromkeys(ids) if (card := post(state, id)) is not None]
    found = [(card, state.nodes["Post", card.id].get("shareKey")) for card in cards]
    holders = {}
    for card in cards:
        key = wanted_share_key(card)
        holder = state.taken.get(("Post", "shareKey", key))
        if key is not None and holder is not None:
            holders[key] = holder
    return mended_share_keys(found, holders)


def key_shares(state: State, ids: Iterable[int]) -> None:
    changes = unkeyed(state, ids)
    # A key goes before it comes: it may be the same one.
    for id, key in sorted(changes.items(), key=lambda one: one[1] is not None):
        state.put_node("Post", id, {**state.nodes["Post", id], "shareKey": key})
