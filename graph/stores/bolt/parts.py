"""What is written down of a step: arrays as short text, which every store keeps alike. Pure."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.imports import Results
from graph.records import Ids

T = TypeVar("T", np.uint8, np.int64)

# Alone in the place of results: the step was too large for its neighbours, and is done by halves.
SPLIT = 255


class Written(NamedTuple):
    results: Results
    created: Ids  # of nodes; of edges, all sources and then all targets


def pack(array: NDArray[Any]) -> str:
    return b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 1)).decode("ascii")


def unpack(kept: str, kind: type[T]) -> NDArray[T]:
    return np.frombuffer(zlib.decompress(b64decode(kept)), kind)
