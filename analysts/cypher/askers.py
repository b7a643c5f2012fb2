"""Who asks through the API, and what the token says of them."""

from __future__ import annotations

from dataclasses import dataclass

from analysts.cypher.rights import People, Rights
from graph.errors import Forbidden

PROJECT = "project:"
# Scopes of a token, from the least to the most.
ANALYST = "analyst"
ABSENT, RAW, TEXTS, WRITE = "analyst:absent", "analyst:raw", "analyst:texts", "analyst:write"


@dataclass(frozen=True, slots=True)
class Asker:
    name: str
    rights: Rights
    project: str = "default"
    writes: bool = False  # may keep what an algorithm found on the nodes


def asker_of(name: str, scopes: frozenset[str]) -> Asker:
    """Raises Forbidden without the scope `analyst`."""
    if not any(scope == ANALYST or scope.startswith(f"{ANALYST}:") for scope in scopes):
        raise Forbidden("This needs a token with the scope analyst.", rule="SCOPE")
    people = People.RAW if RAW in scopes else People.PSEUDONYMS
    projects = sorted(one.removeprefix(PROJECT) for one in scopes if one.startswith(PROJECT))
    rights = Rights(People.ABSENT if ABSENT in scopes else people, texts=TEXTS in scopes)
    return Asker(name, rights, "+".join(projects) or "default", WRITE in scopes)
