"""Ids as they travel in GraphQL: the kind's prefix and the number. `user_42`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.declaring import Node
from graph.errors import BadInput
from graph.model import PREFIX

# One way to write each id, and nothing that would not fit into 63 bits.
SHAPE = re.compile(r"([a-z]+)_(0|[1-9][0-9]{0,18})", re.ASCII)
LARGEST = 2**63 - 1
# Lists pack a person's id into four bytes: beyond that, nobody ever was.
LARGEST_USER = 2**32 - 1


def write(kind: str, id: int) -> str:
    """
    >>> write("user", 42)
    'user_42'
    """
    return f"{kind}_{id}"


def parse(text: str) -> tuple[Node, int]:
    """
    >>> kind, id = parse("post_7"); kind.name, id
    ('Post', 7)
    """
    match = SHAPE.fullmatch(text)
    if match is None or match[1] not in PREFIX or int(match[2]) > LARGEST:
        raise BadInput("This is not an id: ids look like user_42.")
    return PREFIX[match[1]], int(match[2])


def user_id(text: str) -> int:
    kind, id = parse(text)
    if kind.name != "User":
        raise BadInput(f"This id names a {kind.name.lower()}, not a user.")
    return id


def post_id(text: str) -> int:
    kind, id = parse(text)
    if kind.name != "Post":
        raise BadInput(f"This id names a {kind.name.lower()}, not a post.")
    return id


def user_ids(texts: Sequence[str], limit: int) -> list[int]:
    if len(texts) > limit:
        raise BadInput(f"At most {limit} ids at once.")
    return [user_id(text) for text in texts]
