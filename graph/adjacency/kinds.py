"""What is cached besides huge lists: lists, people, counts, flags, and whom a subject is.

A value begins with its version byte: what an older or newer Amity wrote is as good as missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.adjacency.cache import Filling
from graph.adjacency.kind import Kind
from graph.adjacency.mutes import load_mutes
from graph.adjacency.packing import Packed, packed, read_only, unpack_many
from graph.adjacency.touched import INTERESTS, MUTES, SHARED, subject_digest
from graph.declaring import Flag, PostType, Privacy, Visibility
from graph.model import CACHED, LIST, counters
from graph.posts import media_of
from graph.records import Counts, Links, Person, PostCard
from graph.store import Store

VERSION = b"\x01"
SHIFT = 12
SEGMENT = 1 << SHIFT  # people to a segment of flags

Segment = NDArray[np.uint8]
NOBODY: Segment = read_only(np.full(SEGMENT, int(Flag.GONE), np.uint8))

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Card:
    person: Person | None


@dataclass(frozen=True, slots=True)
class Sheet:
    post: PostCard | None


@dataclass(frozen=True, slots=True)
class Spoken:
    person: int | None


@dataclass(frozen=True)
class Kinds:
    lists: dict[str, Kind[int, Packed]]
    people: Kind[int, Card]
    counts: Kind[int, Counts]
    posts: Kind[int, Sheet]
    post_counts: Kind[int, Counts]
    shared: Kind[int, Packed]
    mutes: Kind[int, Packed]
    interests: Kind[int, tuple[str, ...]]
    flags: Kind[int, Segment]
    subjects: Kind[str, Spoken]


def list_name(name: str, owner: int) -> bytes:
    return b"%b:%d" % (name.encode(), owner)


def person_name(person: int) -> bytes:
    return b"person:%d" % person


def counts_name(person: int) -> bytes:
    return b"counts:%d" % person


def post_name(post: int) -> bytes:
    return b"post:%d" % post


def post_counts_name(post: int) -> bytes:
    return b"postcounts:%d" % post


def flags_name(segment: int) -> bytes:
    return b"flags:%d" % segment


def subject_name(digest: str) -> bytes:
    return b"subject:" + digest.encode()


def kinds(store: Store) -> Kinds:
    return Kinds(
        {
            name: _list(name, partial(store.neighbours, name))
            for name in CACHED
            if not LIST[name].side.huge
        },
        _people(store),
        _counts("counts", "User", counts_name, store.counts),
        _posts(store),
        _counts("postcounts", "Post", post_counts_name, store.post_counts),
        _list(SHARED, store.shared),
        _list(MUTES, partial(load_mutes, store)),
        _interests(store),
        _flags(store),
        _subjects(store),
    )


def _list(
    name: str, ask: Callable[[Sequence[int]], Awaitable[Sequence[Links]]]
) -> Kind[int, Packed]:
    prefix = name.encode()

    async def load(owners: list[int]) -> list[Packed]:
        return [packed(links) for links in await ask(owners)]

    return Kind(
        name=name,
        key=lambda owner: b"%b:%d" % (prefix, owner),
        load=load,
        pack=lambda owner, value: Filling(list_name(name, owner), value.data),
        unpack=unpack_many,
        size=lambda value: value.size,
    )


def _people(store: Store) -> Kind[int, Card]:
    async def load(ids: list[int]) -> list[Card]:
        return [Card(person) for person in await store.people(ids)]

    return Kind(
        name="person",
        key=person_name,
        load=load,
        pack=lambda id, value: Filling(person_name(id), _pack_card(value)),
        unpack=lambda datas: _each(_unpack_card, datas),
        size=lambda value: 800,
    )


def _pack_card(card: Card) -> bytes:
    return VERSION + orjson.dumps(asdict(card.person) if card.person else None)


def _unpack_card(data: bytes) -> Card:
    fields = orjson.loads(data)
    if fields is None:
        return Card(None)
    return Card(
        Person(**{**fields, "privacy": Privacy(fields["privacy"]), "flags": Flag(fields["flags"])})
    )


def _posts(store: Store) -> Kind[int, Sheet]:
    async def load(ids: list[int]) -> list[Sheet]:
        return [Sheet(post) for post in await store.posts(ids)]

    return Kind(
        name="post",
        key=post_name,
        load=load,
        pack=lambda id, value: Filling(post_name(id), _pack_sheet(value)),
        unpack=lambda datas: _each(_unpack_sheet, datas),
        size=lambda value: 1_000 + 2 * len((value.post and value.post.text) or ""),
    )


def _pack_sheet(sheet: Sheet) -> bytes:
    return VERSION + orjson.dumps(sheet.post)


def _unpack_sheet(data: bytes) -> Sheet:
    fields = orjson.loads(data)
    if fields is None:
        return Sheet(None)
    fields["visibility"] = Visibility(fields["visibility"])
    fields["type"] = PostType(fields["type"])
    fields["tags"], fields["mentions"] = tuple(fields["tags"]), tuple(fields["mentions"])
    fields["media"] = media_of(fields["media"])
    return Sheet(PostCard(**fields))


def _counts(
    name: str,
    kind: str,
    key: Callable[[int], bytes],
    ask: Callable[[Sequence[int]], Awaitable[Sequence[Counts]]],
) -> Kind[int, Counts]:
    names = frozenset(counters(kind))

    def unpack(data: bytes) -> Counts:
        found = orjson.loads(data)
        if found.keys() != names:
            raise ValueError("other counters")
        return MappingProxyType(found)

    async def load(ids: list[int]) -> list[Counts]:
        return [MappingProxyType(dict(counts)) for counts in await ask(ids)]

    return Kind(
        name=name,
        key=key,
        load=load,
        pack=lambda id, value: Filling(key(id), VERSION + orjson.dumps(dict(value))),
        unpack=lambda datas: _each(unpack, datas),
        size=lambda value: 500,
    )


def _flags(store: Store) -> Kind[int, Segment]:
    """One byte a person. A segment without anybody is one byte in all."""

    async def load(segments: list[int]) -> list[Segment]:
        datas = await asyncio.gather(*(store.flags(at << SHIFT, SEGMENT) for at in segments))
        return [_segment(data) for data in datas]

    def pack(at: int, value: Segment) -> Filling:
        return Filling(flags_name(at), VERSION + (b"" if value is NOBODY else value.tobytes()))

    return Kind(
        name="flags",
        key=flags_name,
        load=load,
        pack=pack,
        unpack=lambda datas: _each(_segment_or_none, datas),
        size=lambda value: 0 if value is NOBODY else SEGMENT + 100,
    )


def _segment(data: bytes) -> Segment:
    found: Segment = np.frombuffer(data, np.uint8)
    return NOBODY if np.array_equal(found, NOBODY) else found


def _segment_or_none(data: bytes) -> Segment:
    if len(data) not in (0, SEGMENT):
        raise ValueError("cut short")
    return np.frombuffer(data, np.uint8) if data else NOBODY


def _interests(store: Store) -> Kind[int, tuple[str, ...]]:
    async def load(ids: list[int]) -> list[tuple[str, ...]]:
        return [tuple(names) for names in await asyncio.gather(*map(store.interests, ids))]

    return Kind(
        name=INTERESTS,
        key=lambda id: list_name(INTERESTS, id),
        load=load,
        pack=lambda id, value: Filling(list_name(INTERESTS, id), VERSION + orjson.dumps(value)),
        unpack=lambda datas: _each(lambda data: tuple(orjson.loads(data)), datas),
        size=lambda value: 100 + 60 * len(value),
    )


def _subjects(store: Store) -> Kind[str, Spoken]:
    """Only who was found is kept: nobody tells of a subject that somebody else's tool bound."""

    async def load(keys: list[str]) -> list[Spoken]:
        return [Spoken(found) for found in await store.find_people("subjectKey", keys)]

    def pack(key: str, value: Spoken) -> Filling:
        data = b"" if value.person is None else VERSION + b"%d" % value.person
        return Filling(subject_name(subject_digest(key)), data)

    return Kind(
        name="subject",
        key=lambda key: subject_name(subject_digest(key)),
        load=load,
        pack=pack,
        unpack=lambda datas: _each(lambda data: Spoken(int(data)), datas),
        size=lambda value: 100,
    )


def _each(unpack: Callable[[bytes], V], datas: Sequence[bytes]) -> list[V | None]:
    return [_versioned(unpack, data) for data in datas]


def _versioned(unpack: Callable[[bytes], V], data: bytes) -> V | None:
    if data[:1] != VERSION:
        return None
    try:
        return unpack(data[1:])
    except (ValueError, TypeError, KeyError, AttributeError):
        # Cut short, or of another shape: read it anew.
        return None
