"""The id tokens by which the admin vouches for who opens the app, and the signed first address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from urllib.parse import urlencode

from sandbox import jwt
from sandbox.database import Json
from sandbox.shopify import stores
from sandbox.world import World

LIFETIME = 60
USER_ID = 101_563_218_077


def issue(world: World, store: Json, session: str) -> str:
    """A token for the merchant at the admin, valid for a minute of the sandbox's clock."""
    now = int(world.clock.seconds())
    claims = {
        "iss": f"https://{store['domain']}/admin",
        "dest": f"https://{store['domain']}",
        "aud": world.config.api_key,
        "sub": str(USER_ID),
        "exp": now + LIFETIME,
        "nbf": now,
        "iat": now,
        "jti": str(uuid.uuid4()),
        "sid": session,
    }
    return jwt.sign(claims, world.config.api_secret)


def check(world: World, store: Json, token: str) -> Json:
    """The claims of a token of this store for this app. Raises jwt.BadToken."""
    claims = jwt.verify(token, world.config.api_secret, world.clock.seconds())
    if claims.get("aud") != world.config.api_key:
        raise jwt.BadToken("audience")
    if claims.get("dest") != f"https://{store['domain']}":
        raise jwt.BadToken("store")
    return claims


def host(store: Json) -> str:
    """The `host` parameter: the address of the store's admin, in base64 without padding."""
    address = f"admin.shopify.com/store/{stores.handle(store)}"
    return base64.b64encode(address.encode()).decode().rstrip("=")


def signed_query(world: World, parameters: Json) -> str:
    """A query with `hmac`: the hex HMAC-SHA256 of the sorted pairs without it."""
    message = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    digest = hmac.new(world.config.api_secret.encode(), message.encode(), hashlib.sha256)
    return urlencode({**parameters, "hmac": digest.hexdigest()})


def frame_url(world: World, store: Json, path: str, locale: str, session: str) -> str:
    """The address by which the admin opens a page of the app."""
    path, _, own = path.partition("?")
    query = signed_query(
        world,
        {
            "embedded": "1",
            "host": host(store),
            "id_token": issue(world, store, session),
            "locale": locale,
            "session": hashlib.sha256(session.encode()).hexdigest(),
            "shop": store["domain"],
            "timestamp": str(int(world.clock.seconds())),
        },
    )
    return f"{world.config.app_url}{path}?{own + '&' if own else ''}{query}"
