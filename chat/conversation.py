"""The states of a conversation, and who may do what in each: one table, command + state → next state.

    queued ──assign, pick, take──────▶ active ──close, end, silence──▶ closed
     ▲  │ ▲                           ▲ │                               ▲
     │  │ └─────requeue, transfer─────┼─┘                               │
     │offer                         accept                              │
   pass │                             │                                 │
     └─ offered ──────────────────────┘                                 │
        └── queued too ───────────────────end, abandon, miss────────────┘

What has happened in a chat is its log (`chat.events`); this says what may happen next.
Pure: no I/O, no clock, no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from chat.errors import NotFound, chat_closed
from chat.frames import Withdrawal
from identity.actor import Actor
from refusals import Refused

State = Literal["queued", "offered", "active", "closed"]
WAITING: tuple[State, ...] = ("queued", "offered")
"""The states of a chat that has no agent yet."""
OPEN: tuple[State, ...] = ("queued", "offered", "active")

Party = Literal["customer", "agent", "colleague", "supervisor", "system"]
"""What somebody is to a chat. A colleague is of its team; a supervisor of that team is more than that."""

Verb = Literal[
    "send", "note", "read", "follow", "watch", "end", "close", "assign", "requeue", "abandon", "silence",
    "wait", "miss", "void",
    "offer", "accept", "pass", "pick", "take", "transfer", "overflow",
    "redact", "rate",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chat:
    """What must be known of a chat to decide on a command. Moments in ms since the epoch, UTC."""

    id: str
    team: str
    state: State
    customer: str
    """Whose it is: the id of an account, or of a visitor who proved none."""
    agent: str | None = None
    ticket: int | None = None
    queued_at: int = 0
    """When it first joined the queue."""
    waiting_since: int = 0
    """Since when it waits for its present team, or last did: began, came back, was handed on, or flowed over."""
    closed_at: int | None = None
    priority: int = 0
    """In its queue the lower goes first."""
    preferred: str | None = None
    """The agent of the customer's last chat."""
    passed: frozenset[str] = frozenset()
    """Who let it pass: declined it, let an offer of it run out, or had it and left the first reply out."""
    offered_to: str | None = None
    """Who may accept it, while it is offered."""
    offered_by: str | None = None
    """The colleague who hands it on by this offer; None where the dispatcher offers it."""
    wrap_up_until: int | None = None
    """Of a chat that is over: until when (ms) it takes its agent's seat; None where it takes none."""
    handed_on_by: str | None = None
    """Its last agent, who handed it on; None once somebody has it."""
    size: int = field(default=0, compare=False)
    """Bytes of its log when it was read in the transaction; elsewhere it may be out of date, so it is not compared."""

    @property
    def kept_from(self) -> frozenset[str]:
        """Who is not asked to take it, as it waits now."""
        return self.passed if self.handed_on_by is None else self.passed | {self.handed_on_by}


MAY: dict[Verb, frozenset[Party]] = {
    "send": frozenset({"customer", "agent"}),
    "note": frozenset({"agent", "colleague", "supervisor"}),
    "read": frozenset({"customer", "agent"}),
    "follow": frozenset({"customer", "agent", "colleague", "supervisor"}),
    "watch": frozenset({"supervisor"}),
    "end": frozenset({"customer"}),
    "close": frozenset({"agent"}),
    # As abuse, beside its agent.
    "void": frozenset({"agent", "supervisor"}),
    "assign": frozenset({"system"}),
    "requeue": frozenset({"system"}),
    "abandon": frozenset({"system"}),
    "silence": frozenset({"system"}),
    "wait": frozenset({"customer"}),
    "miss": frozenset({"system"}),
    "offer": frozenset({"system"}),
    # Whom it is offered to is looked at besides: `check_offer`.
    "accept": frozenset({"agent", "colleague", "supervisor"}),
    "pass": frozenset({"agent", "colleague", "supervisor", "system"}),
    "pick": frozenset({"agent", "colleague", "supervisor"}),
    "take": frozenset({"agent", "supervisor"}),
    "transfer": frozenset({"agent"}),
    "overflow": frozenset({"system"}),
    # Whose message it is, and how old, is looked at besides: `chat.redaction`.
    "redact": frozenset({"customer", "agent", "colleague", "supervisor"}),
    "rate": frozenset({"customer"}),
}
"""Who may do what. Whoever is not even a party is told `not_found`."""

NEXT: dict[Verb, dict[State, State]] = {
    "send": {"queued": "queued", "offered": "offered", "active": "active"},
    "note": {"queued": "queued", "offered": "offered", "active": "active"},
    "read": {"queued": "queued", "offered": "offered", "active": "active", "closed": "closed"},
    "follow": {"queued": "queued", "offered": "offered", "active": "active", "closed": "closed"},
    "watch": {"queued": "queued", "offered": "offered", "active": "active", "closed": "closed"},
    "end": {"queued": "closed", "offered": "closed", "active": "closed"},
    "close": {"active": "closed"},
    "void": {"queued": "closed", "offered": "closed", "active": "closed"},
    "assign": {"queued": "active", "offered": "active"},
    "requeue": {"offered": "queued", "active": "queued"},
    "abandon": {"queued": "closed", "offered": "closed"},
    "silence": {"active": "closed"},
    "wait": {"queued": "queued", "offered": "offered"},
    "miss": {"queued": "closed", "offered": "closed"},
    "offer": {"queued": "offered"},
    "accept": {"offered": "active"},
    "pass": {"offered": "queued"},
    "pick": {"queued": "active", "offered": "active"},
    "take": {"queued": "active", "offered": "active", "active": "active"},
    "transfer": {"active": "queued"},
    "overflow": {"queued": "queued"},
    "redact": {"queued": "queued", "offered": "offered", "active": "active", "closed": "closed"},
    "rate": {"closed": "closed"},
}
"""In which states a verb is allowed, and the state it leads to."""


def party(chat: Chat, actor: Actor) -> Party | None:
    """What `actor` is to `chat`; None for an outsider."""
    if actor.kind == "system":
        return "system"
    if actor.kind == "customer":
        return "customer" if actor.is_customer(chat.customer) else None
    if actor.id == chat.agent:
        return "agent"
    if not actor.sees(chat.team):
        return None
    return "supervisor" if actor.role == "supervisor" else "colleague"


def check(verb: Verb, chat: Chat, actor: Actor) -> State:
    """The state that `verb` by `actor` leads to. Raises Refused, the most telling reason first."""
    who = party(chat, actor)
    if who is None:
        raise NotFound
    if who not in MAY[verb]:
        raise Refused("forbidden", _FORBIDDEN.get(verb, "You can't do that in this chat."))
    following = NEXT[verb].get(chat.state)
    if following is not None:
        return following
    if chat.state == "closed":
        raise chat_closed(chat.ticket)
    raise Refused("conflict", _CONFLICT.get(verb, f"That isn't possible while the chat is {chat.state}."))


def check_offer(verb: Literal["accept", "pass"], chat: Chat, actor: Actor) -> State:
    """The state that the answer to an offer leads to. Raises Refused where it is not, or no longer, offered to
    `actor`."""
    following = check(verb, chat, actor)
    if chat.offered_to != actor.id:
        raise Refused("conflict", _CONFLICT[verb])
    return following


def outcome_of_offer(after: Chat, staff: str) -> tuple[Withdrawal, Withdrawal]:
    """What became of an offer to `staff`, by the chat after it: for them, and for the colleague who handed it over."""
    if after.state == "active":
        return ("accepted", "accepted") if after.agent == staff else ("taken", "taken")
    if after.state == "closed":
        return "ended", "ended"
    return "passed" if staff in after.passed else "withdrawn", "unanswered"


RATE_MS = 30 * 86_400_000
"""For so long after its end a chat can be rated."""


def check_rating(chat: Chat, actor: Actor, now: int) -> None:
    """Raises Refused where `actor` may not rate this chat now: not before its end, and not for ever after it."""
    check("rate", chat, actor)
    if chat.closed_at is not None and now - chat.closed_at > RATE_MS:
        raise Refused("conflict", "A chat can be rated for 30 days after it ends. This one ended earlier.")


_FORBIDDEN: dict[Verb, str] = {
    "send": "Only the customer and the chat's agent can write in this chat. Staff can add a note.",
    "close": "Only the chat's agent can close it.",
    "watch": "Only a supervisor of the team can view this chat.",
    "end": "Only the customer can end a chat. Its agent can close it.",
    "wait": "Only the customer can choose to stay in line.",
    "rate": "Only the customer can rate a chat.",
    "take": "Only a supervisor of the team can take over this chat.",
    "transfer": "Only the chat's agent can transfer it.",
}
_CONFLICT: dict[Verb, str] = {
    "accept": "This chat isn't offered to you, or no longer is.",
    "pass": "This chat isn't offered to you, or no longer is.",
    "pick": "Someone already has this chat.",
}


class Clocks(NamedTuple):
    """The columns of a chat that run a clock, after somebody wrote. Moments in ms, None where none runs."""

    reply_owed_since: int | None
    first_reply_at: int | None
    silent_due_at: int | None
    agent_reply_at: int | None = None
    """When its present agent first wrote."""


def clocks_after_message(before: Clocks, *, by_customer: bool, at: int, silent_ms: int) -> Clocks:
    """A customer's word is owed a reply and stops the silence clock; an agent's word does the reverse."""
    if by_customer:
        owed = before.reply_owed_since if before.reply_owed_since is not None else at
        return Clocks(owed, before.first_reply_at, None, before.agent_reply_at)
    first = before.first_reply_at if before.first_reply_at is not None else at
    agents_first = before.agent_reply_at if before.agent_reply_at is not None else at
    return Clocks(None, first, at + silent_ms, agents_first)
