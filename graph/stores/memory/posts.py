"""Questions about posts to the state, each answered the plainest way there is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.declaring import PostType, Visibility
from graph.model import LIST
from graph.posts import person_post_edges, read_media, read_version, share_key
from graph.records import Links, Position, PostCard, Posted, Props, Ties, Version
from graph.stores.memory.reads import entries, links
from graph.stores.memory.state import State


def post(state: State, id: int) -> PostCard | None:
    props = state.nodes.get(("Post", id))
    if props is None:
        return None
    return PostCard(
        id=id,
        author=_one(state.sources.get(("POSTED", id))) or props.get("author", 0),
        created_at=props.get("createdAt", 0),
        visibility=Visibility(props.get("visibility", Visibility.PUBLIC)),
        type=PostType(props.get("type", PostType.TEXT)),
        text=props.get("text"),
        edited_at=props.get("editedAt"),
        edits=len(props.get("edits", ())),
        gone=props.get("gone", False),
        reply_to=_one(state.targets.get(("REPLIES_TO", id))),
        shares=_one(state.targets.get(("SHARES", id))),
        tags=tuple(sorted(state.nodes["Tag", tag]["name"] for tag in _all(state, "TAGGED", id))),
        mentions=tuple(sorted(_all(state, "MENTIONS", id))),
        media=read_media(props.get("media")),
        external_id=props.get("externalId"),
        source=props.get("source"),
    )


def _one(ids: set[int] | None) -> int | None:
    return min(ids, default=None) if ids else None


def _all(state: State, edge: str, id: int) -> set[int]:
    return state.targets.get((edge, id), set())


def posts_of(
    state: State,
    authors: Sequence[int],
    limit: int,
    before: Position | None,
    after: Position | None,
) -> Posted:
    found = [
        (place.at, place.id, author)
        for author in dict.fromkeys(authors)
        for place in entries(state, LIST["posts"], author)
        if (before is None or place < before) and (after is None or place > after)
    ]
    newest = sorted(found, reverse=True)[:limit]
    at, ids, whose = np.array(newest, np.int64).reshape(-1, 3).T
    return Posted(ids, at, whose)


def shared(state: State, owner: int) -> Links:
    found = []
    for place in entries(state, LIST["posts"], owner):
        card = post(state, place.id)
        if card is not None and card.is_plain_share and not card.gone:
            assert card.shares is not None
            found.append(Position(place.at, card.shares))
    return links(sorted(found, reverse=True))


def versions(state: State, id: int) -> list[Version]:
    return [read_version(text) for text in state.nodes.get(("Post", id), {}).get("edits", ())]


def ties(state: State, owner: int, id: int) -> Ties:
    edges: dict[str, Props] = {}
    for edge in person_post_edges():
        rows = state.edges.get((edge.name, owner, id), ())
        if rows:
            edges[edge.name] = rows[0]
    return Ties(post(state, id), edges, state.taken.get(("Post", "shareKey", share_key(owner, id))))
