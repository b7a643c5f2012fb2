"""Which of our ids stands for which id of a file: remembered, within bounds.

Ids that are plain numbers, which most are, take 16 bytes each: two sorted arrays. Others are kept
in a dictionary. Either is emptied when it is full, by whatever is learnt then: who needs several at
once holds on to them. What is forgotten is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

MOST_NUMBERS = 4_000_000
MOST_TEXTS = 200_000
NOBODY = -1


class Known:
    """Of one kind and name space."""

    def __init__(self, *, bounded: bool = True) -> None:
        self._most_numbers = MOST_NUMBERS if bounded else 2**62
        self._most_texts = MOST_TEXTS if bounded else 2**62
        self._numbers = np.empty(0, np.int64)
        self._ids = np.empty(0, np.int64)
        self._texts: dict[str, int] = {}

    def look_up(self, keys: NDArray[Any]) -> Numbers:
        """Our id for each key, or NOBODY where nothing is known (yet)."""
        if keys.dtype == object:
            texts = self._texts
            found = [texts.get(key, NOBODY) for key in keys]
            missing = [at for at, id in enumerate(found) if id == NOBODY]
            if missing and len(self._numbers):
                self._among_numbers(keys, found, missing)
            return np.array(found, np.int64)
        if not len(self._numbers):
            return np.full(len(keys), NOBODY, np.int64)
        at = np.minimum(np.searchsorted(self._numbers, keys), len(self._numbers) - 1)
        return np.where(self._numbers[at] == keys, self._ids[at], NOBODY)

    def _among_numbers(self, keys: NDArray[Any], found: list[int], missing: list[int]) -> None:
        """A column that has text somewhere has its numbers as text."""
        spelled = [(at, number) for at in missing if (number := plain_number(keys[at])) is not None]
        if spelled:
            ids = self.look_up(np.array([number for _, number in spelled], np.int64))
            for (at, _), id in zip(spelled, ids.tolist(), strict=True):
                found[at] = id

    def learn(self, keys: Iterable[str], ids: Iterable[int]) -> None:
        numbers: dict[int, int] = {}
        texts: dict[str, int] = {}
        for key, id in zip(keys, ids, strict=True):
            number = plain_number(key)
            if number is not None:
                numbers[number] = id
            else:
                texts[key] = id
        if len(self._texts) + len(texts) > self._most_texts:
            self._texts.clear()
        self._texts |= texts
        if numbers:
            self._learn_numbers(numbers)

    def _learn_numbers(self, fresh: dict[int, int]) -> None:
        if len(self._numbers) + len(fresh) > self._most_numbers:
            self._numbers, self._ids = self._numbers[:0], self._ids[:0]
        keys = np.concatenate([self._numbers, np.fromiter(fresh.keys(), np.int64, len(fresh))])
        ids = np.concatenate([self._ids, np.fromiter(fresh.values(), np.int64, len(fresh))])
        self._numbers, first = np.unique(keys, return_index=True)
        self._ids = ids[first]


def plain_number(text: str) -> int | None:
    """The number that this is the plain spelling of, if it is one of 64 bits."""
    if not text or len(text) > 20 or not text.isascii():
        return None
    digits = text[1:] if text[0] == "-" else text
    if not digits.isdecimal() or (digits[0] == "0" and text != "0"):
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None
