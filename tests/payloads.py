"""Bodies in the shapes that Shopify and 17TRACK publish, made by our own hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

ORDER = 820982911946154508
FULFILLMENT = 255858046077112345
NUMBER = "YT2412345678901234"
PLACED = "2026-11-20T09:30:00-05:00"
SHIPPED = "2026-11-22T10:00:00-05:00"

Body = dict[str, Any]


def raw(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def webhook_headers(
    topic: str, body: bytes, domain: str, secret: str, delivery: int
) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(body, secret),
        "X-Shopify-Shop-Domain": domain,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": f"b54557e4-bdd9-4b37-8a5f-{delivery:012}",
        "X-Shopify-Event-Id": f"98880550-7158-44d4-b7cd-{delivery:012}",
        "X-Shopify-Triggered-At": "2026-11-24T11:59:58.123456789Z",
    }


def money(amount: str) -> Body:
    each = {"amount": amount, "currency_code": "USD"}
    return {"shop_money": dict(each), "presentment_money": dict(each)}


def line(
    line_id: int = 466157049, title: str = "Linen throw, oat", quantity: int = 2, **more: Any
) -> Body:
    return {
        "id": line_id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line_id}",
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": False,
        "grams": 400,
        "name": title,
        "price": "24.00",
        "price_set": money("24.00"),
        "product_exists": True,
        "product_id": 632910392,
        "properties": [],
        "quantity": quantity,
        "requires_shipping": True,
        "sku": "THROW-OAT",
        "taxable": True,
        "title": title,
        "total_discount": "0.00",
        "variant_id": 808950810,
        "variant_title": None,
        "vendor": "Tidewick",
        "tax_lines": [],
        "duties": [],
        "discount_allocations": [],
    } | more


def address(**more: Any) -> Body:
    return {
        "first_name": "Maren",
        "last_name": "Oakdale",
        "name": "Maren Oakdale",
        "address1": "12 Talbot Street",
        "address2": None,
        "city": "New York",
        "zip": "10001",
        "province": "New York",
        "province_code": "NY",
        "country": "United States",
        "country_code": "US",
        "company": None,
        "phone": "+1 212-555-0147",
        "latitude": None,
        "longitude": None,
    } | more


def order(order_id: int = ORDER, **more: Any) -> Body:
    """An order that nothing of has been shipped."""
    return {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "app_id": 580111,
        "cancel_reason": None,
        "cancelled_at": None,
        "closed_at": None,
        "confirmed": True,
        "contact_email": "maren.oakdale@example.com",
        "created_at": PLACED,
        "currency": "USD",
        "current_total_price": "48.00",
        "current_total_price_set": money("48.00"),
        "customer_locale": "en",
        "email": "maren.oakdale@example.com",
        "financial_status": "paid",
        "fulfillment_status": None,
        "name": "#1058",
        "note": None,
        "note_attributes": [],
        "number": 58,
        "order_number": 1058,
        "phone": None,
        "presentment_currency": "USD",
        "processed_at": PLACED,
        "source_name": "web",
        "subtotal_price": "48.00",
        "tags": "",
        "test": False,
        "total_price": "48.00",
        "total_price_set": money("48.00"),
        "updated_at": PLACED,
        "customer": {
            "id": 115310627314723954,
            "email": "maren.oakdale@example.com",
            "first_name": "Maren",
            "last_name": "Oakdale",
            "phone": None,
        },
        "billing_address": address(),
        "shipping_address": address(),
        "shipping_lines": [],
        "line_items": [line()],
        "fulfillments": [],
        "refunds": [],
    } | more


def fulfillment(
    number: str | list[str] | None = NUMBER,
    fulfillment_id: int = FULFILLMENT,
    order_id: int = ORDER,
    **more: Any,
) -> Body:
    """A fulfillment with one number, several, or (None) none."""
    numbers = [number] if isinstance(number, str) else number or []
    urls = [f"https://carrier.example/{each}" for each in numbers]
    return {
        "id": fulfillment_id,
        "admin_graphql_api_id": f"gid://shopify/Fulfillment/{fulfillment_id}",
        "order_id": order_id,
        "status": "success",
        "created_at": SHIPPED,
        "updated_at": SHIPPED,
        "service": "manual",
        "tracking_company": "YunExpress" if numbers else None,
        "shipment_status": None,
        "location_id": 655441491,
        "origin_address": None,
        "email": "maren.oakdale@example.com",
        "destination": address(),
        "line_items": [line()],
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "receipt": {},
        "name": "#1058.1",
    } | more


def fulfilled_order(*fulfillments: Body, **more: Any) -> Body:
    """The order after all of it was shipped, by one fulfillment unless others are given."""
    shipped = [line(fulfillable_quantity=0, fulfillment_status="fulfilled")]
    changed = {"updated_at": SHIPPED, "fulfillment_status": "fulfilled", "line_items": shipped}
    return order(**(changed | {"fulfillments": list(fulfillments or [fulfillment()])} | more))


def fulfillment_event(status: str, happened_at: str, **more: Any) -> Body:
    return {
        "id": 1234567890123,
        "fulfillment_id": FULFILLMENT,
        "status": status,
        "message": "",
        "happened_at": happened_at,
        "city": None,
        "province": None,
        "country": "CA",
        "zip": None,
        "address1": None,
        "latitude": None,
        "longitude": None,
        "shop_id": 548380009,
        "created_at": happened_at,
        "updated_at": happened_at,
        "estimated_delivery_at": None,
        "order_id": ORDER,
        "admin_graphql_api_id": "gid://shopify/FulfillmentEvent/1234567890123",
    } | more


def bulk_finished(operation: str, status: str = "completed") -> Body:
    """The body of bulk_operations/finish."""
    return {
        "admin_graphql_api_id": operation,
        "completed_at": "2026-11-24T07:10:00-05:00",
        "created_at": "2026-11-24T07:00:00-05:00",
        "error_code": None,
        "status": status,
        "type": "query",
    }


def shop(shop_id: int = 548380009, domain: str = "alice.myshopify.com", **more: Any) -> Body:
    """The body of `shop/update` and `app/uninstalled`."""
    return {
        "id": shop_id,
        "name": "Alice",
        "email": "owner@alice.test",
        "domain": "alice.test",
        "country_name": "United States",
        "address1": "18 Ropewalk Yard",
        "zip": "04101",
        "city": "Portland",
        "primary_locale": "en",
        "iana_timezone": "America/New_York",
        "currency": "USD",
        "myshopify_domain": domain,
    } | more


def token_pair(number: int = 1, **more: Any) -> Body:
    """An answer of the token endpoint: an hour's access, and 90 days to refresh it in."""
    return {
        "access_token": f"shpat_{number}",
        "scope": "read_orders,write_fulfillments",
        "expires_in": 3600,
        "refresh_token": f"shprt_{number}",
        "refresh_token_expires_in": 7_776_000,
    } | more


def step(code: str, happened_at: str, text: str = "", place: str = "", country: str = "US") -> Body:
    """One event of 17TRACK; `happened_at` is in UTC, such as `2026-11-23T08:00:00Z`."""
    date, _, time = happened_at.rstrip("Z").partition("T")
    return {
        "time_iso": happened_at.replace("Z", "+00:00"),
        "time_utc": happened_at,
        "time_raw": {"date": date, "time": time, "timezone": "+00:00"},
        "description": text or code,
        "description_translation": None,
        "location": place,
        "stage": None,
        "sub_status": code,
        "address": {"country": country, "state": None, "city": None},
    }


def track_info(*steps: Body, code: str = "", synced_at: str = "2026-11-24T11:50:00Z") -> Body:
    """What 17TRACK knows of a number; the newest step first. `code` is the latest sub-status."""
    latest = code or (steps[0]["sub_status"] if steps else "NotFound_Other")
    return {
        "shipping_info": {"shipper_address": {"country": "CN"}, "recipient_address": {}},
        "latest_status": {
            "status": latest.split("_")[0],
            "sub_status": latest,
            "sub_status_descr": None,
        },
        "latest_event": steps[0] if steps else None,
        "time_metrics": {},
        "milestone": [],
        "misc_info": {"local_number": None, "local_provider": None, "local_key": None},
        "tracking": {
            "providers_hash": 202660211,
            "providers": [
                {
                    "provider": {"key": 190008, "name": "YunExpress", "country": "CN"},
                    "service_type": None,
                    "latest_sync_status": "Success",
                    "latest_sync_time": synced_at,
                    "events_hash": 91228817,
                    "events": list(steps),
                }
            ],
        },
    }


def tracked(number: str = NUMBER, *steps: Body, carrier: int = 190008, **more: Any) -> Body:
    """One accepted number of `gettrackinfo`."""
    return {
        "number": number,
        "carrier": carrier,
        "param": None,
        "tag": None,
        "track_info": track_info(*steps, **more),
    }


def rejected(number: str, code: int, carrier: int | str = 0) -> Body:
    error = {"code": code, "message": "refused"}
    return {"number": number, "carrier": carrier, "error": error}


def envelope(accepted: list[Body] = [], rejected: list[Body] = []) -> Body:  # noqa: B006 not changed
    return {"code": 0, "data": {"accepted": list(accepted), "rejected": list(rejected)}}


def push(item: Body, event: str = "TRACKING_UPDATED") -> bytes:
    return raw({"event": event, "data": item})


def sign_push(body: bytes, key: str) -> str:
    """The header `sign` of a push."""
    return hashlib.sha256(body + b"/" + key.encode()).hexdigest()
