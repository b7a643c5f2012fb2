"""The sheet that all pictures are drawn on: its size, its colours, its words."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

INK, FAINT, GRID = "#22303c", "#8a97a3", "#e4e8ec"
ACCENT, SECOND = "#1f6f8b", "#d1603d"
# For groups: told apart by people who see colours otherwise, too.
GROUPS = (
    "#1f6f8b",
    "#d1603d",
    "#6a8f3c",
    "#8a5aa8",
    "#c9a227",
    "#3b6fc4",
    "#b0457b",
    "#4f9d8f",
    "#8c6d4f",
    "#59636e",
)
OTHERS = "#c3cad1"
SIZE = (7.2, 4.8)  # inches
DOTS = 160  # an inch

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "svg.hashsalt": "amity",  # the same picture is the same file
}

Draw = Callable[[Any], None]


def drawn(form: str, title: str, subtitle: str, draw: Draw) -> bytes:
    """A file of that form, drawn without a display."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(rc=STYLE):
        figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        # Two lines above whatever is drawn; a picture without numbers has no ticks.
        axes.set_title(f"{title}\n", loc="left", fontsize=13, fontweight="bold", pad=10)
        axes.annotate(
            subtitle,
            (0, 1),
            xytext=(0, 10),
            xycoords="axes fraction",
            textcoords="offset points",
            color=FAINT,
            fontsize=9,
        )
        made = io.BytesIO()
        figure.savefig(made, format=form, metadata={"Date": None} if form == "svg" else None)
    return made.getvalue()


def compact(axis: Any) -> None:
    """Numbers as people write them: 1,000 rather than 10³, and no halves of whole things."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}"))
    axis.set_minor_formatter(NullFormatter())
