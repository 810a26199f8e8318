"""A shipment's page as tests of mending read it, and what they type into its forms."""

from __future__ import annotations

from datetime import timedelta

from werkzeug.test import TestResponse

from tests.admin.shop import shipment
from tests.pages import Element, read
from tests.support import App

HOUR = timedelta(hours=1)
OTHER = "LP00252211212435"
VI = {"Accept-Language": "vi"}


def follow(app: App, answer: TestResponse) -> Element:
    assert answer.status_code == 303
    return read(app.visit(answer.location))


def refused(answer: TestResponse) -> Element:
    """The page with what was typed; the browser stays at the page's own address."""
    assert answer.headers["HX-Push-Url"] == "false"
    return read(answer, 422)


def opened(page: Element) -> Element:
    """The dialog that opens when the page arrives."""
    return page.one("dialog", data_opened=True)


def remark(dialog: Element) -> str:
    return dialog.one("p", class_="field-remark").text


def said(page: Element) -> str:
    return page.one("template", data_toast=True)["data-toast"]


def typed(dialog: Element, name: str) -> str:
    [field] = [each for each in dialog.all("", name=name) if each.tag in {"input", "textarea"}]
    return field.text if field.tag == "textarea" else field["value"]


def history(page: Element) -> list[str]:
    return [row.all("span")[1].text for row in page.one("ol", class_="history").all("li")]


def hold(app: App, **values: object) -> None:
    """Change the first order's shipment behind everybody's back."""
    app.house.change(shipment(app.house, 1), **values)
