"""What a function answers with, and what it may be given."""

from __future__ import annotations

from analysts.cypher import comparing
from analysts.cypher.language.printing import OURS
from analysts.cypher.language.tree import Call
from analysts.cypher.shapes import EDGE, PLAIN, Shape, element, is_plain, joined, many, node
from analysts.cypher.walk import NOT_PLAIN, Scope, Walk

# They look at whether there is something, or at what kind of thing it is.
OF_ANYTHING = ("count", "exists")
OF_ENTITIES = {"labels": "node", "type": "edge"}
PARTS = {"nodes": many(node()), "relationships": many(EDGE)}
ENDS = ("startnode", "endnode")
# Neo4j takes the memory of what they answer with for that of its first part, however many there
# are: nothing at all for a list of empty texts. What a comprehension makes, it counts.
UNCOUNTED = frozenset({"split", "tobooleanlist", "tofloatlist", "tointegerlist", "tostringlist"})


def called(walk: Walk, value: Call, scope: Scope) -> Shape:
    if value.name in UNCOUNTED and walk.once(value):
        # One name for all: ORDER BY has to say the same as what is returned.
        walk.edits.put_before(value.first, f"[{OURS}_part IN")
        walk.edits.put_behind(value.last, f"| {OURS}_part]")
    if value.name == "nullif" and len(value.arguments) == 2:
        comparing.equal(walk, *value.arguments, scope)
        return walk.shape(value.arguments[0], scope)
    given = [walk.shape(one, scope) for one in value.arguments]
    if walk.rights.operator:
        return _for_operators(value.name, given)
    first = given[0] if given else PLAIN
    match value.name:
        case name if name in OF_ANYTHING:
            return PLAIN
        case name if first.what == OF_ENTITIES.get(name):
            return PLAIN
        case "collect":
            return many(first)
        case "coalesce":
            return joined(given)
        case "head" | "last" if first.what in ("list", "any"):
            return element(first)
        case "tail" | "reverse" if first.what == "list":
            return first
        case name if name in PARTS and first.what == "path":
            return PARTS[name]
        case name if name in ENDS and first.what == "edge":
            return node()
        case "size" | "length" | "isempty" if first.what in ("list", "path"):
            return PLAIN
        case "elementid":
            raise walk.refuse("elementId() tells where a node is kept", value)
    for shape, argument in zip(given, value.arguments, strict=True):
        if not is_plain(shape):
            raise walk.refuse(f"{value.name}() may not be given this: {NOT_PLAIN}", argument)
    return PLAIN


def _for_operators(name: str, given: list[Shape]) -> Shape:
    """Kinds are followed where a pattern may lean on them; nothing is refused."""
    if name == "collect" and given:
        return many(given[0])
    return given[0] if name == "coalesce" and given else PLAIN
