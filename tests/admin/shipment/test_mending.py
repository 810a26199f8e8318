"""Mending a shipment on its page: number, carrier, what the carrier asks for, second numbers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from shopify_app.carriers.base import Field, Kind
from shopify_app.models import Change, Shipment
from tests import payloads
from tests.admin.shop import order_id, ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.support import ALICE, BOB, NOON, App

HOUR = timedelta(hours=1)
OTHER = "LP00252211212435"
VI = {"Accept-Language": "vi"}


@pytest.fixture
def path(app: App) -> str:
    """The page of a parcel that 17TRACK looks at."""
    app.house.follow()
    ship(app.house, 1)
    app.house.choose()
    return f"/shipments/{shipment(app.house, 1).id}"


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


def why(page: Element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in page.one("dl").all("div")}


def history(page: Element) -> list[str]:
    return [row.all("span")[1].text for row in page.one("ol", class_="history").all("li")]


def letter(page: Element, spoken: str = "en") -> str:
    return page.one("pre", lang=spoken).text


def hold(app: App, **values: object) -> Shipment:
    """Change the first order's shipment behind everybody's back."""
    app.house.change(shipment(app.house, 1), **values)
    return shipment(app.house, 1)


# ---- Number and carrier ----


def test_another_number_takes_the_place_of_a_wrong_one(path: str, app: App) -> None:
    form = {"number": "YT 2412-3456 7890 1234", "company": "YunExpress"}
    page = follow(app, app.submit(f"{path}/number", form))
    assert page.one("h1").text == "YT 2412-3456 7890 1234"
    assert said(page) == "Number saved; it is tracked from now on"
    found = shipment(app.house, 1)
    assert (found.number_key, found.company) == ("YT2412345678901234", "YunExpress")
    assert f"Number: {tracking_number(1)} → YT 2412-3456 7890 1234" in history(page)
    assert "No longer in use" in read(app.visit(path)).text
    assert app.house.outbox("shopify") == [], "nobody agreed to write it to Shopify"


def test_a_number_corrected_twice_has_the_history_of_both(path: str, app: App) -> None:
    follow(app, app.submit(f"{path}/number", {"number": OTHER, "company": ""}))
    [live] = [s for s in app.house.shipments() if s.removed_at is None]
    form = {"number": "YT2499999999999999", "company": ""}
    page = follow(app, app.submit(f"/shipments/{live.id}/number", form))
    told = [line for line in history(page) if line.startswith("Number: ")]
    assert told == [
        f"Number: {OTHER} → YT2499999999999999",
        f"Number: {tracking_number(1)} → {OTHER}",
    ]
    assert history(page).count("Fulfilled") == 1
    assert "Number no longer in use" not in history(page)


def test_shopify_is_told_if_the_merchant_agrees(path: str, app: App) -> None:
    form = {"number": OTHER, "company": "", "tell_shopify": "1"}
    page = follow(app, app.submit(f"{path}/number", form))
    [row] = app.house.outbox("shopify")
    assert row.event == "TRACKING_INFO"
    assert "Tracking numbers" in page.text
    assert "TRACKING_INFO" not in page.text


def test_of_several_pasted_numbers_the_merchant_chooses(path: str, app: App) -> None:
    text = f"Old: {tracking_number(1)}, new: {OTHER}; also YT2412345678901234"
    form = {"number": text, "company": "Cainiao"}
    dialog = opened(refused(app.submit(f"{path}/number", form)))
    assert typed(dialog, "number") == text
    assert typed(dialog, "company") == "Cainiao"
    choices = [each["value"] for each in dialog.all("input", name="chosen")]
    assert choices == [tracking_number(1), OTHER, "YT2412345678901234"]
    assert not dialog.has("p", class_="field-remark"), "it was not asked before"
    again = opened(refused(app.submit(f"{path}/number", form | {"choosing": "1"})))
    assert again.one("p", class_="field-remark").text == "Choose one of these."
    assert shipment(app.house, 1).number == tracking_number(1), "nothing is changed yet"
    page = follow(app, app.submit(f"{path}/number", form | {"chosen": OTHER, "others": "1"}))
    assert page.one("h1").text == OTHER
    assert "YT2412345678901234" in page.text, "and the others go on with it"
    assert {s.number for s in app.house.shipments() if s.joined_id} == {*choices} - {OTHER}


def test_a_number_written_in_groups_can_be_chosen_whole(path: str, app: App) -> None:
    form = {"number": "yt 2412-3456 7890 1234"}
    dialog = opened(refused(app.submit(f"{path}/number", form)))
    assert dialog.all("input", name="chosen")[-1]["value"] == "yt 2412-3456 7890 1234"
    follow(
        app,
        app.submit(f"{path}/number", form | {"chosen": "yt 2412-3456 7890 1234", "others": "1"}),
    )
    assert [s.number_key for s in app.house.shipments()] == ["YT2412345678901234"]


@pytest.mark.parametrize("text", ["hello there", "<script>alert</script>", "A1" * 26])
def test_what_no_carrier_can_have_is_refused_and_kept_in_its_field(
    text: str, path: str, app: App
) -> None:
    before = app.house.shipments()[0].number_key
    page = read(app.submit(f"{path}/number", {"number": text}), 422)
    assert "A tracking number has" in page.text
    assert app.house.shipments()[0].number_key == before


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("7" * 50, "7" * 50, id="a long one"),
        pytest.param("A1", "A1", id="a short one"),
        pytest.param(f"tracking number: {OTHER} thanks", OTHER, id="words around it"),
    ],
)
def test_no_number_is_blocked(text: str, number: str, path: str, app: App) -> None:
    follow(app, app.submit(f"{path}/number", {"number": text}))
    assert shipment(app.house, 1).number == number


@pytest.mark.parametrize("text", ["", "   ", "–––", "\x00"])
def test_without_a_number_it_is_asked_for(text: str, path: str, app: App) -> None:
    dialog = opened(refused(app.submit(f"{path}/number", {"number": text, "company": "DPD"})))
    assert remark(dialog) == "Enter a tracking number."
    assert typed(dialog, "company") == "DPD"


def test_a_number_that_the_order_has_already_is_said_to_be_so(app: App) -> None:
    ship(app.house, 1, numbers=[tracking_number(1), OTHER])
    path = f"/shipments/{shipment(app.house, 1).id}"
    dialog = opened(refused(app.submit(f"{path}/number", {"number": OTHER})))
    assert remark(dialog) == "This order has a parcel with this number already."
    assert typed(dialog, "number") == OTHER


def test_a_mistyped_sign_is_doubted_and_put_right_by_a_press(app: App) -> None:
    ship(app.house, 1, numbers=["YT24123456789O1234"])
    path = f"/shipments/{shipment(app.house, 1).id}"
    meant = f"{path}?number=YT2412345678901234"
    page = read(app.visit(path))
    assert "Did you mean YT2412345678901234?" in page.text
    assert page.has("a", class_="btn", href=meant)
    assert typed(opened(read(app.visit(meant))), "number") == "YT2412345678901234"


def test_a_parcel_without_a_number_gets_one(app: App) -> None:
    ship(app.house, 1, numbers=[])
    path = f"/shipments/{shipment(app.house, 1).id}"
    page = follow(app, app.submit(f"{path}/number", {"number": OTHER}))
    assert page.one("h1").text == OTHER
    assert page.one("a", href=f"/orders/{order_id(1)}").text == "#1"


def test_the_carrier_is_one_that_was_told_of_or_a_code(path: str, app: App) -> None:
    hold(app, carrier="190271", carrier_name="Cainiao Global")
    page = read(app.visit(path))
    options = {
        each["value"]: each.text for each in page.one("select", name="carrier").all("option")
    }
    assert options["190271"] == "Cainiao Global", "as 17TRACK called it here"
    assert options["100003"] == "FedEx", "and some that are often used"
    follow(app, app.submit(f"{path}/carrier", {"carrier": "190271", "code": ""}))
    found = shipment(app.house, 1)
    assert (found.wanted_carrier, found.wishes, found.asked_at) == ("190271", ["carrier"], NOON)
    page = follow(app, app.submit(f"{path}/carrier", {"carrier": "190271", "code": "100003"}))
    assert shipment(app.house, 1).wanted_carrier == "100003"
    assert "Another carrier chosen" in history(page)


@pytest.mark.parametrize("code", ["", "Yanwen", "12345678901", "1;2"])
def test_what_is_no_carrier_is_refused(code: str, path: str, app: App) -> None:
    dialog = opened(refused(app.submit(f"{path}/carrier", {"code": code})))
    assert remark(dialog)
    assert typed(dialog, "code") == code
    assert shipment(app.house, 1).wishes == []


# ---- What the carrier asks for ----


def test_what_the_carrier_asks_for_is_given_and_only_what_is_needed_kept(
    path: str, app: App
) -> None:
    hold(app, problem="need_field", asks="postcode,phone,date")
    page = read(app.visit(path))
    assert "The carrier asks for more before it tells of the parcel" in page.text
    form = {"postcode": " 10115 ", "phone": "+1 (555) 010-0142", "date": "2026-11-02", "city": "X"}
    page = follow(app, app.submit(f"{path}/fields", form))
    found = shipment(app.house, 1)
    given = {"postcode": "10115", "phone": "0142", "date": "2026-11-02"}
    assert (json.loads(found.fields), found.wishes) == (given, ["inform"])
    assert "Given what the carrier asks for" in history(page)
    assert "0142" not in "".join(str(change.detail) for change in app.house.rows(Change))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("date", "02.11.2026"),
        ("date", "20261102"),
        ("country", "Germany"),
        ("origin", "C"),
        ("postcode", ""),
    ],
)
def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(
    field: str, value: str, path: str, app: App
) -> None:
    hold(app, problem="bad_field", asks=field)
    dialog = opened(refused(app.submit(f"{path}/fields", {field: value})))
    assert dialog.one("input", name=field)["aria-invalid"] == "true"
    assert remark(dialog)
    assert typed(dialog, field) == value
    assert shipment(app.house, 1).fields == ""


def test_if_it_is_not_said_what_is_asked_for_all_can_be_given(path: str, app: App) -> None:
    hold(app, problem="need_field")
    names = {
        each["name"] for each in read(app.visit(path)).one("dialog", id="mend-fields").all("input")
    }
    assert names == set(Field.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("headers", [{}, VI], ids=["English", "Vietnamese"])
@pytest.mark.parametrize("kind", Kind.__args__)  # type: ignore[attr-defined]
def test_every_problem_is_told_with_a_next_step(
    kind: str, headers: dict[str, str], path: str, app: App
) -> None:
    hold(app, problem=kind)
    callout = read(app.visit(path, headers=headers)).one("div", class_="callout")
    assert callout.one("h2").text
    assert callout.one("strong").text != "."
    assert kind not in callout.text or kind in {"other", "quota", "stopped", "already"}


def test_a_problem_names_the_provider_that_has_it(path: str, app: App) -> None:
    hold(app, problem="bad_number")
    assert "17TRACK says that the number is not valid" in read(app.visit(path)).text
    hold(app, account_id=None)
    app.house.follow(key="")
    assert "The tracking provider says" in read(app.visit(path)).text


# ---- Trouble, pins, registrations ----


def test_trouble_is_put_aside_and_taken_back(path: str, app: App) -> None:
    tell(app.house, 1, "Exception_Lost")
    page = follow(app, app.submit(f"{path}/resolve", {"resolved": "1"}))
    assert said(page) == "Marked as resolved"
    assert app.house.order(order_id(1)).attention_from is None
    assert not page.has("div", class_="callout")
    page = follow(app, app.submit(f"{path}/resolve", {"resolved": "0"}))
    assert app.house.order(order_id(1)).attention_from
    assert history(page)[:2] == ["No longer marked as resolved", "Marked as resolved"]


def test_the_carrier_is_followed_again_without_asking_anybody(path: str, app: App) -> None:
    tell(app.house, 1, "InTransit_Departure")
    app.submit(f"{path}/status", {"status": "delivered"})
    assert read(app.visit(path)).has("form", action=f"{path}/unpin")
    page = follow(app, app.submit(f"{path}/unpin", {}))
    found = shipment(app.house, 1)
    assert (found.status, found.pinned, found.asked_at) == ("in_transit", False, None)
    assert not page.has("form", action=f"{path}/unpin")


def test_a_registration_anew_names_its_cost_before(path: str, app: App) -> None:
    assert not read(app.visit(path)).has("dialog", id="mend-renew")
    hold(app, stopped="for_good", look_at=None)
    with app.house.changing() as (session, _):
        account = session.merge(app.house.account())
        account.quota_total, account.quota_left = 200, 12
    page = read(app.visit(path))
    dialog = page.one("dialog", id="mend-renew")
    assert "It takes 1 of the 12 numbers left." in dialog.text
    assert dialog.one("form", method="post")["action"] == f"{path}/renew"
    assert "17TRACK has stopped looking" in why(page)["Asked"]
    follow(app, app.submit(f"{path}/renew", {}))
    assert (shipment(app.house, 1).wishes, shipment(app.house, 1).asked_at) == (["renew"], NOON)


def test_retrack_names_its_cost_where_nobody_was_to_follow_the_parcel(path: str, app: App) -> None:
    costs = "Retrack takes one of the 12 tracking numbers left at 17TRACK."
    with app.house.changing() as (session, _):
        account = session.merge(app.house.account())
        account.quota_total, account.quota_left = 200, 12
    assert costs not in read(app.visit(path)).text
    hold(app, followed_at=None, look_at=None)
    assert costs in read(app.visit(path)).text


# ---- Two numbers of one parcel ----


def test_another_number_comes_into_the_same_timeline(path: str, app: App) -> None:
    tell(app.house, 1, "InTransit_Departure", NOON - 9 * HOUR, country="CN")
    page = follow(app, app.submit(f"{path}/join", {"number": OTHER}))
    assert said(page) == "Joined: one timeline for both numbers"
    tell(app.house, OTHER, "InTransit_Arrival", NOON - HOUR, country="US")
    legs = read(app.visit(path)).all("section", class_="leg")
    assert [leg.one("span", class_="number").text for leg in legs] == [OTHER, tracking_number(1)]
    [other] = [s for s in app.house.shipments() if s.number == OTHER]
    leads = app.visit(f"/shipments/{other.id}")
    assert (leads.status_code, leads.location) == (303, path)
    order = read(app.visit(f"/orders/{order_id(1)}"))
    assert f"/shipments/{other.id}" not in [
        each["href"] for each in order.all("a", class_="number")
    ]


def test_retrack_asks_about_both(path: str, app: App) -> None:
    app.submit(f"{path}/join", {"number": OTHER})
    follow(app, app.submit(f"{path}/retrack", {}))
    assert [s.asked_at for s in app.house.shipments()] == [NOON, NOON]


def test_and_is_parted_again(path: str, app: App) -> None:
    app.submit(f"{path}/join", {"number": OTHER})
    [other] = [s for s in app.house.shipments() if s.joined_id]
    assert app.submit(f"/shipments/{other.id}/join", {"number": "X1"}).status_code == 404
    page = follow(app, app.submit(f"{path}/part", {"other": str(other.id)}))
    assert history(page)[:2] == [
        f"Parted from the number {OTHER}",
        f"Joined with the number {OTHER}",
    ]
    assert [s.number for s in app.house.shipments()] == [tracking_number(1)]
    assert app.submit(f"{path}/part", {"other": str(other.id)}).status_code == 404
    assert app.submit(f"{path}/part", {}).status_code == 404


@pytest.mark.parametrize(
    ("number", "said_"),
    [("", "Enter a tracking number."), (tracking_number(1), "This is the parcel's own number.")],
)
def test_no_number_and_its_own_are_no_other(number: str, said_: str, path: str, app: App) -> None:
    dialog = opened(refused(app.submit(f"{path}/join", {"number": number})))
    assert (remark(dialog), typed(dialog, "number")) == (said_, number)


# ---- Why, and the message for the supplier ----


def test_what_other_sources_say_is_shown_where_they_disagree(path: str, app: App) -> None:
    tell(app.house, 1, "InTransit_Departure", NOON - HOUR)
    assert "Others say" not in why(read(app.visit(path)))
    event = payloads.fulfillment_event(
        "out_for_delivery",
        (NOON - 5 * HOUR).isoformat(),
        order_id=order_id(1),
        fulfillment_id=payloads.FULFILLMENT + 1,
        country=None,
    )
    app.hear("fulfillment_events/create", event)
    told = why(read(app.visit(path)))
    assert told["Others say"] == "Shopify: Pick up, today, 2:00 AM"
    assert told["Rule"].endswith("In transit (InTransit_Departure, table 1)")
    assert told["Number looks like"] == "YunExpress (plausible)"


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("Exception_Lost", "send the goods again or refund them"),
        ("Exception_Returning", "keep the parcel"),
        ("Exception_Security", "commercial invoice"),
        ("Expired_Other", "no news for too long"),
        ("NotFound_InvalidCode", "the right tracking number"),
        ("Exception_Returned", "back with you"),
        ("DeliveryFailure_NoBody", "try once more"),
        ("InTransit_Departure", "when the parcel will arrive"),
    ],
)
def test_the_message_for_the_supplier_fits_the_status(
    code: str, asks: str, path: str, app: App
) -> None:
    tell(app.house, 1, code, text="Signed for by MAREN oakdale")
    page = read(app.visit(path))
    text = letter(page)
    assert asks in text
    assert "#1" in text
    assert tracking_number(1) in text
    assert "since Nov 24" in text
    assert "“Signed for by … …”" in text or "“Signed for by …”" in text
    for personal in ("Maren", "Oakdale", "New York", "maren.oakdale@example.com"):
        assert personal.casefold() not in text.casefold()
    assert text in [" ".join(b["data-copy"].split()) for b in page.all("button", data_copy=True)]


def test_it_is_in_english_and_in_the_pages_language(path: str, app: App) -> None:
    tell(app.house, 1, "Exception_Lost")
    page = read(app.visit(path, headers=VI))
    assert "Please send the goods again" in letter(page)
    assert "Cảnh báo, thất lạc" in letter(page, "vi")
    assert not read(app.visit(path)).has("pre", lang="vi")


def test_of_what_arrived_there_is_none_and_without_a_number_it_asks_for_one(app: App) -> None:
    ship(app.house, 1)
    tell(app.house, 1, "Delivered_Other")
    ship(app.house, 2, numbers=[])
    assert not read(app.visit(f"/shipments/{shipment(app.house, 1).id}")).has("pre")
    page = read(app.visit(f"/shipments/{shipment(app.house, 2).id}"))
    assert "Please send us the tracking number" in letter(page)


def test_anothers_parcel_is_not_there(path: str, app: App) -> None:
    ship(app.house, 2, domain=BOB)
    before = vars(shipment(app.house, 1)).copy()
    for what in ("number", "carrier", "fields", "join", "part", "resolve", "unpin", "renew"):
        form = {"number": OTHER, "code": "190271", "resolved": "1", "postcode": "1"}
        assert app.submit(f"{path}/{what}", form, BOB).status_code == 404, what
        assert app.submit(f"{path}/{what}", {}, BOB).status_code == 404, what
    after = vars(shipment(app.house, 1, ALICE))
    assert {n for n in before if not n.startswith("_") and before[n] != after[n]} == set()
