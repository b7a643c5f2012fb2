"""Where examples are run: in this process over the memory store, or next to a real demo."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.examples import ROOT

# As the pages write it; the one of the tests is whatever was free.
ADDRESS = "127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell in which `amity` is this checkout's and a demo is being served."""

    address: str
    env: dict[str, str]

    def run(self, text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text.replace(ADDRESS, self.address)],
            env=self.env,
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=120,
        )


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    with tempfile.TemporaryDirectory(prefix="amity-docs-") as folder:
        env = _environment(Path(folder))
        with subprocess.Popen(
            ["amity", "serve", "--demo", "--port", "0"], env=env, stdout=subprocess.PIPE, text=True
        ) as serving:
            try:
                assert serving.stdout is not None
                ready = serving.stdout.readline()
                assert ready.startswith("ready http://"), ready
                yield Shell(ready.split()[1].removeprefix("http://"), env)
            finally:
                serving.terminate()
                serving.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    bin = folder / "bin"
    bin.mkdir()
    for name, words in (("amity", "-m cli "), ("python", "")):
        command = bin / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AMITY_")}
    return {
        **ours,
        "PATH": f"{bin}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "AMITY_DATA_DIR": str(folder / "data"),
    }
