"""The letters that a desk of the tests has written to its folder."""

from __future__ import annotations

import email
import re
from email.policy import default
from typing import get_args

from sqlalchemy import update
from sqlmodel import col, select

from mail.adapters.tables import LetterRow
from mail.letter import OfAccounts
from storage.ports import Tx
from tests.running import RunningDesk

Told = tuple[str, str, str | None, str | None]
"""Kind, address, locale, and the token in the link."""


async def account_letters(desk: RunningDesk) -> list[Told]:
    """The letters about accounts, oldest first. One that waits for its hour is sent now."""

    def hurry(tx: Tx) -> None:
        theirs, waits = col(LetterRow.kind).in_(get_args(OfAccounts)), col(LetterRow.state) == "waiting"
        tx.session.connection().execute(update(LetterRow).where(theirs, waits).values(due_at=0, bare=False))

    await desk.desk.storage.write(hurry)
    await desk.desk.delivery.idle()

    def read(tx: Tx) -> list[LetterRow]:
        query = select(LetterRow).where(col(LetterRow.kind).in_(get_args(OfAccounts))).order_by(col(LetterRow.id))
        return list(tx.session.exec(query))

    rows = await desk.desk.storage.read(read)
    return [(row.kind, row.to_address, row.locale, _token(text_of(desk, row.message_id))) for row in rows]


async def links_of(desk: RunningDesk, number: int) -> list[str]:
    """The tokens of the links in the letters about a ticket that were sent, oldest first."""
    await desk.desk.delivery.idle()
    letters = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    texts = [text_of(desk, letter.message_id) for letter in letters if letter.state == "accepted"]
    return re.findall(rf"/requests/{number}/confirm\?token=([\w-]{{43}})(?![\w-])", "".join(texts))


def text_of(desk: RunningDesk, message_id: str) -> str:
    """The text part of an accepted letter."""
    for file in (desk.settings.data / "mail").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        if message["Message-ID"] == message_id:
            part = message.get_body(("plain",))
            assert part is not None
            return str(part.get_content())
    raise AssertionError(f"{message_id} was not written")


def _token(text: str) -> str | None:
    found = re.search(r"/account/confirm\?token=([\w-]{43})(?![\w-])", text)
    return found[1] if found else None
