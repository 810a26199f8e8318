"""Access tokens: exchanged for an id token, refreshed, granted for a code (Admin OAuth)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from sqlite3 import Row

from sandbox import jwt
from sandbox.database import Json
from sandbox.shopify import id_tokens, installs, stores
from sandbox.world import World

HOUR, DAY = 3600, 86_400
ACCESS_LIFETIME = HOUR
REFRESH_LIFETIME = 90 * DAY
GRACE = 30 * DAY
ONLINE_LIFETIME = DAY - 1
CODE_LIFETIME = 60
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"


class OAuthError(Exception):
    """Refused with 400; the message is the `error` of the answer."""


def answer(world: World, store: Json, asked: Json) -> Json:
    """What `POST /admin/oauth/access_token` answers. Raises OAuthError."""
    client = (world.config.api_key, world.config.api_secret)
    given = (str(asked.get("client_id")), str(asked.get("client_secret")))
    if not all(
        hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(client, given, strict=True)
    ):
        raise OAuthError("invalid_client")
    grants: dict[object, Callable[[World, Json, Json], Json]] = {
        EXCHANGE: _exchange,
        "refresh_token": _refresh,
        None: _code,
        "authorization_code": _code,
    }
    grant = grants.get(asked.get("grant_type"))
    if grant is None:
        raise OAuthError("unsupported_grant_type")
    with world.database.transaction():
        return grant(world, store, asked)


def _exchange(world: World, store: Json, asked: Json) -> Json:
    if asked.get("subject_token_type") == OFFLINE:
        return _migrate(world, store, asked)
    if asked.get("subject_token_type") != ID_TOKEN:
        raise OAuthError("invalid_request")
    try:
        claims = id_tokens.check(world, store, str(asked.get("subject_token")))
    except jwt.BadToken as error:
        raise OAuthError("invalid_subject_token") from error
    if not store["allowed"]:
        raise OAuthError("invalid_subject_token")
    kind = asked.get("requested_token_type")
    if kind == ONLINE:
        return _online(world, store, claims)
    if kind != OFFLINE:
        raise OAuthError("invalid_requested_token_type")
    return _offline(world, store, expiring=str(asked.get("expiring")) == "1")


def _migrate(world: World, store: Json, asked: Json) -> Json:
    """A pair for an offline token that does not expire; for seven days it can be asked for again
    (shopify.dev, "Offline access tokens"), though the old token is dead.
    """
    now = world.clock.seconds()
    old = world.database.row(
        "SELECT * FROM tokens WHERE store = ? AND access_token = ? AND refresh_token IS NULL"
        " AND NOT online",
        store["domain"], str(asked.get("subject_token")),
    )  # fmt: skip
    if old is None or (old["replaced_at"] and old["replaced_at"] + 7 * DAY <= now):
        raise OAuthError("invalid_subject_token")
    if asked.get("requested_token_type") != OFFLINE or str(asked.get("expiring")) != "1":
        raise OAuthError("invalid_request")
    world.database.run(
        "UPDATE tokens SET expires_at = ?, replaced_at = coalesce(replaced_at, ?)"
        " WHERE access_token = ?",
        now, now, old["access_token"],
    )  # fmt: skip
    return _offline(world, store, expiring=True)


def _offline(world: World, store: Json, *, expiring: bool) -> Json:
    """A token of the app itself. Only one expiring token of a store is alive at a time."""
    installs.install(world, store)
    if not expiring:
        token = _issue(world, store, expires_in=None)
        return {"access_token": token["access_token"], "scope": token["scopes"]}
    world.database.run(
        "DELETE FROM tokens WHERE store = ? AND refresh_token IS NOT NULL", store["domain"]
    )
    return _pair(world, _issue(world, store, ACCESS_LIFETIME, REFRESH_LIFETIME))


def _pair(world: World, token: Row) -> Json:
    now = world.clock.seconds()
    return {
        "access_token": token["access_token"],
        "scope": token["scopes"],
        "expires_in": round(token["expires_at"] - now),
        "refresh_token": token["refresh_token"],
        "refresh_token_expires_in": round(token["refresh_expires_at"] - now),
    }


def _issue(
    world: World,
    store: Json,
    expires_in: float | None,
    refresh_in: float | None = None,
    *,
    online: bool = False,
    replaces: str | None = None,
) -> Row:
    now = world.clock.seconds()
    access = "shpat_" + secrets.token_hex(16)
    world.database.run(
        "INSERT INTO tokens (access_token, store, scopes, online, expires_at, refresh_token,"
        " refresh_expires_at, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        access, store["domain"], ",".join(stores.scopes(world, store)), online,
        None if expires_in is None else now + expires_in,
        None if refresh_in is None else "shprt_" + secrets.token_hex(16),
        None if refresh_in is None else now + refresh_in,
        replaces,
    )  # fmt: skip
    token = world.database.row("SELECT * FROM tokens WHERE access_token = ?", access)
    assert token is not None
    return token


def _online(world: World, store: Json, claims: Json) -> Json:
    """A token of the person who has the admin open, for a day."""
    installs.install(world, store)
    token = _issue(world, store, ONLINE_LIFETIME, online=True)
    first, _, last = store["owner"].partition(" ")
    return {
        "access_token": token["access_token"],
        "scope": token["scopes"],
        "expires_in": ONLINE_LIFETIME,
        "associated_user_scope": token["scopes"],
        "associated_user": {
            "id": int(claims["sub"]),
            "first_name": first,
            "last_name": last,
            "email": store["email"],
            "email_verified": True,
            "account_owner": True,
            "locale": store["locale"],
            "collaborator": False,
        },
    }


def _refresh(world: World, store: Json, asked: Json) -> Json:
    """A new pair for a living refresh token.

    The old pair stays usable until the new one is first used, at most 30 days (Shopify's
    changelog of 2026-08-28). Asked again meanwhile, it gives another pair and the unused one dies.
    """
    now = world.clock.seconds()
    old = world.database.row(
        "SELECT * FROM tokens WHERE store = ? AND refresh_token = ?",
        store["domain"], str(asked.get("refresh_token")),
    )  # fmt: skip
    if old is None or old["refresh_expires_at"] <= now:
        raise OAuthError("invalid_grant")
    if old["replaced_at"] and old["replaced_at"] + GRACE <= now:
        raise OAuthError("invalid_grant")
    used(world, old)
    world.database.run("DELETE FROM tokens WHERE replaces = ?", old["access_token"])
    new = _issue(world, store, ACCESS_LIFETIME, REFRESH_LIFETIME, replaces=old["access_token"])
    world.database.run(
        "UPDATE tokens SET replaced_at = ? WHERE access_token = ?", now, old["access_token"]
    )
    return _pair(world, new)


def used(world: World, token: Row) -> None:
    """A pair is used: the one it replaces has had its time."""
    if not token["used"]:
        with world.database.transaction():
            world.database.run(
                "UPDATE tokens SET used = 1 WHERE access_token = ?", token["access_token"]
            )
            world.database.run("DELETE FROM tokens WHERE access_token = ?", token["replaces"])


def alive(world: World, store: Json, access_token: str) -> Row | None:
    """The token of a request to the Admin API, if it is this store's and its time is not over."""
    token = world.database.row(
        "SELECT * FROM tokens WHERE access_token = ? AND store = ?", access_token, store["domain"]
    )
    if token is None or (token["expires_at"] or float("inf")) <= world.clock.seconds():
        return None
    used(world, token)
    return token


def new_code(world: World, store: Json) -> str:
    """A code for the merchant's consent, to be exchanged once within a minute."""
    code = secrets.token_hex(16)
    world.database.run(
        "INSERT INTO codes VALUES (?, ?, ?, ?)",
        code, store["domain"], ",".join(stores.scopes(world, store)),
        world.clock.seconds() + CODE_LIFETIME,
    )  # fmt: skip
    return code


def _code(world: World, store: Json, asked: Json) -> Json:
    taken = world.database.run(
        "DELETE FROM codes WHERE code = ? AND store = ? AND expires_at > ?",
        str(asked.get("code")), store["domain"], world.clock.seconds(),
    )  # fmt: skip
    if not taken:
        raise OAuthError("invalid_request")
    return _offline(world, store, expiring=str(asked.get("expiring")) == "1")
