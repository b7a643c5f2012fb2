"""Where an export goes: CSV, Parquet, GraphML."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet

from graph.declaring import Property
from graph.model import EDGE, NODE
from loaders.exporting import Row, Sink

TYPES = {
    "int": pa.int64(),
    "time": pa.int64(),
    "bool": pa.bool_(),
    "strings": pa.list_(pa.string()),
}
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
        self._rows.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        )
        for key, what in (("label", "node"), ("type", "edge")):
            self._rows.write(
                f'<key id="{key}" for="{what}" attr.name="{key}" attr.type="string"/>\n'
            )

    def declare(self, nodes: Sequence[Property], edges: Sequence[Property]) -> None:
        for what, properties in (("node", nodes), ("edge", edges)):
            for prop in properties:
                kind = GRAPHML_TYPES.get(prop.type, "string")
                self._rows.write(
                    f'<key id="{what[0]}_{prop.name}" for="{what}" attr.name="{prop.name}" '
                    f'attr.type="{kind}"/>\n'
                )
        self._rows.write('<graph edgedefault="directed">\n')

    def begin(self, kind: str, ends: Sequence[str], properties: Sequence[Property]) -> None:
        self._kind, self._names = kind, [prop.name for prop in properties]

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if self._kind in NODE:
                name = quoteattr(f"{self._kind}:{row['id']}")
                self._rows.write(f'<node id={name}><data key="label">{self._kind}</data>')
                self._data("n", row)
                self._rows.write("</node>\n")
            else:
                self._link(row)

    def _link(self, row: Row) -> None:
        edge = EDGE[self._kind]
        source = quoteattr(f"{edge.source}:{row['from']}")
        target = quoteattr(f"{edge.target}:{row['to']}")
        self._rows.write(
            f'<edge source={source} target={target}><data key="type">{edge.name}</data>'
        )
        self._data("e", row)
        self._rows.write("</edge>\n")

    def _data(self, what: str, row: Row) -> None:
        for name in self._names:
            if (value := row.get(name)) is not None:
                text = escape(_printable(_text(value)))
                self._rows.write(f'<data key="{what}_{name}">{text}</data>')

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


def _printable(value: Any) -> str:
    """XML has no way to say most control characters."""
    return "".join(c if c >= " " or c in "\t\n\r" else "\ufffd" for c in str(value))


__all__ = ["Csv", "GraphMl", "Parquet", "Sink"]
