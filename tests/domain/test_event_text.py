"""Which reason the words of carriers give, in English, Chinese and Vietnamese, and when none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.event_text import _TRADITIONAL, reason
from shopify_app.domain.event_wordings import WORDINGS
from shopify_app.domain.status import Reason, Status

UNDELIVERED = {
    Reason.LATER_DELIVERY_REQUESTED: [
        "Customer requested future delivery",
        "Future delivery requested",
        "The recipient has asked for delivery on another day.",
        "Delivery rescheduled at customer's request",
        "Held at post office at customer request",
        "Delivery attempted, addressee asked for a later date",
        "收件人要求延迟派送",
        "收件人要求稍晚派送",
        "客户要求改期派送,快件暂存网点",
        "收件人要求更改派送时间，需电话确认",
        "因收件人改約，將於明日派送",
        "Chưa giao được: người nhận hẹn lại ngày giao sau",
        "Khách hẹn giao vào ngày mai",
        "Khách hàng yêu cầu giao lại vào ngày khác",
        "KHACH HEN LAI NGAY NHAN",
        "【北京市】快件因收件人约定改日派送，已为您保管",
    ],
    Reason.RURAL_OR_REMOTE: [
        "Delivery address is in a remote area",
        "Rural area, delivered once a week",
        "Address is outside our delivery area",
        "收件地址属偏远地区",
        "快件为超区件，转当地邮政",
        "地址超出派送范围",
        "收件地址不在服務範圍內",
        "Địa chỉ ở vùng sâu, vùng xa",
        "Địa chỉ thuộc khu vực nông thôn",
        "Địa chỉ nằm ngoài vùng phục vụ",
    ],
    Reason.ADDRESS_NOT_FOUND: [
        "Insufficient Address",
        "Unable to locate the delivery address",
        "Undeliverable as Addressed",
        "No Such Number",
        "The courier could not find the address, will try again",
        "Incorrect or incomplete address - correction needed",
        "地址不详，无法派送",
        "派件失敗：地址錯誤",
        "查无此人",
        "Sai địa chỉ người nhận",
        "Không tìm thấy địa chỉ",
        "Địa chỉ người nhận không chính xác",
    ],
    Reason.RECIPIENT_UNAVAILABLE: [
        "Notice Left (No Authorized Recipient Available)",
        "Customer not available or business closed",
        "Delivery attempt: nobody home",
        "No one was at home; delivery will be tried again tomorrow",
        "Sorry we missed you",
        "Unable to contact the recipient",
        "Recipient wasn't there? Recipient was not at home.",
        "收件人不在，安排再次派送",
        "派送不成功，家中无人",
        "無法聯絡收件人",
        "收件人电话无人接听",
        "Người nhận vắng nhà",
        "Bưu tá không liên lạc được với người nhận",
        "Người nhận không nghe máy",
        "nguoi nhan khong co nha",
        "A notice was left because an authorized recipient was not available.",
        "收貨人電話關機，無法派送",
        "Không gọi được cho khách",
    ],
    Reason.DELAYED_OR_RESCHEDULED: [
        "Delivery rescheduled",
        "Rescheduled to next business day",
        "Delivery has been postponed due to weather",
        "派送延误",
        "因天氣原因派送延遲",
        "快件改日派送",
        "Giao hàng chậm do thời tiết",
        "Việc giao hàng bị trì hoãn",
        "Dời lịch giao hàng",
        "Severe weather conditions have delayed delivery",
        "Hoãn giao hàng do mưa bão",
    ],
    Reason.SECURITY_OR_FEE: [
        "Held, awaiting payment of import duty",
        "收件人拒付关税",
        "Người nhận không đủ tiền thanh toán COD",
    ],
}

ALERT = {
    Reason.REFUSED: [
        "Refused",
        "The receiver refused the delivery",
        "Delivery refused by addressee",
        "Customer did not want the order",
        "收件人拒收，退回寄件人",
        "收貨人拒絕簽收",
        "Người nhận từ chối vì kiện hàng hư hỏng",
        "Khách đổi ý, không mua nữa",
    ],
    Reason.BAD_ADDRESS: [
        "Returned to sender: incorrect address",
        "Recipient moved, left no address",
        "Forward Expired",
        "地址不完整",
        "收件人已搬家",
        "Thiếu địa chỉ, không phát được",
    ],
    Reason.STORAGE_EXPIRED: [
        "Unclaimed/Being Returned to Sender",
        "Max Hold Time Expired",
        "Storage period has expired",
        "Item not collected by addressee",
        "包裹逾期未取，已退回",
        "保管期滿，退回寄件人",
        "Item returned to sender as unclaimed",
        "未妥投，逾期未领",
        "Chuyển hoàn do quá thời gian lưu giữ",
        "Hết thời gian lưu kho",
        "Người nhận không đến lấy hàng",
    ],
    Reason.RECIPIENT_ABSENT: ["Addressee absent", "收件人外出", "Khách hàng đi vắng"],
    Reason.CUSTOMS_PROHIBITED: [
        "Seized: contains prohibited goods",
        "Import prohibited",
        "海关查扣：违禁品",
        "禁止進口物品",
        "Hải quan giữ: hàng cấm nhập khẩu",
    ],
    Reason.CUSTOMS_RESTRICTED: [
        "Import restrictions apply, held by customs",
        "Import licence required",
        "限制进口物品，海关扣留",
        "Hàng hạn chế nhập khẩu",
    ],
    Reason.CUSTOMS_UNSPECIFIED: [
        "Held by U.S. Customs",
        "Clearance delay - import",
        "Customs requires additional documents",
        "Package is on hold in customs",
        "包裹被海关扣留",
        "邮件被海关留存待验",
        "清關異常",
        "Hải quan tạm giữ",
        "Bưu gửi đang vướng thủ tục hải quan",
    ],
    Reason.DAMAGED: [
        "Damaged in transit",
        "Your package was found damaged and cannot be delivered",
        "包裹破损",
        "快件損壞",
        "Hàng hư hỏng, bể vỡ trong quá trình vận chuyển",
        "Bưu gửi bị rách vỡ",
    ],
    Reason.LOST: ["Parcel is presumed lost", "Lost", "包裹丢失", "快件遺失", "Hàng thất lạc"],
    Reason.DESTROYED: ["Package has been destroyed", "包裹已销毁", "Đã tiêu huỷ"],
    Reason.CANCELLED: ["Shipment cancelled by sender", "订单已取消", "Đơn hàng đã bị hủy"],
    Reason.DELAYED: ["Flight delayed", "Delayed due to severe weather", "航班延误", "Bị chậm trễ"],
    Reason.RETURNING: ["Return to Sender Processed", "包裹退回中", "Đang chuyển hoàn"],
    Reason.SECURITY_OR_FEE: [
        "Held by customs - duties not paid",
        "等待收件人缴税",
        "Chưa nộp thuế",
    ],
}

NOTHING = [
    "",
    "Delivered to recipient",
    "Delivered, left with the addressee",
    "Delivery attempted",
    "The customer may delay the delivery attempt in the app",
    "Please avoid a delay in delivery: confirm your phone number",
    "If the recipient is not available, the parcel is left at a shop",
    "Will be returned to sender if unclaimed within 15 days",
    "Released from customs hold",
    "Customs inspection completed",
    "Customs clearance started",
    "Presented to customs",
    "Remote area surcharge applied",
    "No damage reported",
    "Parcel was not damaged",
    "Damaged label replaced",
    "Sent to lost and found",
    "Pickup rescheduled",
    "Shipment not collected by courier yet",
    "Recipient signature not available",
    "Payment not collected",
    "Storage period ends on 30 November",
    "Held at pickup point until 30 November",
    "The package is no longer delayed",
    "Collection address: incorrect sender address corrected",
    "Import duties paid",
    "Out for delivery",
    "Lostock Hall Delivery Office",
    "Customer requested a different delivery location",
    "Customer requested delivery to another address",
    "Rejected",
    "Attempted delivery. No access to delivery location",
    "Item being held, addressee being notified",
    "Delivery not possible because of public holiday",
    "Refused entry by customs",
    "Payment card declined",
    "Prohibited for air transport",
    "Post office closed",
    "Vehicle damaged, parcel moved to another truck",
    "包裹已签收",
    "已放行，海关查验完成",
    "海关已放行",
    "包裹完好，未破损",
    "如收件人不在，请放快递柜",
    "偏远附加费已收取",
    "正在派送中，请保持电话畅通",
    "联系不上寄件人",
    "海关已扣税",
    "收件人要求自取",
    "清关中，等待收件人提供税号",
    "收件人要求送至其他地址",
    "未延误，正常运输",
    "Giao hàng thành công",
    "Hàng đã thông quan",
    "Mặt hàng: quần áo",
    "Hoàn tất giao hàng",
    "Người gửi hẹn lại ngày lấy hàng",
    "Người gửi từ chối nhận hàng trả",
    "Không liên lạc được người gửi",
    "Nếu khách hàng vắng nhà, bưu tá sẽ giao lại",
    "Đang giao hàng",
    "Người nhận không nhận được hàng",
    "Khách yêu cầu giao lại địa chỉ khác",
    "Không cần thông quan",
    "Chưa giao được, người nhận đổi địa chỉ",
    "Đã thanh toán thuế nhập khẩu",
    "Giao cho vợ người nhận",
    "Phụ phí vùng xa",
]


def cases(told: dict[Reason, list[str]]) -> list[tuple[str, Reason]]:
    return [(text, why) for why, texts in told.items() for text in texts]


@pytest.mark.parametrize(("text", "why"), cases(UNDELIVERED))
def test_undelivered(text: str, why: Reason) -> None:
    assert reason(Status.UNDELIVERED, [text]) is why


@pytest.mark.parametrize(("text", "why"), cases(ALERT))
def test_alert(text: str, why: Reason) -> None:
    assert reason(Status.ALERT, [text]) is why


@pytest.mark.parametrize("text", NOTHING)
def test_no_reason(text: str) -> None:
    assert reason(Status.ALERT, [text]) is None
    assert reason(Status.UNDELIVERED, [text]) is None


@pytest.mark.parametrize("status", [s for s in Status if s not in {"alert", "undelivered"}])
def test_other_statuses_have_no_reason(status: Status) -> None:
    assert reason(status, ["The receiver refused the delivery", "Nobody home"]) is None


def test_a_reason_of_the_other_status_is_not_given() -> None:
    assert reason(Status.UNDELIVERED, ["The receiver refused the delivery"]) is None
    assert reason(Status.UNDELIVERED, ["Held by customs"]) is None
    assert reason(Status.ALERT, ["Customer requested future delivery"]) is None
    assert reason(Status.ALERT, ["Delivery address is in a remote area"]) is None


def test_the_first_text_that_tells_counts() -> None:
    texts = ["Delivery attempted", "Nobody home", "Address not found"]
    assert reason(Status.UNDELIVERED, texts) is Reason.RECIPIENT_UNAVAILABLE
    assert reason(Status.UNDELIVERED, []) is None


def test_a_cause_stands_before_what_follows_from_it() -> None:
    text = "Delivery rescheduled: address not found"
    assert reason(Status.UNDELIVERED, [text]) is Reason.ADDRESS_NOT_FOUND


def test_every_reason_of_the_product_can_be_read() -> None:
    alert = {wording.alert for wording in WORDINGS} - {None}
    undelivered = {wording.undelivered for wording in WORDINGS} - {None}
    assert alert == set(ALERT)
    assert undelivered == set(UNDELIVERED)
    assert alert | undelivered == set(Reason) - {Reason.OTHER}


def test_every_chinese_phrase_is_in_simplified_signs() -> None:
    told = "".join(wording.phrases + wording.unless for wording in WORDINGS)
    assert not set(_TRADITIONAL[::2]) & set(re.findall(r"\w", told))


@given(st.sampled_from(Status), st.lists(st.text(max_size=200), max_size=4))
def test_any_text_is_taken(status: Status, texts: list[str]) -> None:
    assert reason(status, texts) in {None, *Reason}
