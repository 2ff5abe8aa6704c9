"""Reads the chats of a ticket as a reviewer sees them: without the judgement of another reviewer who judges blind."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from reviews.adapters.store import SqlReviews
from reviews.judgement import shown_to
from storage.ports import Tx
from ticketing.service import Tickets
from ticketing.views import ChangeView, RequesterView


class ReviewedChats(Struct, frozen=True):
    """The chats of a ticket to review.

    `resolution`, `version` and `history` are those of the ticket as it is now. If another reviewer has judged the
    ticket, and their judgement is hidden from you, they are those from before this judgement. `transcript` has the
    events of all chats of the ticket, and no others.
    """

    number: int
    status: str
    resolution: str | None
    version: int
    channel: str
    requester: RequesterView
    transcript: list[Raw]
    history: list[ChangeView]


class _Event(Struct):
    chat: str | None = None


_event = msgspec.json.Decoder(_Event)


class ReviewChats:
    def __init__(self, store: SqlReviews, tickets: Tickets) -> None:
        self._store = store
        self._tickets = tickets

    def of_ticket(self, tx: Tx, actor: Actor, number: int, now: int) -> ReviewedChats:
        """Raises Refused (`not_found`) if the actor may not see the ticket, or if it is in no review."""
        ticket = self._tickets.get(tx, actor, number, now)
        entry = self._store.entry(tx, number)
        if entry is None:
            raise Refused("not_found", f"Ticket #{number} is in no review.")
        reviews = self._store.reviews_of(tx, [entry.chat])
        shown = shown_to(actor.id, reviews)
        hidden = [review for review in reviews if review not in shown]
        history = ticket.history or []
        if hidden:
            since = rfc3339(min(review.at for review in hidden))
            history = [line for line in history if line.at < since]
        return ReviewedChats(
            number=number,
            status=ticket.status,
            resolution=hidden[0].agent_code if hidden else ticket.resolution,
            version=ticket.version - sum(review.changed for review in hidden),
            channel=ticket.channel,
            requester=ticket.requester,
            transcript=[event for event in ticket.transcript or [] if _event.decode(event).chat is not None],
            history=history,
        )
