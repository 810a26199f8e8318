"""The store's admin: the page that frames the app, and the consent of the merchant."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.database import Json
from sandbox.shopify import id_tokens, installs, oauth, stores, words
from sandbox.world import here

blueprint = Blueprint("admin", __name__)
APP_BRIDGE = Path(__file__).with_name("app_bridge.js")
SESSION = "b3f1c7d2-5a0e-4d2b-9b61-0d6f0c2f7a10"
"""The merchant's session at the admin. There is one merchant, and never two."""


def _store(domain: str) -> Json:
    return stores.get(here(), domain) or abort(404)


@blueprint.get("/")
def first_admin() -> str:
    return _admin(stores.everyone(here())[0])


@blueprint.get("/store/<handle>")
def admin(handle: str) -> str:
    return _admin(_store(f"{handle}.myshopify.com"))


def _admin(store: Json) -> str:
    locale = request.args.get("locale", store["locale"])
    locale = locale if locale in words.LOCALES else "en"
    about = {
        "handle": stores.handle(store),
        "shop": store["domain"],
        "locale": locale,
        "path": _own_path(request.args.get("path", "/")),
        "appUrl": here().config.app_url,
        "defaultLocale": store["locale"],
        "words": words.of(locale),
    }
    return render_template(
        "admin.html",
        store=store,
        locale=locale,
        locales=words.LOCALES,
        others=[each for each in stores.everyone(here()) if each["domain"] != store["domain"]],
        handle=stores.handle,
        about=about,
        allowed=store["allowed"],
        words=words.of(locale),
    )


def _own_path(path: str) -> str:
    """A path within the app: never another host's address."""
    parts = urlsplit(path)
    safe = path.startswith("/") and not path.startswith("//") and not parts.netloc
    return path if safe else "/"


@blueprint.get("/stores/<domain>/frame")
def frame(domain: str) -> Response:
    """The signed address by which the frame opens a page of the app."""
    store = _store(domain)
    path, locale = request.args.get("path", "/"), request.args.get("locale", "en")
    url = id_tokens.frame_url(here(), store, _own_path(path), locale, SESSION)
    return jsonify(url=url)


@blueprint.get("/stores/<domain>/id_token")
def id_token(domain: str) -> tuple[Response, int]:
    """A fresh id token for the merchant at the admin, while the app is allowed in."""
    store = _store(domain)
    if not store["allowed"]:
        return jsonify(error="the app is not installed"), 403
    return jsonify(token=id_tokens.issue(here(), store, SESSION)), 200


@blueprint.post("/stores/<domain>/allow")
def allow(domain: str) -> Response:
    """The merchant lets the app in again after an uninstall."""
    stores.save(here(), _store(domain) | {"allowed": True})
    return jsonify(allowed=True)


@blueprint.post("/stores/<domain>/scopes")
def grant(domain: str) -> Response:
    """The merchant agreed to what the app asked for by App Bridge."""
    store = _store(domain)
    asked = [str(scope) for scope in request.get_json(force=True).get("scopes", [])]
    new = [scope for scope in asked if scope not in stores.scopes(here(), store)]
    return jsonify(granted=installs.grant(here(), store, store.get("scopes", []) + new))


@blueprint.get("/stores/<domain>/admin/oauth/authorize")
def authorize(domain: str) -> str | tuple[str, int]:
    """Asks the merchant for consent (authorization code grant)."""
    store = _store(domain)
    wrong = _wrong_request()
    if wrong:
        return render_template("refused.html", problem=wrong), 400
    scopes = request.args.get("scope") or here().config.scopes
    return render_template("authorize.html", store=store, scopes=scopes.split(","))


def _wrong_request() -> str | None:
    config, target = here().config, request.args.get("redirect_uri", "")
    if request.args.get("client_id") != config.api_key:
        return "Oauth error invalid_request: Could not find Shopify API application"
    if urlsplit(target)[:2] != urlsplit(config.app_url)[:2]:
        return "Oauth error invalid_request: The redirect_uri is not whitelisted"
    return None


@blueprint.post("/stores/<domain>/admin/oauth/authorize")
def consent(domain: str) -> AnyResponse | tuple[str, int]:
    """The merchant agreed: back to the app with a code, signed."""
    world, store = here(), _store(domain)
    wrong = _wrong_request()
    if wrong:
        return render_template("refused.html", problem=wrong), 400
    stores.save(world, store | {"allowed": True})
    query = id_tokens.signed_query(
        world,
        {
            "code": oauth.new_code(world, store),
            "host": id_tokens.host(store),
            "shop": store["domain"],
            "state": request.args.get("state", ""),
            "timestamp": str(int(world.clock.seconds())),
        },
    )
    return redirect(f"{request.args['redirect_uri']}?{query}")


@blueprint.get("/admin/store/<handle>/<path:rest>")
def elsewhere(handle: str, rest: str) -> str:
    """A page of the real admin that the sandbox does not have, such as an order's."""
    store = _store(f"{handle}.myshopify.com")
    return render_template("elsewhere.html", store=store, handle=handle, rest=rest)


@blueprint.get("/app-bridge.js")
def app_bridge() -> Response:
    """The stand-in of Shopify's script. Like the real one it has no version in its address."""
    answer = Response(APP_BRIDGE.read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
