"""Connects tickets with mail: queues the letters that follow from changes of tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from sqlmodel import col, select

from chat.adapters.tables import ChatRow
from identity.adapters.people import People
from mail.letter import Letter, NewLetter
from mail.service import Letters
from storage import outbox
from storage.ports import Tx
from ticketing.adapters.store import handover_sent
from ticketing.adapters.tables import HandoverRow
from ticketing.notices import ToAssignee, ToRequester
from ticketing.ports import Store
from ticketing.ticket import Ticket

_CHUNK = 100


class TicketLetters:
    """Implements `ticketing.letters.Letters`. `wake` is called after the commit of each letter."""

    def __init__(self, letters: Letters, people: People, wake: Callable[[], None]) -> None:
        self._letters = letters
        self._people = people
        self._wake = wake

    def queue(self, tx: Tx, kind: ToRequester, ticket: Ticket, now: int, *, seq: int | None = None) -> int | None:
        asked = ticket.requester
        if asked.email is None:
            return None
        return self._add(
            tx,
            NewLetter(
                kind=kind,
                to=asked.email,
                ticket=ticket.number,
                seq=seq,
                person=asked.id,
                locale=_locale(tx, ticket),
                bare=not asked.verified,
            ),
            now,
        )

    def queue_link(self, tx: Tx, ticket: Ticket, now: int) -> None:
        """Queue a letter with a number and a link only, unless one to the same address waits already."""
        address = ticket.requester.email
        waiting = (one for one in self._letters.of_ticket(tx, ticket.number) if one.bare and one.state == "waiting")
        if address is None or any(one.to == address for one in waiting):
            return
        person, locale = ticket.requester.id, _locale(tx, ticket)
        self._add(
            tx,
            NewLetter(kind="confirm_ticket", to=address, ticket=ticket.number, person=person, locale=locale, bare=True),
            now,
        )

    def outcome(self, tx: Tx, letter: int) -> tuple[Literal["accepted", "failed"], int] | None:
        found = self._letters.find(tx, letter)
        if found is None or found.state == "waiting" or found.settled_at is None:
            return None
        return found.state, found.settled_at

    def comes_back(self, tx: Tx, address: str) -> bool:
        return self._letters.addresses.comes_back(tx, address)

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        person = self._people.staff(tx, staff)
        if person is not None and person.email is not None and person.sees(ticket.team):
            self._add(tx, NewLetter(kind=kind, to=person.email, ticket=ticket.number, seq=seq, person=person.id), now)

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        self._add(tx, NewLetter(kind="handover", to=address, ticket=ticket.number), now)

    def accepted(self, tx: Tx, letter: Letter, now: int) -> None:
        """Record that the mail server accepted this letter.

        If the letter makes a hand-over, the hand-over is marked as sent.
        """
        if letter.kind == "handover" and letter.ticket is not None:
            handover_sent(tx, letter.ticket, now)

    def adopt(self, tx: Tx, store: Store, now: int) -> bool:
        """Queue some of the letters about hand-overs that an earlier version left in the outbox.

        Returns False if there were none.
        """
        entries = outbox.take(tx, ("handover_mail", "handover_notice"), _CHUNK)
        for entry in entries:
            row = tx.session.get(HandoverRow, msgspec.json.decode(entry.payload)["handover"])
            ticket = store.find(tx, row.ticket) if row is not None else None
            if row is None or ticket is None:
                continue
            if entry.kind == "handover_notice":
                self.queue(tx, "handover_notice", ticket, now)
            elif row.address is not None:
                self.hand_over(tx, ticket, row.address, now)
        return bool(entries)

    def _add(self, tx: Tx, letter: NewLetter, now: int) -> int:
        id_ = self._letters.queue(tx, letter, now)
        tx.after_commit(self._wake)
        return id_


def _locale(tx: Tx, ticket: Ticket) -> str | None:
    """The language in which the requester last chatted about the ticket."""
    query = select(ChatRow.locale).where(ChatRow.ticket == ticket.number).order_by(col(ChatRow.started_at).desc())
    locale = tx.session.exec(query.limit(1)).first()
    if locale is None and ticket.chat is not None:
        # A chat that closes in this transaction does not name its ticket yet.
        locale = tx.session.exec(select(ChatRow.locale).where(ChatRow.id == ticket.chat)).first()
    return locale
