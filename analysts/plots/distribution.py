"""How degrees are distributed: the share of nodes with at least so many edges."""

from __future__ import annotations

from typing import Any

import numpy as np

from algorithms.csr import Ints
from analysts.plots.paper import ACCENT, INK, compact

# Below this, every degree has its bar; a curve would pretend to know more.
FEW = 12


def draw_distribution(axes: Any, counts: Ints) -> None:
    """Few different degrees as bars; many as a cumulative curve on two logarithmic axes."""
    values, nodes = np.unique(counts, return_counts=True)
    if len(values) <= FEW:
        _bars(axes, values, nodes)
    else:
        _curve(axes, values, nodes)
    middle = float(np.median(counts)) if len(counts) else 0.0
    axes.axvline(max(middle, 0.5), color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"median {middle:,.4g}",
        (max(middle, 0.5), 1),
        xytext=(5, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        fontsize=9,
    )


def _bars(axes: Any, values: Ints, nodes: Ints) -> None:
    axes.bar(values, nodes, width=0.7, color=ACCENT)
    axes.set_xticks(values)
    axes.set_ylim(0, nodes.max(initial=1) * 1.2)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("edges")
    axes.set_ylabel("nodes")


def _curve(axes: Any, values: Ints, nodes: Ints) -> None:
    at_least = np.cumsum(nodes[::-1])[::-1] / nodes.sum()
    some = values > 0
    axes.plot(values[some], at_least[some], color=ACCENT, linewidth=1, alpha=0.6)
    axes.scatter(values[some], at_least[some], s=12, color=ACCENT, linewidths=0)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(top=1.5)
    compact(axes.xaxis)
    compact(axes.yaxis)
    axes.set_xlabel("edges")
    axes.set_ylabel("share of nodes with at least so many")
