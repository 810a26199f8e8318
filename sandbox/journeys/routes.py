"""How parcels usually travel: the steps of each carrier in its own words.

A route is made of legs. The first carrier hands over to the last mile where the parcel changes
country; a domestic route has one leg.
"""

from __future__ import annotations

from dataclasses import dataclass

STAGES = {
    "InfoReceived": "InfoReceived",
    "InTransit_PickedUp": "PickedUp",
    "InTransit_Departure": "Departure",
    "InTransit_Arrival": "Arrival",
    "AvailableForPickup_Other": "AvailableForPickup",
    "OutForDelivery_Other": "OutForDelivery",
    "Delivered_Other": "Delivered",
    "Exception_Returning": "Returning",
    "Exception_Returned": "Returned",
}
"""Which milestone a sub-status is, if it is one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event: at the earliest and latest so many hours after the one before."""

    hours: tuple[float, float]
    sub_status: str
    text: str
    english: str = ""
    """The translation, where the text is not English."""
    where: str = "origin"
    """origin, export, gateway (the airport of arrival) or destination."""
    leg: int = 0


CHINA_ENGLISH = (
    Step((1, 8), "InfoReceived", "Shipment information received"),
    Step((10, 40), "InTransit_PickedUp", "Picked up by the carrier"),
    Step((4, 14), "InTransit_Other", "Arrived at sorting center", where="export"),
    Step((12, 40), "InTransit_Other", "Export customs clearance completed", where="export"),
    Step((6, 30), "InTransit_Departure", "Departed from airport of origin", where="export"),
    Step((20, 60), "InTransit_Arrival", "Arrived at destination airport", where="gateway"),
    Step((3, 18), "InTransit_CustomsProcessing", "Presented to import customs", where="gateway"),
    Step((8, 48), "InTransit_CustomsReleased", "Released by customs", where="gateway"),
)
CHINA_CHINESE = (
    Step((1, 8), "InfoReceived", "已收到货件电子信息", "Shipment information received"),
    Step((10, 40), "InTransit_PickedUp", "【{city}】已揽收", "Collected in {city}"),
    Step(
        (4, 14), "InTransit_Other", "到达【{city}】处理中心", "Arrived at {city} center", "export"
    ),
    Step((12, 40), "InTransit_Other", "出口海关放行", "Released by export customs", "export"),
    Step((6, 30), "InTransit_Departure", "航班已起飞", "Flight departed", "export"),
    Step((20, 60), "InTransit_Arrival", "航班到达目的国", "Flight arrived abroad", "gateway"),
    Step((3, 18), "InTransit_CustomsProcessing", "进口海关查验中", "At import customs", "gateway"),
    Step((8, 48), "InTransit_CustomsReleased", "进口海关放行", "Released by customs", "gateway"),
)
LAST_MILE = {
    "usps": (
        Step((6, 30), "InTransit_Other", "Accepted at USPS Regional Facility", where="gateway"),
        Step((14, 50), "InTransit_Other", "Arrived at Post Office", where="destination"),
        Step((2, 12), "OutForDelivery_Other", "Out for Delivery", where="destination"),
        Step((2, 8), "Delivered_Other", "Delivered, In/At Mailbox", where="destination"),
    ),
    "ups": (
        Step((6, 30), "InTransit_Other", "Departed from Facility", where="gateway"),
        Step((14, 50), "InTransit_Other", "Arrived at Facility", where="destination"),
        Step((2, 12), "OutForDelivery_Other", "Out For Delivery Today", where="destination"),
        Step((2, 8), "Delivered_Other", "DELIVERED - Front Door", where="destination"),
    ),
    "canada_post": (
        Step((6, 30), "InTransit_Other", "Item processed / Article traité", where="gateway"),
        Step((14, 60), "InTransit_Other", "Arrived at local depot / Arrivé au dépôt local",
             where="destination"),
        Step((2, 12), "OutForDelivery_Other", "Out for delivery / En cours de livraison",
             where="destination"),
        Step((2, 8), "Delivered_Other", "Delivered to community mailbox / Livré à la boîte postale",
             where="destination"),
    ),
    "royal_mail": (
        Step((6, 30), "InTransit_Other", "Item received at International Hub", where="gateway"),
        Step((14, 40), "InTransit_Other", "Item at delivery office", where="destination"),
        Step((2, 12), "OutForDelivery_Other", "Due to be delivered today", where="destination"),
        Step((2, 8), "Delivered_Other", "Delivered and left in letterbox", where="destination"),
    ),
    "postnl": (
        Step((6, 30), "InTransit_Other", "Zending is gesorteerd", "Shipment sorted", "gateway"),
        Step((10, 30), "InTransit_Other", "Zending is bij de bezorger",
             "Shipment is at the depot", "destination"),
        Step((2, 12), "OutForDelivery_Other", "Bezorger is onderweg",
             "Driver is on the way", "destination"),
        Step((2, 8), "Delivered_Other", "Zending is bezorgd", "Shipment delivered", "destination"),
    ),
    "vietnam": (
        Step((6, 24), "InTransit_Other", "Đến trung tâm khai thác {city}",
             "Arrived at the {city} sorting center", "gateway"),
        Step((10, 36), "InTransit_Other", "Đến bưu cục phát {city}",
             "Arrived at the {city} delivery office", "destination"),
        Step((1, 6), "OutForDelivery_Other", "Bưu tá đang đi phát hàng",
             "The postman is out for delivery", "destination"),
        Step((1, 7), "Delivered_Other", "Giao hàng thành công",
             "Delivered", "destination"),
    ),
}  # fmt: skip
FIRST_MILE = {
    "en": (
        Step((1, 10), "InfoReceived", "Shipping label created, carrier awaiting item"),
        Step((6, 24), "InTransit_PickedUp", "Picked up by carrier"),
    ),
    "nl": (
        Step((1, 10), "InfoReceived", "Zending is aangemeld", "Shipment announced"),
        Step((6, 24), "InTransit_PickedUp", "Zending is ontvangen", "Shipment received"),
    ),
    "vi": (
        Step((1, 8), "InfoReceived", "Đơn hàng đã được tạo", "Order created"),
        Step((4, 20), "InTransit_PickedUp", "Đã lấy hàng tại {city}", "Picked up in {city}"),
    ),
}
DOOR_TO_DOOR = {
    "dhl": (
        Step((1, 5), "InfoReceived", "Shipment information received"),
        Step((3, 18), "InTransit_PickedUp", "Shipment picked up"),
        Step((2, 8), "InTransit_Other", "Processed at {city}", where="export"),
        Step((2, 10), "InTransit_Departure", "Shipment has departed from a DHL facility {city}",
             where="export"),
        Step((12, 30), "InTransit_Arrival", "Arrived at DHL Sort Facility {city}",
             where="gateway"),
        Step((1, 5), "InTransit_CustomsProcessing", "Customs clearance status updated",
             where="gateway"),
        Step((1, 12), "InTransit_CustomsReleased", "Clearance processing complete at {city}",
             where="gateway"),
        Step((4, 20), "InTransit_Other", "Arrived at DHL Delivery Facility {city}",
             where="destination"),
        Step((1, 4), "OutForDelivery_Other", "Shipment is out with courier for delivery",
             where="destination"),
        Step((1, 7), "Delivered_Other", "Delivered", where="destination"),
    ),
}  # fmt: skip
"""Carriers that cross the border themselves, in one leg."""
LAST_CARRIER = {
    "US": "usps", "CA": "canada_post", "GB": "royal_mail", "NL": "postnl", "VN": "vnpost",
}  # fmt: skip
CHINESE = ("yunexpress", "yanwen", "cainiao", "4px", "china_post")
ABROAD = (*CHINESE, *DOOR_TO_DOOR)
"""Carriers that take a parcel over in China."""


def route(carrier: str, language: str, country: str) -> tuple[tuple[Step, ...], str | None]:
    """The steps of a parcel to `country`, and the carrier of the last mile if it is another."""
    if carrier in DOOR_TO_DOOR:
        return DOOR_TO_DOOR[carrier], None
    if carrier in CHINESE:
        last = LAST_CARRIER.get(country, "usps")
        first = CHINA_CHINESE if language == "zh-cn" else CHINA_ENGLISH
        return first + _second_leg(_last_mile(last)), last
    return FIRST_MILE.get(language, FIRST_MILE["en"]) + _last_mile(carrier), None


def _last_mile(carrier: str) -> tuple[Step, ...]:
    return LAST_MILE.get(carrier) or LAST_MILE["vietnam"]


def _second_leg(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(Step(s.hours, s.sub_status, s.text, s.english, s.where, leg=1) for s in steps)
