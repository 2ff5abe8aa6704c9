"""Mails the conversation about a ticket to its requester, when the requester or staff ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from server.live.mail.letters import TicketLetters
from storage.ports import Storage, Tx
from ticketing.listing import reader_of
from ticketing.service import Tickets


@dataclass(frozen=True, slots=True)
class Mailed:
    """The address to which the letter goes. If `whole` is true, the letter has the conversation. Otherwise, the address
    is not confirmed, and the letter has only the ticket's number and a link."""

    email: str
    whole: bool


class Transcripts:
    def __init__(self, storage: Storage, clock: Clock, tickets: Tickets, letters: TicketLetters, people: People):
        self._storage = storage
        self._clock = clock
        self._tickets = tickets
        self._letters = letters
        self._people = people

    async def mail(self, actor: Actor, number: int) -> Mailed:
        """Queue a letter with the ticket's conversation to its requester, unless such a letter waits already.

        The text of the letter is made when it is sent.

        Raises NotFound if the actor may not see the ticket. Raises Refused: `forbidden` for a customer who is not the
        requester; `conflict` if the requester has no address; the refusals of `TicketLetters.queue_transcript`. Raises
        StorageUnavailable.
        """
        now = self._clock()
        return await self._storage.write(lambda tx: self._mail(tx, actor, number, now))

    def _mail(self, tx: Tx, actor: Actor, number: int, now: int) -> Mailed:
        ticket = self._tickets.theirs(tx, actor, number, lock=True)
        if actor.kind == "customer" and not reader_of(actor).asked(ticket):
            raise Refused("forbidden", "Only the requester can have the conversation mailed.")
        asked = ticket.requester
        if asked.email is None:
            raise Refused("conflict", "The requester has no email address.")
        if self._letters.queue_transcript(tx, ticket, now):
            detail = {"whole": asked.verified}
            self._people.record(tx, actor, "mail_transcript", "ticket", str(number), detail, now)
        return Mailed(asked.email, asked.verified)
