"""The bodies of orders/..."""

from __future__ import annotations

from decimal import Decimal

from sandbox.database import Json
from sandbox.shopify import orders
from sandbox.shopify.payloads.common import gid, line, local, money, money_set
from sandbox.shopify.payloads.fulfillment import fulfillment


def order(store: Json, doc: Json) -> Json:
    """The body of every orders/... topic but edited and delete."""
    return {
        **_order_identity(store, doc),
        **_order_times(store, doc),
        **_order_money(store, doc),
        "billing_address": doc["billing_address"],
        "customer": _customer(store, doc),
        "discount_applications": [],
        "fulfillments": [fulfillment(store, doc, one) for one in doc["fulfillments"]],
        "line_items": [_order_line(store, doc, item) for item in doc["line_items"]],
        "payment_terms": None,
        "refunds": [],
        "shipping_address": doc["shipping_address"],
        "shipping_lines": _shipping_lines(store, doc),
        "returns": [],
        "line_item_groups": [],
    }


def _order_identity(store: Json, doc: Json) -> Json:
    return {
        "id": doc["id"],
        "admin_graphql_api_id": gid("Order", doc["id"]),
        "app_id": 580_111,
        "browser_ip": None,
        "buyer_accepts_marketing": False,
        "cancel_reason": doc["cancel_reason"],
        "cart_token": None,
        "checkout_token": None,
        "client_details": None,
        "confirmation_number": doc["confirmation_number"],
        "confirmed": True,
        "contact_email": doc["email"],
        "customer_locale": doc["locale"],
        "device_id": None,
        "discount_codes": [],
        "duties_included": False,
        "email": doc["email"],
        "estimated_taxes": False,
        "financial_status": doc["financial_status"],
        "fulfillment_status": orders.fulfillment_status(doc),
        "landing_site": None,
        "landing_site_ref": None,
        "location_id": None,
        "merchant_business_entity_id": "MTU0ODM4MDAwOQ",
        "merchant_of_record_app_id": None,
        "name": doc["name"],
        "note": doc["note"],
        "note_attributes": [],
        "number": doc["number"] - 1000,
        "order_number": doc["number"],
        "order_status_url": status_page(store, doc),
        "payment_gateway_names": ["shopify_payments"],
        "phone": doc["phone"],
        "po_number": None,
        "reference": None,
        "referring_site": None,
        "source_identifier": None,
        "source_name": "web",
        "source_url": None,
        "tags": ", ".join(doc["tags"]),
        "test": False,
        "token": doc["token"],
        "total_weight": orders.weight(doc),
        "user_id": None,
    }


def status_page(store: Json, doc: Json) -> str:
    return f"https://{store['domain']}/{store['id']}/orders/{doc['token']}/authenticate?key=sandbox"


def _order_times(store: Json, doc: Json) -> Json:
    names = ("cancelled_at", "closed_at", "created_at", "processed_at", "updated_at")
    return {name: local(store, doc[name]) for name in names}


def _order_money(store: Json, doc: Json) -> Json:
    currency = store["currency"]
    current = {
        "current_subtotal_price": orders.subtotal(doc, current=True),
        "current_total_discounts": Decimal(0),
        "current_total_price": orders.total(doc, current=True),
        "current_total_tax": Decimal(doc["tax"]),
        "subtotal_price": orders.subtotal(doc, current=False),
        "total_discounts": Decimal(0),
        "total_line_items_price": orders.subtotal(doc, current=False),
        "total_price": orders.total(doc, current=False),
        "total_tax": Decimal(doc["tax"]),
    }
    shipping = orders.shipping_price(doc)
    return {
        **{name: money(amount) for name, amount in current.items()},
        **{f"{name}_set": money_set(amount, currency) for name, amount in current.items()},
        "current_shipping_price_set": money_set(shipping, currency),
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
        "total_shipping_price_set": money_set(shipping, currency),
        "total_cash_rounding_payment_adjustment_set": money_set("0", currency),
        "total_cash_rounding_refund_adjustment_set": money_set("0", currency),
        "total_outstanding": "0.00",
        "total_tip_received": "0.00",
        "currency": currency,
        "presentment_currency": currency,
        "tax_exempt": False,
        "tax_lines": [],
        "taxes_included": False,
    }


def _customer(store: Json, doc: Json) -> Json | None:
    customer = doc["customer"]
    if customer is None:
        return None
    address = doc["shipping_address"]
    return {
        "id": customer["id"],
        "created_at": local(store, customer["created_at"]),
        "updated_at": local(store, customer["created_at"]),
        "first_name": customer["first_name"],
        "last_name": customer["last_name"],
        "state": "disabled",
        "note": None,
        "verified_email": bool(customer["email"]),
        "multipass_identifier": None,
        "tax_exempt": False,
        "email": customer["email"],
        "phone": customer["phone"],
        "currency": store["currency"],
        "tax_exemptions": [],
        "admin_graphql_api_id": gid("Customer", customer["id"]),
        "default_address": _default_address(customer, address) if address else None,
    }


def _default_address(customer: Json, address: Json) -> Json:
    kept = {name: value for name, value in address.items() if name not in ("latitude", "longitude")}
    return {
        "id": customer["address_id"],
        "customer_id": customer["id"],
        **kept,
        "country_name": address["country"],
        "default": True,
    }


def _order_line(store: Json, doc: Json, item: Json) -> Json:
    return {
        **line(store, doc, item),
        "attributed_staffs": [],
        "current_quantity": orders.current_quantity(item),
        "sales_line_item_group_id": None,
    }


def _shipping_lines(store: Json, doc: Json) -> list[Json]:
    shipping = doc["shipping"]
    if not shipping:
        return []
    price = money_set(shipping["price"], store["currency"])
    return [
        {
            "id": shipping["id"],
            "carrier_identifier": None,
            "code": shipping["title"],
            "current_discounted_price_set": price,
            "discounted_price": money(shipping["price"]),
            "discounted_price_set": price,
            "is_removed": False,
            "phone": None,
            "price": money(shipping["price"]),
            "price_set": price,
            "requested_fulfillment_service_id": None,
            "source": "shopify",
            "title": shipping["title"],
            "tax_lines": [],
            "discount_allocations": [],
        }
    ]


def order_edit(
    store: Json, doc: Json, edit_id: int, added: list[Json], removed: list[Json]
) -> Json:
    """The body of orders/edited."""
    moment = local(store, doc["updated_at"])
    return {
        "order_edit": {
            "id": edit_id,
            "app_id": None,
            "created_at": moment,
            "committed_at": moment,
            "notify_customer": False,
            "order_id": doc["id"],
            "staff_note": "",
            "user_id": None,
            "line_items": {"additions": added, "removals": removed},
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }
