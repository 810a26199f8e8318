"""Where the messages of a test go."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest

from shopify_app.jobs import prepare
from shopify_app.outgoing.letter import Letter
from shopify_app.outgoing.sms import Text
from tests.mails import opened
from tests.support import House


@dataclass
class Post:
    """Takes mails and texts; while `fails` is set, it raises that instead."""

    mails: list[EmailMessage] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    fails: BaseException | None = None
    tries: int = 0

    def send_mail(self, letter: Letter) -> str:
        self._try()
        self.mails.append(opened(letter))
        return f"<{len(self.mails)}@retrack.test>"

    def send_text(self, text: Text) -> str:
        self._try()
        self.texts.append(text)
        return f"SM{len(self.texts)}"

    @property
    def mailed(self) -> list[str]:
        """To whom the mails went."""
        return [str(mail["To"]) for mail in self.mails]

    def _try(self) -> None:
        self.tries += 1
        if self.fails:
            raise self.fails


@pytest.fixture
def post(house: House) -> Post:
    """The way all messages of the house go."""
    ours = Post()
    prepare.configure(
        prepare.Ways(ours.send_mail, ours.send_text, "orders@retrack.test", "+15550100142")
    )
    return ours
