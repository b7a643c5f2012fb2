"""What an expression may hold, from what it is made of; refused where it would tell too much.

An operator's statement is walked as well, for its patterns; nothing in it is refused here.
"""

from __future__ import annotations

from analysts.cypher import binding, calling, comparing, groups
from analysts.cypher.language.tree import (
    Call,
    Case,
    Comprehension,
    Expression,
    HasLabels,
    Index,
    ListOf,
    Literal,
    MapOf,
    Operation,
    Parameter,
    PatternComprehension,
    PatternValue,
    Projection,
    Property,
    Reduce,
    Slice,
    Subquery,
    Variable,
)
from analysts.cypher.shapes import (
    NOTHING,
    PLAIN,
    Shape,
    element,
    is_plain,
    join,
    joined,
    many,
    mapping,
)
from analysts.cypher.walk import NOT_PLAIN, Scope, Walk, inside

EQUALS = ("=", "<>")
DYNAMIC = "which property is meant has to be written out"


def shape(walk: Walk, value: Expression, scope: Scope) -> Shape:
    match value:
        case Literal():
            return NOTHING if value.value is None else PLAIN
        case Parameter():
            return PLAIN
        case Variable():
            return _variable(walk, value, scope)
        case Property():
            return comparing.property_of(walk, value, walk.shape(value.subject, scope))
        case Index():
            return _index(walk, value, scope)
        case Slice():
            return _slice(walk, value, scope)
        case HasLabels():
            inside(walk, value.subject, scope)
            return PLAIN
        case Call():
            return calling.called(walk, value, scope)
        case ListOf():
            return many(joined(walk.shape(one, scope) for one in value.items))
        case MapOf():
            return _map(walk, value.names, value.values, scope)
        case Projection():
            return _projection(walk, value, scope)
        case Operation():
            return _operation(walk, value, scope)
        case Case():
            return _case(walk, value, scope)
        case Comprehension():
            return _comprehension(walk, value, scope)
        case Reduce():
            return _reduce(walk, value, scope)
        case PatternComprehension():
            return binding.comprehension(walk, value, scope)
        case PatternValue():
            return binding.predicate(walk, value, scope)
        case Subquery():
            return _subquery(walk, value, scope)
    raise walk.refuse("this is not understood", value)


def _variable(walk: Walk, value: Variable, scope: Scope) -> Shape:
    if value.name in scope:
        return scope[value.name]
    if walk.rights.operator:
        return PLAIN
    raise walk.refuse(f"`{value.name}` is not known here", value)


def _index(walk: Walk, value: Index, scope: Scope) -> Shape:
    subject = walk.shape(value.subject, scope)
    part = inside(walk, value.subject, scope)
    walk.plain(value.key, scope)
    if walk.rights.operator:
        return PLAIN
    key = value.key.value if isinstance(value.key, Literal) else None
    match subject.what:
        case "node" | "edge":
            raise walk.refuse(DYNAMIC, value)
        case "any" if type(key) is not int:  # a number is no property's name
            raise walk.refuse(DYNAMIC, value)
        case "map" if isinstance(key, str):
            return subject.field(key)
    return part


def _slice(walk: Walk, value: Slice, scope: Scope) -> Shape:
    for bound in (value.low, value.high):
        if bound is not None:
            walk.plain(bound, scope)
    inside(walk, value.subject, scope)
    return walk.shape(value.subject, scope)


def _map(walk: Walk, names: tuple[str, ...], values: tuple[Expression, ...], scope: Scope) -> Shape:
    return mapping({name: walk.shape(one, scope) for name, one in zip(names, values, strict=True)})


def _projection(walk: Walk, value: Projection, scope: Scope) -> Shape:
    subject = walk.shape(value.subject, scope)
    own = _map(walk, value.names, value.values, scope)
    if walk.rights.operator:
        return PLAIN
    if value.everything and not is_plain(subject):
        raise walk.refuse("name the properties instead of .*", value)
    if is_plain(subject):
        return mapping(dict(own.fields) | dict.fromkeys(value.properties, PLAIN))
    if subject.what != "node":
        raise walk.refuse("only of a node or a map may properties be taken so", value)
    taken = {name: comparing.of_node(walk, value, subject.kinds, name) for name in value.properties}
    return mapping(dict(own.fields) | taken)


def _operation(walk: Walk, value: Operation, scope: Scope) -> Shape:
    operators = value.operator.split(" ")
    if value.operator in ("IS NULL", "IS NOT NULL"):
        walk.shape(value.operands[0], scope)
        return PLAIN
    if all(one in EQUALS for one in operators):
        for left, right in zip(value.operands, value.operands[1:], strict=False):
            comparing.equal(walk, left, right, scope)
        return PLAIN
    if value.operator == "IN":
        left, right = value.operands
        comparing.equal(walk, left, right, scope, within=True)
        return PLAIN
    if value.operator in ("+", "||") and len(value.operands) == 2:
        return _sum(walk, value, scope)
    for one in value.operands:
        walk.plain(one, scope)
    return PLAIN


def _sum(walk: Walk, value: Operation, scope: Scope) -> Shape:
    """Numbers and texts, or lists put together."""
    left, right = (walk.shape(one, scope) for one in value.operands)
    if walk.rights.operator or (is_plain(left) and is_plain(right)):
        return PLAIN
    if "list" not in (left.what, right.what):
        raise walk.refuse(NOT_PLAIN, value)
    if "any" in (left.what, right.what):
        return many(join(element(left), element(right)))
    inner = [element(one) if one.what == "list" else one for one in (left, right)]
    return many(joined(inner))


def _case(walk: Walk, value: Case, scope: Scope) -> Shape:
    for condition in value.conditions:
        if value.subject is None:
            walk.plain(condition, scope)
        else:
            comparing.equal(walk, value.subject, condition, scope)
    results = [*value.results, *([value.otherwise] if value.otherwise else [])]
    return joined(walk.shape(one, scope) for one in results)


def _comprehension(walk: Walk, value: Comprehension, scope: Scope) -> Shape:
    each = inside(walk, value.source, scope)
    inner = {**scope, value.variable: each}
    if value.where is not None:
        walk.plain(value.where, inner)
    if value.kind != "list":
        return PLAIN
    return many(walk.shape(value.result, inner) if value.result else each)


def _reduce(walk: Walk, value: Reduce, scope: Scope) -> Shape:
    """Twice, because the second step sees what the first has made; then it has to be stable."""
    inner = {**scope, value.variable: inside(walk, value.source, scope)}
    held = walk.shape(value.initial, scope)
    if walk.rights.operator:
        walk.shape(value.body, {**inner, value.accumulator: held})
        return PLAIN
    for _ in range(2):
        found = join(held, walk.shape(value.body, {**inner, value.accumulator: held}))
        if found == held:
            return held
        held = found
    raise walk.refuse("what this reduce makes can't be followed", value)


def _subquery(walk: Walk, value: Subquery, scope: Scope) -> Shape:
    if walk.smallest and value.kind != "exists":
        raise walk.refuse(groups.INSTEAD, value)
    columns = walk.query(value.query, scope)
    return many(columns[0][1]) if value.kind == "collect" else PLAIN
