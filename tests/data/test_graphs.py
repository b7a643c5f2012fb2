"""Four real networks, loaded as they come, have the numbers that are published of them.

Two of them on one store here; all four on both with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import scipy.sparse as sp

from graph.store import Store
from tests.loaders.loading import assert_sound, load, order

pytestmark = pytest.mark.anyio

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("AMITY_TEST_DATA", BESIDE)) / "graphs"
SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))


class Known(NamedTuple):
    mapping: str
    nodes: int
    edges: int  # rows of the file
    triangles: int
    largest: int  # nodes in the largest weak component


GRAPHS = {
    "ego-facebook_combined.txt.gz": Known("friends", 4_039, 88_234, 1_612_010, 4_039),
    "lastfm_asia_edges.csv.xz": Known("friends", 7_624, 27_806, 40_433, 7_624),
    "musae_git_edges.csv.xz": Known("friends", 37_700, 289_003, 523_810, 37_700),
    "wiki-Vote.txt.gz": Known("snap", 7_115, 103_689, 608_389, 7_066),
}
SHORT = ("lastfm_asia_edges.csv.xz",)


@pytest.mark.parametrize("store", ["embedded", "neo4j"] if SOAK else ["embedded"], indirect=True)
@pytest.mark.parametrize("name", GRAPHS if SOAK else SHORT)
async def test_a_real_graph_has_its_published_numbers(
    store: Store, name: str, tmp_path: Path
) -> None:
    file, known = DATA / name, GRAPHS[name]
    if not file.exists():
        pytest.skip(f"no {name} beside the repository: AMITY_TEST_DATA says where")
    done = await load(store, order([file], known.mapping, tmp_path))
    assert (done.read, done.created, done.rejected) == (known.edges, known.edges, 0)
    both_ways = known.mapping == "friends"
    assert done.edges == {"FOLLOWS": known.edges * (2 if both_ways else 1)}
    assert done.nodes == {"User": known.nodes}
    graph = await undirected(store)
    triangles = int((graph @ graph).multiply(graph).sum()) // 6
    _, component = sp.csgraph.connected_components(graph, directed=False)
    assert (graph.shape[0], triangles) == (known.nodes, known.triangles)
    assert int(np.bincount(component).max()) == known.largest
    await assert_sound(store)


async def undirected(store: Store) -> sp.csr_array:
    """The friendships, or follows either way, of whoever has any."""
    sources, targets = [], []
    async for a, b, _ in store.scan_edges("FOLLOWS"):
        sources.append(a)
        targets.append(b)
    ends = np.concatenate([*sources, *targets])
    ids, places = np.unique(ends, return_inverse=True)
    half = len(places) // 2
    a, b = places[:half], places[half:]
    ones = np.ones(half, np.int64)
    one_way = sp.csr_array((ones, (a, b)), shape=(len(ids), len(ids)))
    graph = one_way + one_way.T
    graph.data[:] = 1
    return graph
