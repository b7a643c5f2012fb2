"""Both halves together are every test, and `python -m tests` fails where either does."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.__main__ import outcome
from tests.docs.examples import ROOT
from tests.support.halves import BESIDE_NEO4J, half_of


def test_what_needs_neo4j_is_in_one_half() -> None:
    assert half_of("tests/feed/test_why.py::test_it[neo4j]", {"neo4j", "cache"}) == "neo4j"
    assert half_of("tests/feed/test_why.py::test_it[memory]", {"memory", "cache"}) == "others"
    assert half_of("tests/new/test_new.py::test_it", set()) == "others"


@pytest.mark.parametrize("folder", sorted(BESIDE_NEO4J))
def test_what_runs_beside_it_is_there(folder: str) -> None:
    assert (ROOT / "tests" / folder).is_dir()
    assert half_of(f"tests/{folder}/test_it.py::test_it", set()) == "neo4j"


@pytest.mark.parametrize(
    ("codes", "code"),
    [((0, 0), 0), ((0, 1), 1), ((2, 0), 2), ((0, 5), 0), ((5, 5), 5), ((5, 1), 1), ((-9, 0), 1)],
)
def test_either_half_fails_both(codes: tuple[int, int], code: int) -> None:
    assert outcome(codes) == code


def test_two_processes_run_each_test_once_and_count_it_together() -> None:
    files = "tests/docs/test_settings.py", "tests/contract/test_keys.py"
    command = [sys.executable, "-m", "tests", *files, "--servers=memory", "-vv"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    beside, others = (
        re.findall(r"^(tests/\S+)::\S+ PASSED", half, re.M)
        for half in done.stdout.split("\nThe others:\n")
    )
    assert set(beside) == {files[0]}
    assert set(others) == {files[1]}
    assert done.stdout.endswith(f"\nmemory: {len(others)} passed, 0 skipped\n")
