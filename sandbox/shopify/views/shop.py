"""The shop, its locales and its one location."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.database import Json
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.views.common import View, address


def shop(store: Json, now: datetime) -> View:
    local = now.astimezone(ZoneInfo(store["zone"]))
    offset = local.utcoffset()
    domain = f"https://{store['domain']}"
    return {
        "__typename": "Shop",
        "id": gid("Shop", store["id"]),
        "name": store["name"],
        "email": store["email"],
        "contactEmail": store["email"],
        "createdAt": store["created_at"],
        "updatedAt": store["updated_at"],
        "currencyCode": store["currency"],
        "enabledPresentmentCurrencies": [store["currency"]],
        "ianaTimezone": store["zone"],
        "timezoneAbbreviation": local.tzname(),
        "timezoneOffset": local.strftime("%z"),
        "timezoneOffsetMinutes": int(offset.total_seconds() // 60) if offset else 0,
        "myshopifyDomain": store["domain"],
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "plan": {
            "displayName": "Advanced",
            "publicDisplayName": "Advanced",
            "partnerDevelopment": False,
            "shopifyPlus": False,
        },
        "primaryDomain": {
            "id": gid("Domain", store["id"]),
            "host": store["domain"],
            "url": domain,
            "sslEnabled": True,
        },
        "setupRequired": False,
        "shopAddress": address(store["address"], store["id"], "ShopAddress"),
        "shopOwnerName": store["owner"],
        "taxesIncluded": False,
        "transactionalSmsDisabled": False,
        "url": domain,
        "weightUnit": "KILOGRAMS",
    }


def locales(store: Json) -> list[View]:
    names = {"en": "English", "vi": "Vietnamese"}
    return [
        {"locale": code, "name": names[code], "primary": code == store["locale"], "published": True}
        for code in store["locales"]
    ]


def location(store: Json) -> View:
    return {
        "__typename": "Location",
        "id": gid("Location", store["location_id"]),
        "legacyResourceId": str(store["location_id"]),
        "name": f"{store['name']} warehouse",
        "isActive": True,
    }
