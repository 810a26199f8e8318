"""The sandbox's Admin GraphQL schema says nothing that Shopify's does not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/data/shopify/admin_2026-10.json.gz"
OURS = ROOT / "sandbox/shopify/schema.graphql"
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}


def types_of(schema: Any) -> dict[str, Any]:
    return {kind["name"]: kind for kind in schema["types"] if not kind["name"].startswith("__")}


def written(kind: Any) -> str:
    """A type as GraphQL writes it: `[Order!]!`."""
    if kind["kind"] == "NON_NULL":
        return f"{written(kind['ofType'])}!"
    return f"[{written(kind['ofType'])}]" if kind["kind"] == "LIST" else str(kind["name"])


def inputs(values: Any) -> dict[str, tuple[str, Any]]:
    return {each["name"]: (written(each["type"]), each["defaultValue"]) for each in values or []}


def differences(ours: Any, real: Any) -> list[str]:
    """Where a type of ours is not a part of the real one."""
    name, wrong = ours["name"], []
    if ours["kind"] != real["kind"]:
        wrong.append(f"{name} is a {real['kind']}")
    real_fields = {each["name"]: each for each in real["fields"] or []}
    for each in ours["fields"] or []:
        theirs = real_fields.get(each["name"])
        if theirs is None or written(each["type"]) != written(theirs["type"]):
            wrong.append(f"{name}.{each['name']} is {theirs and written(theirs['type'])}")
        else:
            wrong += inputs_differ(f"{name}.{each['name']}", each["args"], theirs["args"])
    wrong += inputs_differ(name, ours["inputFields"], real["inputFields"])
    for part in ("interfaces", "enumValues"):
        known = {each["name"] for each in real[part] or []}
        wrong += [f"{name}: {e['name']}" for e in ours[part] or [] if e["name"] not in known]
    return wrong


def inputs_differ(name: str, ours: Any, real: Any) -> list[str]:
    mine, theirs = inputs(ours), inputs(real)
    wrong = [f"{name}({key}) is {theirs.get(key)}" for key in mine if mine[key] != theirs.get(key)]
    needed = [key for key, (kind, default) in theirs.items() if kind[-1] == "!" and not default]
    return wrong + [f"{name}({key}) is required" for key in needed if key not in mine]


@pytest.mark.skipif(not REAL.exists(), reason="Shopify's own schema is not beside the repository")
def test_the_schema_is_a_part_of_shopifys_own() -> None:
    with gzip.open(REAL) as file:
        real = types_of(json.load(file)["data"]["__schema"])
    ours = types_of(introspection_from_schema(build_schema(OURS.read_text()))["__schema"])
    mine = {name: kind for name, kind in ours.items() if name not in BUILT_IN}
    missing = [name for name in mine if name not in real]
    wrong = [
        w for name, kind in mine.items() if name in real for w in differences(kind, real[name])
    ]
    assert (missing, wrong) == ([], [])
    assert len(mine) > 50
