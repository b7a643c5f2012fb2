"""One table: what was compared, the ratio with its spread, and whether a target was met."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    store: str
    # One ratio a round (or one figure, where there is nothing to divide by).
    values: Sequence[float]
    detail: str
    unit: str = "x"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g} " + ("met" if self.median >= self.at_least else "MISSED")
        if self.at_most is not None:
            return f"≤ {self.at_most:g} " + ("met" if self.median <= self.at_most else "MISSED")
        return ""

    def cells(self) -> list[str]:
        low, mid, high = (short(v) for v in (min(self.values), self.median, max(self.values)))
        figure = mid if len(self.values) == 1 else f"{low} / {mid} / {high}"
        return [self.name, self.store, f"{figure} {self.unit}", self.verdict, self.detail]


def short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def render(rows: Sequence[Row]) -> str:
    head = ["what", "store", "min / median / max", "target", "seen (medians)"]
    cells = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    load = f", load before {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}{load}"
    )
