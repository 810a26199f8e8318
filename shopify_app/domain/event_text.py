"""Reads why a parcel is stuck out of a carrier's own words, where the provider codes no reason.

It gives a reason alone, never a status. The words it knows are the table `event_wordings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from re import Pattern
from unicodedata import combining, normalize

from shopify_app.domain.event_wordings import NEVER, SAME, WORDINGS, Wording
from shopify_app.domain.status import Reason, Status

# A dot ends a clause, but not in "U.S." or "3.5"; a hyphen or dash only with a space beside it.
_CLAUSE_END = re.compile(r"[,;:!?()\[\]/|\n、。]|\.(?=\s|$)|\s[-–—]|[-–—]\s")
_ABBREVIATION = re.compile(r"\b(\w)\.")

# Traditional signs of the phrases in their simplified form, so that each phrase stands once.
_TRADITIONAL = (
    "遲迟後后約约關关進进違违無无領领認认滿满過过損损壞坏毀毁丟丢遺遗發发貨货運运繫系"
    "聯联絡络電电話话聽听應应簽签誤误錯错詳详區区範范圍围務务鄉乡鎮镇農农遞递遠远遷迁"
    "門门識识別别訂订單单標标銷销稅税繳缴納纳檢检時时間间擇择絕绝輸输許许滯滞驗验異异"
    "敗败費费買买顧顾戶户車车輛辆確确順顺機机燬毁沒没決决"
)
_SIMPLIFIED = str.maketrans(_TRADITIONAL[::2], _TRADITIONAL[1::2])


def reason(status: Status, texts: Iterable[str]) -> Reason | None:
    """Why the parcel is `alert` or `undelivered`, by the first of the event's texts that tells.

    Only reasons that belong to that status are given; None for any other status, and where the
    words give no certain reason.
    """
    if status not in (Status.ALERT, Status.UNDELIVERED):
        return None
    for text in texts:
        clauses = [clause for clause in _clauses(text) if not _pattern(NEVER).search(clause)]
        for wording in WORDINGS:
            found = wording.alert if status is Status.ALERT else wording.undelivered
            if found and any(_says(wording, clause) for clause in clauses):
                return found
    return None


def _says(wording: Wording, clause: str) -> bool:
    return bool(_pattern(wording.phrases).search(clause)) and not (
        wording.unless and _pattern(wording.unless).search(clause)
    )


def _clauses(text: str) -> list[str]:
    """The parts of a text that say one thing each, as plain words with one space between."""
    text = _ABBREVIATION.sub(r"\1", _plain(text))
    return [" ".join(re.findall(r"\w+", clause)) for clause in _CLAUSE_END.split(text)]


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes, Chinese in simplified signs."""
    text = normalize("NFD", normalize("NFKC", text).casefold().replace("đ", "d"))
    text = "".join(sign for sign in text if not combining(sign) and sign not in "'’")
    return text.translate(_SIMPLIFIED)


@cache
def _pattern(phrases: str) -> Pattern[str]:
    return re.compile("|".join(map(_expression, filter(str.strip, re.split("[;\n]", phrases)))))


def _expression(phrase: str) -> str:
    """A phrase of the table as a regular expression; Chinese has no spaces between its words."""
    plain = _plain(phrase).strip()
    space, gap = (" ", r"(?:\S+ ){0,3}") if plain.isascii() else ("", r"\w{0,6}")
    words = (gap if word == "*" else _either(word) + space for word in plain.strip("=").split())
    expression = "".join(words).rstrip()
    for word, same in SAME.items():
        expression = expression.replace(word, same)
    if plain.startswith("="):
        return f"^{expression}$"
    return f"(?<![a-z0-9]){expression}(?![a-z0-9])"


def _either(word: str) -> str:
    return f"(?:{word.replace('/', '|')})" if "/" in word else word
