"""A score against the degree: who matters more than their number of edges says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from algorithms.csr import Floats, Ints
from analysts.plots.paper import ACCENT, DOTS, FAINT, INK, SECOND, compact

# So many dots that only their density can be seen.
MANY = 1_000
# Pixels: from a dot to its name, a letter's width, and a line's height.
LEAD, LETTER, LINE = 40, 12, 26
APART = 200  # pixels: dots that are no further from one another have one column of names
POINTS = 72  # an inch
WIDE = 30  # a logarithmic axis where values differ by this factor


def draw_against(
    axes: Any, counts: Ints, scores: Floats, best: Ints, names: Sequence[str], score: str
) -> None:
    """`best` are nodes to name, best first. Zeros can't stand on a logarithmic axis."""
    shown = np.ones(len(scores), np.bool_)
    if _differ(counts[counts > 0]):
        axes.set_xscale("log")
        shown &= counts > 0
    if _differ(scores[scores > 0]):
        axes.set_yscale("log")
        shown &= scores > 0
    size, alpha = (6, 0.25) if len(counts) > MANY else (36, 0.75)
    axes.scatter(counts[shown], scores[shown], s=size, alpha=alpha, color=ACCENT, linewidths=0)
    best, names = best[shown[best]], [n for n, here in zip(names, shown[best], strict=True) if here]
    axes.scatter(counts[best], scores[best], s=max(size, 22), color=SECOND, linewidths=0)
    axes.margins(x=0.15, y=0.12)
    _ticks(axes, whole=bool((scores == np.floor(scores)).all()))
    _name(axes, counts[best], scores[best], names)
    if left_out := int((~shown).sum()):
        where = {"xy": (1, 0), "xytext": (-4, 6), "xycoords": "axes fraction"}
        note = f"{left_out:,} at 0 left out"
        axes.annotate(
            note, **where, textcoords="offset points", ha="right", fontsize=8, color=FAINT
        )
    axes.set_xlabel("edges")
    axes.set_ylabel(score)


def _differ(values: Any) -> bool:
    return bool(len(values) and values.max() / values.min() > WIDE)


def _ticks(axes: Any, *, whole: bool) -> None:
    if axes.get_xscale() == "linear":
        axes.xaxis.get_major_locator().set_params(integer=True)
    if whole and axes.get_yscale() == "linear":
        axes.yaxis.get_major_locator().set_params(integer=True)
    compact(axes.xaxis)
    compact(axes.yaxis)


def _name(axes: Any, x: Any, y: Any, names: Sequence[str]) -> None:
    """In columns beside the dots, on the side where there is room; a line leads to each.

    A column stands outside of all dots that it names: no line crosses a name.
    """
    if len(names) == 0:
        return
    points = axes.transData.transform(np.stack([x, y], axis=1).astype(np.float64))
    middle = axes.transAxes.transform([(0.5, 0.5)])[0][0]
    width = LETTER * max(map(len, names)) + LEAD
    taken: list[tuple[float, float]] = []
    for beside, some, left in _columns(points, middle):
        for at in sorted(some, key=lambda one: -points[one][1]):
            across, up = points[at]
            while any(abs(beside - u) < width and abs(up - v) < LINE for u, v in taken):
                up -= 4
            taken.append((beside, up))
            axes.annotate(
                names[at],
                (x[at], y[at]),
                xytext=((beside - across) * POINTS / DOTS, (up - points[at][1]) * POINTS / DOTS),
                textcoords="offset points",
                ha="right" if left else "left",
                va="center",
                fontsize=9,
                color=INK,
                bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1},
                arrowprops={
                    "arrowstyle": "-",
                    "color": FAINT,
                    "linewidth": 0.6,
                    "shrinkA": 1,
                    "shrinkB": 3,
                    "relpos": (float(left), 0.5),  # it leaves the name at its end
                },
            )


def _columns(points: Any, middle: float) -> Iterator[tuple[float, list[int], bool]]:
    """Where each stands, which dots it names, and whether it is on their left."""
    for left in (True, False):
        side = [at for at in range(len(points)) if (points[at][0] > middle) == left]
        side.sort(key=lambda at: -points[at][0] if left else points[at][0])
        while side:
            near = 1
            while near < len(side) and _apart(points, side[near - 1], side[near]) < APART:
                near += 1
            some, side = side[:near], side[near:]
            yield points[some[-1]][0] + (-LEAD if left else LEAD), some, left


def _apart(points: Any, one: int, other: int) -> float:
    return float(abs(points[one][0] - points[other][0]))
