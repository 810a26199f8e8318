"""Orders and their customers."""

from __future__ import annotations

from decimal import Decimal

from sandbox.database import Json
from sandbox.shopify import orders
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.payloads.order import status_page
from sandbox.shopify.views.common import View, address, money_bag, paged
from sandbox.shopify.views.fulfillment import fulfillment
from sandbox.shopify.views.fulfillment_order import fulfillment_order
from sandbox.shopify.views.line_item import line_item


def customer(store: Json, doc: Json) -> View | None:
    person = doc["customer"]
    if person is None:
        return None
    name = f"{person['first_name']} {person['last_name']}".strip()
    email, phone = person["email"], person["phone"]
    return {
        "__typename": "Customer",
        "id": gid("Customer", person["id"]),
        "legacyResourceId": str(person["id"]),
        "createdAt": person["created_at"],
        "updatedAt": person["created_at"],
        "firstName": person["first_name"],
        "lastName": person["last_name"],
        "displayName": name or email or "",
        "email": email,
        "phone": phone,
        "defaultEmailAddress": {"emailAddress": email, "validFormat": True} if email else None,
        "defaultPhoneNumber": {"phoneNumber": phone} if phone else None,
        "defaultAddress": address(doc["shipping_address"], person["address_id"]),
        "locale": doc["locale"] or store["locale"],
        "note": None,
        "numberOfOrders": "1",
        "state": "DISABLED",
        "tags": [],
        "verifiedEmail": bool(email),
    }


def order(store: Json, doc: Json) -> View:
    def whole() -> View:
        return order(store, doc)

    return {
        "__typename": "Order",
        **_order_identity(store, doc),
        **_order_status(doc),
        **_order_money(store, doc),
        "billingAddress": address(doc["billing_address"], doc["id"]),
        "billingAddressMatchesShippingAddress": doc["billing_address"] == doc["shipping_address"],
        "displayAddress": address(doc["shipping_address"], doc["id"]),
        "shippingAddress": address(doc["shipping_address"], doc["id"]),
        "customer": customer(store, doc),
        "fulfillments": lambda first=None, **_: [
            fulfillment(store, doc, one, whole) for one in doc["fulfillments"][:first]
        ],
        "fulfillmentsCount": {"count": len(doc["fulfillments"]), "precision": "EXACT"},
        "fulfillmentOrders": paged(
            lambda: [fulfillment_order(store, doc, one, whole) for one in doc["fulfillment_orders"]]
        ),
        "lineItems": paged(lambda: [line_item(store, doc, item) for item in doc["line_items"]]),
        "metafield": lambda key, namespace=None: _metafield_at(doc, f"{namespace}.{key}"),
        "shippingLine": _shipping_line(store, doc),
    }


def _metafield_at(doc: Json, place: str) -> View | None:
    kept = doc.get("metafields", {}).get(place)
    return metafield(kept) if kept else None


def metafield(kept: Json) -> View:
    """A value that an app, or the merchant, keeps with an order."""
    return {"__typename": "Metafield", **kept, "id": gid("Metafield", kept["id"])}


def _order_identity(store: Json, doc: Json) -> View:
    return {
        "id": gid("Order", doc["id"]),
        "legacyResourceId": str(doc["id"]),
        "name": doc["name"],
        "number": doc["number"],
        "confirmationNumber": doc["confirmation_number"],
        "confirmed": True,
        "createdAt": doc["created_at"],
        "processedAt": doc["processed_at"],
        "updatedAt": doc["updated_at"],
        "closedAt": doc["closed_at"],
        "cancelledAt": doc["cancelled_at"],
        "customAttributes": [],
        "customerLocale": doc["locale"],
        "discountCodes": [],
        "email": doc["email"],
        "phone": doc["phone"],
        "note": doc["note"],
        "poNumber": None,
        "sourceName": "web",
        "statusPageUrl": status_page(store, doc),
        "tags": doc["tags"],
        "test": False,
    }


def _order_status(doc: Json) -> View:
    left = sum(orders.unfulfilled(doc, item) for item in doc["line_items"])
    return {
        "closed": doc["closed_at"] is not None,
        "cancelReason": doc["cancel_reason"] and doc["cancel_reason"].upper(),
        "displayFinancialStatus": doc["financial_status"].upper(),
        "displayFulfillmentStatus": {
            "fulfilled": "FULFILLED",
            "partial": "PARTIALLY_FULFILLED",
            None: "UNFULFILLED",
        }[orders.fulfillment_status(doc)],
        "edited": doc["edited"],
        "fulfillable": left > 0,
        "fullyPaid": True,
        "unpaid": False,
        "paymentGatewayNames": ["shopify_payments"],
        "requiresShipping": orders.requires_shipping(doc),
        "returnStatus": "NO_RETURN",
        "subtotalLineItemsQuantity": sum(item["ordered"] for item in doc["line_items"]),
        "currentSubtotalLineItemsQuantity": sum(
            orders.current_quantity(item) for item in doc["line_items"]
        ),
        "totalWeight": str(orders.weight(doc)),
        "currentTotalWeight": str(orders.weight(doc)),
        "taxesIncluded": False,
    }


def _order_money(store: Json, doc: Json) -> View:
    whole, now = orders.total(doc, current=False), orders.total(doc, current=True)
    amounts = {
        "currentShippingPriceSet": orders.shipping_price(doc),
        "currentSubtotalPriceSet": orders.subtotal(doc, current=True),
        "currentTotalDiscountsSet": Decimal(0),
        "currentTotalPriceSet": now,
        "currentTotalTaxSet": Decimal(doc["tax"]),
        "originalTotalPriceSet": whole,
        "subtotalPriceSet": orders.subtotal(doc, current=False),
        "totalDiscountsSet": Decimal(0),
        "totalOutstandingSet": Decimal(0),
        "totalPriceSet": whole,
        "totalReceivedSet": whole,
        "totalRefundedSet": whole if doc["cancelled_at"] else Decimal(0),
        "totalShippingPriceSet": orders.shipping_price(doc),
        "totalTaxSet": Decimal(doc["tax"]),
    }
    return {
        **{name: money_bag(store, amount) for name, amount in amounts.items()},
        "currencyCode": store["currency"],
        "presentmentCurrencyCode": store["currency"],
    }


def _shipping_line(store: Json, doc: Json) -> View | None:
    shipping = doc["shipping"]
    if not shipping:
        return None
    price = money_bag(store, shipping["price"])
    return {
        "id": gid("ShippingLine", shipping["id"]),
        "title": shipping["title"],
        "code": shipping["title"],
        "custom": False,
        "isRemoved": False,
        "phone": None,
        "source": "shopify",
        "originalPriceSet": price,
        "discountedPriceSet": price,
        "currentDiscountedPriceSet": price,
    }
