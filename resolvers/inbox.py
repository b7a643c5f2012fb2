"""What an entry of an inbox leads to, and to whom it may be shown now.

The entry was made when the change was; rules are asked when it is handed on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.adjacency.reader import Reader
from graph.events.letters import Letter, Told
from graph.records import Ids, Person
from graph.visibility import Mask, finders_mask


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody did something that concerns the owner of the inbox."""

    told: Told
    by: Person


async def load(reader: Reader, letter: Letter, viewers: Ids) -> tuple[Acted | None, Mask]:
    """What there is to show, and which of `viewers` may see it: one look for all of them."""
    (person,) = await reader.people([letter.by])
    if person is None:
        return None, np.zeros(len(viewers), np.bool_)
    sets = await reader.viewer(letter.by)
    return Acted(letter.told, person), finders_mask(sets, person.flags, viewers)
