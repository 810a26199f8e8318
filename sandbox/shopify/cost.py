"""What a GraphQL operation costs.

Shopify publishes that scalars are free, objects cost 1, mutations 10, lists go by `first` or
`last`, and one operation may cost 1,000 at most. How a list's length counts is not published;
observed answers grow with its logarithm (250 variants with one object each, in one product:
25 points), and `_size` gives the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

MAXIMUM = 1000
MUTATION = 10
UNKNOWN = object()
"""Stands for a value before the operation ran: then `first` counts, not what came."""


def _size(length: int) -> int:
    return min(length, math.ceil(1.5 * math.log2(length))) if length > 1 else length


class Cost:
    """The cost of one operation, asked beforehand or found afterwards."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
    ) -> None:
        self._schema, self._operation, self._variables = schema, operation, variables
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def requested(self) -> int:
        return self._whole(UNKNOWN)

    def actual(self, data: Any) -> int:
        return self._whole(data)

    def _whole(self, data: Any) -> int:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        each = MUTATION if root.name == "Mutation" else 0
        fields = len(list(self._fields(self._operation.selection_set, root)))
        return each * fields + self._children(self._operation.selection_set, root, data)

    def _fields(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType
    ) -> Iterator[tuple[FieldNode, GraphQLField]]:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                known = getattr(parent, "fields", {}).get(node.name.value)
                if known:
                    yield node, known
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set, self._on(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fields(fragment.selection_set, self._on(fragment, parent))

    def _on(
        self, fragment: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType
    ) -> GraphQLNamedType:
        condition = fragment.type_condition
        return self._schema.type_map[condition.name.value] if condition else parent

    def _children(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType, data: Any
    ) -> int:
        total = 0
        for node, field in self._fields(selections, parent):
            key = node.alias.value if node.alias else node.name.value
            value = UNKNOWN if data is UNKNOWN else (data or {}).get(key)
            if value is not None and not is_leaf_type(get_named_type(field.type)):
                total += self._field(node, field, value)
        return total

    def _field(self, node: FieldNode, field: GraphQLField, value: Any) -> int:
        kind = get_named_type(field.type)
        if kind.name.endswith("Connection"):
            return self._connection(node, kind, value)
        if is_list_type(field.type.of_type if is_non_null_type(field.type) else field.type):
            return self._list(node.selection_set, kind, value, self._asked(node))
        return 1 + self._children(node.selection_set, kind, value)

    def _connection(self, node: FieldNode, kind: GraphQLNamedType, value: Any) -> int:
        total = 0
        for part, field in self._fields(node.selection_set, kind):
            name = part.name.value
            inner = value if value is UNKNOWN else value.get(name)
            if name in ("nodes", "edges") and inner is not None:
                each = get_named_type(field.type)
                own = 1 if name == "nodes" else 0  # an edge is free, the node in it is not
                total += self._list(part.selection_set, each, inner, self._asked(node), own)
        return total

    def _list(
        self,
        selections: SelectionSetNode | None,
        kind: GraphQLNamedType,
        value: Any,
        asked: int | None,
        own: int = 1,
    ) -> int:
        """So many objects of a kind: as many as asked for, or as came."""
        if value is UNKNOWN:
            return _size(asked or 1) * (own + self._children(selections, kind, value))
        each = [own + self._children(selections, kind, one) for one in value if one]
        size = _size(len(each)) if asked else 1
        return math.ceil(size * sum(each) / len(each)) if each else 0

    def _asked(self, node: FieldNode) -> int | None:
        """How many are asked for; None for a list that has no such argument."""
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                if isinstance(argument.value, VariableNode):
                    return int(self._variables.get(argument.value.name.value) or 1)
                if isinstance(argument.value, IntValueNode):
                    return int(argument.value.value)
        return None
