"""Finds messages of the customer that the agent had not seen when the agent closed the chat. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Raw, ValidationError, json

from chat import wire
from chat.events import Logged
from chat.frames.durable import Message
from refusals import Refused

_message = json.Decoder(Message)


def check_seen(later: Iterable[Logged]) -> None:
    """Check that the customer has not written since the agent last looked.

    `later` has the events after the last one that the agent has seen. If messages of the customer are among them,
    raises Refused(`conflict`) with these messages. Redacted messages are ignored.
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
