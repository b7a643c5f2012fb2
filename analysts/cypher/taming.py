"""Regular expressions that can't run away: no repetition inside a repetition, nothing looked up."""

from __future__ import annotations

LONGEST = 500
MOST = 2  # repetitions without a bound: the time grows with the text to this power


def unbounded(pattern: str) -> int | None:
    """How many repetitions without a bound it has; None for one that may take for ever."""
    if len(pattern) > LONGEST:
        return None
    repeats, at = 0, 0
    every = 0  # repetitions of any kind
    groups: list[int] = []
    closed: list[bool] = []  # of the group that just ended: whether it may be repeated
    while at < len(pattern):
        sign = pattern[at]
        last, closed = closed, []
        if sign == "\\":
            if pattern[at + 1 : at + 2].isdigit() or pattern[at + 1 : at + 2] in ("k", "Q"):
                return None
            at += 2
        elif sign == "[":
            at = _behind_class(pattern, at)
        elif sign == "(":
            if pattern[at + 1 : at + 2] == "?" and pattern[at + 2 : at + 3] not in (":", "i", "s"):
                return None
            groups.append(every)
            at += 1 if pattern[at + 1 : at + 2] != "?" else 2
        elif sign == ")":
            if not groups:
                return None
            before = groups.pop()
            closed = [before == every and "|" not in pattern[:at]]
            at += 1
        elif sign in "*+?{":
            if last and not last[0]:
                return None
            bounded, at = _repetition(pattern, at)
            repeats += not bounded
            every += 1
        else:
            at += 1
    return repeats if repeats <= MOST and not groups else None


def _behind_class(pattern: str, at: int) -> int:
    at += 1
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _repetition(pattern: str, at: int) -> tuple[bool, int]:
    """Whether it has a (small) bound, and where it ends."""
    if pattern[at] != "{":
        end = at + 1
        bounded = pattern[at] == "?"
    else:
        end = pattern.find("}", at) + 1 or len(pattern)
        high = pattern[at + 1 : end - 1].rpartition(",")[2]
        bounded = high.isdigit() and int(high) <= 64
    if pattern[end : end + 1] in ("?", "+"):  # lazy or possessive
        end += 1
    return bounded, end
