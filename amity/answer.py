"""An answer in a notebook: rows, a dataframe, a table of columns, a graph, a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx
    import pandas
    import pyarrow

SHOWN = 20  # rows of a table
PNG = b"\x89PNG"
DRAWN = 150  # nodes of a picture

Row = Mapping[str, Any]


class Answer(Sequence[Row]):
    """Rows as mappings; nodes, edges and paths among them are mappings too."""

    def __init__(
        self,
        columns: Sequence[str],
        rows: Sequence[Row],
        as_of: str,
        cut: str | None = None,
        suppressed: int = 0,
        facts: Mapping[str, Any] | None = None,
        picture: bytes | None = None,
    ) -> None:
        self.columns = tuple(columns)
        self.as_of = as_of
        self.cut = cut  # which bound ended it early, if any
        self.suppressed = suppressed  # rows of too few people, left out
        self.facts = facts or {}  # what an algorithm says of the whole graph
        self.picture = picture  # the file that was asked for, a PNG or an SVG
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        return self._rows[at]

    def to_pandas(self) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame(list(self._rows), columns=list(self.columns))

    def to_arrow(self) -> pyarrow.Table:
        """Columns with types; a mixed one is text."""
        import pyarrow

        columns = {}
        for name in self.columns:
            values = [row[name] for row in self._rows]
            try:
                columns[name] = pyarrow.array(values)
            except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
                columns[name] = pyarrow.array([None if v is None else str(v) for v in values])
        return pyarrow.table(columns)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """The nodes and edges that are in it, whatever else is.

        A node is known by its `id`, or, where the role sees none, by its number in this answer.
        """
        import networkx

        graph = networkx.MultiDiGraph(as_of=self.as_of)
        names: dict[int, Any] = {}
        for node in self._things("_node"):
            names[node["_node"]] = name = node.get("id", node["_node"])
            graph.add_node(name, labels=node["_labels"], **_own(node))
        for edge in self._things("_type"):
            ends = [names.get(edge[end], edge[end]) for end in ("_from", "_to")]
            # The same edge may stand in many rows.
            graph.add_edge(*ends, key=edge["_type"], **_own(edge))
        if not graph:
            raise ValueError("No column of this answer holds nodes, edges or paths.")
        return graph

    def _things(self, mark: str) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            for value in row.values():
                yield from _within(value, mark)

    def __repr__(self) -> str:
        cut = f", cut off by {self.cut}" if self.cut else ""
        return f"<{len(self)} rows of {', '.join(self.columns)} as of {self.as_of}{cut}>"

    def _repr_html_(self) -> str:
        """A picture where it is a small graph, a table where it is not."""
        from amity.drawing import svg

        nodes = {node["_node"] for node in self._things("_node")}
        note = f"<p>{escape(repr(self)[1:-1])}</p>"
        if self.picture is not None:
            kind = "png" if self.picture.startswith(PNG) else "svg+xml"
            data = b64encode(self.picture).decode()
            return f'<img src="data:image/{kind};base64,{data}" width="720">' + note
        if 1 < len(nodes) <= DRAWN:
            return svg(self.to_networkx()) + note
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(row[n]))}</td>" for n in self.columns) + "</tr>"
            for row in self._rows[:SHOWN]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def _within(value: Any, mark: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if mark in value:
            yield value
        else:
            for one in value.values():
                yield from _within(one, mark)
    elif isinstance(value, list):
        for one in value:
            yield from _within(one, mark)


def _own(thing: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
