"""Amity's algorithms the networkx way: `nx.pagerank(G, backend="amity")`.

networkx finds this through the entry points of the package. Graphs are converted once and kept by
networkx beside the original; `Graph` makes one of arrays without a detour.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from amity.backend.graph import Graph, from_networkx, to_networkx
from amity.networkx_info import FUNCTIONS

__all__ = ["Graph", "backend"]


# Tests of networkx that expect the very partition its own dice make.
OTHER_DICE = dict.fromkeys(
    (
        "test_karate_club_partition",
        "test_multigraph",
        "test_none_weight_param",
        "test_undirected_selfloops",
    ),
    "the same seed throws other dice here",
)


class Backend:
    """What networkx asks: to convert, whether we can, and then the function by its name."""

    convert_from_nx = staticmethod(from_networkx)
    convert_to_nx = staticmethod(to_networkx)

    def __getattr__(self, name: str) -> Any:
        """Imported when it is called: what compiles is heavy."""
        if name not in FUNCTIONS:
            raise AttributeError(name)
        return getattr(import_module(f"amity.backend.{FUNCTIONS[name]}"), name)

    def can_run(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool | str:
        """True, or the reason why not."""
        from amity.backend.limits import fault

        return fault(name, args, kwargs) or name in FUNCTIONS

    def should_run(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool | str:
        return True

    @staticmethod
    def on_start_tests(items: list[Any]) -> None:
        """networkx's own tests run against us; what they ask beyond its contract is marked."""
        import pytest

        for item in items:
            if item.name in OTHER_DICE and item.module.__name__.endswith("test_louvain"):
                item.add_marker(pytest.mark.xfail(reason=OTHER_DICE[item.name], strict=True))


backend = Backend()
