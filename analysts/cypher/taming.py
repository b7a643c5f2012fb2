"""Regular expressions that can't run away: no repetition inside a repetition, nothing looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from analysts.cypher.extents import FEW
from analysts.cypher.given import given
from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.tree import Part

LONGEST = 500
MOST = 2  # repetitions without a bound: the time grows with the text to this power
HIGHEST = 64  # a bound that is no larger is one
_FLAGS = re.compile(r"\(\?[is]{0,2}[:)]")  # no `x`: blanks would hide what is repeated


class Tamed(NamedTuple):
    unbounded: int  # repetitions without a bound
    ways: int  # in how many ways what has a bound may be tried: alternatives, `?`, `{1,9}`


def looks(parsed: Parsed, pattern: Part, length: int, params: Mapping[str, Any]) -> int:
    """So often it may look at a text of this length."""
    text = given(pattern, params)
    if not isinstance(text, str):
        raise parsed.refuse("a regular expression has to be written out, or given", pattern)
    cost = tamed(text)
    if cost is None:
        raise parsed.refuse("this regular expression may take for ever: make it plainer", pattern)
    many: int = cost.ways * max(length, FEW) ** cost.unbounded
    return many


def tamed(pattern: str) -> Tamed | None:
    """What it may cost; None for one that may take for ever."""
    if len(pattern) > LONGEST:
        return None
    at = 0
    unbounded, ways = 0, 1
    every = 0  # repetitions of any kind
    groups: list[int] = []
    branches = [1]  # of the whole, and of each group that is open
    fits = True  # what stands before may be repeated
    while at < len(pattern):
        sign = pattern[at]
        if sign in "*+?{":
            if not fits:
                return None
            more, at = _repetition(pattern, at)
            unbounded += not more
            ways *= more or 1
            every += 1
            fits = False  # not twice
            continue
        fits = True
        if sign == "\\":
            if pattern[at + 1 : at + 2].isdigit() or pattern[at + 1 : at + 2] in ("k", "Q"):
                return None
            at += 2
        elif sign == "[":
            at = _behind_class(pattern, at)
        elif sign == "(":
            flags = _FLAGS.match(pattern, at)
            if pattern[at + 1 : at + 2] == "?" and not flags:
                return None
            at = flags.end() if flags else at + 1
            fits = False
            if not flags or flags[0][-1] == ":":
                groups.append(every)
                branches.append(1)
        elif sign == ")":
            if not groups:
                return None
            fits = groups.pop() == every
            ways *= branches.pop()
            at += 1
        else:
            if sign == "|":
                branches[-1] += 1
                every += 1  # repeated, alternatives are as many ways as a repetition
            at += 1
    return None if groups or unbounded > MOST else Tamed(unbounded, ways * branches[0])


def _behind_class(pattern: str, at: int) -> int:
    at += 1
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _repetition(pattern: str, at: int) -> tuple[int, int]:
    """In how many ways it may end, 0 without a (small) bound; and where it ends."""
    if pattern[at] != "{":
        end = at + 1
        ways = 2 if pattern[at] == "?" else 0
    else:
        end = pattern.find("}", at) + 1 or len(pattern)
        low, _, high = pattern[at + 1 : end - 1].partition(",")
        high = high if "," in pattern[at:end] else low
        bounded = low.isdecimal() and high.isdecimal() and int(high) <= HIGHEST
        ways = max(1, int(high) - int(low) + 1) if bounded else 0
    if pattern[end : end + 1] in ("?", "+"):  # lazy or possessive
        end += 1
    return ways, end
