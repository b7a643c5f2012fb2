"""The keys of shares, once all edges are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.posts import mended_share_keys, read_media
from graph.records import PostCard
from graph.stores.offline.pairs import Pairs

Nodes = Mapping[str, Sequence[dict[str, Any]]]


def key_shares(nodes: Nodes, pairs: Mapping[str, Pairs]) -> None:
    """Each has the key by which its author does not share the same post again."""
    shares, posted = pairs["SHARES"].all(), pairs["POSTED"].all()
    if not len(shares) or not len(posted):
        return
    posts, people = nodes["Post"], nodes["User"]
    places, originals = _first_ends(shares >> 32, shares & 0xFFFFFFFF)
    owned, authors = _first_ends(posted & 0xFFFFFFFF, posted >> 32)
    at = np.minimum(np.searchsorted(owned, places), len(owned) - 1)
    there = owned[at] == places
    ends = (places[there], originals[there], authors[at[there]])
    found = [
        (place, _card(posts[place], people[author]["id"], posts[original]["id"]))
        for place, original, author in zip(*(column.tolist() for column in ends), strict=True)
    ]
    keys = mended_share_keys([(card, None) for _, card in found], {})
    for place, card in found:
        if card.id in keys:
            posts[place]["shareKey"] = keys[card.id]


def _first_ends(
    ones: NDArray[np.int64], others: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each of `ones` once, ascending, with the first of its other ends."""
    order = np.lexsort((others, ones))
    once, first = np.unique(ones[order], return_index=True)
    return once, others[order][first]


def _card(row: Mapping[str, Any], author: int, original: int) -> PostCard:
    return PostCard(
        id=row["id"],
        author=author,
        created_at=0,
        text=row.get("text"),
        gone=bool(row.get("gone")),
        shares=original,
        media=read_media(row.get("media")),
    )
