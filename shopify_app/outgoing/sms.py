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
from urllib3.exceptions import NewConnectionError

from shopify_app.outgoing.errors import Permanent, Retry, Uncertain

TIMEOUT = (5, 20)
OPTED_OUT = 21610


class OptedOut(Permanent):
    """The customer answered STOP: Twilio sends nothing from this account to this number."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text to one customer. `to` is in E.164."""

    to: str
    body: str
    from_number: str


Send = Callable[[Text], str]
"""Sends a text and returns Twilio's id of it. Raises Retry, Permanent or Uncertain."""


def e164(phone: str, country_code: str) -> str:
    """The number as `+84901234567`, read as one of `country_code`. Raises Permanent if none."""
    try:
        number = phonenumbers.parse(phone, country_code or None)
    except phonenumbers.NumberParseException as error:
        raise Permanent("bad_phone") from error
    # Not `is_valid_number`: its table of ranges is older than some numbers. Twilio knows better.
    if not phonenumbers.is_possible_number(number):
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
        try:
            answer = requests.post(
                self._url,
                data={"To": text.to, "From": text.from_number, "Body": text.body},
                auth=self._auth,
                timeout=TIMEOUT,
            )
        except requests.ConnectionError as error:
            raise _unreached(error) from error
        except requests.RequestException as error:
            raise Uncertain("broke") from error
        return _sid(answer)


def _unreached(error: requests.ConnectionError) -> Retry | Uncertain:
    """A connection that was never made carried nothing; one that broke may have."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    never_made = (requests.ConnectTimeout, requests.exceptions.SSLError)
    if isinstance(error, never_made) or isinstance(reason, NewConnectionError):
        return Retry("sms_unreachable")
    return Uncertain("broke")


def _sid(answer: requests.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    if not isinstance(told, dict):
        told = {}
    if answer.status_code == 201 and told.get("sid"):
        return str(told["sid"])
    code = told.get("code")
    if code == OPTED_OUT:
        raise OptedOut("opted_out")
    if answer.status_code in {401, 403, 429, 503}:
        raise Retry("sms_later", code or answer.status_code)
    if answer.status_code >= 500:
        raise Uncertain("broke", answer.status_code)
    raise Permanent("sms_refused", code or answer.status_code)
