"""Neo4j's own `database import`, for a home that has no database yet."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.stores.offline.files import ARRAYS


class OfflineError(RuntimeError):
    """A sentence for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Admin:
    home: Path
    database: str = "neo4j"

    def check(self) -> None:
        """Whether there is an importer, and nothing that it would overwrite."""
        self._command()
        there = self.home / "data" / "databases" / self.database
        if there.exists():
            raise OfflineError(
                f"{there} is there already: the offline importer is for a Neo4j that was never "
                "started. Load through the running server instead."
            )

    def run(self, nodes: Sequence[tuple[str, Path]], edges: Sequence[tuple[str, Path]]) -> None:
        command = [
            *self._command(),
            *("database", "import", "full", self.database),
            f"--array-delimiter={ARRAYS}",
            "--multiline-fields=true",
            "--id-type=integer",
            "--skip-bad-relationships=false",
            *(f"--nodes={label}={path}" for label, path in nodes),
            *(f"--relationships={name}={path}" for name, path in edges),
        ]
        where = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        done = subprocess.run(
            command,
            env={**os.environ, **where},
            cwd=nodes[0][1].parent,  # where it leaves its report
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).strip().splitlines()[-6:]
            raise OfflineError("\n".join(["Neo4j's importer refused:", *lines]))

    def _command(self) -> list[str]:
        script = self.home / "bin" / "neo4j-admin"
        if script.exists():
            return [str(script)]
        java, lib = shutil.which("java"), self.home / "lib"
        if java and any(lib.glob("neo4j-*.jar")):
            return [java, "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool"]
        raise OfflineError(f"{self.home} is no home of a Neo4j: it has no neo4j-admin.")
