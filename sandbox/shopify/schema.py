"""The part of the Admin API's schema that the sandbox plays."""

from __future__ import annotations

from pathlib import Path

from graphql import build_schema

SCHEMA = build_schema(Path(__file__).with_name("schema.graphql").read_text(encoding="utf-8"))
