"""Graphs that lie beside the repository, where they do."""

from __future__ import annotations

import gzip
import lzma
import os
import tarfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from algorithms.csr import Csr, from_edges

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDER = Path(os.environ.get("AMITY_TEST_DATA", BESIDE)) / "graphs"
OPENERS: dict[str, Callable[..., Iterator[str]]] = {".gz": gzip.open, ".xz": lzma.open}


def there(name: str) -> Path:
    """Skips the test where the file is not."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no {name} beside the repository: AMITY_TEST_DATA says where")
    return path


@cache
def network(name: str, *, directed: bool = False) -> Csr:
    """Without headers and comments; nodes are numbered in the order of their names."""
    path = there(name)
    with OPENERS[path.suffix](path, "rt") as lines:
        rows = [line.replace(",", " ").split() for line in lines if line[0].isdigit()]
    ends = np.array([(int(a), int(b)) for a, b in rows], np.int64)
    ids, at = np.unique(ends, return_inverse=True)
    sources, targets = at.reshape(ends.shape).T
    return from_edges(sources, targets, len(ids), directed=directed)


def member(archive: str, name: str) -> str:
    """A text file in an archive."""
    with tarfile.open(there(archive)) as files:
        found = files.extractfile(name)
        assert found is not None
        return found.read().decode()
