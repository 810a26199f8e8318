"""The HTTP side of a store: its token endpoint and Admin GraphQL."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Blueprint, Response, jsonify, request
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from sandbox.database import Json
from sandbox.failures import interrupt
from sandbox.limits import Bucket
from sandbox.shopify import bulk, mutations, oauth, order_mutations, queries, stores
from sandbox.shopify.access import Call, guard, resolve_field, resolve_root
from sandbox.shopify.cost import MAXIMUM, Cost
from sandbox.shopify.schema import SCHEMA
from sandbox.world import here

blueprint = Blueprint("admin_api", __name__, url_prefix="/stores/<domain>/admin")
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
WRONG_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"


def _attach(kind: str, resolvers: Json) -> None:
    root = SCHEMA.type_map[kind]
    assert isinstance(root, GraphQLObjectType)
    for name, resolve in resolvers.items():
        root.fields[name].resolve = resolve_root(resolve)


_attach("QueryRoot", queries.RESOLVERS | bulk.QUERIES)
_attach("Mutation", mutations.RESOLVERS | order_mutations.RESOLVERS | bulk.MUTATIONS)
guard(SCHEMA)


@blueprint.post("/oauth/access_token")
def access_token(domain: str) -> Response | tuple[Response, int]:
    broken = interrupt(here(), "shopify")
    if broken is not None:
        return broken
    store = stores.get(here(), domain)
    if store is None:
        return jsonify(errors="Not Found"), 404
    asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(asked, dict):
        return jsonify(error="invalid_request"), 400
    try:
        return jsonify(oauth.answer(here(), store, asked)), 200
    except oauth.OAuthError as error:
        return jsonify(error=str(error)), 400


@blueprint.post("/api/<version>/graphql.json")
def graphql(domain: str, version: str) -> Response:
    world = here()
    broken = interrupt(world, "shopify")
    if broken is not None:
        return broken
    store = stores.get(world, domain)
    if store is None:
        return _answer({"errors": "Not Found"}, version, 404)
    token = oauth.alive(world, store, request.headers.get("X-Shopify-Access-Token", ""))
    if token is None:
        return _answer({"errors": WRONG_TOKEN}, version, 401)
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        problem = {"errors": {"query": "Required parameter missing or invalid"}}
        return _answer(problem, version, 400)
    call = Call(world, store, frozenset(token["scopes"].split(",")))
    return _answer(run(call, asked), version, 200)


def _answer(body: Json, version: str, status: int) -> Response:
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["X-Request-Id"] = str(uuid.uuid4())
    response.headers["X-Shopify-API-Version"] = version if version in VERSIONS else VERSIONS[0]
    return response


def run(call: Call, asked: Json) -> Json:
    """Execute an operation, if it is valid and can be paid for."""
    try:
        document = parse(asked["query"])
    except GraphQLError as error:
        return {"errors": [error.formatted]}
    errors = validate(SCHEMA, document)
    operation = get_operation_ast(document, asked.get("operationName"))
    if errors or operation is None:
        wrong = errors or [GraphQLError("No operation named as asked")]
        return {"errors": [error.formatted for error in wrong]}
    return _paid(call, document, operation, asked)


def _paid(
    call: Call, document: DocumentNode, operation: OperationDefinitionNode, asked: Json
) -> Json:
    variables = asked.get("variables") or {}
    cost = Cost(SCHEMA, document, operation, variables)
    wanted = cost.requested()
    settings = call.world.providers.settings("shopify")
    rate = (settings["points"], settings["restore_rate"])
    bucket = call.world.points[call.store["domain"]]
    if wanted > MAXIMUM:
        message = f"Query cost is {wanted}, which exceeds the single query max cost limit {MAXIMUM}"
        return _refusal("MAX_COST_EXCEEDED", message, _cost(bucket, rate, wanted, None))
    if settings["mode"] == "rate" or not bucket.take(wanted, *rate):
        return _refusal("THROTTLED", "Throttled", _cost(bucket, rate, wanted, None))
    with call.world.database.transaction():  # what a mutation reads must still hold when it writes
        result = execute_sync(
            SCHEMA,
            document,
            context_value=call,
            variable_values=variables,
            operation_name=asked.get("operationName"),
            field_resolver=resolve_field,
        )
    spent = cost.actual(result.data)
    bucket.take(spent - wanted, *rate)
    return _result(result) | {"extensions": {"cost": _cost(bucket, rate, wanted, spent)}}


def _refusal(code: str, message: str, cost: Json) -> Json:
    error = {"message": message, "extensions": {"code": code}}
    return {"errors": [error], "extensions": {"cost": cost}}


def _cost(bucket: Bucket, rate: tuple[float, float], wanted: int, spent: int | None) -> Json:
    return {
        "requestedQueryCost": wanted,
        "actualQueryCost": spent,
        "throttleStatus": {
            "maximumAvailable": float(rate[0]),
            "currentlyAvailable": bucket.left(),
            "restoreRate": float(rate[1]),
        },
    }


def _result(result: ExecutionResult) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    return answer
