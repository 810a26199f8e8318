"""The body of app/uninstalled and shop/update: the shop's own record."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.database import Json
from sandbox.moments import parse
from sandbox.shopify.payloads.common import local


def zone_label(store: Json, moment: datetime) -> str:
    """`(GMT-05:00) America/New_York`, as the shop's own record has it."""
    offset = moment.astimezone(ZoneInfo(store["zone"])).strftime("%z")
    return f"(GMT{offset[:3]}:{offset[3:]}) {store['zone']}"


def shop(store: Json) -> Json:
    """The body of app/uninstalled and shop/update."""
    address: Json = store["address"]
    return {
        "id": store["id"],
        "name": store["name"],
        "email": store["email"],
        "domain": f"{store['domain'].split('.')[0]}.example",
        "province": address["province"],
        "country": address["country_code"],
        "address1": address["address1"],
        "zip": address["zip"],
        "city": address["city"],
        "source": None,
        "phone": store["phone"],
        "latitude": None,
        "longitude": None,
        "primary_locale": store["locale"],
        "address2": address["address2"],
        "created_at": local(store, store["created_at"]),
        "updated_at": local(store, store["updated_at"]),
        "country_code": address["country_code"],
        "country_name": address["country"],
        "currency": store["currency"],
        "customer_email": store["email"],
        "timezone": zone_label(store, parse(store["updated_at"])),
        "iana_timezone": store["zone"],
        "shop_owner": store["owner"],
        "money_format": "${{amount}}",
        "money_with_currency_format": "${{amount}} USD",
        "weight_unit": "kg",
        "province_code": address["province_code"],
        "taxes_included": False,
        "auto_configure_tax_inclusivity": None,
        "tax_shipping": None,
        "county_taxes": True,
        "plan_display_name": "Advanced Shopify",
        "plan_name": "unlimited",
        "has_discounts": False,
        "has_gift_cards": False,
        "myshopify_domain": store["domain"],
        "google_apps_domain": None,
        "google_apps_login_enabled": None,
        "money_in_emails_format": "${{amount}}",
        "money_with_currency_in_emails_format": "${{amount}} USD",
        "eligible_for_payments": True,
        "requires_extra_payments_agreement": False,
        "password_enabled": False,
        "has_storefront": True,
        "finances": True,
        "primary_location_id": store["location_id"],
        "checkout_api_supported": True,
        "multi_location_enabled": True,
        "setup_required": False,
        "pre_launch_enabled": False,
        "enabled_presentment_currencies": [store["currency"]],
        "marketing_sms_consent_enabled_at_checkout": False,
        "transactional_sms_disabled": False,
    }
