"""What each role may do at all. Of which team, is `Actor.sees`; whose own, the rooms know. Pure."""

from __future__ import annotations

from typing import Literal

from identity.actor import Actor

Verb = Literal["read", "change"]
Thing = Literal["tickets", "files", "itself"]
Who = Literal["customer", "agent", "supervisor", "admin"]

_MAY: dict[tuple[Verb, Thing], frozenset[Who]] = {
    ("read", "itself"): frozenset({"customer", "agent", "supervisor", "admin"}),
    ("read", "tickets"): frozenset({"customer", "agent", "supervisor"}),
    ("change", "tickets"): frozenset({"agent", "supervisor"}),
    ("read", "files"): frozenset({"customer", "agent", "supervisor"}),
    ("change", "files"): frozenset({"customer", "agent", "supervisor"}),
}
"""An admin looks after people and teams, and reads no conversations by that."""


def may(actor: Actor, verb: Verb, thing: Thing) -> bool:
    """May somebody of this role do this to any such thing? The system may do everything."""
    if actor.kind == "system":
        return True
    who = "customer" if actor.kind == "customer" else actor.role
    return who in _MAY[verb, thing]
