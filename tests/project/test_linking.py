"""The command that a checkout puts into its environment."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_folders_own_modules_are_not_ours(tmp_path: Path) -> None:
    """`settings.py` and `keys.py` are what many call theirs."""
    venv.create(tmp_path / "env", symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([python, ROOT / "scripts" / "link.py"], check=True)
    here = tmp_path / "theirs"
    here.mkdir()
    for name in ("cli", "settings", "keys", "rooms"):
        (here / f"{name}.py").write_text("raise SystemExit('of another project')\n")
    command = [python.with_name("amity"), "--help"]
    asked = subprocess.run(command, cwd=here, capture_output=True, text=True, env={})
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "answer GraphQL" in asked.stdout
