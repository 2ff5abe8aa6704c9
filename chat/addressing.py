"""Stores the email address to which a customer wants the answer to a chat."""

from __future__ import annotations

from chat.conversation import check
from chat.errors import NotFound
from chat.events import Logged
from chat.frames.customer_commands import ChatAddress
from chat.frames.durable import ChatAddressed
from chat.ports import ChatChanges, Journal, Stamp, Tx
from chat.senders import sender
from chat.size import SIZE_MAX, check_room
from clock import rfc3339
from identity.actor import Actor
from refusals import Refused


class Addressing:
    """Stores the email addresses that customers give during open chats.

    An address is refused if its chat has `size_max` bytes or more.
    """

    def __init__(self, journal: Journal, size_max: int = SIZE_MAX) -> None:
        self._journal = journal
        self._size_max = size_max

    def give(self, tx: Tx, command: ChatAddress, email: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Store `email` with the chat. When the chat gets a ticket, the ticket gets this address too.

        This is the body of one transaction. Raises Refused: `conflict` if the customer has a proven email address,
        `too_large` if the chat is full.
        """
        held = self._journal.hold(tx, command.chat)
        if held is None:
            raise NotFound
        check("address", held.chat, actor)
        if actor.verified:
            raise Refused("conflict", "Your address is confirmed, so it can't be changed here.")
        check_room(held.chat.id, held.chat.size, self._size_max)
        event = ChatAddressed(at=rfc3339(now), from_=sender(actor), email=email)
        return held.write([event], now, ChatChanges(email=email), stamp)[-1]
