"""A plugin for the run of networkx's own tests: which of our functions they called, and how often.

What we do not have, networkx does itself meanwhile: so it is counted what came to us.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from amity.backend import Backend

_calls: Counter[str] = Counter()
_found = Backend.__getattr__


def _counted(self: Backend, name: str) -> Any:
    function = _found(self, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        _calls[name] += 1
        return function(*args, **kwargs)

    return call


Backend.__getattr__ = _counted  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    Path(os.environ["AMITY_TEST_CALLS"]).write_text(json.dumps(_calls))
