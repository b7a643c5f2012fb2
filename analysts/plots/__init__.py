"""Pictures of results, fit for a report: PNG or SVG, by the ending of the file's name."""

from __future__ import annotations

from pathlib import Path

from graph.errors import BadInput

FORMS = ("png", "svg")


def access_file(path: Path) -> str:
    """The form of a file that can be written; said before anything is computed."""
    form = path.suffix[1:].lower()
    if form not in FORMS:
        raise BadInput(f"{path.name}: a picture is a .png or an .svg.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.")
    return form
