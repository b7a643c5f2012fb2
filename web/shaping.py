"""From a validated operation to the static shape of its cost. Pure."""

from __future__ import annotations

from dataclasses import replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
)

from web.shapes import (
    CHANGE,
    COST,
    DEFAULT_PAGE,
    INTROSPECTION,
    KEEPS,
    NAMES,
    OBJECT,
    PAGED,
    PAGED_OF_POSTS,
    READS,
    SCALAR,
    SMALL_LIST,
    UNKNOWN,
    VIEWER,
    People,
    Read,
    Rows,
    Shape,
    Variable,
)


def shape_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Shape:
    root = schema.get_root_type(operation.operation)
    if root is None:
        return Shape()
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    maker = _Maker(schema, fragments, _defaults(operation))
    return maker.selections(operation.selection_set, root, UNKNOWN)


def _defaults(operation: OperationDefinitionNode) -> dict[str, int]:
    return {
        one.variable.name.value: int(one.default_value.value)
        for one in operation.variable_definitions or ()
        if isinstance(one.default_value, IntValueNode)
    }


class _Maker:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        defaults: dict[str, int],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._defaults = defaults

    def selections(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType, about: People
    ) -> Shape:
        own, below = 0.0, []
        for shape in self._each(selections, parent, about):
            own += shape.own
            if not shape.constant:
                below.append(replace(shape, own=0.0))
        return Shape(own, below=tuple(below))

    def _each(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType, about: People
    ) -> list[Shape]:
        found = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found.append(self._field(node, parent, about))
            elif isinstance(node, InlineFragmentNode):
                inner = (
                    self._type(node.type_condition.name.value) if node.type_condition else parent
                )
                found += self._each(node.selection_set, inner, about)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                inner = self._type(fragment.type_condition.name.value)
                found += self._each(fragment.selection_set, inner, about)
        return found

    def _type(self, name: str) -> GraphQLCompositeType:
        found = self._schema.get_type(name)
        assert is_composite_type(found)  # validated
        return found

    def _field(self, node: FieldNode, parent: GraphQLCompositeType, about: People) -> Shape:
        name = node.name.value
        if name.startswith("__"):
            return Shape(SCALAR if name == "__typename" else INTROSPECTION)
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)  # unions have no fields
        field = parent.fields[name]
        arguments = {one.name.value: one.value for one in node.arguments or ()}
        own = CHANGE if parent is self._schema.mutation_type else 0.0
        if node.selection_set is None or is_leaf_type(get_named_type(field.type)):
            own += SCALAR + field.extensions.get(COST, 0)
            return Shape(own, read=_read(f"{parent.name}.{name}", arguments, about))
        return self._object(node, parent, field, arguments, about, own)

    def _object(
        self,
        node: FieldNode,
        parent: GraphQLCompositeType,
        field: GraphQLField,
        arguments: dict[str, ValueNode],
        about: People,
        own: float,
    ) -> Shape:
        place = f"{parent.name}.{node.name.value}"
        assert node.selection_set is not None
        inside = get_named_type(field.type)
        assert is_composite_type(inside)
        below = self.selections(node.selection_set, inside, _about(place, arguments, about))
        size = self._size(arguments, field)
        read = _read(place, arguments, about)
        if _is_connection(inside):
            return Shape(own + OBJECT, page=size or Rows(DEFAULT_PAGE), read=read, below=(below,))
        rows = self._rows(parent, field, size, arguments)
        each = replace(below, own=below.own + OBJECT)
        if rows is None and read is None and each.constant:
            return Shape(own + each.own)
        return Shape(own, rows=rows, read=read, below=(each,))

    def _rows(
        self,
        parent: GraphQLCompositeType,
        field: GraphQLField,
        size: Rows | None,
        arguments: dict[str, ValueNode],
    ) -> Rows | None:
        if not _is_list(field):
            return None
        if _is_connection(parent):
            return Rows(inherited=True)
        for value in (arguments.get("ids"), arguments.get("with")):
            if value is not None:
                return Rows(_names(value))
        return size or Rows(SMALL_LIST)

    def _size(self, arguments: dict[str, ValueNode], field: GraphQLField) -> Rows | None:
        """The page a field is asked for; None where it has no pages."""
        if "first" not in field.args:
            return None
        said = arguments.get("first") or arguments.get("last")
        default = field.args["first"].default_value
        size = default if isinstance(default, int) else DEFAULT_PAGE
        if isinstance(said, IntValueNode):
            return Rows(int(said.value))
        if isinstance(said, VariableNode):
            name = said.name.value
            return Rows(Variable(name), self._defaults.get(name, size))
        return Rows(size)


def _is_connection(type_: GraphQLCompositeType) -> bool:
    return isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection")


def _is_list(field: GraphQLField) -> bool:
    type_ = field.type
    return is_list_type(type_.of_type if isinstance(type_, GraphQLNonNull) else type_)


def _names(value: ValueNode) -> tuple[str | Variable, ...]:
    if isinstance(value, VariableNode):
        return (Variable(value.name.value),)
    if isinstance(value, ListValueNode):
        return tuple(name for item in value.values for name in _names(item))
    return (value.value,) if isinstance(value, StringValueNode) else ()


def _about(place: str, arguments: dict[str, ValueNode], about: People) -> People:
    """Whom the selection below a field is about."""
    if place == "Query.viewer":
        return VIEWER
    if place in KEEPS:
        return about
    named = arguments.get(NAMES.get(place, ""))
    return People(_names(named)) if named is not None else UNKNOWN


def _read(place: str, arguments: dict[str, ValueNode], about: People) -> Read | None:
    rule = READS.get(place)
    if rule is None:
        return None
    field = place.partition(".")[2]
    if place == "Query.paths":
        source, target = (People(_names(arguments[end])) for end in ("from", "to"))
        return Read(rule, "friends", source, target)
    counters = PAGED_OF_POSTS if place.startswith("Post.") else PAGED
    other = arguments.get("with")
    order = arguments.get("order")
    deep = order is not None and getattr(order, "value", "") != "LATEST"
    return Read(
        rule,
        counters.get(field, "friends"),
        about,
        People(_names(other)) if other is not None else VIEWER,
        deep,
    )
