"""A mail that did not go out is sent again, one that may have is not, and no password is told."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from shopify_app.outgoing import email
from shopify_app.outgoing.errors import Permanent, Refused, Retry, SendError, Uncertain
from shopify_app.outgoing.letter import Mail, compose
from tests.outgoing.conftest import BODY, HANG_UP, HELLO, SILENCE, MailServer

NOWHERE = Path("/dev/null/mails")
"""A folder that no mail can be put into."""
SOON = 0.3
"""How long silence is borne, in seconds: a busy machine has answered by then."""
LOGIN = base64.b64encode(b"\0us@er\0pass/word").decode()


MAIL = compose(
    Mail(
        to="maren@example.com",
        subject="Order #1058 is on its way",
        text="Hi Maren,\n.\nyour parcel left.",
        html="<p>Hi Maren</p>",
        from_name='A "B" <x@y.example>; é, long enough for two lines of code words in the header',
        from_address="orders@retrack.test",
        reply_to="care@alice.test",
    )
)


def send(url: str = "smtp://mail.test:2525") -> str:
    ours = email.sender(url, NOWHERE)
    try:
        return ours(MAIL)
    finally:
        ours.rest()


def test_a_mail_goes_to_its_one_recipient(mail_server: MailServer) -> None:
    assert send() == MAIL.id
    assert mail_server.addresses == [("mail.test", 2525)]
    assert mail_server.verbs == "EHLO MAIL RCPT DATA QUIT"
    assert mail_server.heard[1].upper() == "MAIL FROM:<ORDERS@RETRACK.TEST>"
    assert mail_server.heard[2].upper() == "RCPT TO:<MAREN@EXAMPLE.COM>"
    assert mail_server.bodies == [MAIL.content]


@pytest.mark.parametrize(
    ("moment", "answer", "error"),
    [
        (HELLO, "421 busy", Retry("mail_unreachable", "SMTPConnectError")),
        (HELLO, "554 not you", Retry("mail_unreachable", "SMTPConnectError")),
        (HELLO, HANG_UP, Retry("mail_unreachable", "SMTPServerDisconnected")),
        ("EHLO", HANG_UP, Retry("mail_unreachable", "SMTPServerDisconnected")),
        ("MAIL", "451 later", Retry("mail_later", 451)),
        ("MAIL", "550 not from you", Refused("mail_sender", 550)),
        ("MAIL", HANG_UP, Retry("mail_unreachable", "SMTPServerDisconnected")),
        ("MAIL", SILENCE, Retry("mail_unreachable", "SMTPServerDisconnected")),
        ("MAIL", "what?", Retry("mail_later", -1)),
        ("RCPT", "450 greylisted", Retry("mail_later", 450)),
        ("RCPT", "550 no such user", Permanent("mail_refused", 550)),
        ("RCPT", HANG_UP, Retry("mail_unreachable", "SMTPServerDisconnected")),
        ("RCPT", "what?", Retry("mail_later", -1)),
        ("DATA", "452 full", Retry("mail_later", 452)),
        ("DATA", "554 no valid recipients", Permanent("mail_refused", 554)),
        ("DATA", "250 what?", Retry("mail_later", 250)),
        ("DATA", HANG_UP, Uncertain("broke")),
        ("DATA", SILENCE, Uncertain("broke")),
        (BODY, "451 later", Retry("mail_later", 451)),
        (BODY, "421 closing", Retry("mail_later", 421)),
        (BODY, "554 spam", Permanent("mail_refused", 554)),
        (BODY, HANG_UP, Uncertain("broke")),
        (BODY, SILENCE, Uncertain("broke")),
        (BODY, "what?", Uncertain("broke")),
        (BODY, "354 go on", Uncertain("broke")),
    ],
)
def test_each_way_to_fail_is_named_by_what_follows(
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    answer: str,
    error: SendError,
) -> None:
    if answer == SILENCE:
        monkeypatch.setattr(email, "TIMEOUT", SOON)
    mail_server.script[moment] = answer
    with pytest.raises(SendError) as raised:
        send()
    assert (type(raised.value), str(raised.value)) == (type(error), str(error))


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE, "500 what?"])
def test_a_server_that_does_not_say_goodbye_has_the_mail_all_the_same(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(email, "TIMEOUT", SOON)
    mail_server.script["QUIT"] = answer
    assert send() == MAIL.id


def test_a_server_that_is_down_is_tried_again(mail_server: MailServer) -> None:
    mail_server.down = True
    with pytest.raises(Retry, match="mail_unreachable:ConnectionRefusedError"):
        send()


def test_a_server_of_the_old_protocol_gets_the_mail(mail_server: MailServer) -> None:
    mail_server.script["EHLO"] = "500 what?"
    send()
    assert mail_server.verbs == "EHLO HELO MAIL RCPT DATA QUIT"


def test_mails_that_follow_each_other_share_a_connection_with_tls(mail_server: MailServer) -> None:
    mail_server.offers = ("STARTTLS", "AUTH PLAIN")
    ours = email.sender("smtp://us%40er:pass%2Fword@mail.test", NOWHERE)
    for _ in range(2):
        ours(MAIL)
    ours.rest()
    mail_server.join()
    login = "EHLO STARTTLS EHLO AUTH"
    assert mail_server.verbs == f"{login} MAIL RCPT DATA MAIL RCPT DATA QUIT"
    assert mail_server.heard[3] == f"AUTH PLAIN {LOGIN}"
    assert (mail_server.secured, mail_server.addresses) == (["mail.test"], [("mail.test", 587)])


@pytest.mark.parametrize("answer", [HANG_UP, "421 idle for too long"])
def test_a_connection_that_was_closed_meanwhile_is_made_anew(
    mail_server: MailServer, answer: str
) -> None:
    ours = email.sender("smtp://mail.test", NOWHERE)
    ours(MAIL)
    mail_server.next_time = {"MAIL": answer}
    ours(MAIL)
    ours.rest()
    assert (len(mail_server.addresses), len(mail_server.bodies)) == (2, 2)


def test_after_a_mail_that_failed_the_next_begins_on_a_new_line(mail_server: MailServer) -> None:
    ours = email.sender("smtp://mail.test", NOWHERE)
    mail_server.script["RCPT"] = "550 no such user"
    with pytest.raises(Permanent):
        ours(MAIL)
    del mail_server.script["RCPT"]
    ours(MAIL)
    ours.rest()
    assert (len(mail_server.addresses), len(mail_server.bodies)) == (2, 1)


def test_a_connection_is_not_kept_for_more_mails_than_servers_like(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email, "MOST_MAILS", 2)
    ours = email.sender("smtp://mail.test", NOWHERE)
    for _ in range(3):
        ours(MAIL)
    ours.rest()
    assert len(mail_server.addresses) == 2


def test_smtps_is_secure_from_the_first_word(mail_server: MailServer) -> None:
    mail_server.offers = ("STARTTLS", "AUTH PLAIN")
    send("smtps://us%40er:pass%2Fword@mail.test")
    assert mail_server.addresses == [("mail.test", 465)]
    assert mail_server.secured == ["mail.test"]
    assert mail_server.verbs == "EHLO AUTH MAIL RCPT DATA QUIT"


@pytest.mark.parametrize(("url", "said"), [("smtp", "EHLO STARTTLS"), ("smtps", "")])
def test_a_server_that_cannot_prove_its_name_gets_neither_password_nor_mail(
    mail_server: MailServer, url: str, said: str
) -> None:
    mail_server.offers, mail_server.untrusted = ("STARTTLS", "AUTH PLAIN"), True
    with pytest.raises(Retry, match="mail_unreachable:SSLCertVerificationError"):
        send(f"{url}://user:password@mail.test")
    mail_server.join()
    assert mail_server.verbs.removesuffix(" QUIT") == said


@pytest.mark.parametrize("offers", [("AUTH PLAIN",), ("AUTH PLAIN", "STARTTLS")])
def test_a_password_is_not_sent_in_the_clear(
    mail_server: MailServer, offers: tuple[str, ...]
) -> None:
    mail_server.offers, mail_server.script = offers, {"STARTTLS": "454 not now"}
    with pytest.raises(Retry, match=r"mail_no_tls|mail_unreachable:SMTPResponseException"):
        send("smtp://user:password@mail.test")
    mail_server.join()
    assert "AUTH" not in mail_server.verbs
    assert "MAIL" not in mail_server.verbs


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_on_this_machine_a_password_may_go_in_the_clear(mail_server: MailServer, host: str) -> None:
    mail_server.offers = ("AUTH PLAIN",)
    send(f"smtp://user:password@{host}")
    assert mail_server.verbs == "EHLO AUTH MAIL RCPT DATA QUIT"


@pytest.mark.parametrize(
    ("password", "offers", "answer", "error"),
    [
        ("wrong", ("AUTH PLAIN",), "535 no", Refused),
        ("wrong", ("AUTH PLAIN",), "454 not now", Retry),
        ("m%E1%BA%ADt", ("AUTH PLAIN",), "235 welcome", Refused),
        ("any", (), "235 welcome", Refused),
    ],
    ids=["refused", "refused for now", "not ASCII", "no login there"],
)
def test_a_login_that_fails_keeps_the_mail(
    mail_server: MailServer,
    password: str,
    offers: tuple[str, ...],
    answer: str,
    error: type[SendError],
) -> None:
    mail_server.offers, mail_server.script = offers, {"AUTH": answer}
    with pytest.raises(error, match=r"^mail_login$"):
        send(f"smtps://user:{password}@mail.test")


def test_a_server_that_wants_a_login_nobody_set_keeps_the_mail_waiting(
    mail_server: MailServer,
) -> None:
    mail_server.script["MAIL"] = "530 authenticate first"
    with pytest.raises(Refused, match=r"^mail_login$"):
        send()


def test_without_a_server_mails_are_files(tmp_path: Path) -> None:
    send = email.sender("", tmp_path / "mails")
    ids = [send(MAIL), send(replace(MAIL, id="<2@retrack.test>"))]
    assert ids == [MAIL.id, "<2@retrack.test>"]
    assert [file.read_bytes() for file in (tmp_path / "mails").glob("*.eml")] == [MAIL.content] * 2
