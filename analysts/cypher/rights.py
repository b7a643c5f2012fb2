"""What a role may see: people's fields as they are, as pseudonyms or not at all, and texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class People(StrEnum):
    RAW = "raw"
    PSEUDONYMS = "pseudonyms"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Rights:
    people: People = People.PSEUDONYMS
    texts: bool = False
    # An operator at the store's own door: nothing is masked, and what is gone is there.
    operator: bool = False


OPERATOR = Rights(People.RAW, texts=True, operator=True)
