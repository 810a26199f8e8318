"""Asking DHL: one number a call, and what each answer amounts to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import responses
from responses import matchers

from shopify_app.carriers.base import AuthError, RateLimited, Ref, Refusal, Unavailable
from shopify_app.carriers.dhl.client import Dhl

KEY = "the-consumer-key"
URL = "https://dhl.test/track/shipments"
ONE, TWO, THREE = Ref("7777777770"), Ref("1099255990"), Ref("3318810025")
TOO_MANY = {"status": 429, "title": "Too Many Requests", "detail": "Please try again later."}
NOT_FOUND = {
    "status": 404,
    "title": "No result found",
    "detail": "No shipment with given tracking number found.",
}


pytestmark = pytest.mark.usefixtures("no_waits")


def answers(http: responses.RequestsMock, ref: Ref, body: Any, status: int = 200) -> None:
    asked = {"trackingNumber": ref.number, "language": "en"}
    problem = "application/problem+json" if status != 200 else "application/json"
    http.get(
        URL,
        json=body,
        status=status,
        content_type=problem,
        match=[matchers.query_param_matcher(asked), matchers.header_matcher({"DHL-API-Key": KEY})],
    )


def shipment(ref: Ref, code: str = "transit") -> dict[str, Any]:
    status = {"timestamp": "2026-11-20T10:00:00", "statusCode": code, "description": "Processed"}
    return {"shipments": [{"id": ref.number, "service": "express", "status": status}]}


def fetch(*refs: Ref) -> Any:
    return Dhl("https://dhl.test", KEY).fetch(refs)


def test_each_number_is_a_call_with_the_key(http: responses.RequestsMock) -> None:
    answers(http, ONE, shipment(ONE, "delivered"))
    answers(http, TWO, shipment(TWO))
    batch = fetch(ONE, TWO)
    assert [(s.number, s.code) for s in batch.accepted] == [
        (ONE.number, "delivered"),
        (TWO.number, "transit"),
    ]
    assert (batch.refused, batch.cut_short) == ([], None)


def test_a_postcode_is_given_where_one_is_known(http: responses.RequestsMock) -> None:
    asked = {"trackingNumber": ONE.number, "language": "en", "recipientPostalCode": "53113"}
    http.get(URL, json=shipment(ONE), match=[matchers.query_param_matcher(asked)])
    assert fetch(Ref(ONE.number, fields={"postcode": "53113"})).accepted


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, NOT_FOUND, Refusal(ONE, "no_info", 404)),
        (200, {"shipments": []}, Refusal(ONE, "no_info", 200)),
        (400, {"detail": "Input is invalid"}, Refusal(ONE, "bad_number", 400)),
        (
            400,
            {"detail": "Input is invalid: recipientPostalCode"},
            Refusal(ONE, "bad_field", 400, ("postcode",)),
        ),
    ],
    ids=["not found", "no shipment", "bad number", "bad postcode"],
)
def test_what_is_wrong_with_a_number_is_data(
    http: responses.RequestsMock, status: int, body: Any, expected: Refusal
) -> None:
    answers(http, ONE, body, status)
    answers(http, TWO, shipment(TWO))
    batch = fetch(ONE, TWO)
    assert batch.refused == [expected]
    assert [s.number for s in batch.accepted] == [TWO.number]


@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthError), (429, RateLimited), (500, Unavailable)]
)
def test_an_error_at_the_first_number_is_raised(
    http: responses.RequestsMock, status: int, error: type[Exception]
) -> None:
    answers(http, ONE, {}, status)
    with pytest.raises(error):
        fetch(ONE, TWO)


@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthError), (429, RateLimited), (503, Unavailable)]
)
def test_an_error_on_the_way_keeps_what_was_told_before(
    http: responses.RequestsMock, status: int, error: type[Exception]
) -> None:
    """Calls are few: an answer that was paid for is not thrown away."""
    answers(http, ONE, shipment(ONE))
    answers(http, TWO, {}, status)
    batch = fetch(ONE, TWO, THREE)
    assert [s.number for s in batch.accepted] == [ONE.number]
    assert batch.refused == []
    assert isinstance(batch.cut_short, error)


def test_a_429_that_names_no_time_waits_minutes(http: responses.RequestsMock) -> None:
    """It may be the day's calls that are used up: no call a second until midnight."""
    answers(http, ONE, TOO_MANY, 429)
    with pytest.raises(RateLimited) as caught:
        fetch(ONE)
    assert caught.value.retry_after == timedelta(minutes=5)


def test_a_404_of_somebody_else_is_no_answer_about_the_number(http: responses.RequestsMock) -> None:
    http.get(URL, body="<html>Not Found</html>", status=404)
    with pytest.raises(Unavailable):
        fetch(ONE)
