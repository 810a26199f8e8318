"""What Shopify takes as a bulk query, and the query as it is read page by page.

Source: shopify.dev, "Perform bulk operations with the GraphQL Admin API", operation restrictions:
one top-level field, five connections at most, two levels deep, none inside a list, and an `id`
beside each nested one. What the words of a refusal are is not published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
    visit,
)

from sandbox.shopify.schema import SCHEMA

MOST_CONNECTIONS, MOST_LEVELS = 5, 2
PAGING = {"first", "last", "after", "before"}
_PAGE = parse("query ($after: String) { pageInfo { hasNextPage endCursor } }").definitions[0]


class Invalid(Exception):
    """Shopify would not run this; says why."""


def checked(text: str) -> DocumentNode:
    """The query as a document. Raises Invalid for what cannot be run in bulk."""
    try:
        document = parse(text)
    except GraphQLError as error:
        raise Invalid(f"Invalid bulk query: {error.message}") from error
    errors = validate(SCHEMA, document)
    if errors:
        raise Invalid(f"Invalid bulk query: {errors[0].message}")
    _check_root(document)
    shape = _shape(document)
    if shape.problems:
        raise Invalid(shape.problems[0])
    if not 1 <= shape.connections <= MOST_CONNECTIONS:
        raise Invalid(f"Bulk queries have between 1 and {MOST_CONNECTIONS} connections.")
    return document


def _check_root(document: DocumentNode) -> None:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation != OperationType.QUERY:
        raise Invalid("A bulk query is one query.")
    fields = operations[0].selection_set.selections
    if len(fields) != 1 or not isinstance(fields[0], FieldNode):
        raise Invalid("A bulk query has one top-level field.")
    if fields[0].name.value in ("node", "nodes"):
        raise Invalid("The top-level node and nodes fields can't be used.")
    if operations[0].variable_definitions:
        raise Invalid("A bulk query takes no variables.")


@dataclass
class _Shape(Visitor):
    """Walks through a query and notes what Shopify counts."""

    info: TypeInfo
    connections: int = 0
    problems: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def enter_field(self, *_: object) -> None:
        self.path.append(_kind(self.info))
        if self.path[-1] == "connection":
            self.connections += 1
            above = [kind for kind in self.path[:-1] if kind != "part"]
            if above.count("connection") >= MOST_LEVELS:
                self.problems.append(f"Connections nest {MOST_LEVELS} levels deep at most.")
            if "list" in above:
                self.problems.append("Queries with a connection in a list field are not supported.")

    def leave_field(self, *_: object) -> None:
        self.path.pop()

    def enter_selection_set(self, node: SelectionSetNode, *_: object) -> None:
        """An object that has connections in it has its id beside them."""
        nested = [each for each in _fields(node) if self._leads_to_more(each)]
        if nested and "connection" in self.path and not _has_id(node):
            self.problems.append("The parent of a nested connection has to select its id.")

    def _leads_to_more(self, node: FieldNode) -> bool:
        known = getattr(self.info.get_parent_type(), "fields", {}).get(node.name.value)
        return known is not None and _is_connection(known.type)


def _shape(document: DocumentNode) -> _Shape:
    info = TypeInfo(SCHEMA)
    shape = _Shape(info)
    visit(document, TypeInfoVisitor(info, shape))
    return shape


def _kind(info: TypeInfo) -> str:
    """What a field is: a connection, a list or a thing, or a part of a connection."""
    shown, parent = info.get_type(), info.get_parent_type()
    if parent is not None and parent.name.endswith(("Connection", "Edge")):
        return "part"
    if _is_connection(shown):
        return "connection"
    return "list" if is_list_type(get_nullable_type(shown)) else "thing"


def _is_connection(kind: Any) -> bool:
    return str(get_named_type(kind)).endswith("Connection")


def _fields(node: SelectionSetNode) -> list[FieldNode]:
    return [each for each in node.selections if isinstance(each, FieldNode)]


def _has_id(node: SelectionSetNode) -> bool:
    return any(each.name.value == "id" and each.alias is None for each in _fields(node))


def paged(document: DocumentNode, root: int, nested: int) -> DocumentNode:
    """The query as it is asked of a page: so many at the root, so many of all that is below.

    What it says of paging is passed over, as Shopify does.
    """
    info = TypeInfo(SCHEMA)

    class Pages(Visitor):
        depth = 0

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> Any:
            return _with(node, variable_definitions=_page().variable_definitions)

        def enter_field(self, node: FieldNode, *_: object) -> Any:
            if _kind(info) != "connection":
                return None
            top = info.get_parent_type() == SCHEMA.query_type
            kept = [each for each in node.arguments or () if each.name.value not in PAGING]
            kept.append(_argument("first", IntValueNode(value=str(root if top else nested))))
            chosen = node.selection_set
            if top:
                kept.append(_argument("after", VariableNode(name=NameNode(value="after"))))
                more = (*chosen.selections, *_page().selection_set.selections)  # type: ignore[union-attr]
                chosen = SelectionSetNode(selections=more)
            return _with(node, arguments=tuple(kept), selection_set=chosen)

    return visit(document, TypeInfoVisitor(info, Pages()))  # type: ignore[no-any-return]


def _page() -> OperationDefinitionNode:
    assert isinstance(_PAGE, OperationDefinitionNode)
    return _PAGE


def _argument(name: str, value: Any) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _with(node: Any, **changes: Any) -> Any:
    """The same node of a query, but for these."""
    kept = {key: getattr(node, key) for key in node.keys if key != "loc"}
    return type(node)(**(kept | changes))
