"""Lists of any length, read piece by piece: huge ones in cached segments, others as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.adjacency.cache import Filling
from graph.adjacency.fetching import Fetcher
from graph.adjacency.kind import Kind
from graph.adjacency.kinds import list_name
from graph.adjacency.packing import Packed, packed, unpack_many
from graph.adjacency.segments import (
    HEAD,
    MARK,
    Directory,
    Piece,
    begun,
    cut,
    decode_directory,
    decode_piece,
    newer_than,
    older_than,
    piece,
)
from graph.records import Links, Position
from graph.store import Store

# A page of the port is asked with both ends: the newest is older than this.
FUTURE = Position(1 << 52, 0)
FIRST_PAGE, LAST_PAGE = 128, 1024


@dataclass(frozen=True, slots=True)
class Root:
    """A short list whole, or the directory of a long one."""

    held: Packed | Directory
    # What was read to find out that the list is long. It is used once and never kept.
    head: Piece | None = None

    @property
    def size(self) -> int:
        return self.held.size

    def encode(self) -> bytes:
        return self.held.encode() if isinstance(self.held, Directory) else self.held.data


class Place(NamedTuple):
    owner: int
    directory: Directory
    which: int


@dataclass(frozen=True, slots=True)
class Found:
    """A piece, and the directory that goes with it where it had to change."""

    piece: Piece
    changed: Directory | None = None
    number: int | None = None


class HugeList:
    """One list of the registry that may hold millions."""

    def __init__(self, name: str, store: Store, fetcher: Fetcher) -> None:
        self._name = name
        self._store = store
        self._fetcher = fetcher
        self._roots: Kind[int, Root] = Kind(
            name=name,
            key=lambda owner: list_name(name, owner),
            load=self._load_roots,
            pack=lambda owner, root: Filling(list_name(name, owner), root.encode()),
            unpack=_decode_roots,
            size=lambda root: root.size,
        )
        self._pieces: Kind[Place, Found] = Kind(
            name=f"{name}.segment",
            key=lambda place: self._piece_name(
                place.owner, place.directory, place.directory.number(place.which)
            ),
            load=self._load_pieces,
            pack=self._pack_piece,
            unpack=lambda datas: [Found(p) if (p := decode_piece(d)) else None for d in datas],
            size=lambda found: found.piece.size,
        )

    async def whole(self, owner: int) -> Packed | None:
        """The list, where it is short."""
        held = (await self._root(owner)).held
        return held if isinstance(held, Packed) else None

    async def older(self, owner: int, after: Position | None) -> AsyncIterator[Links]:
        while True:
            root = await self._root(owner)
            if isinstance(root.held, Packed):
                yield older_than(root.held.links, after)
                return
            index = root.held.following(after)
            if index is None:
                # Deeper than anybody walked from the top.
                async for links in older_pages(self._store, self._name, owner, after):
                    yield links
                return
            found = await self._piece(root, Place(owner, root.held, index))
            yield older_than(found.entries.links, after)
            if found.oldest is None:
                return
            after = found.oldest

    async def newer(self, owner: int, before: Position) -> AsyncIterator[Links]:
        while True:
            root = await self._root(owner)
            if isinstance(root.held, Packed):
                yield newer_than(root.held.links, before)
                return
            nearest = Position(before.at, before.id + 1)
            index = root.held.holding(nearest)
            found = None
            if index is not None:
                found = await self._piece(root, Place(owner, root.held, index))
            if found is None or (found.oldest is not None and found.oldest > nearest):
                # Behind the known segments, or in a part of one that was just cut off.
                page = await self._store.neighbours_page(
                    self._name, owner, LAST_PAGE, before=before
                )
                yield page
                if len(page) < LAST_PAGE:
                    return
                before = Position(int(page.at[0]), int(page.ids[0]))
                continue
            yield newer_than(found.entries.links, before)
            assert index is not None
            bound = root.held.newer_bound(index)
            if bound is None:
                return
            # The bound is itself an entry of the next newer segment.
            before = _just_older(bound)

    async def _root(self, owner: int) -> Root:
        return (await self._fetcher.many(self._roots, (owner,)))[0]

    async def _piece(self, root: Root, place: Place) -> Piece:
        if place.which == 0 and root.head is not None:
            return root.head
        return (await self._fetcher.many(self._pieces, (place,)))[0].piece

    # --- from the store

    async def _load_roots(self, owners: list[int]) -> Sequence[Root]:
        return await asyncio.gather(*map(self._load_root, owners))

    async def _load_root(self, owner: int) -> Root:
        links = await self._store.neighbours_page(self._name, owner, HEAD + 1)
        if len(links) <= HEAD:
            return Root(packed(links))
        first, oldest = cut(links, HEAD)
        return Root(begun(first), piece(first, oldest))

    async def _load_pieces(self, places: list[Place]) -> Sequence[Found]:
        return await asyncio.gather(*map(self._load_piece, places))

    async def _load_piece(self, place: Place) -> Found:
        directory, index = place.directory, place.which
        if index == len(directory.segments):
            return await self._load_next(place)
        segment = directory.segments[index]
        limit = 2 * max(segment.size, HEAD)
        links = await self._store.neighbours_page(
            self._name,
            place.owner,
            limit,
            after=directory.newer_bound(index) or FUTURE,
            before=_just_older(segment.oldest) if segment.oldest else None,
        )
        if len(links) < limit:
            return Found(piece(links, segment.oldest))
        # It grew: what is kept are its newest, the rest is a segment of its own.
        first, oldest = cut(links, HEAD if index == 0 else limit // 2)
        changed = directory.split(index, oldest, len(first))
        return Found(piece(first, oldest), changed, directory.next)

    async def _load_next(self, place: Place) -> Found:
        directory = place.directory
        limit = directory.next_size()
        links = await self._store.neighbours_page(
            self._name, place.owner, limit, after=directory.newer_bound(place.which)
        )
        last = None
        if len(links) == limit:
            last = Position(int(links.at[-1]), int(links.ids[-1]))
        changed = directory.extended(last, len(links))
        return Found(piece(links, last), changed, directory.next)

    def _pack_piece(self, place: Place, found: Found) -> Filling:
        directory = place.directory
        changed, number = found.changed, found.number
        return Filling(
            self._piece_name(place.owner, directory, directory.number(place.which)),
            found.piece.encode(),
            list_name(self._name, place.owner),
            directory.encode(),
            changed.encode() if changed else b"",
            self._piece_name(place.owner, directory, number) if number is not None else b"",
        )

    def _piece_name(self, owner: int, directory: Directory, number: int) -> bytes:
        return b"%b:%b.%d" % (list_name(self._name, owner), directory.nonce.encode(), number)


async def older_pages(
    store: Store, name: str, owner: int, after: Position | None
) -> AsyncIterator[Links]:
    """From the store, in growing pages."""
    limit = FIRST_PAGE
    while True:
        page = await store.neighbours_page(name, owner, limit, after=after)
        yield page
        if len(page) < limit:
            return
        after = Position(int(page.at[-1]), int(page.ids[-1]))
        limit = min(LAST_PAGE, 2 * limit)


async def newer_pages(
    store: Store, name: str, owner: int, before: Position
) -> AsyncIterator[Links]:
    limit = FIRST_PAGE
    while True:
        page = await store.neighbours_page(name, owner, limit, before=before)
        yield page
        if len(page) < limit:
            return
        before = Position(int(page.at[0]), int(page.ids[0]))
        limit = min(LAST_PAGE, 2 * limit)


def _just_older(place: Position) -> Position:
    return Position(place.at, place.id - 1)


def _decode_roots(datas: Sequence[bytes]) -> list[Root | None]:
    found: list[Root | None] = []
    for data in datas:
        if data.startswith(MARK):
            directory = decode_directory(data)
            found.append(Root(directory) if directory else None)
        else:
            whole = unpack_many([data])[0]
            found.append(None if whole is None else Root(whole))
    return found
