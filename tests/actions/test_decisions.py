"""Every decision, in every state that a pair can be in, against rules written down once more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain, combinations, product

import pytest

from graph.actions.block import decide_block, decide_unblock
from graph.actions.follow import decide_follow, decide_unfollow
from graph.actions.moment import Moment
from graph.actions.mute import decide_mute, decide_unmute
from graph.actions.requests import decide_accept, decide_decline, decide_remove_follower
from graph.actions.suggestions import decide_dismiss
from graph.changes import Count, Emit, Link, Ops, Unlink
from graph.declaring import Flag, Privacy
from graph.errors import AmityError, Forbidden, NotFound
from graph.model import EDGE
from graph.records import NO_FLAGS, Pair, Person, Props

A, B = 1, 2
MOMENT = Moment(now=1_000, event=77)
BEFORE = 500

# An edge of the pair: its name, and whether it leads from A ("out") or to A ("back").
Standing = tuple[str, str]
State = frozenset[Standing]

EDGES: tuple[Standing, ...] = (
    ("FOLLOWS", "out"),
    ("FOLLOWS", "back"),
    ("REQUESTED", "out"),
    ("REQUESTED", "back"),
    ("BLOCKS", "out"),
    ("BLOCKS", "back"),
    ("MUTES", "out"),
    ("DISMISSED", "out"),
)
STATES: list[State] = [
    frozenset(some)
    for some in chain.from_iterable(combinations(EDGES, n) for n in range(len(EDGES) + 1))
]
Other = Privacy | None  # None: there is nobody, or nobody any more
OTHERS: list[Other] = [*Privacy, None]


def follow(state: State, other: Other) -> State:
    if ("BLOCKS", "out") in state:
        raise Forbidden("", rule="BLOCKING")
    if ("FOLLOWS", "out") in state:
        return state
    if other is Privacy.PRIVATE:
        return state | {("REQUESTED", "out")}
    return (state - {("REQUESTED", "out")}) | {("FOLLOWS", "out")}


def accept(state: State, other: Other) -> State:
    if ("FOLLOWS", "back") in state:
        return state
    if ("REQUESTED", "back") not in state:
        raise NotFound("")
    return (state - {("REQUESTED", "back")}) | {("FOLLOWS", "back")}


def block(state: State, other: Other) -> State:
    if ("BLOCKS", "out") in state:
        return state
    ended = {edge for edge in state if edge[0] in ("FOLLOWS", "REQUESTED")}
    return (state - ended) | {("BLOCKS", "out")}


def adding(*edges: Standing) -> Callable[[State, Other], State]:
    return lambda state, other: state | set(edges)


def removing(*edges: Standing) -> Callable[[State, Other], State]:
    return lambda state, other: state - set(edges)


RULES: dict[str, tuple[Callable[..., Ops], Callable[[State, Other], State]]] = {
    "follow": (partial(decide_follow, notify=False, via=None), follow),
    "unfollow": (decide_unfollow, removing(("FOLLOWS", "out"), ("REQUESTED", "out"))),
    "accept": (decide_accept, accept),
    "decline": (decide_decline, removing(("REQUESTED", "back"))),
    "remove follower": (decide_remove_follower, removing(("FOLLOWS", "back"))),
    "block": (decide_block, block),
    "unblock": (decide_unblock, removing(("BLOCKS", "out"))),
    "mute": (partial(decide_mute, until=None), adding(("MUTES", "out"))),
    "unmute": (decide_unmute, removing(("MUTES", "out"))),
    "dismiss": (decide_dismiss, adding(("DISMISSED", "out"))),
}


@pytest.mark.parametrize("action", RULES)
def test_a_decision_does_what_the_rules_say_in_every_state(action: str) -> None:
    decide, rule = RULES[action]
    for state, other in product(STATES, OTHERS):
        pair = pair_of(state, other)
        wanted = expected(rule, state, other)
        if isinstance(wanted, AmityError):
            with pytest.raises(type(wanted)) as raised:
                decide(pair, MOMENT, A, B)
            assert raised.value.extensions == wanted.extensions
            continue
        ops = decide(pair, MOMENT, A, B)
        assert applied(state, ops) == wanted
        assert moved(ops) == difference(state, wanted)
        assert_told(ops, state, wanted)
        assert decide(pair_of(wanted, other), MOMENT, A, B) == (), "a second call changes nothing"


@pytest.mark.parametrize("action", RULES)
def test_who_is_not_active_does_nothing(action: str) -> None:
    decide, _ = RULES[action]
    for a in (None, person(A, Privacy.PUBLIC, Flag.GONE)):
        with pytest.raises(Forbidden) as raised:
            decide(Pair(a, person(B, Privacy.PUBLIC)), MOMENT, A, B)
        assert raised.value.rule == "INACTIVE"


@pytest.mark.parametrize("action", RULES)
def test_absence_has_one_face(action: str) -> None:
    """An id that never was, one who left, and one who blocked us are told apart by nothing."""
    decide, _ = RULES[action]
    blocked = pair_of(frozenset({("BLOCKS", "back")}), Privacy.PUBLIC)
    left = Pair(person(A, Privacy.PUBLIC), person(B, Privacy.PUBLIC, Flag.GONE))
    never = Pair(person(A, Privacy.PUBLIC), None)
    said = set()
    for pair in (blocked, left, never):
        with pytest.raises(NotFound) as raised:
            decide(pair, MOMENT, A, B)
        said.add((raised.value.message, tuple(raised.value.extensions.items())))
    assert len(said) == 1


def expected(
    rule: Callable[[State, Other], State], state: State, other: Other
) -> State | AmityError:
    if other is None or ("BLOCKS", "back") in state:
        return NotFound("")
    try:
        return rule(state, other)
    except AmityError as denial:
        return denial


def person(id: int, privacy: Privacy, flags: Flag = NO_FLAGS) -> Person:
    return Person(id, f"p{id}", privacy, 0, flags)


def pair_of(state: State, other: Other) -> Pair:
    def props(direction: str) -> dict[str, Props]:
        return {
            edge: {EDGE[edge].time: BEFORE, **({} if edge == "MUTES" else {"notify": False})}
            for edge, way in state
            if way == direction
        }

    b = None if other is None else person(B, other)
    return Pair(person(A, Privacy.PUBLIC), b, props("out"), props("back"))


def applied(state: State, ops: Ops) -> State:
    edges = set(state)
    for op in ops:
        match op:
            case Link(edge, a, _):
                assert (edge, way(a)) not in edges, "no edge stands twice"
                edges.add((edge, way(a)))
            case Unlink(edge, a, _, ended):
                edges.remove((edge, way(a)))
                assert ended == (MOMENT.now if edge == "FOLLOWS" else None)
    return frozenset(edges)


def way(source: int) -> str:
    return "out" if source == A else "back"


Counters = dict[tuple[int, str], int]


def moved(ops: Ops) -> Counters:
    total: Counters = {}
    for op in ops:
        if isinstance(op, Count):
            assert {op.id, op.by} == {A, B}
            total[op.id, op.counter] = total.get((op.id, op.counter), 0) + op.delta
    return {key: delta for key, delta in total.items() if delta}


def counters(state: State) -> Counters:
    out, back = ("FOLLOWS", "out") in state, ("FOLLOWS", "back") in state
    return {
        (A, "following"): out,
        (B, "followers"): out,
        (B, "following"): back,
        (A, "followers"): back,
        (A, "friends"): out and back,
        (B, "friends"): out and back,
    }


def difference(before: State, after: State) -> Counters:
    old, new = counters(before), counters(after)
    return {key: new[key] - old[key] for key in old if new[key] != old[key]}


def assert_told(ops: Ops, before: State, after: State) -> None:
    events = [op.event for op in ops if isinstance(op, Emit)]
    if before == after:
        assert ops == ()
        return
    (event,) = events
    assert (event.id, event.at) == (MOMENT.event, MOMENT.now)
    assert (event.data["actor"], event.data["subject"]) == (A, B)
    stale = {(name, owner) for name, owner, _ in event.data["touched"]["lists"]}
    for edge, direction in before ^ after:
        a, b = (A, B) if direction == "out" else (B, A)
        if edge == "FOLLOWS":
            assert {("following", a), ("followers", b)} <= stale
            assert event.data["touched"]["counts"] == [A, B]
        if edge == "BLOCKS":
            assert {("blocking", a), ("blocked_by", b)} <= stale
    moved = difference(before, after)
    for person in (A, B):
        assert (("friends", person) in stale) == ((person, "friends") in moved)
