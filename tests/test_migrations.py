"""A migration leaves the release before, which still runs, what it needs (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopify_app.settings import ROOT

VERSIONS = ROOT / "migrations" / "versions"
FIRST = "0001"
MARK = "CONTRACTS"
TAKEN_AWAY = {"drop_table", "rename_table", "drop_column"}


def breaks(source: str) -> list[str]:
    """What the migration does that the release before would notice, unless it says why it may."""
    tree = ast.parse(source)
    assigned = (node.targets[0] for node in tree.body if isinstance(node, ast.Assign))
    if any(isinstance(target, ast.Name) and target.id == MARK for target in assigned):
        return []
    [upgrade] = (
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    return [found for call in calls for found in _broken_by(call)]


def _broken_by(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in TAKEN_AWAY:
        yield name
    if name == "alter_column" and "new_column_name" in given:
        yield "rename of a column"
    if name == "alter_column" and _is(given, "nullable", False):
        yield "NOT NULL for a column that may be empty"
    if name == "alter_column" and "type_" in given:
        yield "another type"
    if name == "add_column":
        columns = [arg for arg in call.args if isinstance(arg, ast.Call)]
        told = [{keyword.arg: keyword.value for keyword in column.keywords} for column in columns]
        if any(_is(one, "nullable", False) and "server_default" not in one for one in told):
            yield "a column that has to be filled, without a default of the database"


def _is(given: dict[str | None, ast.expr], name: str, value: object) -> bool:
    found = given.get(name)
    return isinstance(found, ast.Constant) and found.value is value


@pytest.mark.parametrize(
    "file", [f for f in sorted(VERSIONS.glob("*.py")) if not f.name.startswith(FIRST)] or [None]
)
def test_no_migration_takes_away_what_the_release_before_needs(file: Path | None) -> None:
    if file is None:
        pytest.skip("there is but the first")
    assert breaks(file.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('orders', 'name')",
        "op.drop_table('orders')",
        "op.rename_table('orders', 'sales')",
        "op.alter_column('orders', 'name', new_column_name='number')",
        "op.alter_column('orders', 'name', nullable=False)",
        "op.alter_column('orders', 'name', type_=sa.Integer())",
        "op.add_column('orders', sa.Column('colour', sa.Text(), nullable=False))",
        "batch.drop_column('name')",
        "batch.add_column(sa.Column('colour', sa.Text(), nullable=False))",
    ],
)
def test_what_breaks_the_release_before_is_seen(line: str) -> None:
    source = f"def upgrade():\n    {line}\n"
    assert breaks(source)
    assert breaks(f"{MARK} = 'nothing reads it since 1.4'\n{source}") == []


@pytest.mark.parametrize(
    "line",
    [
        "op.create_table('colours', sa.Column('id', sa.Integer(), nullable=False))",
        "op.add_column('orders', sa.Column('colour', sa.Text(), nullable=True))",
        "op.add_column('orders', sa.Column('n', sa.Text(), nullable=False, server_default=''))",
        "op.create_index('ix_orders_colour', 'orders', ['colour'])",
        "op.alter_column('orders', 'name', nullable=True)",
    ],
)
def test_what_it_does_not_notice_may_be_done(line: str) -> None:
    source = f"def upgrade():\n    {line}\n\n\ndef downgrade():\n    op.drop_table('colours')\n"
    assert breaks(source) == []
