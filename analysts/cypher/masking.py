"""Values on their way out, as a role may see them; and pseudonyms, there and back.

A pseudonym is stable within a project and keyed by our secret: the same person is the same in
every answer of that project, and nobody else's in another one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analysts.cypher.fields import KINDS, TYPES, Tells, edge_tells, tells_of
from analysts.cypher.rights import People, Rights
from analysts.cypher.shapes import PLAIN, Shape
from graph.values import EdgeValue, NodeValue, PathValue

DAY = 86_400_000
ROUNDS = 4
HALF = 0xFFFF_FFFF
OF_ID, OF_OTHERS = "p", "x"
LENGTH = 1 + 13 + 4  # of one that can be read back


class Pseudonyms:
    def __init__(self, key: bytes, project: str) -> None:
        self._key = hmac.digest(key, f"project/{project}".encode(), hashlib.sha256)
        self.of_id = lru_cache(maxsize=10_000)(self._of_id)

    def of(self, names: frozenset[str], value: Any) -> str:
        """One for a value of these properties; those of ids can be read back."""
        if names == {"id"} and type(value) is int and 0 <= value < 1 << 64:
            return self.of_id(value)
        said = "\x1f".join((*sorted(names), f"{value}"))
        digest = hmac.digest(self._key, said.encode(), hashlib.sha256)
        return OF_OTHERS + _letters(digest[:8])

    def seed(self) -> int:
        """Of what is to be in no order that anybody could foresee."""
        return int.from_bytes(hmac.digest(self._key, b"order", hashlib.sha256)[:8])

    def back(self, pseudonym: Any) -> int | None:
        """The id behind one of `of_id`; None for anything else."""
        if not isinstance(pseudonym, str) or len(pseudonym) != LENGTH or pseudonym[0] != OF_ID:
            return None
        try:
            eight = base64.b32decode(pseudonym[1:14].upper() + "===")
        except ValueError:
            return None
        block = int.from_bytes(eight)
        left, right = block >> 32, block & HALF
        for round in reversed(range(ROUNDS)):
            left, right = right ^ self._mix(round, left), left
        found = (left << 32) | right
        return found if self._of_id(found) == pseudonym else None

    def _of_id(self, value: int) -> str:
        """A permutation of 64 bits (Feistel), so that it can be undone and never collides."""
        left, right = value >> 32, value & HALF
        for round in range(ROUNDS):
            left, right = right, left ^ self._mix(round, right)
        eight = ((left << 32) | right).to_bytes(8)
        # The end tells one of ours from one that was made up, or is of another project.
        proof = hmac.digest(self._key, b"proof" + eight, hashlib.sha256)
        return OF_ID + _letters(eight) + _letters(proof[:8])[:4]

    def _mix(self, round: int, half: int) -> int:
        said = bytes([round]) + half.to_bytes(4)
        return int.from_bytes(hmac.digest(self._key, said, hashlib.sha256)[:4])


def _letters(eight: bytes) -> str:
    return base64.b32encode(eight).decode().rstrip("=").lower()


@dataclass(frozen=True, slots=True)
class Mask:
    rights: Rights
    pseudonyms: Pseudonyms

    def value(self, value: Any, shape: Shape = PLAIN) -> Any:
        """`shape` says what it may hold; nodes and edges are known by what they are."""
        match value:
            case NodeValue():
                return self._node(value)
            case EdgeValue():
                return self._edge(value)
            case PathValue():
                edges = [self.value(one) for one in value.edges]
                return PathValue(tuple(self._node(one) for one in value.nodes), tuple(edges))
            case list() if shape.what == "list" and shape.inner:
                return [self.value(one, shape.inner) for one in value]
            case dict() if shape.what == "map":
                return {name: self.value(one, shape.field(name)) for name, one in value.items()}
            case list():
                return [self.value(one, shape) for one in value]
            case dict():
                return {name: self.value(one, shape) for name, one in value.items()}
        return self._person(shape.names, value) if shape.names else value

    def _node(self, node: NodeValue) -> NodeValue:
        kinds = [label for label in node.labels if label in KINDS] or list(KINDS)
        kept = {
            name: told
            for name, value in node.properties.items()
            if (told := self.property(kinds, name, value)) is not None
        }
        return NodeValue(node.key, node.labels, kept)

    def _edge(self, edge: EdgeValue) -> EdgeValue:
        types = (edge.type,) if edge.type in TYPES else ()
        hidden = {Tells.HIDDEN, Tells.UNKNOWN}
        if self.rights.people is not People.RAW:
            hidden.add(Tells.PERSON)
        kept = {
            name: value
            for name, value in edge.properties.items()
            if not edge_tells(types, name) & hidden
        }
        return EdgeValue(edge.key, edge.type, edge.source, edge.target, kept)

    def property(self, kinds: list[str], name: str, value: Any) -> Any:
        """What a node of these kinds says under this name."""
        told = tells_of(kinds, name)
        if told & {Tells.HIDDEN, Tells.UNKNOWN} or (Tells.TEXT in told and not self.rights.texts):
            return None
        if self.rights.people is People.RAW:
            return value
        if Tells.PERSON in told:
            return self._each(frozenset((name,)), value)
        return value // DAY * DAY if Tells.DAY in told and isinstance(value, int) else value

    def _each(self, names: frozenset[str], value: Any) -> Any:
        if isinstance(value, list):
            return [self._person(names, one) for one in value]
        return self._person(names, value)

    def _person(self, names: frozenset[str], value: Any) -> Any:
        if value is None or self.rights.people is People.ABSENT:
            return None
        return self.pseudonyms.of(names, value)
