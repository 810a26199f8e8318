"""Settings: what is chosen is kept, what cannot be is said beside its field and changes nothing."""

from __future__ import annotations

from datetime import timedelta

from shopify_app.admin.settings.page import PRESETS
from shopify_app.models import CarrierAccount
from tests.admin.shop import ship
from tests.pages import Element, read
from tests.support import BOB, KEY, NOON, App

OWN_KEY = f"{KEY}A"


def settings(app: App, query: str = "") -> Element:
    return read(app.visit(f"/settings{query}"))


def save(app: App, **fields: str) -> Element:
    """Save, and read the page that follows."""
    answer = app.submit("/settings", fields)
    assert (answer.status_code, answer.location) == (303, "/settings?saved=1")
    return settings(app, "?saved=1")


def shown(page: Element) -> dict[str, str]:
    """The form as a browser would send it back."""
    form = page.one("form", action="/settings")
    resting = [field for part in form.all("fieldset", disabled=True) for field in part.all("input")]
    fields = [field for field in form.all("input") if field not in resting]
    sent = {
        field["name"]: field["value"]
        for field in fields
        if field["type"] not in {"checkbox", "radio"} or "checked" in field.attributes
    }
    sent["boxes"] = " ".join(field["value"] for field in fields if field["name"] == "boxes")
    sent.pop("push_url", "")
    return sent


KEPT = [
    ("notify", "1", True),
    ("notify", "off", False),
    ("notify", "on", True),
    ("notify_by", "shopify", "shopify"),
    ("notify_email", "off", False),
    ("notify_sms", "0", False),
    ("tracking_url", " https://parcels.test/{number} ", "https://parcels.test/{number}"),
    ("sender_name", "  Alice \r\n Bcc: x@y.test  & Söhne ", "Alice Bcc: x@y.test & Söhne"),
    ("sender_name", "n" * 300, "n" * 100),
    ("mail_from", "post@alice.test", "post@alice.test"),
    ("reply_to", "help@alice.test", "help@alice.test"),
    ("sms_from", "+1 (555) 010-0142", "+15550100142"),
    ("write_back", "false", False),
    ("write_links", "1", True),
    ("write_tags", "on", True),
    ("write_metafield", "on", True),
    ("classic_look", "on", True),
]
FIELDS = {field for field, _, _ in KEPT} | {"catch_up"}


def test_each_field_is_kept_and_the_others_stay(app: App) -> None:
    bobs = {name: getattr(app.house.shop(BOB), name) for name in FIELDS}
    for field, given, kept in KEPT:
        before = {name: getattr(app.house.shop(), name) for name in FIELDS}
        page = save(app, **{field: given})
        after = {name: getattr(app.house.shop(), name) for name in FIELDS}
        assert after == before | {field: kept}
        assert page.has("template", data_toast="Settings saved")
    assert {name: getattr(app.house.shop(BOB), name) for name in FIELDS} == bobs


def test_a_box_that_is_not_ticked_is_not_sent_and_so_taken_out(app: App) -> None:
    app.house.follow()
    app.house.notify()
    sent = shown(settings(app))
    assert {name for name in sent if sent[name] == "1"} == {
        "notify", "notify_email", "notify_sms", "write_back", "told_at_once",
    }  # fmt: skip
    save(app, **{name: value for name, value in sent.items() if name not in {"notify_sms"}})
    shop = app.house.shop()
    assert (shop.notify, shop.notify_email, shop.notify_sms, shop.write_back) == (
        True, True, False, True,
    )  # fmt: skip


def test_while_shopify_tells_the_customers_our_own_channels_rest_and_stay(app: App) -> None:
    app.house.notify()
    app.house.change_shop(notify_sms=False, told_events={"delivered": {"email": NOON.isoformat()}})
    app.house.change_shop(scopes="write_orders")
    assert not settings(app).has("fieldset", disabled=True)
    save(app, notify_by="shopify")
    page = settings(app)
    resting = [box for part in page.all("fieldset", disabled=True) for box in part.all("input")]
    assert {"notify_email", "notify_sms"} <= {box["name"] for box in resting}
    refused = read(app.submit("/settings", shown(page) | {"reply_to": "nobody"}), 422)
    for sent in (
        shown(refused) | {"reply_to": ""},
        shown(refused) | {"reply_to": "", "notify_by": "retrack"},
    ):
        save(app, **sent)
        shop = app.house.shop()
        assert (shop.notify_email, shop.notify_sms) == (True, False)
        assert shop.told_events == {"delivered": {"email": NOON.isoformat()}}


def test_sending_the_page_back_as_it_is_changes_nothing(app: App) -> None:
    app.house.follow()
    before = vars(app.house.shop()).copy()
    save(app, **shown(settings(app)))
    after = vars(app.house.shop())
    assert {n for n in before if before[n] != after[n] and not n.startswith("_")} == set()


def test_messages_are_for_what_is_fulfilled_after_they_were_switched_on(app: App) -> None:
    ship(app.house, 1)
    app.house.clock.jump(hours=1)
    save(app, notify="1")
    assert app.house.shop().notify_since == NOON + timedelta(hours=1)
    ship(app.house, 2, shipped=NOON + timedelta(hours=2))
    assert {row.order_id for row in app.house.outbox("email")} == {
        row.order_id for row in app.house.outbox("sms")
    }
    assert len(app.house.outbox()) == 2
    app.house.clock.jump(hours=1)
    save(app, notify="1", sender_name="Alice")
    assert app.house.shop().notify_since == NOON + timedelta(hours=1), "it was on already"


REFUSED = [
    ("tracking_url", "http://t.test/", "It has to start with https://"),
    ("tracking_url", "javascript:alert(1)", "It has to start with https://"),
    ("tracking_url", "", "Enter the address"),
    ("tracking_url", "https://", "not the address of a site"),
    ("tracking_url", "https://a:b@t.test/", "not the address of a site"),
    ("tracking_url", "https://t.test/ x", "no spaces"),
    ("tracking_url", f"https://t.test/{'x' * 600}", "too long"),
    ("mail_from", "alice", "not an email address"),
    ("mail_from", "a@b.test\nBcc: x@y.test", "not an email address"),
    ("reply_to", "a@b.test, c@d.test", "not an email address"),
    ("sms_from", "555 0100", "with its country"),
    ("seventeentrack_key", "my key!", "letters and digits only"),
    ("notify_by", "nobody", "Choose one of the two"),
]


def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_saved(app: App) -> None:
    before = {name: getattr(app.house.shop(), name) for name in FIELDS}
    for field, given, text in REFUSED:
        fields = {"notify": "1", "sender_name": "Someone else", field: given}
        page = read(app.submit("/settings", fields), 422)
        assert "Not saved" in page.one("section", id="not-saved").text
        [wrong] = page.all("input", aria_invalid="true")
        assert wrong["name"] == field
        assert text in page.one(id=wrong["aria-describedby"].split()[0]).text
        assert page.one("input", id="sender_name")["value"] == "Someone else", "to mend it"
        assert {name: getattr(app.house.shop(), name) for name in FIELDS} == before
    assert app.house.rows(CarrierAccount) == []


def test_a_key_is_taken_masked_and_never_shown_again(app: App) -> None:
    page = settings(app)
    assert "No key yet" in page.text
    answer = app.submit("/settings", {"seventeentrack_key": OWN_KEY})
    assert OWN_KEY not in answer.text
    [account] = app.house.rows(CarrierAccount)
    assert (account.api_key, account.owner_id) == (OWN_KEY, app.house.shop().id)
    whole = app.visit("/settings?saved=1")
    assert OWN_KEY not in whole.text
    field = read(whole).one("input", id="seventeentrack_key")
    assert (field["type"], field["value"], field["autocomplete"]) == ("password", "", "off")
    assert "•" in field["placeholder"]
    assert "This key is being checked now" in read(whole).text
    save(app, seventeentrack_key="")
    assert app.house.rows(CarrierAccount)[0].api_key == OWN_KEY, "left empty it stays"


def test_a_key_beside_a_mistake_is_neither_saved_nor_shown(app: App) -> None:
    fields = {"seventeentrack_key": OWN_KEY, "tracking_url": "http://t.test"}
    answer = app.submit("/settings", fields)
    assert (answer.status_code, OWN_KEY in answer.text) == (422, False)
    assert app.house.rows(CarrierAccount) == []


def test_a_key_can_be_forgotten(app: App) -> None:
    app.house.follow()
    assert settings(app).has("input", id="forget_seventeentrack_key")
    save(app, forget_seventeentrack_key="1")
    assert app.house.rows(CarrierAccount)[0].api_key == ""
    assert "No key yet" in settings(app).text


def test_the_push_address_is_shown_whole_and_can_be_copied(app: App) -> None:
    assert not settings(app).has("input", id="push_url")
    app.house.follow()
    page = settings(app)
    [account] = app.house.rows(CarrierAccount)
    url = f"https://retrack.test/webhooks/carriers/17track/{account.id}"
    assert page.one("input", id="push_url")["value"] == url
    assert page.one("button", data_copy=True)["data-copy"] == url


def test_a_key_that_17track_refuses_is_said_on_every_page(app: App) -> None:
    app.house.follow()
    with app.house.changing_account() as (_, account):
        account.problem, account.problem_since = "auth", NOON - timedelta(hours=2)
    for path in ("/", "/orders", "/tracking", "/progress", "/messages", "/settings"):
        banner = read(app.visit(path)).one("section", id="notice-auth")
        assert "17TRACK refuses the key since today, 5:00 AM" in banner.text, path
        leads = [link["href"] for link in banner.all("a")]
        assert leads == ([] if path == "/settings" else ["/settings#provider"]), path
    assert not read(app.visit("/", BOB)).has("section", id="notice-auth")
    save(app, seventeentrack_key="0123456789NEW")
    assert not settings(app).has("section", id="notice-auth")


def test_a_customer_would_get_this_link(app: App) -> None:
    page = save(app, tracking_url="https://parcels.test/?n={number}&l=en")
    link = "https://parcels.test/?n=YT2412345678901234&l=en"
    assert page.has("a", href=link)


def test_without_their_own_the_sender_and_the_mail_are_the_shops(app: App) -> None:
    words = settings(app).text
    assert "Empty: Alice" in words
    assert "Empty: orders@retrack.test" in words
    assert "Empty: owner@alice.test" in words


def test_the_admins_look_is_chosen_for_one_shop(app: App) -> None:
    save(app, classic_look="on")
    for path in ("/", "/settings"):
        assert read(app.visit(path)).one("div", id="page")["data-look"] == "classic"
        assert not read(app.visit(path, BOB)).has(data_look="classic")
    boxes = settings(app).all("input", name="boxes")[0]["value"]
    app.submit("/settings", {"boxes": boxes})
    assert not settings(app).has(data_look="classic"), "what is not ticked is taken out"


def test_what_changes_orders_rests_until_shopify_allows_it(app: App) -> None:
    page = settings(app)
    assert page.one("button", data_grant="write_orders").text == "Allow it in Shopify"
    resting = page.one("fieldset", disabled=True)
    assert [i["name"] for i in resting.all("input", role="switch")] == [
        "write_tags",
        "write_metafield",
    ]
    app.house.change_shop(scopes="read_orders,write_orders")
    assert not settings(app).has("button", data_grant="write_orders")


def test_each_site_that_is_often_used_is_put_into_the_field_by_a_press(app: App) -> None:
    page = read(app.visit("/settings"))
    [field] = page.all("input", name="tracking_url")
    for name, url in PRESETS.items():
        button = page.one("button", data_fill=url)
        assert (button.text, button["data-into"]) == (name, field["id"])
