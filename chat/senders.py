"""Makes the author (`from`) of an event."""

from __future__ import annotations

from chat.frames.people import Sender
from identity.actor import Actor


def sender(actor: Actor) -> Sender:
    """The field `from` of an event by `actor`.

    A customer appears with the id of the proven account, if there is one. A staff member appears with a
    public name and an opaque id.
    """
    if actor.kind == "customer":
        return Sender("customer", actor.customer, actor.name, actor.verified)
    return Sender(actor.kind, actor.id or None, actor.name)
