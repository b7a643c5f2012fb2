"""Small decisions for `change_pair`, with the counters that an action would move."""

from __future__ import annotations

from graph.changes import Count, Link, Op, Ops, Unlink
from graph.records import Pair
from graph.store import Decide
from tests.support.cast import T0


def counted(a: int, b: int, delta: int, mutual: bool) -> list[Op]:
    moves: list[Op] = [
        Count("User", a, "following", delta, by=b),
        Count("User", b, "followers", delta, by=a),
    ]
    if mutual:
        moves += [
            Count("User", a, "friends", delta, by=b),
            Count("User", b, "friends", delta, by=a),
        ]
    return moves


def following(a: int, b: int, since: int = T0) -> Decide:
    """a follows b, if not yet."""

    def decide(pair: Pair) -> Ops:
        if "FOLLOWS" in pair.out:
            return ()
        link = Link("FOLLOWS", a, b, {"since": since, "notify": False})
        return (link, *counted(a, b, 1, "FOLLOWS" in pair.back))

    return decide


def unfollowing(a: int, b: int, ended: int | None = None) -> Decide:
    """a follows b no longer."""

    def decide(pair: Pair) -> Ops:
        if "FOLLOWS" not in pair.out:
            return ()
        return (Unlink("FOLLOWS", a, b, ended), *counted(a, b, -1, "FOLLOWS" in pair.back))

    return decide


def blocking(a: int, b: int, since: int = T0) -> Decide:
    """a blocks b: follows end both ways."""

    def decide(pair: Pair) -> Ops:
        if "BLOCKS" in pair.out:
            return ()
        ops: list[Op] = [Link("BLOCKS", a, b, {"since": since})]
        both = "FOLLOWS" in pair.out and "FOLLOWS" in pair.back
        if "FOLLOWS" in pair.out:
            ops += [Unlink("FOLLOWS", a, b), *counted(a, b, -1, both)]
        if "FOLLOWS" in pair.back:
            ops += [Unlink("FOLLOWS", b, a), *counted(b, a, -1, False)]
        return tuple(ops)

    return decide


def unblocking(a: int, b: int) -> Decide:
    return lambda pair: (Unlink("BLOCKS", a, b),) if "BLOCKS" in pair.out else ()
