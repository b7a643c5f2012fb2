"""A mapping's YAML as rules; whatever is wrong in it is told with its line."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml

from graph.declaring import Property
from graph.imports import Mode
from graph.model import EDGE, NODE
from loaders.formats import format_of
from loaders.mapping import (
    NOT_SET,
    Edges,
    End,
    Mapping,
    MappingError,
    Nodes,
    Output,
    Rule,
    Unknown,
    Value,
    Where,
)
from loaders.typed import read
from loaders.words import Word, choice, name_space, name_space_fault, named, printable

FOLDER = Path(__file__).parent / "mappings"


def shipped() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_mapping(name: str) -> Mapping:
    """One that comes with Amity, by its name, or a file of one's own."""
    if name != printable(name):
        raise MappingError(f"{printable(name)} can't be read: its name is no UTF-8.")
    path = FOLDER / f"{name}.yaml" if name in shipped() else Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        known = ", ".join(shipped())
        raise MappingError(
            f"There is no mapping {name} ({error.strerror}); shipped are {known}."
        ) from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{name} is no text in UTF-8.") from error
    return parse(text, path.name, path.stem)


def parse(text: str, file: str, name: str) -> Mapping:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MappingError(f"{file}, line {line}: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise MappingError(f"{file} is no YAML.") from error
    if node is None:
        raise MappingError(f"{file} is empty.")
    top = Word(file, node)
    parts = top.table(("about", "source", "format", "files"))
    if "files" not in parts:
        top.wrong('"files" is missing: what each file is.')
    source = name_space(parts["source"]) if "source" in parts else name
    if (fault := name_space_fault(source)) is not None:
        top.wrong(f'"source" is missing, and the name of this file is none: {fault}.')
    common = parts.get("format")
    rules = tuple(_rule(word, source, common) for word in parts["files"].list())
    about = parts["about"].text() if "about" in parts else ""
    digest = blake2b(text.encode(), digest_size=8).hexdigest()
    return Mapping(name, about, source, rules, digest)


RULE = ("match", "optional", "format", "rows", "headers")
NODE_WORDS = ("node", "id", "source", "set", "mode", "where")
EDGE_WORDS = ("edge", "from", "to", "set", "mode", "unknown", "both_ways", "loops", "where")


def _rule(word: Word, source: str, common: Word | None) -> Rule:
    parts = word.table((*RULE, *NODE_WORDS, *EDGE_WORDS))
    match = tuple(one.text() for one in parts["match"].list()) if "match" in parts else ("*",)
    if "headers" in parts:
        named(parts["headers"], ("neo4j-admin",), "kind of header")
        return Rule(match, format_of(common, parts.get("format")), (), line=word.line, derived=True)
    if "rows" in parts:
        outputs = tuple(_output(one, source) for one in parts["rows"].list())
    else:
        outputs = (_output(word, source, ignore=RULE),)
    return Rule(
        match,
        format_of(common, parts.get("format")),
        outputs,
        parts["optional"].flag() if "optional" in parts else False,
        word.line,
    )


def _output(word: Word, source: str, ignore: tuple[str, ...] = ()) -> Output:
    parts = {name: part for name, part in word.table().items() if name not in ignore}
    if ("node" in parts) == ("edge" in parts):
        word.wrong('rows are either a "node" or an "edge".')
    known = NODE_WORDS if "node" in parts else EDGE_WORDS
    for name, part in parts.items():
        if name not in known:
            part.wrong(f'"{name}" means nothing here; known are {", ".join(known)}.')
    return _nodes(word, parts, source) if "node" in parts else _edges(word, parts, source)


def _nodes(word: Word, parts: dict[str, Word], source: str) -> Nodes:
    kind = named(parts["node"], tuple(NODE), "kind of node")
    if "id" not in parts:
        word.wrong('"id" is missing: the column with the id.')
    space = name_space(parts["source"]) if "source" in parts else source
    values = _values(parts.get("set"), NODE[kind].properties, f"a {kind}")
    mode = choice(parts.get("mode"), Mode, Mode.UPSERT)
    end = End(kind, parts["id"].text(), space)
    return Nodes(kind, end, values, mode, _where(parts.get("where")))


def _edges(word: Word, parts: dict[str, Word], source: str) -> Edges:
    name = named(parts["edge"], tuple(EDGE), "kind of edge")
    for needed in ("from", "to"):
        if needed not in parts:
            word.wrong(f'"{needed}" is missing: the column with the id of that end.')
    unknown = choice(parts.get("unknown"), Unknown, Unknown.REJECT)
    edge = EDGE[name]
    both_ways = parts["both_ways"].flag() if "both_ways" in parts else False
    if both_ways and edge.source != edge.target:
        parts["both_ways"].wrong(f"{name} leads from {edge.source} to {edge.target}, one way only.")
    return Edges(
        name,
        _end(parts["from"], edge.source, source, unknown),
        _end(parts["to"], edge.target, source, unknown),
        _values(parts.get("set"), edge.properties, name),
        choice(parts.get("mode"), Mode, Mode.UPSERT),
        both_ways,
        parts["loops"].flag() if "loops" in parts else False,
        _where(parts.get("where")),
    )


def _where(word: Word | None) -> Where | None:
    if word is None:
        return None
    [*columns] = word.table().items()
    if len(columns) != 1:
        word.wrong("one column with the words that it may have is wanted here.")
    [(column, words)] = columns
    return Where(column, frozenset(one.text() for one in words.list()))


def _end(word: Word, kind: str, source: str, unknown: Unknown) -> End:
    if isinstance(word.node, yaml.ScalarNode):
        return End(kind, word.text(), source, unknown)
    parts = word.table(("column", "source", "unknown"))
    if "column" not in parts:
        word.wrong('"column" is missing.')
    return End(
        kind,
        parts["column"].text(),
        name_space(parts["source"]) if "source" in parts else source,
        choice(parts.get("unknown"), Unknown, unknown),
    )


def _values(word: Word | None, properties: tuple[Property, ...], whose: str) -> tuple[Value, ...]:
    if word is None:
        return ()
    known = {p.name: p for p in properties if p.public and p.name not in NOT_SET}
    found = []
    for name, part in word.table().items():
        if name not in known:
            part.wrong(f'{whose} has no "{name}"; it has {", ".join(known) or "none"}.')
        found.append(_value(known[name], part))
    return tuple(found)


VALUE = ("column", "columns", "join", "split", "values", "value", "unit")


def _value(prop: Property, word: Word) -> Value:
    is_list = prop.type == "strings"
    if isinstance(word.node, yaml.ScalarNode):
        return Value(prop, (word.text(),), split=";" if is_list else None)
    parts = word.table(VALUE)
    if sum(name in parts for name in ("column", "columns", "value")) != 1:
        word.wrong('one of "column", "columns" and "value" is wanted here.')
    if "unit" in parts and (prop.type != "time" or parts["unit"].text() not in ("s", "ms")):
        parts["unit"].wrong("a time is in s or in ms.")
    columns = parts.get("column") or parts.get("columns")
    split = parts["split"].text() if "split" in parts else ";"
    if not split:
        parts["split"].wrong("what stands between the parts of a list is wanted here.")
    value = Value(
        prop,
        tuple(one.text() for one in columns.list()) if columns else (),
        parts["join"].text() if "join" in parts else split if is_list else " ",
        split if is_list else None,
        seconds="unit" in parts and parts["unit"].text() == "s",
    )
    if "value" in parts:
        return replace(value, constant=_meant(value, parts["value"]))
    if "values" in parts:
        known = {text: _meant(value, one) for text, one in parts["values"].table().items()}
        return replace(value, values=known)
    if not value.columns:
        word.wrong("a column is wanted here.")
    return value


def _meant(value: Value, word: Word) -> Any:
    """What the mapping itself says a property is, as if it stood in a column."""
    if word.is_nothing:
        return None
    if value.property.type == "strings" and isinstance(word.node, yaml.SequenceNode):
        return [one.text() for one in word.list()] or None
    text = word.text()
    try:
        return read(value, text)
    except ValueError as error:
        word.wrong(f"{error}.")
