"""Every algorithm shows how it is called, says what it computes, and who says so."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import algorithms

# Where one file is one algorithm; and what several of them share.
SUBJECTS = ("centrality", "communities", "paths", "similarity", "structure", "walks")
SHARED = {
    "algorithms.communities.groups",
    "algorithms.communities.moving",
    "algorithms.paths.search",  # about people rather than about graphs
}
NAMES = sorted(
    found.name
    for found in pkgutil.walk_packages(algorithms.__path__, "algorithms.")
    if not found.ispkg
)


@pytest.fixture(params=NAMES)
def module(request: pytest.FixtureRequest) -> ModuleType:
    return import_module(request.param)


def test_its_examples_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.split(".")[1] in SUBJECTS and name not in SHARED]
)
def test_it_has_an_example_and_a_source(name: str) -> None:
    module = import_module(name)
    assert doctest.testmod(module).attempted > 0
    assert any(f"{year}." in (module.__doc__ or "") for year in range(1901, 2026))
