"""The official driver, without the dataframes it can take for parameters.

It imports pandas and pyarrow wherever they are installed, which costs every process half a second
and no query of ours sends one. They are hidden while it is imported, and only then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNUSED = ("pandas", "pyarrow")


@contextmanager
def hidden(names: tuple[str, ...]) -> Iterator[None]:
    """To `import` they are not installed, except those that are imported already."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with hidden(UNUSED):
    import neo4j  # noqa: F401
