"""Messages of the customer that the agent had not seen when they closed the chat. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Raw, ValidationError, json

from chat import wire
from chat.events import Logged
from chat.frames import Message
from refusals import Refused

_message = json.Decoder(Message)


def check_seen(later: Iterable[Logged]) -> None:
    """`later`: the events after the last one that the agent has seen.

    Raises Refused(`conflict`) with the customer's messages among them. A redacted message counts no more.
    """
    written = [event for event in later if _is_customers(event)]
    if written:
        since = [Raw(wire.durable(event, staff=True)) for event in written]
        raise Refused("conflict", "The customer wrote again. Read it, then answer or close the chat.", since=since)


def _is_customers(event: Logged) -> bool:
    try:
        message = _message.decode(event.body)
    except ValidationError:
        return False
    return message.from_.kind == "customer" and message.text is not None
