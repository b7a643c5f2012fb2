"""Headers as Neo4j's importer wants them, read as a rule: `userId:ID(User)`, `:START_ID`, `:TYPE`.

The name of an id space is a name space of ids here. Labels and types are kinds of the registry;
a row with another one is given back. Columns of other properties are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graph.declaring import Property
from graph.imports import Mode
from graph.model import EDGE, NODE
from loaders.chunks import SourceError
from loaders.defaults import WHOLE
from loaders.mapping import NOT_SET, Edges, End, Nodes, Output, Rule, Value, Where
from loaders.words import name_space_fault

COLUMN = re.compile(r"(?P<name>[^:]*)(:(?P<type>[A-Za-z_]+)(\[\])?(\((?P<space>[^)]*)\))?.*)?")
LABEL, TYPE = "LABEL", "TYPE"
ID, START, END = "ID", "START_ID", "END_ID"
# Of arrays in one field.
SPLIT = ";"


def derived(rule: Rule, names: Sequence[str], source: str, where: str) -> Rule:
    """The rule for a file with these columns."""
    marked: dict[str, tuple[str, str]] = {}
    properties: dict[str, str] = {}
    for column in names:
        found = COLUMN.fullmatch(column)
        kind = (found["type"] or "").upper() if found else ""
        if kind in (ID, START, END, LABEL, TYPE):
            space = (found["space"] if found else None) or source
            fault = "it means that ids say theirs" if space == WHOLE else name_space_fault(space)
            if fault is not None and space != source:
                raise SourceError(f'{where} has ids of "{space}" in its header: {fault}.')
            marked[kind] = column, space
        elif found and kind != "IGNORE":
            properties[found["name"]] = column
    outputs: list[Output] = []
    if ID in marked:
        outputs += _nodes(marked, properties)
    elif START in marked and END in marked:
        outputs += _edges(marked, properties)
    if not outputs:
        raise SourceError(f"{where} has no column :ID, and no columns :START_ID and :END_ID.")
    return replace(rule, outputs=tuple(outputs))


def _nodes(marked: dict[str, tuple[str, str]], properties: dict[str, str]) -> list[Output]:
    column, space = marked[ID]
    kinds = list(NODE) if LABEL in marked else [kind for kind in NODE if kind == space]
    return [
        Nodes(
            kind,
            End(kind, column, space),
            tuple(
                _value(prop, properties[prop.name])
                for prop in NODE[kind].properties
                if prop.public and prop.name in properties and prop.name not in NOT_SET
            ),
            Mode.UPSERT,
            Where(marked[LABEL][0], frozenset({kind})) if LABEL in marked else None,
        )
        for kind in kinds
    ]


def _edges(marked: dict[str, tuple[str, str]], properties: dict[str, str]) -> list[Output]:
    if TYPE not in marked:
        return []
    (a, a_space), (b, b_space) = marked[START], marked[END]
    return [
        Edges(
            name,
            End(edge.source, a, a_space),
            End(edge.target, b, b_space),
            tuple(
                _value(prop, properties[prop.name])
                for prop in edge.properties
                if prop.name in properties
            ),
            Mode.UPSERT,
            where=Where(marked[TYPE][0], frozenset({name})),
        )
        for name, edge in EDGE.items()
    ]


def _value(prop: Property, column: str) -> Value:
    return Value(prop, (column,), split=SPLIT)
