"""Pictures of results, fit for a report: PNG or SVG, by the ending of the file's name."""

from __future__ import annotations

from pathlib import Path

from graph.errors import BadInput

ENDINGS = (".png", ".svg")


def access_file(path: Path) -> Path:
    """A file that a picture can be written to, said before anything is computed."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"{path.name}: a picture is a .png or an .svg.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.")
    return path
