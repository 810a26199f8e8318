"""Texts over Twilio's REST API, or into files while no account is set.

Source: Twilio's pages on the Messages resource and its error codes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
import requests
from phonenumbers import ValidationResult

from shopify_app.outgoing.errors import Permanent, Refused, Retry, Uncertain
from shopify_app.outgoing.posting import post, told

OPTED_OUT = 21610
BAD_SENDER = {21212, 21603, 21606, 21659, 21660}
"""Twilio's codes for a `From` that it does not know, or that is no sender of this account."""


class OptedOut(Permanent):
    """The customer answered STOP: Twilio sends nothing from this account to this number."""

    state = "suppressed"


@dataclass(frozen=True, slots=True)
class Text:
    """One text to one customer. `to` is in E.164."""

    to: str
    body: str
    from_number: str
    callback: str = ""
    """Where Twilio tells how the text fares."""
    key: str = ""
    """The same each time it is tried; a gateway knows a text again by it."""
    reference: str = ""
    """By which a gateway names the text when it tells how it fares."""


Send = Callable[[Text], str]
"""Sends a text and returns its id there. Raises an error of `outgoing.errors`."""


def e164(phone: str, country_code: str) -> str:
    """The number as `+84901234567`, read as one of `country_code`. Raises Permanent if none."""
    try:
        number = phonenumbers.parse(phone, country_code or None)
    except phonenumbers.NumberParseException as error:
        raise Permanent("bad_phone") from error
    # Not `is_valid_number`: its table of ranges is older than some numbers. Twilio knows better.
    # Nor `is_possible_number`: it takes one without its area code, which nobody abroad can call.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise Permanent("bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def sender(url: str, account_sid: str, auth_token: str, folder: Path) -> Send:
    """The way texts go: Twilio's account, or (no account) files in `folder`."""
    return _Twilio(url, account_sid, auth_token) if account_sid else _Files(folder)


class _Files:
    """One JSON file a text, so that all works without an account."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, text: Text) -> str:
        name = str(uuid.uuid4())
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {"to": text.to, "from": text.from_number, "body": text.body}
        (self._folder / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False))
        return name


class _Twilio:
    def __init__(self, url: str, account_sid: str, auth_token: str) -> None:
        self._url = f"{url}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._auth = (account_sid, auth_token)

    def __call__(self, text: Text) -> str:
        form = {"To": text.to, "From": text.from_number, "Body": text.body}
        if text.callback:
            form["StatusCallback"] = text.callback
        return _sid(post(self._url, "sms_unreachable", data=form, auth=self._auth))


def _sid(answer: requests.Response) -> str:
    """Twilio's id of the text it took. Raises an error of `outgoing.errors`."""
    said, status = told(answer), answer.status_code
    if 200 <= status < 300:
        if not said.get("sid"):
            raise Uncertain("broke", status)
        return str(said["sid"])
    code = said.get("code")
    if code == OPTED_OUT:
        raise OptedOut("opted_out")
    if code in BAD_SENDER:
        raise Refused("sms_sender", code)
    if status in {401, 403}:
        raise Refused("sms_login", code or status)
    if status < 400 or status in {429, 503}:
        raise Retry("sms_later", code or status)
    if status >= 500:
        raise Uncertain("broke", status)
    raise Permanent("sms_refused", code or status)
