"""How large groups are, the largest first."""

from __future__ import annotations

from typing import Any

import numpy as np

from algorithms.communities.groups import Labels, sizes
from analysts.plots.paper import ACCENT, OTHERS, compact

# More bars than this can't be told apart: the rest is one.
MOST = 24


def draw_sizes(axes: Any, labels: Labels) -> None:
    counts = sizes(labels)
    shown = counts[:MOST]
    names = [f"{number}" for number in range(len(shown))]
    colours = [ACCENT] * len(shown)
    if len(counts) > MOST:
        names.append(f"{len(counts) - MOST:,}\nmore")
        colours.append(OTHERS)
        shown = np.append(shown, counts[MOST:].sum())
    axes.bar(range(len(shown)), shown, width=0.75 if len(shown) > 4 else 0.4, color=colours)
    axes.set_xticks(range(len(shown)), names)
    axes.set_xlim(-0.8, len(shown) - 0.2)
    for place, count in enumerate(shown.tolist()):
        axes.annotate(
            f"{count:,}",
            (place, count),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=9 if len(shown) <= 12 else 6.5,
        )
    axes.yaxis.get_major_locator().set_params(integer=True)
    compact(axes.yaxis)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("group, the largest first")
    axes.set_ylabel("nodes")
