"""Connects tickets with mail: a change of a ticket queues letters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import msgspec
from sqlalchemy import bindparam
from sqlmodel import col, select

from chat.adapters.tables import ChatRow
from identity.adapters.people import People
from mail.letter import Letter, NewLetter
from mail.pacing import STOPPED
from mail.service import Letters
from refusals import Refused
from server.live.mail.mail_traces import MailTraces
from server.live.webhooks.handover_messages import HandoverMessages
from storage import outbox
from storage.ports import Tx
from ticketing.adapters import handed_over
from ticketing.adapters.tables import HandoverRow
from ticketing.notices import ToAssignee, ToRequester
from ticketing.ports import Store
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Settled

TRANSCRIPTS_WITHIN_MS = 3_600_000
TRANSCRIPTS_MAX = 3
"""Maximum number of letters with the conversation about a ticket to one address within TRANSCRIPTS_WITHIN_MS."""
_CHUNK = 100
_LOCALES = (
    select(ChatRow.ticket, ChatRow.locale)
    .where(col(ChatRow.ticket).in_(bindparam("tickets", expanding=True)))
    .order_by(col(ChatRow.started_at))
)


class TicketLetters:
    """Implements `ticketing.letters.Letters`. `wake` is called after the commit of each letter."""

    def __init__(
        self,
        letters: Letters,
        people: People,
        traces: MailTraces,
        wake: Callable[[], None],
        messages: HandoverMessages,
    ) -> None:
        self._letters = letters
        self._traces = traces
        self._messages = messages
        self._people = people
        self._wake = wake

    def queue(
        self,
        tx: Tx,
        kind: ToRequester,
        ticket: Ticket,
        now: int,
        *,
        seq: int | None = None,
        origin: str | None = None,
    ) -> int | None:
        if ticket.requester.email is None:
            return None
        letter = _to_requester(kind, ticket, locales_of(tx, [ticket]), seq)
        return self._add(tx, [replace(letter, origin=origin)], now)[0]

    def queue_link(self, tx: Tx, ticket: Ticket, now: int) -> None:
        """Queue a letter that contains only the number of the ticket and a link.

        Does nothing if the requester has no address, or if such a letter to the same address waits already.
        """
        address = ticket.requester.email
        if address is None or self._letters.link_waits(tx, ticket.number, address):
            return
        letter = _to_requester("confirm_ticket", ticket, locales_of(tx, [ticket]))
        self._add(tx, [replace(letter, bare=True)], now)

    def queue_transcript(self, tx: Tx, ticket: Ticket, now: int) -> bool:
        """Queue a letter with the conversation. Returns False and does nothing if such a letter waits already.

        Raises Refused: `conflict` if letters to the requester come back; `rate_limited` if TRANSCRIPTS_MAX letters of
        this kind were queued within TRANSCRIPTS_WITHIN_MS.
        """
        letter = _to_requester("transcript", ticket, locales_of(tx, [ticket]))
        if self.comes_back(tx, letter.to):
            raise Refused("conflict", "Earlier letters to this address came back. Correct it or try it again first.")
        since = now - TRANSCRIPTS_WITHIN_MS
        recent = self._letters.recent(tx, ticket.number, "transcript", letter.to, since, TRANSCRIPTS_MAX)
        if any(one.state == "waiting" for one in recent):
            return False
        if len(recent) >= TRANSCRIPTS_MAX:
            wait_s = (recent[-1].created_at - since) / 1000
            sentence = "The conversation was mailed several times within an hour. Try again later."
            raise Refused("rate_limited", sentence, retry_after_s=wait_s)
        self._add(tx, [letter], now)
        return True

    def queue_all(self, tx: Tx, letters: Sequence[tuple[ToRequester, Ticket]], now: int) -> Sequence[int | None]:
        reachable = [(kind, ticket) for kind, ticket in letters if ticket.requester.email is not None]
        locales = locales_of(tx, [ticket for _, ticket in reachable])
        ids = iter(self._add(tx, [_to_requester(kind, ticket, locales) for kind, ticket in reachable], now))
        return [next(ids) if ticket.requester.email is not None else None for _, ticket in letters]

    def outcomes(self, tx: Tx, letters: Collection[int]) -> Mapping[int, Settled]:
        return {
            letter.id: (letter.state, letter.settled_at)
            for letter in self._letters.find_all(tx, letters)
            if letter.state != "waiting" and letter.settled_at is not None
        }

    def stopped(self, tx: Tx, letter: int) -> bool:
        return any(one.error == STOPPED for one in self._letters.find_all(tx, [letter]))

    def comes_back(self, tx: Tx, address: str) -> bool:
        return self._letters.addresses.comes_back(tx, address)

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> Collection[str]:
        return self._letters.addresses.coming_back(tx, addresses)

    def confirmed(self, tx: Tx, ticket: int, now: int) -> None:
        self._letters.confirmed(tx, ticket, now)
        tx.after_commit(self._wake)

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        person = self._people.staff(tx, staff)
        if person is not None and person.email is not None and person.sees(ticket.team):
            letter = NewLetter(kind=kind, to=person.email, ticket=ticket.number, seq=seq, person=person.id)
            self._add(tx, [letter], now)

    def text_removed(self, tx: Tx, ticket: int, seq: int) -> None:
        self._traces.removed(tx, ticket, seq)

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        record = handed_over.newest(tx, ticket.number)
        if record is None:
            return
        self._add(tx, [_to_account_team(ticket.number, record.id, address)], now)
        self._messages.hand_over(tx, ticket, record.id, address, now)

    def accepted(self, tx: Tx, letter: Letter, now: int) -> None:
        """Record that the mail server accepted this letter.

        If the letter hands a ticket over to an account team, the hand-over is marked as sent.
        """
        if letter.kind == "handover" and (handover := letter.context.get("handover")) is not None:
            handed_over.sent(tx, int(handover), now)

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
                assert row.id is not None
                self._add(tx, [_to_account_team(ticket.number, row.id, row.address)], now)
        return bool(entries)

    def _add(self, tx: Tx, letters: Sequence[NewLetter], now: int) -> Sequence[int]:
        ids = self._letters.queue_all(tx, letters, now)
        tx.after_commit(self._wake)
        return ids


def _to_account_team(ticket: int, handover: int, address: str) -> NewLetter:
    return NewLetter(kind="handover", to=address, ticket=ticket, context={"handover": str(handover)})


def _to_requester(
    kind: ToRequester | Literal["confirm_ticket", "transcript"],
    ticket: Ticket,
    locales: Mapping[int, str | None],
    seq: int | None = None,
) -> NewLetter:
    asked = ticket.requester
    assert asked.email is not None
    return NewLetter(
        kind=kind,
        to=asked.email,
        ticket=ticket.number,
        seq=seq,
        person=asked.id,
        locale=locales.get(ticket.number),
        bare=not asked.verified,
    )


def locales_of(tx: Tx, tickets: Sequence[Ticket]) -> Mapping[int, str | None]:
    """The language of the latest chat about each ticket, by ticket number."""
    if not tickets:
        return {}
    numbers = [ticket.number for ticket in tickets]
    rows = tx.session.connection().execute(_LOCALES, {"tickets": numbers})
    found: dict[int | None, str | None] = {row.ticket: row.locale for row in rows}
    # A chat that closes in this transaction does not name its ticket yet.
    first = {ticket.chat: ticket.number for ticket in tickets if ticket.chat and found.get(ticket.number) is None}
    if first:
        chats = select(ChatRow.id, ChatRow.locale).where(col(ChatRow.id).in_(first))
        found |= {first[chat]: locale for chat, locale in tx.session.exec(chats)}
    return {number: locale for number, locale in found.items() if number is not None}
