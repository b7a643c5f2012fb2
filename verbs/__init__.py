"""One file for each verb of the command line; each is a few lines that call a room."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from settings import Settings


@dataclass(frozen=True, slots=True)
class Verb:
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Settings], int]  # the exit code
