"""How carriers put the reasons that providers do not code: the table behind `event_text`.

The phrases follow carriers' usual wording, in short words of our own: English as USPS, UPS, FedEx,
DHL and Royal Mail write, Chinese as China Post, YunExpress, Cainiao and SF do, Vietnamese as GHN,
GHTK, Viettel Post and Vietnam Post do. Each is narrow, as a wrong reason is worse than "other".

`;` parts phrases. `a/b` is either word; `*` up to three words (six signs in Chinese); `=` in front
means "and nothing else in the clause". `SAME` widens a word. Accents, capitals and the script of
Chinese do not matter. A clause in which something of `unless`, or of `NEVER`, stands is no reason.
"""

from __future__ import annotations

from typing import NamedTuple

from shopify_app.domain.status import Reason

SAME = {
    "recipient": "(?:recipient|addressee|consignee|receiver|customer|client|buyer)s?",
    "parcel": "(?:parcel|package|shipment|item|mail|mailpiece|article|consignment)s?",
    "收件人": "(?:收件人|收货人|收件方|收方|客户|顾客|买家)",
    "派送": "(?:派送|配送|投递|递送|送货|派件|送件)",
    "nguoi nhan": "(?:nguoi nhan|nguoi mua|khach hang|khach)",
    "kien hang": "(?:kien hang|goi hang|hang hoa|don hang|buu gui|buu pham|buu kien|hang)",
}
"""What else a word of the phrases stands for, as regular expressions."""

NEVER = """
if/unless/avoid
in case
no longer
released/cleared/resolved/completed
如果/若/如未/如需/如有/如收件人/避免
放行/已清关/清关完成/查验完成/查验完毕/已解决
nếu người/không/quá/quý/khách/bạn/hàng
tránh
đã thông quan
"""
"""What makes a clause a condition, or tells that the trouble is over."""


class Wording(NamedTuple):
    """Phrases that give a reason; which, depends on the status (None: it is not of that status)."""

    alert: Reason | None
    undelivered: Reason | None
    phrases: str
    unless: str = ""


WORDINGS = (
    Wording(
        None,
        Reason.LATER_DELIVERY_REQUESTED,
        """
        recipient requested/asked/requests/asks * another/different/new day/date/time
        recipient has/have requested/asked * another/different/new day/date/time
        recipient requested/asked/requests/asks * later/postponed/rescheduled/postponement
        recipient has/have requested/asked * later/postponed/rescheduled/postponement
        recipient requested/asked/requests/asks to postpone/reschedule
        recipient postponed/rescheduled; later/future delivery requested
        later/future delivery * requested by * recipient; requested later/future delivery
        held/postponed/rescheduled/rearranged * recipient request; held * at recipient request
        held/postponed/rescheduled/rearranged * request of * recipient
        postponed/rescheduled/rearranged by * recipient
        收件人 * 要求 * 延迟/延后/延期/改期/改约/稍后/稍晚/推迟/改日/改天/择日
        收件人要求更改派送 时间/日期; 收件人 * 改约/另约
        收件人 * 约定 * 再派/再次派送/派送时间/改日
        người nhận hẹn lại/giao/ngày/sang/phát; người nhận dời lịch/ngày
        người nhận xin/muốn hẹn/dời/hoãn/lùi; người nhận yêu cầu hẹn/dời/hoãn/lùi
        người nhận xin/muốn * giao * sau/khác/lại; người nhận yêu cầu * giao * sau/khác/lại
        hẹn lại ngày giao/nhận
        """,
        unless="address/pickup/collection; 寄件人/地址; người gửi; địa chỉ",
    ),
    Wording(
        None,
        Reason.RURAL_OR_REMOTE,
        """
        remote/rural area/location/region/address/district
        out of * delivery/service area/zone; outside/beyond * delivery/service area/zone
        not within * delivery/service area/zone
        偏远/偏僻/超区; 农村/乡村/乡镇 地区/地址; 超出 * 派送/服务 范围/区域
        不在 * 派送/服务 范围/区域
        vùng xa; vùng * nông thôn; vùng * hẻo lánh; khu vực * nông thôn; khu vực * hẻo lánh
        địa chỉ * hẻo lánh; ngoài * vùng giao/phát/phục; ngoài * khu vực giao/phát/phục
        ngoài * phạm vi giao/phát/phục
        """,
        unless="surcharge/fee/charge; 附加费; phụ phí",
    ),
    Wording(
        Reason.REFUSED,
        None,
        """
        =refused; recipient refused/declined/rejected/refuses
        recipient has/have/had refused/declined/rejected; refused/rejected/declined by * recipient
        parcel/delivery refused/declined; parcel/delivery was/is refused/declined
        parcel/delivery has been refused/declined; refused/declined * parcel/delivery
        recipient did/does/do not want/order; recipient didnt/doesnt/dont want/order
        recipient * states/says * did not order
        拒收/拒签; 收件人拒绝; 拒绝 签收/接收/收件
        người nhận * từ chối; từ chối nhận; người nhận không đồng ý nhận
        người nhận không muốn/chịu nhận; người nhận không nhận hàng/đơn; người nhận đổi ý
        người nhận không mua/đặt; người nhận báo không mua/đặt
        """,
        unless="""
        pay/payment/duties/taxes/sender/shipper/customs/entry
        海关/支付/付款/缴/寄件人
        người gửi; hải quan; thanh toán
        """,
    ),
    Wording(
        Reason.SECURITY_OR_FEE,
        Reason.SECURITY_OR_FEE,
        """
        unpaid/outstanding * duties/duty/taxes/tax/fee/fees/charges/vat/postage
        duties/duty/taxes/tax/fee/fees/charges/vat/postage unpaid/outstanding/owed
        duties/duty/taxes/tax/fee/fees/charges/vat/postage * not paid
        held/hold/waiting/awaiting * payment; refused/declined/refuses to pay
        refused/declined payment; recipient did/does not have * money/payment
        recipient had/has no money; postage due; security hold/issue/reasons; held * security
        未 缴/付/交/支付/缴纳 * 税; 税费/关税 未 * 付/缴/交; 待/等待 * 缴税/付税/付款; 拒付
        拒绝 支付/付款/缴税; 安全原因
        chưa nộp/đóng/trả * thuế/phí/cước; chưa thanh toán * thuế/phí/cước; từ chối thanh toán
        không có/đủ tiền
        """,
        unless="no outstanding/unpaid",
    ),
    Wording(
        Reason.CUSTOMS_PROHIBITED,
        None,
        """
        prohibited/banned/forbidden goods/item/items/article/articles/import/imports
        prohibited/banned/forbidden content/contents
        prohibited/banned/forbidden by * customs; import/importation * prohibited/banned/forbidden
        contraband
        禁止 进口/进境/入境/输入; 海关 * 禁; 违禁品
        hàng cấm; kiện hàng * bị cấm; cấm nhập
        """,
        unless="air/aviation/flight; no/not prohibited/contraband; 安检/航空; hàng không",
    ),
    Wording(
        Reason.CUSTOMS_RESTRICTED,
        None,
        """
        restricted goods/item/items/article/articles/commodity/import/imports
        import restricted/restriction/restrictions; import/importation * is/are restricted
        import license/licence/permit * required/needed/missing
        限制 进口/进境/入境; 进口 限制/受限; 需 * 进口许可
        hạn chế nhập; nhập khẩu * hạn chế; giấy phép nhập
        """,
        unless="air/aviation/flight; 航空; hàng không",
    ),
    Wording(
        Reason.CUSTOMS_UNSPECIFIED,
        None,
        """
        held/detained/retained/seized/stopped/withheld/impounded/stuck/hold * customs
        customs hold/detention/seizure/retention/inspection/delay/delays
        customs has/have held/detained/seized; delayed/delay * customs/clearance
        clearance delay/delayed/failed/failure/problem/exception
        customs requires/required/requested * information/documents/documentation/paperwork
        missing/incomplete customs documents/documentation/paperwork/invoice
        海关 * 扣留/扣押/扣件/扣关/暂扣/查扣; 海关 滞留/查验/留存; 清关 异常/失败/延误; 无法清关
        hải quan * giữ; giữ * hải quan; vướng/kẹt/mắc * hải quan; chậm thông quan
        không thể/được thông quan; chưa được thông quan
        thông quan thất bại; thông quan không thành công
        """,
        unless="not held/detained/seized; hải quan không giữ",
    ),
    Wording(
        Reason.STORAGE_EXPIRED,
        None,
        """
        unclaimed; not collected/claimed; not picked up by * recipient
        not picked up in/within/on time
        recipient did/has not collect/collected/claim/claimed/pick/picked
        recipient failed to collect/claim/pick; max/maximum hold time expired
        storage/holding/retention/pickup/collection period/time/term * expired/exceeded/elapsed/over
        =expired storage
        逾期/超时/超期 未 取/领/提/取件/领取/提取; 无人 领取/认领; 保管期/保管期限 * 满/已过/超
        存放 期满/超期/超时; 超过 * 保管/存放
        hết/quá thời gian/hạn lưu; hết/quá hạn lưu; hết/quá thời gian/hạn nhận/lấy; quá hạn nhận/lấy
        người nhận không đến/tới nhận/lấy
        """,
        unless="""
        until/payment/cod/cash/signature; by/from * sender/shipper/courier/carrier/driver
        寄件人; người gửi
        """,
    ),
    Wording(
        Reason.DESTROYED,
        None,
        """
        =destroyed; parcel destroyed; parcel was/is destroyed; parcel has been destroyed
        destroyed by * customs/carrier; disposed of
        销毁
        tiêu hủy
        """,
    ),
    Wording(
        Reason.DAMAGED,
        None,
        """
        =damaged; =damage; parcel damaged; parcel was/is/arrived/found * damaged
        parcel has been damaged; contents damaged; damaged parcel/contents/goods
        damaged in/during/while * transit/transport/handling/transportation/shipping
        damage reported/discovered
        破损/损坏/毁损
        hư hỏng; suy suyển; bể/rách vỡ; móp méo; kiện hàng bị hỏng/vỡ/bể/rách
        """,
        unless="""
        not damaged; no damage; label/vehicle/truck/aircraft
        未破损/无破损/没有破损/未损坏/面单/车辆
        không hư/bị; xe
        """,
    ),
    Wording(
        Reason.LOST,
        None,
        """
        =lost; parcel lost; parcel was/is lost; parcel has been lost
        presumed/declared/considered/reported/confirmed * lost
        lost in/during transit/transport/shipping; lost by * carrier; unable to locate/find * parcel
        could/can not locate/find * parcel; cannot/couldnt locate/find * parcel
        丢失/遗失/丢件
        thất lạc; kiện hàng bị/đã mất; kiện hàng đã bị mất
        """,
        unless="""
        lost and found; not lost; label/document/documents
        找回/找到/未丢失/文件/发票/面单/标签
        không thất lạc; tìm thấy
        """,
    ),
    Wording(
        Reason.CANCELLED,
        None,
        """
        =cancelled; =canceled; parcel/order/label/delivery cancelled/canceled
        parcel/order/label/delivery was/is cancelled/canceled
        parcel/order/label/delivery has been cancelled/canceled
        cancelled/canceled by * sender/shipper/merchant/seller/recipient
        订单 * 取消; 取消 寄件/发货/订单
        đơn * hủy; hủy đơn
        """,
        unless="không hủy",
    ),
    Wording(
        Reason.BAD_ADDRESS,
        Reason.ADDRESS_NOT_FOUND,
        """
        incorrect/wrong/invalid/incomplete/insufficient/bad/illegible/inaccurate address
        incorrect/wrong/invalid/incomplete/insufficient delivery/shipping/recipient/street address
        address incorrect/wrong/invalid/incomplete/insufficient/unknown/illegible/inaccurate
        address was/is/appears * incorrect/wrong/invalid/incomplete/insufficient/unknown/illegible
        address * not found/located; address * not be found/located; address cannot be found/located
        address does not exist; unable to locate/find * address; could/can not locate/find * address
        cannot/couldnt locate/find * address; undeliverable as addressed
        no such number/street/address; recipient unknown/moved; recipient has/have moved
        recipient not known; moved left no address; forward expired
        address information/correction needed/required
        missing apartment/suite/house/unit/street number
        地址 不详/错误/有误/不完整/不全/不清/欠详/不正确/不存在; 地址无法识别; 名址 不详/有误
        查无 此址/地址/此人
        找不到 * 地址; 无法找到 * 地址; 无此 街道/门牌; 收件人 * 搬家/搬迁
        sai/thiếu/nhầm địa chỉ; địa chỉ * sai; địa chỉ * không đúng/rõ; địa chỉ * không chính xác
        địa chỉ * không đầy đủ; địa chỉ * không tồn tại; địa chỉ * không tìm; không tìm * địa chỉ
        không xác định * địa chỉ; người nhận * chuyển nhà/đi
        """,
        unless="""
        sender/senders/return/email address; address corrected
        incorrect address was/has corrected/been
        寄件人/发件人
        người gửi
        """,
    ),
    Wording(
        Reason.RECIPIENT_ABSENT,
        Reason.RECIPIENT_UNAVAILABLE,
        """
        =absent; =notice left; =no answer; recipient absent/away/unavailable
        recipient not available/home/in/present/there/reachable; recipient not at home/address
        recipient was/is/were absent/away/unavailable/out
        recipient was/is/were not available/home/in/present/there/reachable
        recipient was/is/were not at home/address; no authorized/authorised recipient
        nobody/noone home/available/present/there; nobody/noone was/is home/available/present/there
        nobody/noone at home; nobody/noone was/is at home; no one home/available/present/there
        no one was/is home/available/present/there; no one at home; no one was/is at home
        business/premises/company/office closed; business/premises/company/office was/is closed
        missed you; unable to contact/reach * recipient; could/can not contact/reach * recipient
        cannot/couldnt contact/reach * recipient; recipient could/can not be contacted/reached
        recipient cannot be contacted/reached; recipient did/does not answer
        收件人 * 不在; 收件人 外出/关机; 家中无人; 无人 在家/签收/接听/应答; 联系不 上/到
        无法联 系/络; 未联系上; 电话 打不通/关机; 公司 休息/关门
        người nhận * vắng; người nhận không có nhà/mặt/ở; người nhận không ở nhà
        không có người nhận; không có ai nhận/ở; không có người ở; không liên lạc/hệ được
        không liên hệ được; không thể liên lạc/hệ; không gọi được
        không nghe/bắt máy; thuê bao; chặn số
        """,
        unless="sender/shipper/signature; post office; 寄件人/发件人; người gửi",
    ),
    Wording(
        Reason.DELAYED,
        Reason.DELAYED_OR_RESCHEDULED,
        """
        =delay; =delayed; =rescheduled; parcel/delivery/flight delayed/postponed/rescheduled
        parcel/delivery/flight is/was * delayed/postponed/rescheduled
        parcel/delivery/flight has been * delayed/postponed/rescheduled
        parcel/delivery/flight may/will be * delayed/postponed/rescheduled
        rescheduled/postponed for/to/until/due; delayed/delay due/because
        delayed by/in * weather/transit/flight/traffic; delayed delivery; caused * delay/delays
        weather/transit/flight/operational delay/delays; delay in * delivery/transit/transport
        延误/顺延; 派送延迟; 延迟/延期/改期/改日/次日 派送; 重新安排派送; 安排 * 再次派送
        trì hoãn; chậm trễ; hoãn giao/phát; dời/lùi lịch/ngày; giao/phát chậm/trễ/muộn
        giao/phát hàng chậm/trễ/muộn; hẹn giao/phát lại
        """,
        unless="""
        no delay/delays; not delayed; pickup/collection
        未延误/无延误/取件
        không trì/chậm; lấy hàng
        """,
    ),
    Wording(
        Reason.RETURNING,
        None,
        """
        return/returning/returned to * sender/shipper/origin; being returned
        退回/退件/退运/退货
        chuyển hoàn; hoàn hàng/trả; trả lại/về người gửi
        """,
        unless="return label",
    ),
)
"""The first that applies counts: a cause stands before what follows from it."""
