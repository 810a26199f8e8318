"""How a parcel's way may end other than well: where it is cut short, and what happens then."""

from __future__ import annotations

from dataclasses import dataclass

LABEL, TRANSIT, CUSTOMS, ARRIVED, OUT = (
    "InfoReceived",
    "InTransit_Departure",
    "InTransit_CustomsProcessing",
    "arrived",
    "OutForDelivery_Other",
)
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Happening:
    """A thing that goes wrong: its sub-status, the carrier's words, and after how many hours."""

    sub_status: str
    english: str
    vietnamese: str
    hours: tuple[float, float] = (3, 20)


@dataclass(frozen=True, slots=True)
class Ending:
    """The usual way up to and with the step `cut`, then `happenings`, then nothing.

    `silence` is how many days without news pass until 17TRACK calls the parcel expired.
    """

    cut: str
    happenings: tuple[Happening, ...] = ()
    silence: tuple[float, float] | None = None


def _one(cut: str, sub_status: str, english: str, vietnamese: str) -> Ending:
    return Ending(cut, (Happening(sub_status, english, vietnamese),))


_AWAY = Happening(
    "DeliveryFailure_NoBody",
    "Delivery attempted, recipient not home, notice left",
    "Phát không thành công: người nhận vắng nhà, hẹn phát lại",
)
_RETURNING = Happening(
    "Exception_Returning",
    "Unclaimed, being returned to sender",
    "Không liên lạc được người nhận, chuyển hoàn về người gửi",
    (60, 120),
)
ENDINGS: dict[str, Ending] = {
    "silent": Ending(NEVER),
    "label": Ending(LABEL),
    "pickup_point": _one(
        ARRIVED, "AvailableForPickup_Other",
        "Available for pickup at the post office", "Hàng đã đến bưu cục, mời quý khách đến nhận",
    ),
    "stuck": Ending(TRANSIT),
    "expired": Ending(TRANSIT, silence=(20, 24)),
    "expired_early": Ending(LABEL, silence=(20, 22)),
    "returning": Ending(OUT, (_AWAY, _RETURNING)),
    "returned": Ending(OUT, (_AWAY, _RETURNING, Happening(
        "Exception_Returned", "Returned, delivered to sender", "Đã hoàn hàng cho người gửi",
        (48, 110),
    ))),
    "recipient_away": Ending(OUT, (_AWAY,)),
    "rescheduled": _one(
        OUT, "DeliveryFailure_Other",
        "Delivery delayed and rescheduled to the next business day",
        "Giao hàng bị hoãn, dời lịch sang ngày làm việc kế tiếp",
    ),
    "later": _one(
        OUT, "DeliveryFailure_Other",
        "Recipient requested delivery at a later date", "Người nhận hẹn giao lại vào ngày khác",
    ),
    "address_not_found": _one(
        OUT, "DeliveryFailure_InvalidAddress",
        "Courier could not find the address", "Không tìm thấy địa chỉ người nhận",
    ),
    "rural": _one(
        ARRIVED, "DeliveryFailure_Other",
        "Rural or remote area, no delivery today", "Vùng sâu vùng xa, hôm nay không phát hàng",
    ),
    "fee_at_door": _one(
        OUT, "DeliveryFailure_Security",
        "Not delivered: duties have to be paid", "Chưa giao: còn phí phải thu",
    ),
    "not_delivered": _one(
        OUT, "DeliveryFailure_Other",
        "Delivery was not successful", "Giao hàng không thành công",
    ),
    "refused_at_door": _one(
        OUT, "DeliveryFailure_Rejected",
        "Recipient refused the parcel", "Người nhận từ chối nhận hàng",
    ),
    "refused": _one(
        OUT, "Exception_Rejected", "Refused by recipient", "Khách từ chối nhận, chờ xử lý",
    ),
    "bad_address": _one(
        ARRIVED, "Exception_Other",
        "Address is incorrect or incomplete, item held at depot",
        "Địa chỉ sai hoặc thiếu, hàng đang lưu tại bưu cục",
    ),
    "storage_expired": _one(
        ARRIVED, "Exception_Other",
        "Storage period is over, item was not collected",
        "Quá thời hạn lưu kho, hàng chưa được nhận",
    ),
    "absent": _one(
        OUT, "Exception_NoBody",
        "Recipient absent after several attempts", "Người nhận vắng mặt sau nhiều lần phát",
    ),
    "customs_prohibited": _one(
        CUSTOMS, "Exception_Other",
        "Held by customs: prohibited goods", "Hải quan giữ hàng: hàng cấm",
    ),
    "customs_restricted": _one(
        CUSTOMS, "Exception_Other",
        "Held by customs: restricted import", "Hải quan giữ hàng: hàng hạn chế nhập khẩu",
    ),
    "customs_held": _one(
        CUSTOMS, "Exception_Security",
        "Held by customs, no reason given", "Hải quan giữ hàng, chưa rõ lý do",
    ),
    "damaged": _one(ARRIVED, "Exception_Damage", "Item damaged", "Hàng bị hư hỏng"),
    "lost": _one(TRANSIT, "Exception_Lost", "Item lost in transit", "Hàng bị thất lạc"),
    "delayed": _one(
        ARRIVED, "Exception_Delayed", "Delayed by severe weather", "Chậm trễ do thời tiết xấu",
    ),
    "destroyed": _one(CUSTOMS, "Exception_Destroyed", "Destroyed by customs", "Hàng bị tiêu hủy"),
    "cancelled": _one(LABEL, "Exception_Cancel", "Shipment cancelled", "Đơn hàng đã bị hủy"),
    "exception": _one(
        ARRIVED, "Exception_Other", "Exception, please contact us", "Có sự cố, vui lòng liên hệ",
    ),
    "documents": _one(
        CUSTOMS, "InTransit_CustomsRequiringInformation",
        "Customs require further information", "Hải quan yêu cầu bổ sung thông tin",
    ),
}  # fmt: skip
"""By name. `delivered` is not here: a parcel without an ending simply arrives."""
