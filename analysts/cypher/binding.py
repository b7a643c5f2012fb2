"""What a pattern binds, and how it is kept from what is hidden or gone."""

from __future__ import annotations

from analysts.cypher import comparing, groups
from analysts.cypher.fields import MARKED
from analysts.cypher.kinds import kinds_of, types_of
from analysts.cypher.language.tree import (
    EdgePattern,
    GroupPattern,
    MapOf,
    NodePattern,
    Path,
    PatternComprehension,
    PatternValue,
)
from analysts.cypher.shapes import PATH, PLAIN, Shape, edge, many, node
from analysts.cypher.walk import Scope, Walk

THERE = "coalesce({}.gone, false) = false"


def bind(walk: Walk, path: Path, scope: Scope) -> dict[str, Shape]:
    """The variables that a path adds. What is bound already stays what it is."""
    found: dict[str, Shape] = {path.variable: PATH} if path.variable else {}
    for at, piece in enumerate(path.pieces):
        match piece:
            case NodePattern(variable=str(name)) if name not in scope:
                kinds = kinds_of(path.pieces, at)
                old = found.get(name)
                found[name] = node(kinds & old.kinds or kinds if old else kinds)
            case EdgePattern(variable=str(name)) if name not in scope:
                one = edge(types_of(piece))
                found[name] = many(one) if piece.repeats else one
            case GroupPattern():
                inner = bind(walk, piece.path, scope)
                found |= {name: many(shape) for name, shape in inner.items()}
    return found


def guard(walk: Walk, path: Path, before: Scope, scope: Scope) -> list[str]:
    """Rewrites a path's nodes; answers conditions on the path as a whole.

    `before`: what was bound before this path's clause; `scope`: with what the clause binds.
    """
    if not walk.once(path):
        return []
    if path.function and not walk.rights.operator:
        _check_ends(walk, path, before)
    held = any(
        isinstance(piece, NodePattern) and (piece.labels or piece.variable in before)
        for piece in path.pieces
    )
    for at, piece in enumerate(path.pieces):
        match piece:
            case NodePattern():
                kinds = kinds_of(path.pieces, at)
                _node(walk, piece, kinds, before, scope, held=held)
            case EdgePattern():
                _edge(walk, piece, scope)
            case GroupPattern():
                inner = {**scope, **bind(walk, piece.path, before)}
                guard_group(walk, piece, before, inner, held=held)
    if walk.rights.operator or not _repeats(path):
        return []
    name = path.variable or walk.edits.fresh()
    if not path.variable:
        walk.edits.put_before(path.first, f"{name} =")
    one = walk.edits.fresh()
    return [f"all({one} IN nodes(`{name}`) WHERE {THERE.format(one)})"]


def guard_group(
    walk: Walk, group: GroupPattern, before: Scope, inner: Scope, *, held: bool
) -> None:
    for at, piece in enumerate(group.path.pieces):
        match piece:
            case NodePattern():
                _checked(walk, piece, kinds_of(group.path.pieces, at), inner)
                if not held and piece.labels is None:
                    _label(walk, piece, kinds_of(group.path.pieces, at))
            case EdgePattern():
                _edge(walk, piece, inner)
            case GroupPattern():
                raise walk.refuse("groups inside groups are not understood", piece)
    if group.where is not None:
        walk.plain(group.where, inner)


def _repeats(path: Path) -> bool:
    return any(
        isinstance(piece, GroupPattern) or (isinstance(piece, EdgePattern) and piece.repeats)
        for piece in path.pieces
    )


def _check_ends(walk: Walk, path: Path, before: Scope) -> None:
    for piece in path.pieces:
        if isinstance(piece, NodePattern) and piece.variable not in before:
            raise walk.refuse("match both ends of a shortest path before it", piece)


def _node(
    walk: Walk,
    piece: NodePattern,
    kinds: frozenset[str],
    before: Scope,
    scope: Scope,
    *,
    held: bool,
) -> None:
    _checked(walk, piece, kinds, scope)
    if piece.variable is not None and piece.variable in before:
        if before[piece.variable].what != "node" and not walk.rights.operator:
            raise walk.refuse(f"`{piece.variable}` is no node here", piece)
        return
    if piece.labels is not None and not piece.labels.certain:
        raise walk.refuse("this reaches nodes of every kind: add a label to it", piece)
    filtered = not walk.rights.operator and bool(kinds & set(MARKED))
    name = piece.variable
    if name is None and filtered:
        name = walk.edits.fresh()
        walk.edits.put_behind(piece.first, name)
    if piece.labels is None and not held:
        _label(walk, piece, kinds)
    if filtered and name is not None:
        _leave_out_gone(walk, piece, name)


def _leave_out_gone(walk: Walk, piece: NodePattern, name: str) -> None:
    there = THERE.format(f"`{name}`")
    if piece.where is None:
        walk.edits.put_before(piece.last, f"WHERE {there}")
    else:
        walk.edits.put_before(piece.where.first, "(")
        walk.edits.put_behind(piece.where.last, f") AND {there}")


def _label(walk: Walk, piece: NodePattern, kinds: frozenset[str]) -> None:
    """Behind the variable, or behind the name that it was just given."""
    text = ":" + "|".join(sorted(kinds) or ["User"])
    walk.edits.put_behind(piece.first + (piece.variable is not None), text)


def _checked(walk: Walk, piece: NodePattern, kinds: frozenset[str], scope: Scope) -> None:
    if piece.properties is not None:
        if isinstance(piece.properties, MapOf):
            for name, value in zip(piece.properties.names, piece.properties.values, strict=True):
                comparing.property_is(walk, kinds, name, value, scope)
        elif not walk.rights.operator:
            raise walk.refuse("which properties are asked for has to be written out", piece)
    if piece.where is not None:
        walk.plain(piece.where, scope)


def _edge(walk: Walk, piece: EdgePattern, scope: Scope) -> None:
    if piece.types is not None and not piece.types.certain and not walk.rights.operator:
        raise walk.refuse("the types of an edge have to be written out", piece)
    if isinstance(piece.properties, MapOf):
        for name, value in zip(piece.properties.names, piece.properties.values, strict=True):
            comparing.edge_property(walk, types_of(piece), name, piece)
            walk.plain(value, scope)
    elif piece.properties is not None and not walk.rights.operator:
        raise walk.refuse("which properties are asked for has to be written out", piece)
    if piece.where is not None:
        walk.plain(piece.where, scope)


def predicate(walk: Walk, value: PatternValue, scope: Scope) -> Shape:
    """A bare pattern asks whether there is such a thing; as EXISTS it may be narrowed."""
    path = value.path
    if path.function:
        if not walk.rights.operator:
            raise walk.refuse("MATCH a shortest path, and give it a name", value)
        guard(walk, path, scope, scope)
        return PATH
    edits = walk.edits.count
    conditions = guard(walk, path, scope, {**scope, **bind(walk, path, scope)})
    if walk.edits.count > edits:
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        walk.edits.put_before(path.first, "EXISTS { MATCH")
        walk.edits.put_behind(path.last, f"{where} }}")
    return PLAIN


def comprehension(walk: Walk, value: PatternComprehension, scope: Scope) -> Shape:
    if walk.smallest:
        raise walk.refuse(groups.INSTEAD, value)
    inner = {**scope, **bind(walk, value.path, scope)}
    conditions = guard(walk, value.path, scope, inner)
    if value.where is not None:
        walk.plain(value.where, inner)
    walk.also(conditions, value.where, value.path.last)
    return many(walk.shape(value.result, inner))
