"""What comes back from Cypher, as values of the port. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph.declaring import PostType, Privacy, Visibility
from graph.posts import read_media
from graph.records import Links, Pair, Person, PostCard, Props, flags_of, no_links

_COLUMNS = (
    "[{n}.id, {n}.username, {n}.privacy, {n}.createdAt, {n}.name, {n}.bio, {n}.avatarUrl, "
    "{n}.verified, {n}.externalId, {n}.source, {n}.country, {n}.lastActiveDay, {n}.gone, "
    "{n}.hideNetwork, {n}.discoverable, {n}.allowSuggestions, {n}.celebrity]"
)


def person_columns(variable: str) -> str:
    """A person as one list, in the order that `person` reads."""
    return _COLUMNS.format(n=variable)


def person(row: Sequence[Any]) -> Person:
    privacy = row[2] or Privacy.PUBLIC
    return Person(
        id=row[0],
        username=row[1] or "",
        privacy=Privacy(privacy),
        created_at=row[3] or 0,
        flags=flags_of(
            privacy,
            gone=bool(row[12]),
            hide_network=bool(row[13]),
            # Both are granted unless taken back.
            discoverable=row[14] is not False,
            allow_suggestions=row[15] is not False,
            celebrity=bool(row[16]),
        ),
        name=row[4],
        bio=row[5],
        avatar_url=row[6],
        verified=bool(row[7]),
        external_id=row[8],
        source=row[9],
        country=row[10],
        last_active_day=row[11],
    )


def someone(row: Sequence[Any] | None) -> Person | None:
    """None where an OPTIONAL MATCH found nobody."""
    return None if row is None or row[0] is None else person(row)


_POST = (
    "[{n}.id, {n}.createdAt, {n}.visibility, {n}.type, {n}.text, {n}.editedAt, "
    "size(coalesce({n}.edits, [])), {n}.gone, {n}.media, {n}.externalId, {n}.source, "
    "[({n})<-[:POSTED]-(x) | x.id], [({n})-[:REPLIES_TO]->(x) | x.id], "
    "[({n})-[:SHARES]->(x) | x.id], [({n})-[:TAGGED]->(x) | x.name], "
    "[({n})-[:MENTIONS]->(x) | x.id], {n}.author]"
)


def post_columns(variable: str) -> str:
    """A post and where its own edges lead as one list, in the order that `post` reads."""
    return _POST.format(n=variable)


def post(row: Sequence[Any]) -> PostCard:
    return PostCard(
        id=row[0],
        author=min(row[11], default=row[16] or 0),
        created_at=row[1] or 0,
        visibility=Visibility(row[2] or Visibility.PUBLIC),
        type=PostType(row[3] or PostType.TEXT),
        text=row[4],
        edited_at=row[5],
        edits=row[6],
        gone=bool(row[7]),
        media=read_media(row[8]),
        external_id=row[9],
        source=row[10],
        reply_to=min(row[12], default=None),
        shares=min(row[13], default=None),
        tags=tuple(sorted(row[14])),
        mentions=tuple(sorted(row[15])),
    )


def some_post(row: Sequence[Any] | None) -> PostCard | None:
    """None where an OPTIONAL MATCH found no post."""
    return None if row is None or row[0] is None else post(row)


def public(properties: Mapping[str, Any]) -> Props:
    return {name: value for name, value in properties.items() if not name.startswith("_")}


def edges(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Props]:
    return {name: public(properties) for name, properties in rows}


def pair(a: Person | None, b: Person | None, out: Any, back: Any, version: int = 0) -> Pair:
    """Without two people there is nothing between them, whatever a pattern with a null found."""
    if a is None or b is None:
        return Pair(a, b, version=version)
    return Pair(a, b, edges(out), edges(back), version)


def links(ids: Sequence[int], at: Sequence[int | None]) -> Links:
    """In the order of the port: newest first, ties by descending id. Each once."""
    if not ids:
        return no_links()
    who = np.array(ids, np.int64)
    when = np.array([time or 0 for time in at], np.int64)
    order = np.lexsort((-who, -when))
    return distinct(Links(who[order], when[order]))


def distinct(sorted_links: Links) -> Links:
    """An edge that stands twice is one entry; `amity doctor` finds and repairs it."""
    _, first = np.unique(sorted_links.ids, return_index=True)
    if len(first) == len(sorted_links):
        return sorted_links
    keep = np.sort(first)
    return Links(sorted_links.ids[keep], sorted_links.at[keep])


def both(out: Links, into: Links) -> Links:
    """Entries in both lists, since the later of the two times."""
    ids, mine, theirs = np.intersect1d(out.ids, into.ids, return_indices=True)
    when = np.maximum(out.at[mine], into.at[theirs])
    order = np.lexsort((-ids, -when))
    return Links(ids[order], when[order])
