"""The permissions of each role, over HTTP and sockets. Pure.

`Actor.sees` checks teams. The other packages check who owns a thing, and whether the state of the thing allows the
action.
"""

from __future__ import annotations

from typing import Literal

from identity.actor import Actor

Verb = Literal["read", "create", "change", "export", "handle", "supervise", "report", "provision"]
Thing = Literal[
    "itself",
    "sign_ins",
    "account",
    "tickets",
    "replies",
    "files",
    "chats",
    "requesters",
    "bans",
    "staff",
    "colleagues",
    "people",
    "clients",
    "audit",
    "reports",
    "counted",
    "hours",
    "teams",
    "settings",
    "availability",
    "articles",
    "follows",
    "learning",
    "canned_replies",
    "inbox",
    "personal_data",
]
"""`itself`: the person. `sign_ins`: the person's sessions and password. `account`: a customer's name, language and
zone. `colleagues`: who works here, by name. `counted`: the chats and tickets behind the figures of `reports`.
`articles`: the help center as authors see it, with drafts. Its published articles are no thing of this table.
`follows`: what the person follows in the help center. `learning`: the person's playlists, progress and registrations.
`personal_data`: what the desk keeps of a customer, for export and erasure."""
Who = Literal["customer", "agent", "supervisor", "author", "admin", "auditor"]

_STAFF: frozenset[Who] = frozenset({"agent", "supervisor", "author", "admin", "auditor"})
_ALL: frozenset[Who] = _STAFF | {"customer"}
_CONVERSING: frozenset[Who] = frozenset({"customer", "agent", "supervisor"})
_WORKING: frozenset[Who] = frozenset({"agent", "supervisor"})
_SUPERVISING: frozenset[Who] = frozenset({"supervisor"})
_ADMINISTERING: frozenset[Who] = frozenset({"admin"})
_AUDITING: frozenset[Who] = frozenset({"admin", "auditor"})
_WRITING: frozenset[Who] = frozenset({"author", "admin"})

MAY: dict[tuple[Verb, Thing], frozenset[Who]] = {
    ("read", "itself"): _ALL,
    ("change", "itself"): _STAFF,
    ("change", "sign_ins"): _ALL,
    ("change", "account"): frozenset({"customer"}),
    ("read", "follows"): _ALL,
    ("change", "follows"): _ALL,
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
    ("read", "requesters"): _WORKING,
    ("change", "requesters"): _WORKING,
    ("read", "bans"): _SUPERVISING,
    ("create", "bans"): _SUPERVISING,
    ("change", "bans"): _SUPERVISING,
    ("read", "staff"): _WORKING,
    ("change", "staff"): _SUPERVISING | _ADMINISTERING,
    ("read", "colleagues"): _STAFF,
    ("read", "people"): _ADMINISTERING,
    ("change", "people"): _ADMINISTERING,
    ("provision", "people"): _ADMINISTERING,
    ("read", "clients"): _ADMINISTERING,
    ("change", "clients"): _ADMINISTERING,
    ("read", "audit"): _AUDITING,
    ("export", "audit"): _AUDITING,
    ("read", "reports"): _WORKING | _AUDITING,
    ("read", "counted"): _WORKING,
    ("read", "hours"): _SUPERVISING | _ADMINISTERING,
    ("change", "hours"): _SUPERVISING | _ADMINISTERING,
    ("read", "teams"): _ADMINISTERING,
    ("change", "teams"): _ADMINISTERING,
    ("change", "availability"): _SUPERVISING | _ADMINISTERING,
    ("report", "availability"): _SUPERVISING | _ADMINISTERING,
    ("read", "settings"): _AUDITING,
    ("change", "settings"): _ADMINISTERING,
    ("read", "articles"): _WRITING,
    ("change", "learning"): frozenset({"customer"}),
    ("change", "articles"): _WRITING,
    ("read", "canned_replies"): _WORKING | _ADMINISTERING,
    ("change", "canned_replies"): _WORKING | _ADMINISTERING,
    ("read", "inbox"): _WORKING,
    ("change", "inbox"): _WORKING,
    ("change", "personal_data"): _ADMINISTERING,
    ("export", "personal_data"): _ADMINISTERING,
}
"""Allowed roles per action. An admin manages people, clients and teams. An author writes articles. An auditor reads
the audit log, settings and reports, and changes nothing. None of them can read conversations."""


OF_THEMSELVES: frozenset[Thing] = frozenset({"itself", "sign_ins"})
"""Things that people may use before they have set up a second factor that their role requires."""


def may(actor: Actor, verb: Verb, thing: Thing) -> bool:
    """True if a role of the actor allows the action at all. Actions that MAY does not list are allowed to the system
    only."""
    if actor.kind == "system":
        return True
    if actor.limited and thing not in OF_THEMSELVES:
        return False
    who: tuple[Who, ...] = ("customer",) if actor.kind == "customer" else actor.roles
    return not MAY.get((verb, thing), frozenset()).isdisjoint(who)


def may_sign_out(actor: Actor, other: Actor) -> bool:
    """True if `actor` may end the sessions of `other`. An admin may end anybody's sessions. A supervisor may end the
    sessions of people in the supervisor's teams whose only role is agent."""
    if not may(actor, "change", "staff"):
        return False
    if "admin" in actor.roles:
        return True
    return other.roles == ("agent",) and any(actor.sees(team) for team in other.teams)
