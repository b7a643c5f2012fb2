"""Where an export goes: CSV, Parquet, GraphML."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet

from graph.declaring import Property
from graph.model import EDGE, EDGES, NODE
from graph.nodes import NODES
from loaders.exporting import Row, Sink

TYPES = {
    "int": pa.int64(),
    "time": pa.int64(),
    "bool": pa.bool_(),
    "strings": pa.list_(pa.string()),
}
# XML has no way to say most control characters.
NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
GRAPHML_TYPES = {"int": "long", "time": "long", "bool": "boolean"}


class Csv:
    suffix = ".csv"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, kind: str, ends: Sequence[str], properties: Sequence[Property]) -> None:
        path = self._folder / f"{kind}{self.suffix}"
        self._file = path.open("w", encoding="utf-8", newline="")
        self._columns = [*ends, *(prop.name for prop in properties)]
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(self._columns)
        # A carriage return alone is quoted by no other.
        self._quoting = csv.writer(self._file, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            texts = [_text(row.get(name)) for name in self._columns]
            returns = any("\r" in text for text in texts if isinstance(text, str))
            (self._quoting if returns else self._writer).writerow(texts)

    def end(self) -> None:
        self._file.close()


class Parquet:
    suffix = ".parquet"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, kind: str, ends: Sequence[str], properties: Sequence[Property]) -> None:
        fields = [pa.field(name, pa.string()) for name in ends]
        fields += [pa.field(prop.name, TYPES.get(prop.type, pa.string())) for prop in properties]
        self._schema = pa.schema(fields)
        path = self._folder / f"{kind}{self.suffix}"
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        columns = {name: [row.get(name) for row in rows] for name in self._schema.names}
        self._writer.write_table(pa.table(columns, schema=self._schema))

    def end(self) -> None:
        self._writer.close()


class GraphMl:
    """One file, for other tools. Kinds are `label` and `type`, properties typed keys."""

    suffix = ".graphml"

    def __init__(self, folder: Path) -> None:
        self._rows: TextIO = (folder / "graph.graphml").open("w", encoding="utf-8")
        self._keys: dict[tuple[str, str, str], str] = {}  # of kind, name and type
        self._rows.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        )
        for key, what in (("label", "node"), ("type", "edge")):
            self._rows.write(
                f'<key id="{key}" for="{what}" attr.name="{key}" attr.type="string"/>\n'
            )

    def declare(self, nodes: Sequence[Property], edges: Sequence[Property]) -> None:
        for what, properties, kinds in (("node", nodes, NODES), ("edge", edges, EDGES)):
            for name in dict.fromkeys(prop.name for prop in properties):
                types = [_graphml_type(p) for k in kinds for p in k.properties if p.name == name]
                for type in dict.fromkeys(types):
                    # One name may be of two types: the other one has a key of its own.
                    key = f"{what[0]}_{name}" + (f"_{type}" if type != types[0] else "")
                    self._keys[what, name, type] = key
                    self._rows.write(
                        f'<key id="{key}" for="{what}" attr.name="{name}" attr.type="{type}"/>\n'
                    )
        self._rows.write('<graph edgedefault="directed">\n')

    def begin(self, kind: str, ends: Sequence[str], properties: Sequence[Property]) -> None:
        self._kind = kind
        what = "node" if kind in NODE else "edge"
        self._named = {p.name: self._keys[what, p.name, _graphml_type(p)] for p in properties}

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if self._kind in NODE:
                name = _id(f"{self._kind}:{row['id']}")
                self._rows.write(f'<node id={name}><data key="label">{self._kind}</data>')
                self._data(row)
                self._rows.write("</node>\n")
            else:
                self._link(row)

    def _link(self, row: Row) -> None:
        edge = EDGE[self._kind]
        source = _id(f"{edge.source}:{row['from']}")
        target = _id(f"{edge.target}:{row['to']}")
        self._rows.write(
            f'<edge source={source} target={target}><data key="type">{edge.name}</data>'
        )
        self._data(row)
        self._rows.write("</edge>\n")

    def _data(self, row: Row) -> None:
        for name, key in self._named.items():
            if (value := row.get(name)) is not None:
                text = NO_XML.sub("\ufffd", str(_text(value)))
                text = escape(text, {"\r": "&#13;"})
                self._rows.write(f'<data key="{key}">{text}</data>')

    def end(self) -> None:
        pass

    def close(self) -> None:
        self._rows.write("</graph>\n</graphml>\n")
        self._rows.close()


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _graphml_type(prop: Property) -> str:
    return GRAPHML_TYPES.get(prop.type, "string")


def _id(text: str) -> str:
    """What XML can't say is spelled: two ids are two."""
    return quoteattr(NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


__all__ = ["Csv", "GraphMl", "Parquet", "Sink"]
