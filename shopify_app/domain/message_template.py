"""The small language in which merchants write messages, checked before anything of it runs.

A text is parsed as Jinja and every node of its tree has to be on a list: names of `NAMES`, `if`,
`for parcel in parcels`, `and`, `or`, `not`, quoted words and the filters of `FILTERS`. Nothing is
called, looked up or calculated by what the merchant wrote. It is rendered from strings alone, in
Jinja's sandbox as a second wall, and cut off beyond `LONGEST_OUTPUT`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_TEXT, LONGEST_LINE, LONGEST_OUTPUT = 2_000, 200, 10_000
"""In signs. A line is a subject or a headline: mailboxes show less than a hundred of it."""
DEEPEST = 6
"""How many tags and operators may stand within each other."""
PARCEL = ("parcel.number", "parcel.carrier", "parcel.url", "parcel.site", "loop.index")
"""What is known inside `for parcel in parcels` alone."""
NAMES = (
    "order.name",
    "order.date",
    "customer.first_name",
    "customer.name",
    "customer.place",
    "fulfillment.date",
    "shop.name",
    "shop.address",
    "shop.storefront",
    "links",
    "several",
    "scanned",
)
FILTERS = ("upper", "lower", "title", "capitalize", "trim")


class Mistake(ValueError):
    """The text cannot be used. `problem` is a key the page turns into words, `what` the piece of
    the text it is about, `line` counts from 1.

    Problems: `syntax`, `tag`, `name`, `filter`, `call`, `piece`, `loop`, `calculation`, `deep`,
    `long`, `lines`, `empty`.
    """

    def __init__(self, problem: str, line: int | None = 1, what: str = "") -> None:
        super().__init__(problem)
        self.problem, self.line, self.what = problem, line or 1, what


_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
_environment.globals.clear()


def check(text: str, *, one_line: bool = False) -> None:
    """Raise Mistake unless the text may be rendered. `one_line` is for subjects and headlines."""
    if not text.strip():
        raise Mistake("empty")
    most = LONGEST_LINE if one_line else LONGEST_TEXT
    if len(text) > most:
        raise Mistake("long", what=str(most))
    if one_line and len(text.strip().splitlines()) > 1:
        raise Mistake("lines", 2)
    _compiled(text)


def render(text: str, values: Mapping[str, Any]) -> str:
    """What the text says with these values, as plain words that whoever shows them has to escape.

    Raises Mistake, also where it grows too long.
    """
    said, length = [], 0
    try:
        for piece in _compiled(text).generate(_strings(values)):
            said.append(piece)
            length += len(piece)
            if length > LONGEST_OUTPUT:
                raise Mistake("long")
    except (TemplateError, TypeError) as error:
        raise Mistake("piece") from error
    return "".join(said).strip()


@lru_cache(maxsize=256)
def _compiled(text: str) -> Template:
    """The text, once every piece of it was found to be allowed. Raises Mistake."""
    try:
        for line, token, piece in _environment.lex(text):
            if token == "raw_begin":
                raise Mistake("tag", line, piece)
        tree = _environment.parse(text)
        for node in tree.body:
            _Scope().allow(node)
        return _environment.from_string(tree)
    except TemplateSyntaxError as error:
        unknown = (error.message or "").startswith("Encountered unknown tag")
        raise Mistake("tag" if unknown else "syntax", error.lineno) from error
    except (RecursionError, SyntaxError) as error:
        raise Mistake("deep") from error


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where in the text a node stands: how deep, and whether a parcel is named there."""

    depth: int = 0
    in_loop: bool = False

    def allow(self, node: nodes.Node) -> None:
        """Raise Mistake unless the node and all in it are on the list."""
        if self.depth > DEEPEST:
            raise Mistake("deep", node.lineno)
        inner = replace(self, depth=self.depth + 1)
        if isinstance(node, nodes.For):
            self._loop(node)
            inner = replace(inner, in_loop=True)
        elif not isinstance(node, _TRANSPARENT):
            self._value(node)
            return
        for child in _parts(node):
            inner.allow(child)

    def _loop(self, node: nodes.For) -> None:
        over = getattr(node.iter, "name", ""), getattr(node.target, "name", "")
        extra = node.test or node.recursive or node.else_
        if over != ("parcels", "parcel") or extra or self.in_loop:
            raise Mistake("loop", node.lineno)

    def _value(self, node: nodes.Node) -> None:
        """A name, a filter of one, or quoted words."""
        if isinstance(node, nodes.Filter) and node.node:
            self._filter(node, node.node)
        elif isinstance(node, (nodes.Name, nodes.Getattr)):
            self._name(node)
        elif not (isinstance(node, nodes.Const) and isinstance(node.value, str)):
            raise Mistake(_problem(node), node.lineno)

    def _filter(self, node: nodes.Filter, of: nodes.Expr) -> None:
        given = node.args or node.kwargs or node.dyn_args or node.dyn_kwargs
        counted = node.name == "length" and getattr(of, "name", "") == "parcels"
        if given or not (counted or node.name in FILTERS):
            raise Mistake("filter", node.lineno, node.name)
        if not counted:
            replace(self, depth=self.depth + 1).allow(of)

    def _name(self, node: nodes.Expr) -> None:
        name = _dotted(node)
        if name not in NAMES and not (self.in_loop and name in PARCEL):
            raise Mistake("name" if name else "piece", node.lineno, name)


_TRANSPARENT = (nodes.Output, nodes.TemplateData, nodes.If, nodes.And, nodes.Or, nodes.Not)
"""What is allowed if its parts are."""
_CALCULATION = (nodes.BinExpr, nodes.UnaryExpr, nodes.Compare, nodes.Concat, nodes.CondExpr)


def _problem(node: nodes.Node) -> str:
    """Why a node that is not on the list is refused."""
    if isinstance(node, nodes.Stmt):
        return "tag"
    if isinstance(node, nodes.Call):
        return "call"
    return "calculation" if isinstance(node, (*_CALCULATION, nodes.Test, nodes.Const)) else "piece"


def _parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """The parts of an allowed node that are still to be looked at."""
    if isinstance(node, nodes.For):
        yield from node.body
    elif isinstance(node, nodes.If):
        # `elif` stands beside its `if`, not within it.
        yield from (node.test, *node.body, *node.else_)
        for other in node.elif_:
            yield from _parts(other)
    else:
        yield from node.iter_child_nodes()


def _dotted(node: nodes.Expr) -> str:
    """`order.name` for that, empty for anything that is no plain name."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _strings(value: Any) -> Any:
    """The values with nothing in them but strings, truth and what holds these."""
    if isinstance(value, Mapping):
        return {name: _strings(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strings(each) for each in value]
    return value if isinstance(value, bool) else str(value)
