"""Make this checkout importable in the environment that runs this, with its `amity` command.

What an editable install does, without a build step and what that would have to download: the
entry points of pyproject.toml are announced too, by which networkx finds its backend.
"""

import sys
import sysconfig
import tomllib
from pathlib import Path

here = Path(__file__).resolve().parent.parent
project = tomllib.loads((here / "pyproject.toml").read_text())["project"]
packages = Path(sysconfig.get_path("purelib"))
(packages / "amity.pth").write_text(f"{here}\n")

command = Path(sysconfig.get_path("scripts"), "amity")
# Whoever stands in a folder with a `settings.py` of their own gets ours; so do our children.
safe = "export PYTHONSAFEPATH=1"
command.write_text(f'#!/bin/sh\n{safe}\nexec "{sys.executable}" -m cli "$@"\n')
command.chmod(0o755)

about = packages / f"amity-{project['version']}.dist-info"
about.mkdir(exist_ok=True)
head = f"Metadata-Version: 2.1\nName: amity\nVersion: {project['version']}\n"
(about / "METADATA").write_text(head)
lines = [
    line
    for group, entries in project["entry-points"].items()
    for line in (f"[{group}]", *(f"{name} = {at}" for name, at in entries.items()))
]
(about / "entry_points.txt").write_text("\n".join(lines) + "\n")
