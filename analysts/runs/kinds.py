"""Which graphs there are to analyse: one for each edge of the registry that names one."""

from __future__ import annotations

from dataclasses import dataclass

from graph.declaring import Edge
from graph.model import EDGES


@dataclass(frozen=True, slots=True)
class Kind:
    """A graph that edges of one type make."""

    name: str
    edge: Edge
    mutual: bool = False  # only where the edge stands both ways, as one undirected edge

    @property
    def directed(self) -> bool:
        return not self.mutual

    @property
    def bipartite(self) -> bool:
        """From nodes of one kind to nodes of another."""
        return self.edge.source != self.edge.target

    @property
    def about(self) -> str:
        if self.mutual:
            return f"who stands in {self.edge.name} with each other; undirected"
        return f"{self.edge.source} {self.edge.name} {self.edge.target}; directed"


def _kinds() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for edge in EDGES:
        if edge.graph is not None:
            found[edge.graph] = Kind(edge.graph, edge)
            if edge.mutual is not None:
                found[edge.mutual.list] = Kind(edge.mutual.list, edge, mutual=True)
    return found


KINDS: dict[str, Kind] = _kinds()
