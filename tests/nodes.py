"""Answers of the Admin GraphQL API, in the shape that our operations ask for.

The same order as in `payloads`, told the other way.
"""

from __future__ import annotations

from tests.payloads import FULFILLMENT, NUMBER, ORDER, PLACED, SHIPPED, Body


def line(line_id: int = 466157049, title: str = "Linen throw, oat", quantity: int = 2) -> Body:
    return {
        "id": f"gid://shopify/LineItem/{line_id}",
        "title": title,
        "variantTitle": None,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "requiresShipping": True,
    }


def fulfillment(
    number: str = NUMBER,
    fulfillment_id: int = FULFILLMENT,
    events: tuple[Body, ...] = (),
    **more: object,
) -> Body:
    """A fulfillment with one number, or (empty) none."""
    info = {"company": "YunExpress", "number": number, "url": f"https://carrier.example/{number}"}
    return {
        "id": f"gid://shopify/Fulfillment/{fulfillment_id}",
        "name": "#1058.1",
        "status": "SUCCESS",
        "createdAt": SHIPPED,
        "updatedAt": SHIPPED,
        "trackingInfo": [info] if number else [],
        "events": {"nodes": list(events)},
    } | more


def event(status: str, happened_at: str) -> Body:
    return {
        "status": status,
        "message": None,
        "happenedAt": happened_at,
        "city": None,
        "province": None,
        "country": None,
    }


def order(order_id: int = ORDER, *fulfillments: Body, **more: object) -> Body:
    """An order with these fulfillments: all of it was shipped if there is one, else nothing."""
    item = line() | ({"unfulfilledQuantity": 0} if fulfillments else {})
    return {
        "id": f"gid://shopify/Order/{order_id}",
        "name": "#1058",
        "createdAt": PLACED,
        "processedAt": PLACED,
        "updatedAt": SHIPPED if fulfillments else PLACED,
        "cancelledAt": None,
        "closedAt": None,
        "displayFulfillmentStatus": "FULFILLED" if fulfillments else "UNFULFILLED",
        "tags": [],
        "email": "maren.oakdale@example.com",
        "phone": None,
        "customerLocale": "en",
        "currentTotalPriceSet": {"shopMoney": {"amount": "48.0", "currencyCode": "USD"}},
        "customer": {"id": "gid://shopify/Customer/115310627314723954"},
        "shippingAddress": {
            "name": "Maren Oakdale",
            "firstName": "Maren",
            "phone": "+1 212-555-0147",
            "city": "New York",
            "province": "New York",
            "provinceCode": "NY",
            "country": "United States",
            "countryCodeV2": "US",
        },
        "lineItems": {"nodes": [item]},
        "fulfillments": list(fulfillments),
    } | more


def orders_page(*nodes: Body, next_cursor: str = "") -> Body:
    """A page of orders; where there is a cursor another page follows."""
    page = {"hasNextPage": bool(next_cursor), "endCursor": next_cursor or "the-last"}
    return {"orders": {"pageInfo": page, "nodes": list(nodes)}}


def shop(shop_id: int = 548380009, domain: str = "alice.myshopify.com", **more: object) -> Body:
    """The answer of the operation `Shop`."""
    name = domain.split(".")[0]
    told = {
        "id": f"gid://shopify/Shop/{shop_id}",
        "name": name.title(),
        "email": f"owner@{name}.test",
        "contactEmail": f"hello@{name}.test",
        "myshopifyDomain": domain,
        "ianaTimezone": "America/New_York",
        "currencyCode": "USD",
        "primaryDomain": {"host": f"{name}.test"},
        "shopAddress": {"formatted": ["18 Ropewalk Yard", "Portland ME 04101"]},
    }
    return {"shop": told | more}


def locales(primary: str = "en") -> Body:
    """The answer of the operation `PrimaryLocale`; another language is published as well."""
    other = "fr" if primary != "fr" else "en"
    rows = [{"locale": other, "primary": False}, {"locale": primary, "primary": True}]
    return {"shopLocales": rows}


def fulfillable(*remaining: int, status: str = "OPEN") -> Body:
    """The answer of the operation `Fulfillable`: one fulfillment order with these lines."""
    rows = [
        {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{number}",
            "sku": f"SKU-{number}",
            "remainingQuantity": pieces,
            "productTitle": f"Thing {number}",
            "variantTitle": None,
            "requiresShipping": True,
        }
        for number, pieces in enumerate(remaining or (2,), start=1)
    ]
    part = {
        "id": "gid://shopify/FulfillmentOrder/77",
        "status": status,
        "lineItems": {"nodes": rows},
    }
    return {"order": {"fulfillmentOrders": {"nodes": [part]}}}
