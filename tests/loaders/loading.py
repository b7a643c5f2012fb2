"""Imports in tests: text into files, files into a store, a store into a graph of names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graph.store import Store
from loaders.importing import Importer, Order
from loaders.mapping import Mapping
from loaders.parsing import load_mapping, parse
from loaders.sources import batch_name, find_sources
from loaders.summary import Progress
from tests.support.cast import T0
from tests.support.reading import rows

Edge = tuple[str, str]
AT_ONCE = 200


def mapping_of(text: str) -> Mapping:
    return parse(text, "mine.yaml", "mine")


def order(
    sources: Sequence[Path | str], mapping: Mapping | str, folder: Path, **more: Any
) -> Order:
    chosen = load_mapping(mapping) if isinstance(mapping, str) else mapping
    found, _ = find_sources([str(source) for source in sources], chosen)
    name = more.pop("name", None) or batch_name(chosen, found)
    return Order(name, found, folder / "rejects", **more)


async def load(store: Store, what: Order) -> Progress:
    progress = await Importer(store, lambda: T0, lambda *_: None).run(what)
    assert progress.read == (
        progress.created + progress.changed + progress.same + progress.rejected
    )
    return progress


async def names(store: Store) -> dict[int, str]:
    """What imports call each person."""
    found, after = {}, 0
    while page := await store.scan_people(after, 1_000):
        found |= {one.id: one.external_id or one.username for one in page}
        after = page[-1].id
    return found


async def graph_of(store: Store, edge: str = "FOLLOWS") -> list[Edge]:
    """Edges by the names of their ends: the same for two loads of the same files."""
    name = await names(store)
    return sorted((name[a], name[b]) for a, b, _ in await rows(store, edge))


async def assert_sound(store: Store) -> None:
    """Counters are what the edges say, and no edge stands twice."""
    everyone = list(await names(store))
    for at in range(0, len(everyone), AT_ONCE):
        ids = everyone[at : at + AT_ONCE]
        assert await store.counts(ids) == await store.true_counts(ids)
        assert await store.doubled(ids) == []
