"""The words of the admin around the app, in the languages it can be switched to."""

from __future__ import annotations

from sandbox.database import Json

LOCALES = {"en": "English", "vi": "Tiếng Việt"}
_WORDS: dict[str, Json] = {
    "en": {
        "allow": "Update",
        "apps": "Apps",
        "control": "Control",
        "decline": "Cancel",
        "discard": "Discard",
        "dismiss": "Dismiss",
        "install": "Install Retrack",
        "leave": "Discard all unsaved changes?",
        "leave_button": "Discard changes",
        "mails": "Mails",
        "menu": "Menu",
        "not_installed": "Retrack is not installed in this store",
        "quiet": ["Home", "Orders", "Products", "Customers"],
        "save": "Save",
        "scopes": "Retrack asks for more access to this store",
        "stay": "Continue editing",
        "texts": "Texts",
        "unsaved": "Unsaved changes",
    },
    "vi": {
        "allow": "Cập nhật",
        "apps": "Ứng dụng",
        "control": "Điều khiển",
        "decline": "Hủy",
        "discard": "Hủy",
        "dismiss": "Đóng",
        "install": "Cài đặt Retrack",
        "leave": "Hủy tất cả thay đổi chưa lưu?",
        "leave_button": "Hủy thay đổi",
        "mails": "Thư",
        "menu": "Menu",
        "not_installed": "Retrack chưa được cài đặt trong cửa hàng này",
        "quiet": ["Trang chủ", "Đơn hàng", "Sản phẩm", "Khách hàng"],
        "save": "Lưu",
        "scopes": "Retrack xin thêm quyền truy cập cửa hàng này",
        "stay": "Tiếp tục chỉnh sửa",
        "texts": "Tin nhắn",
        "unsaved": "Thay đổi chưa lưu",
    },
}


def of(locale: str) -> Json:
    """The words of a locale, English for one that is not known."""
    return _WORDS.get(locale, _WORDS["en"])
