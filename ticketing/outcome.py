"""The change to a ticket when its chat ends."""

from __future__ import annotations

from msgspec import convert, to_builtins

from ticketing.requests import without_cards
from ticketing.wanted import Wanted


def wanted_at_end(ending: str, outcome: object, *, is_new: bool, reachable: bool) -> Wanted:
    """The change to the ticket of a chat that ended.

    - `outcome`: what the agent or the rule that ended the chat chose, a struct with fields of `Wanted`. None if nobody
      chose.
    - `is_new`: the chat becomes a new ticket.
    - `reachable`: the customer has an address.
    """
    if outcome is not None:
        chosen = {name: value for name, value in to_builtins(outcome).items() if value is not None}
        return without_cards(convert(chosen, Wanted))
    if ending == "void" and is_new:
        return Wanted(status="solved", resolution="void")
    if ending == "silent" and reachable:
        # Staff wrote last, so the desk now waits for the customer.
        return Wanted(status="awaiting_reply")
    return Wanted()
