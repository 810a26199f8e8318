"""Each secret has one use: what one made is worth nothing where another is asked for."""

from __future__ import annotations

import itertools

import pytest
from itsdangerous import URLSafeTimedSerializer

from shopify_app import crypto
from shopify_app.admin import downloads
from shopify_app.environment import BadSetting
from shopify_app.settings import OWN_SECRETS, SECRETS, Settings, load
from tests import payloads
from tests.support import ALICE, API_KEY, API_SECRET, BOB, ENVIRONMENT, SHOP_IDS, App
from webhooks import reports
from webhooks.verify import signed_by_shopify

NEEDED = ENVIRONMENT | {"REDIS_URL": "redis://localhost:6379/0"}
SHARED = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
"""Could be any of them, since it has the form of the strictest."""
ALL = (*SECRETS, "ENCRYPTION_KEYS")


def given(*names: str) -> dict[str, str]:
    """The settings that work, with the same secret under each of these names."""
    bare = {name: value for name, value in NEEDED.items() if value != SHARED}
    other = {"ENCRYPTION_KEYS": "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="}
    return bare | other | dict.fromkeys(names, SHARED)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(ALL, 2)))
def test_no_two_secrets_may_be_the_same(one: str, other: str) -> None:
    assert load(given(one))
    assert load(given(other))
    with pytest.raises(BadSetting, match="differ") as refused:
        load(given(one, other))
    assert one in str(refused.value)
    assert other in str(refused.value)
    assert SHARED not in str(refused.value)


def test_the_same_secret_is_known_in_another_dress() -> None:
    with pytest.raises(BadSetting, match="differ"):
        load(given("SECRET_KEY") | {"MESSAGE_SECRET": f"whsec_{SHARED}"})
    with pytest.raises(BadSetting, match="differ"):
        load(NEEDED | {"ENCRYPTION_KEYS": f"{SHARED},{SHARED}"})


def test_every_setting_that_is_a_secret_is_compared() -> None:
    secret = [n for n in Settings.__slots__ if n.endswith(("secret", "secret_old", "token"))]
    secret += [n for n in Settings.__slots__ if n.endswith("_key") and n != "shopify_api_key"]
    assert {name.upper() for name in secret} == set(SECRETS)
    assert set(OWN_SECRETS) <= set(SECRETS)


def test_what_the_api_secret_signed_is_one_thing_alone(app: App) -> None:
    """Shopify's id token, signed with the same secret, is no webhook's signature."""
    body = payloads.raw(payloads.order())
    header, claims, signature = app.visit("/").request.headers["Authorization"].split(".")
    secrets = [API_SECRET.encode()]
    assert signed_by_shopify(body, payloads.sign(body, API_SECRET), secrets)
    for part in (header, claims, signature):
        assert not signed_by_shopify(body, part, secrets)
    assert not signed_by_shopify(f"{header}.{claims}".encode(), signature, secrets), "nor in base64"


def test_what_the_secret_key_signed_is_good_for_its_own_purpose_alone(app: App) -> None:
    with app.client.application.app_context():  # type: ignore[attr-defined]
        link = downloads.link("messages", SHOP_IDS[ALICE], 1).rpartition("/")[2]
    cookie = URLSafeTimedSerializer(ENVIRONMENT["SECRET_KEY"], salt="cookie-session").dumps(
        ["messages", SHOP_IDS[BOB], 1, 9**12, "x"]
    )
    sealed = crypto.seal(f"{SHOP_IDS[ALICE]} email {crypto.keyed_hash('a@b.test')} en")
    assert app.client.get(f"/stop/{sealed}").status_code == 200
    for wrong in (link, cookie, reports.bounce_token(), crypto.encrypt(sealed)):
        assert app.client.get(f"/stop/{wrong}").status_code == 404
    for wrong in (cookie, sealed, reports.bounce_token()):
        assert app.client.get(f"/downloads/{wrong}").status_code == 404
    for wrong in (cookie, link, sealed, API_KEY):
        assert app.client.post(f"/webhooks/email/{wrong}").status_code == 404
