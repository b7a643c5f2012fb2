"""What a new node says besides what its row says. Pure."""

from __future__ import annotations

from typing import Any

from graph.actions.profile import NEW
from graph.declaring import Ids
from graph.model import NODE
from graph.usernames import other_username, username_fault, username_key

SEPARATOR = "\x1f"
NEW_OF: dict[str, dict[str, Any]] = {
    "User": NEW,
    "Post": {"visibility": "PUBLIC", "type": "TEXT", "gone": False},
}


# The name space of ids that say theirs themselves, as those of an export do.
WHOLE = "*"
# Of nodes that no import made.
OURS = "amity"


def whole_id(source: str, external_id: str | int) -> str:
    return f"{source}:{external_id}"


def parts_of(source: str, external_id: str) -> tuple[str, str]:
    """Name space and id. Names of name spaces have no colon."""
    if source != WHOLE:
        return source, external_id
    source, colon, rest = external_id.partition(":")
    return (source, rest) if colon and rest else (OURS, external_id)


def external_key(source: str, external_id: str) -> str:
    source, external_id = parts_of(source, external_id)
    return f"{source}{SEPARATOR}{external_id}"


def node_row(
    kind: str,
    source: str,
    external_id: str,
    id: int,
    props: dict[str, Any],
    now: int,
    *,
    new: bool,
) -> dict[str, Any]:
    """What is not said is left as it is in a node that is there."""
    bare = source == WHOLE or not new  # an export says all there is to say
    key = external_key(source, external_id)
    source, external_id = parts_of(source, external_id)
    row: dict[str, Any] = {
        **({} if bare else NEW_OF.get(kind, {})),
        **{name: value for name, value in props.items() if value is not None},
        "id": id,
        "externalId": external_id,
        "source": source,
        "externalKey": key,
    }
    if kind == "User":
        name = props.get("username") or external_id
        if username_fault(name) is not None:
            name = other_username(id)
        row |= {"username": name, "usernameKey": username_key(name)}
    if not bare and any(prop.name == "createdAt" for prop in NODE[kind].properties):
        row.setdefault("createdAt", now)
    return row


def has_time(kind: str) -> bool:
    return NODE[kind].ids is Ids.TIME
