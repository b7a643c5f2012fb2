"""From the body of a POST to /analyze to what is wanted. Its names are the command line's flags."""

from __future__ import annotations

from typing import Any

import orjson

from analysts.plots import FORMS
from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.kinds import KINDS
from analysts.runs.run import Question
from analysts.runs.served import Wanted
from analysts.runs.values import DEFAULT_SEED, Options
from graph.errors import BadInput

OF_NODES = ("source", "target")
OF_OPTIONS = ("top", "samples", "seed", "resolution")
OF_RUNS = ("summary", "estimate", "write", "rollback")
FIELDS = {"algorithm", "graph", "plot", *OF_NODES, *OF_OPTIONS, *OF_RUNS}
LARGEST = 1 << 53
LONGEST = 255


def read_wanted(body: bytes) -> Wanted:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadInput("The body is not JSON in UTF-8.") from None
    if not isinstance(data, dict):
        raise BadInput("The body must be a JSON object.")
    if unknown := data.keys() - FIELDS:
        raise BadInput(f"`{min(unknown)}` is not understood here.")
    rollback = _text(data, "rollback")
    algorithm = _one_of(data, "algorithm", ALGORITHMS, "degree" if rollback else None)
    question = Question(
        algorithm,
        _one_of(data, "graph", KINDS, "follows"),
        _text(data, "source"),
        _text(data, "target"),
        _options(data),
    )
    return Wanted(
        question,
        bool(data.get("summary")),
        bool(data.get("estimate")),
        _text(data, "write"),
        rollback,
        _one_of(data, "plot", FORMS, None) if "plot" in data else None,
    )


def _options(data: dict[str, Any]) -> Options:
    resolution = data.get("resolution", 1.0)
    if type(resolution) not in (int, float) or not 0 < resolution < 1e6:
        raise BadInput("`resolution` has to be a number above 0.")
    return Options(
        samples=_count(data, "samples", None, 1),
        seed=_count(data, "seed", DEFAULT_SEED, 0) or 0,
        resolution=float(resolution),
        top=_count(data, "top", None, 1),
    )


def _one_of(data: dict[str, Any], name: str, known: Any, usual: str | None) -> str:
    value = data.get(name, usual)
    if not isinstance(value, str) or value not in known:
        raise BadInput(f"`{name}` is one of {', '.join(sorted(known))}.")
    return value


def _count(data: dict[str, Any], name: str, usual: int | None, least: int) -> int | None:
    value = data.get(name)
    if value is None:
        return usual
    if type(value) is not int or not least <= value < LARGEST:
        raise BadInput(f"`{name}` has to be a whole number, at least {least}.")
    return value


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and (not isinstance(value, str) or not 0 < len(value) <= LONGEST):
        raise BadInput(f"`{name}` has to be a short text.")
    return value
