"""Who did it, as an event says."""

from __future__ import annotations

from chat.frames import Sender
from identity.actor import Actor


def sender(actor: Actor) -> Sender:
    """An actor as the `from` of an event. A customer is their account where they proved one; of staff it gives
    the public name and the opaque id."""
    if actor.kind == "customer":
        return Sender("customer", actor.customer, actor.name, actor.verified)
    return Sender(actor.kind, actor.id or None, actor.name)
