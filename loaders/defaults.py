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


def external_key(source: str, external_id: str) -> str:
    return f"{source}{SEPARATOR}{external_id}"


def node_row(
    kind: str, source: str, external_id: str, id: int, props: dict[str, Any], now: int
) -> dict[str, Any]:
    row: dict[str, Any] = {
        **NEW_OF.get(kind, {}),
        **{name: value for name, value in props.items() if value is not None},
        "id": id,
        "externalId": external_id,
        "source": source,
        "externalKey": external_key(source, external_id),
    }
    if kind == "User":
        name = props.get("username") or external_id
        if username_fault(name) is not None:
            name = other_username(id)
        row |= {"username": name, "usernameKey": username_key(name)}
    if any(prop.name == "createdAt" for prop in NODE[kind].properties):
        row.setdefault("createdAt", now)
    return row


def has_time(kind: str) -> bool:
    return NODE[kind].ids is Ids.TIME
