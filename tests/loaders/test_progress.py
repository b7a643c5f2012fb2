"""A bar for people, lines for programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

from loaders.progress import Reporter
from loaders.summary import Progress
from tests.loaders.loading import order


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(out: io.StringIO, tmp_path: Path, kind: str = "auto") -> str:
    file = tmp_path / "a.csv"
    file.write_bytes(b"a,b\n" * 250)
    [source] = order([file], "follows", tmp_path).sources
    now = 0.0
    report = Reporter(out, kind, [source], lambda: now)
    progress = Progress(0)
    report(progress, source, 0)
    now, progress.created, progress.rejected = 10.0, 240, 10
    report(progress, source, 250)
    report.close()
    return out.getvalue()


def test_json_lines_in_a_pipe(tmp_path: Path) -> None:
    [line] = said(io.StringIO(), tmp_path).splitlines()
    assert json.loads(line) == {
        "file": str(tmp_path / "a.csv"),
        "share": 0.25,
        "read": 250,
        "rejected": 10,
        "rowsPerSecond": 25,
        "secondsLeft": 30,
    }


def test_a_bar_on_a_terminal_that_is_wiped_at_the_end(tmp_path: Path) -> None:
    text = said(Terminal(), tmp_path)
    assert "[######..................]  25%  250 rows, 25/s, 0:30 left, 10 rejected" in text
    assert text.endswith(" \r")


def test_nothing_where_nothing_is_wanted(tmp_path: Path) -> None:
    assert said(Terminal(), tmp_path, "none") == ""
