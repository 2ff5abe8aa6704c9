"""The author of an event."""

from __future__ import annotations

from chat.frames import Sender
from identity.actor import Actor


def sender(actor: Actor) -> Sender:
    """An actor as the `from` of an event.

    Customers appear as their proven account, if they have one. Staff appear with public name and opaque id.
    """
    if actor.kind == "customer":
        return Sender("customer", actor.customer, actor.name, actor.verified)
    return Sender(actor.kind, actor.id or None, actor.name)
