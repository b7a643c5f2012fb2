"""How far an import is: a bar on a terminal, JSON lines in a pipe, or nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from loaders.sources import Source
from loaders.summary import Progress

BAR, LINES, NONE, AUTO = "bar", "json", "none", "auto"
EVERY_SECONDS = {BAR: 0.2, LINES: 2.0}
WIDTH = 24


class Reporter:
    def __init__(
        self,
        out: TextIO,
        kind: str,
        sources: Sequence[Source],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out, self._monotonic = out, monotonic
        self._kind = kind if kind != AUTO else (BAR if out.isatty() else LINES)
        self._sizes = [source.window.size if source.window else source.size for source in sources]
        self._began = self._said = monotonic()
        self._start: tuple[int, float] | None = None  # rows and share when it began
        self._wide = 0

    def __call__(self, progress: Progress, source: Source, position: int) -> None:
        now = self._monotonic()
        share = self._share(progress.file, position)
        if self._start is None:
            self._start = progress.read, share
        if self._kind != NONE and now - self._said >= EVERY_SECONDS[self._kind]:
            self._said = now
            self._say(progress, source, share, now)

    def writing(self, done: int, whole: int) -> None:
        """Where all is read before anything is written: how much of it is."""
        now = self._monotonic()
        if self._kind != NONE and (done == whole or now - self._said >= EVERY_SECONDS[self._kind]):
            self._said = now
            if self._kind == LINES:
                self._out.write(json.dumps({"written": done, "of": whole}) + "\n")
                self._out.flush()
            else:
                self._bar(done / whole if whole else 1.0, f"{done:,} of {whole:,} written")

    def close(self) -> None:
        if self._wide:
            self._out.write("\r" + " " * self._wide + "\r")
            self._out.flush()

    def _share(self, file: int, position: int) -> float:
        whole = sum(self._sizes)
        return min(1.0, (sum(self._sizes[:file]) + position) / whole) if whole else 0.0

    def _say(self, progress: Progress, source: Source, share: float, now: float) -> None:
        rows, first = self._start or (0, 0.0)
        seconds = max(now - self._began, 1e-6)
        rate = (progress.read - rows) / seconds
        gone = share - first
        left = seconds * (1 - share) / gone if gone > 0 else None
        if self._kind == LINES:
            line = {
                "file": source.path,
                "share": round(share, 4),
                "read": progress.read,
                "rejected": progress.rejected,
                "rowsPerSecond": round(rate),
                "secondsLeft": None if left is None else round(left),
            }
            self._out.write(json.dumps(line) + "\n")
            self._out.flush()
        else:
            soon = "…" if left is None else clock(left)
            told = f"{progress.read:,} rows, {rate:,.0f}/s, {soon} left"
            if progress.rejected:
                told += f", {progress.rejected:,} rejected"
            self._bar(share, told)

    def _bar(self, share: float, told: str) -> None:
        full = int(share * WIDTH)
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%}  {told}"
        self._out.write("\r" + line.ljust(self._wide))
        self._wide = max(self._wide, len(line))
        self._out.flush()


def clock(seconds: float) -> str:
    """
    >>> clock(3725)
    '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
