"""Properties and equality: where a role decides what a statement may learn."""

from __future__ import annotations

from analysts.cypher.fields import KINDS, LISTS, Tells, edge_tells, tells_of
from analysts.cypher.language.tree import Expression, ListOf, Parameter, Part, Property
from analysts.cypher.rights import People
from analysts.cypher.shapes import PLAIN, Shape, anything, is_plain, many, person
from analysts.cypher.walk import Scope, Walk, inside

DAY = 86_400_000
NO_TEXTS = "`{}` is a text, and your role reads none"
OF_ONE_KIND = "of some kinds of node `{}` tells who somebody is: say by a label which is meant"
BY_PSEUDONYM = (
    "`{}` tells who somebody is: compare it with a pseudonym in a parameter, or with its like"
)


def property_of(walk: Walk, value: Property, subject: Shape) -> Shape:
    """What `subject.name` may hold."""
    if walk.rights.operator:
        return PLAIN
    match subject.what:
        case "plain" | "nothing":
            return subject
        case "map":
            return subject.field(value.name)
        case "node":
            return of_node(walk, value, subject.kinds, value.name, whole=True)
        case "edge":
            edge_property(walk, subject.kinds, value.name, value)
            return PLAIN
        case "any":
            return _of_anything(walk, value, subject)
    raise walk.refuse("this has no properties", value)


def of_node(
    walk: Walk, part: Part, kinds: frozenset[str], name: str, *, whole: bool = False
) -> Shape:
    """`whole`: the part is the access itself, so that it can be rewritten."""
    told = tells_of(kinds, name)
    if Tells.HIDDEN in told or Tells.UNKNOWN in told:
        raise walk.refuse(f"`{name}` is no public property here", part)
    if Tells.TEXT in told and not walk.rights.texts:
        raise walk.refuse(NO_TEXTS.format(name), part)
    if not walk.masked:
        return PLAIN
    if Tells.PERSON in told:
        if len(told) > 1:  # a tag's name is anybody's guess, beside people's names
            raise walk.refuse(OF_ONE_KIND.format(name), part)
        return many(person(name)) if name in LISTS else person(name)
    if Tells.DAY in told:
        if not whole:
            raise walk.refuse(f"write `{name}` out as a property: it is told by the day", part)
        if walk.once(part):
            walk.edits.put_before(part.first, "(")
            walk.edits.put_behind(part.last, f"/ {DAY} * {DAY})")
    return PLAIN


def _of_anything(walk: Walk, value: Property, subject: Shape) -> Shape:
    """A node's property, or what a map holds under this name."""
    told = tells_of(KINDS, value.name)
    if told & {Tells.HIDDEN, Tells.DAY} or (Tells.TEXT in told and not walk.rights.texts):
        raise walk.refuse("it is not known what this is a property of", value)
    mine = frozenset((value.name,)) if Tells.PERSON in told and walk.masked else frozenset()
    return anything(subject.names | mine)


def edge_property(walk: Walk, types: frozenset[str], name: str, part: Part) -> None:
    if walk.rights.operator:
        return
    told = edge_tells(types, name)
    if told & {Tells.HIDDEN, Tells.UNKNOWN}:
        raise walk.refuse(f"`{name}` is no public property of an edge", part)
    if Tells.PERSON in told and walk.masked:
        raise walk.refuse(f"`{name}` of some edges tells who somebody is: say their type", part)


def property_is(
    walk: Walk, kinds: frozenset[str], name: str, value: Expression, scope: Scope
) -> None:
    """`{name: value}` in a pattern."""
    if walk.rights.operator:
        walk.shape(value, scope)
        return
    told = tells_of(kinds, name)
    if walk.masked and Tells.DAY in told:
        raise walk.refuse(f"`{name}` is told by the day: compare it in a WHERE", value)
    _same(walk, of_node(walk, value, kinds, name), value, walk.shape(value, scope))


def equal(
    walk: Walk, left: Expression, right: Expression, scope: Scope, *, within: bool = False
) -> None:
    """`left = right`, or, `within`, `left IN right`: refused where it would tell too much."""
    one, other = walk.shape(left, scope), walk.shape(right, scope)
    if walk.rights.operator:
        return
    if within:
        if isinstance(right, ListOf) and one.what == "person":
            for item in right.items:
                _same(walk, one, item, walk.shape(item, scope))
            return
        if isinstance(right, Parameter):
            _same(walk, one, right, other)
            return
        other = inside(walk, right, scope)
    if other.what == "person" and one.what != "person":
        left, right, one, other = right, left, other, one
    _same(walk, one, right, other)


def _same(walk: Walk, one: Shape, value: Expression, other: Shape) -> None:
    if (is_plain(one) and is_plain(other)) or "nothing" in (one.what, other.what):
        return
    if one.what == other.what and one.what in ("node", "edge", "path"):
        return
    if one.what == other.what == "person" and one.names == other.names:
        return
    if one.what == "person":
        name = min(one.names)
        if isinstance(value, Parameter) and one.names == {"id"}:
            _unmask(walk, value)
            return
        raise walk.refuse(BY_PSEUDONYM.format(name), value)
    raise walk.refuse("what is hidden can't be compared with this", value)


def _unmask(walk: Walk, value: Parameter) -> None:
    if walk.rights.people is People.ABSENT:
        raise walk.refuse("your role sees nobody, and can ask about nobody", value)
    given = walk.params[value.name]
    several = isinstance(given, list)
    ids = [walk.unmask(one) for one in (given if several else [given])]
    if None in ids:
        raise walk.refuse(f"${value.name} holds no pseudonym of this project", value)
    walk.edits.put_value(value.first, ids if several else ids[0])
