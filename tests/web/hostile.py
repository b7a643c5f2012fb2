"""Requests that nobody should send: generated from the schema, then bent. Seeded, so repeatable."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from tests.support.cast import T0
from tests.support.posting import post_id

TEXTS = (
    "",
    " ",
    "alice",
    "ALICE",
    "Ａlice",
    "\x00",
    "\u202e\u0301",
    "💥" * 50,
    "x" * 3_000,
    "' OR 1=1 --",
    "MATCH (n) DETACH DELETE n",
    '"}) RETURN 1 //',
    "../../etc/passwd",
    "null",
    "#tag @alice \u202e#\u0301 @@ ##",
    "2024-01-01T00:00:00Z",
    "0000-00-00T99:99:99Z",
    "9999-12-31T23:59:59.999Z",
)
IDS = (
    *(f"user_{n}" for n in range(12)),
    "user_-1",
    "user_01",
    "user_4294967295",
    "user_4294967296",
    "user_9223372036854775807",
    "user_9223372036854775808",
    "user_99999999999999999999999",
    "user_",
    "user_1 ",
    "USER_1",
    *(f"post_{post_id(T0, n)}" for n in range(4)),
    "post_1",
    "post_9223372036854775807",
    "post_9223372036854775808",
    "post_721330194432",
    "tag_1",
    "robot_1",
    "_",
    "1",
)
NUMBERS = (-(2**31), -1, 0, 1, 2, 3, 20, 99, 100, 101, 1_000, 2**31 - 1)
ODD: tuple[Any, ...] = (
    2**31,
    -(2**63),
    2**64,
    10**400,
    0.5,
    -0.0,
    1e308,
    True,
    None,
    [],
    [[[]]],
    {},
    {"a": []},
)


@dataclass
class Asked:
    """One request to come."""

    method: str = "POST"
    body: bytes = b""
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Hostile:
    def __init__(self, schema: GraphQLSchema, random: Random, cursors: list[str]) -> None:
        self._schema = schema
        self._random = random
        self._cursors = cursors
        self._variables: dict[str, tuple[str, Any]] = {}
        self._fields_left = 40

    def document(self) -> tuple[str, dict[str, Any]]:
        kind = "mutation" if self._random.random() < 0.2 else "query"
        root = self._schema.mutation_type if kind == "mutation" else self._schema.query_type
        assert root is not None
        selection = self._selection(root, self._random.choice((2, 4, 6, 9, 20)))
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in self._variables.items())
        text = f"{kind} Q{f'({declared})' if declared else ''} {selection}"
        return text, {name: value for name, (_, value) in self._variables.items()}

    def _selection(self, parent: Any, depth: int) -> str:
        if isinstance(parent, GraphQLUnionType):
            return "{ __typename }"
        names = list(parent.fields)
        picked = self._random.sample(names, min(len(names), self._random.randint(1, 5)))
        parts = [part for name in picked if (part := self._field(name, parent, depth))]
        if isinstance(parent, GraphQLInterfaceType) and depth > 0:
            for one in self._schema.get_possible_types(parent)[:1]:
                parts.append(f"... on {one.name} {self._selection(one, depth - 1)}")
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _field(self, name: str, parent: Any, depth: int) -> str:
        definition = parent.fields[name]
        self._fields_left -= 1
        inside = get_named_type(definition.type)
        if not is_leaf_type(inside) and (depth <= 0 or self._fields_left <= 0):
            return ""
        arguments = self._arguments(definition.args)
        alias = f"a{self._fields_left % 97}: " if self._random.random() < 0.1 else ""
        if is_leaf_type(inside):
            return f"{alias}{name}{arguments}"
        return f"{alias}{name}{arguments} {self._selection(inside, depth - 1)}"

    def _arguments(self, arguments: dict[str, GraphQLArgument]) -> str:
        said = []
        if "externalId" in arguments and self._random.random() < 0.8:
            # Mostly as it is meant: by one of them.
            one = self._random.choice(("id", "username", "externalId"))
            kind: Any = arguments[one].type
            arguments = {one: GraphQLArgument(GraphQLNonNull(kind))}
        for name, argument in arguments.items():
            required = isinstance(argument.type, GraphQLNonNull)
            if not required and self._random.random() < 0.5:
                continue
            value = self._value(argument.type, name)
            if self._random.random() < 0.4:
                variable = f"v{len(self._variables)}"
                self._variables[variable] = (str(argument.type), value)
                said.append(f"{name}: ${variable}")
            else:
                said.append(f"{name}: {self._literal(value, argument.type)}")
        return f"({', '.join(said)})" if said else ""

    def _value(self, type_: Any, name: str) -> Any:
        if self._random.random() < 0.01:
            return self._random.choice(ODD)
        if isinstance(type_, GraphQLNonNull):
            return self._value(type_.of_type, name)
        if isinstance(type_, GraphQLList):
            count = self._random.choice((0, 1, 2, 5, 100, 101))
            return [self._value(type_.of_type, name) for _ in range(count)]
        if isinstance(type_, GraphQLInputObjectType):
            picked = [one for one in type_.fields if self._random.random() < 0.5]
            return {one: self._value(type_.fields[one].type, one) for one in picked}
        if isinstance(type_, GraphQLEnumType):
            return self._random.choice((*type_.values, *type_.values, *type_.values, "NOT_ONE"))
        return self._scalar(type_.name, name)

    def _scalar(self, kind: str, name: str) -> Any:
        if kind == "ID":
            return self._random.choice(IDS if self._random.random() < 0.15 else IDS[:12])
        if kind == "Int":
            return self._random.choice(NUMBERS if self._random.random() < 0.2 else (1, 2, 3, 20))
        if kind == "Boolean":
            return self._random.random() < 0.5
        if kind == "Float":
            return self._random.choice((0.0, -1e308, 1e308))
        if name in ("after", "before") and self._cursors and self._random.random() < 0.7:
            return self._bent(self._random.choice(self._cursors))
        return self._random.choice(TEXTS)

    def _bent(self, cursor: str) -> str:
        """As it came, cut, or with one letter changed."""
        choice, at = self._random.randrange(3), self._random.randrange(len(cursor))
        if choice == 0:
            return cursor
        return cursor[:at] if choice == 1 else cursor[:at] + "A" + cursor[at + 1 :]

    def _literal(self, value: Any, type_: Any) -> str:
        named = get_named_type(type_)
        if isinstance(value, list):
            return "[" + ", ".join(self._literal(one, named) for one in value) + "]"
        if isinstance(value, dict):
            fields = getattr(named, "fields", {})
            return (
                "{"
                + ", ".join(
                    f"{key}: {self._literal(one, fields[key].type if key in fields else named)}"
                    for key, one in value.items()
                )
                + "}"
            )
        if isinstance(value, str) and isinstance(named, GraphQLEnumType):
            return value
        return json.dumps(value)


def garble(text: str, random: Random) -> str:
    """The same text with a few letters lost, doubled or swapped for others."""
    letters = list(text)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(letters))
        letters[at] = random.choice(
            ("", letters[at] * 2, "{", "}", '"', "$", "...", "\u0000", "\\")
        )
        if not any(letters):
            return "{"
    return "".join(letters)


def large(random: Random) -> str:
    """Deep, wide, long or self-repeating."""
    times = random.choice((10, 100, 1_000, 4_000))
    return random.choice(
        (
            "{ viewer " * times + "{ id }" + "}" * times,
            "{ " + " ".join(f"a{n}: viewer {{ id }}" for n in range(times)) + " }",
            "{ " + "viewer { id } " * times + "}",
            "{ viewer { id } } #" + "x" * 20 * times,
            "{ viewer { id " + "@skip(if: false) " * times + "} }",
            "{ nodes(ids: [" + ", ".join(f'"user_{n}"' for n in range(times)) + "]) { id } }",
            '{ user(username: "' + "x" * 20 * times + '") { id } }',
            "{ user(id: " + "[" * times + "]" * times + ") { id } }",
            "query(" + ", ".join(f"$v{n}: Int" for n in range(times)) + ") { viewer { id } }",
            "{ user(id: " + "9" * times + ") { id } }",
            f"{{ viewer {{ followers(first: {'9' * times}) {{ totalCount }} }} }}",
        )
    )


def asked(schema: GraphQLSchema, random: Random, cursors: list[str]) -> Asked:
    """One hostile request of any kind, its headers aside."""
    text, variables = Hostile(schema, random, cursors).document()
    kind = random.random()
    if kind < 0.15:
        text = garble(text, random)
    elif kind < 0.25:
        text = large(random)
    if random.random() < 0.1:
        variables = random.choice(({}, {**variables, "more": [[]] * 50}, dict.fromkeys(variables)))
    if random.random() < 0.1:
        encoded = json.dumps(variables)
        return Asked("GET", params={"query": text[:20_000], "variables": encoded[:20_000]})
    body = json.dumps({"query": text, "variables": variables}).encode()
    return Asked(body=spoil(body, random) if random.random() < 0.15 else body)


def spoil(body: bytes, random: Random) -> bytes:
    """Bytes that are no longer what they were: cut, bad UTF-8, other JSON."""
    at = random.randrange(len(body))
    return random.choice(
        (
            body[:at],
            body[:at] + b"\xff\xc0\x80" + body[at:],
            body[:at] + b"\x00" + body[at:],
            b"[" + body + b"]",
            b"[" * 5_000,
            b'{"query":' * 2_000,
            body.replace(b'"query"', b'"querry"'),
            b'{"query": "{ viewer { id } }", "variables": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
            b"\xef\xbb\xbf" + body,
            body.decode().encode("utf-16"),
            b"1" * 5_000,
        )
    )
