"""What is left to networkx: arguments that these functions do not know, each with the reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from amity.networkx_info import FUNCTIONS

# Arguments that must stay as they are by default.
FIXED: dict[str, tuple[str, ...]] = {
    "harmonic_centrality": ("nbunch", "sources"),
    "degree_assortativity_coefficient": ("x", "y", "weight", "nodes"),
    "diameter": ("e", "usebounds", "weight"),
}
UNDIRECTED_ONLY = ("louvain_communities", "louvain_partitions", "diameter")


def fault(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    """Why we can't, or None."""
    if name not in FUNCTIONS:
        return None
    function: Callable[..., Any] = getattr(import_module(f"amity.backend.{FUNCTIONS[name]}"), name)
    known = inspect.signature(function)
    try:
        bound = known.bind(*args, **kwargs)
    except TypeError:
        return "the arguments are not those of networkx"
    bound.apply_defaults()
    given = bound.arguments
    graph = given["G"]
    if graph.is_multigraph():
        return "edges of a multigraph stand more than once"
    for argument in FIXED.get(name, ()):
        if given[argument] != known.parameters[argument].default:
            return f"{argument} is left to networkx"
    for argument in ("weight", "distance"):
        if callable(given.get(argument)):
            return f"a function as {argument} is left to networkx"
    if name in UNDIRECTED_ONLY and graph.is_directed():
        return "directed graphs are left to networkx"
    return None
