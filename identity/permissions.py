"""What each role may do at all, of all that the HTTP interface and the sockets do. Of which team, is `Actor.sees`;
whose own, and what at which time, the rooms know. Pure.
"""

from __future__ import annotations

from typing import Literal

from identity.actor import Actor

Verb = Literal["read", "create", "change", "export", "handle", "supervise"]
Thing = Literal["itself", "tickets", "replies", "files", "chats", "bans", "staff", "people", "clients", "audit"]
Who = Literal["customer", "agent", "supervisor", "admin"]

_ALL: frozenset[Who] = frozenset({"customer", "agent", "supervisor", "admin"})
_CONVERSING: frozenset[Who] = frozenset({"customer", "agent", "supervisor"})
_WORKING: frozenset[Who] = frozenset({"agent", "supervisor"})
_SUPERVISING: frozenset[Who] = frozenset({"supervisor"})
_ADMINISTERING: frozenset[Who] = frozenset({"admin"})

MAY: dict[tuple[Verb, Thing], frozenset[Who]] = {
    ("read", "itself"): _ALL,
    ("change", "itself"): frozenset({"agent", "supervisor", "admin"}),
    ("read", "tickets"): _CONVERSING,
    ("create", "tickets"): _CONVERSING,
    ("change", "tickets"): _WORKING,
    ("export", "tickets"): _SUPERVISING,
    ("create", "replies"): _CONVERSING,
    ("read", "files"): _CONVERSING,
    ("change", "files"): _CONVERSING,
    ("read", "chats"): _WORKING,
    ("handle", "chats"): _WORKING,
    ("supervise", "chats"): _SUPERVISING,
    ("read", "bans"): _SUPERVISING,
    ("create", "bans"): _SUPERVISING,
    ("change", "bans"): _SUPERVISING,
    ("read", "staff"): _WORKING,
    ("change", "staff"): _SUPERVISING | _ADMINISTERING,
    ("read", "people"): _ADMINISTERING,
    ("change", "people"): _ADMINISTERING,
    ("read", "clients"): _ADMINISTERING,
    ("change", "clients"): _ADMINISTERING,
    ("read", "audit"): _ADMINISTERING,
}
"""Who may do what. An admin looks after people, clients and teams, and reads no conversations by that."""


def may(actor: Actor, verb: Verb, thing: Thing) -> bool:
    """May somebody of this role do this to any such thing? What is not in the table nobody may, but the system."""
    if actor.kind == "system":
        return True
    if actor.limited and thing != "itself":
        return False
    who = "customer" if actor.kind == "customer" else actor.role
    return who in MAY.get((verb, thing), frozenset())


def may_sign_out(actor: Actor, other: Actor) -> bool:
    """May this person end the sessions of that one? An admin those of everybody, a supervisor those of the agents of
    their teams."""
    if not may(actor, "change", "staff"):
        return False
    return actor.role == "admin" or (other.role == "agent" and any(actor.sees(team) for team in other.teams))
