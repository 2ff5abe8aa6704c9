"""Stores the details about a customer that the host site sends during an open chat."""

from __future__ import annotations

from chat.conversation import check
from chat.errors import NotFound
from chat.events import Logged
from chat.frames.customer_commands import ChatDescribe
from chat.frames.durable import ChatDescribed
from chat.ports import UNCHANGED, Journal, Stamp, Tx
from chat.senders import sender
from chat.size import SIZE_MAX, check_room
from clock import rfc3339
from identity.actor import Actor
from texts.card_numbers import masked


class Describing:
    """Stores the details that host sites send about customers.

    Details are refused if the chat has `size_max` bytes or more.
    """

    def __init__(self, journal: Journal, size_max: int = SIZE_MAX) -> None:
        self._journal = journal
        self._size_max = size_max

    def describe(self, tx: Tx, command: ChatDescribe, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Store the details in `command`, in place of all earlier details. This is the body of one transaction. Raises
        Refused(`too_large`) if the chat is full."""
        held = self._journal.hold(tx, command.chat)
        if held is None:
            raise NotFound
        check("describe", held.chat, actor)
        check_room(held.chat.id, held.chat.size, self._size_max)
        fields = {name: masked(value) for name, value in command.fields.items()}
        event = ChatDescribed(at=rfc3339(now), from_=sender(actor), fields=fields)
        return held.write([event], now, UNCHANGED, stamp)[-1]
