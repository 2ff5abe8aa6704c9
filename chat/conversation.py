"""The states of a conversation and who may do what in each: command + state → next state.

    queued ──assign, pick, take──────▶ active ──close, end, silence──▶ closed
     ▲  │ ▲                           ▲ │                               ▲
     │  │ └─────requeue, transfer─────┼─┘                               │
     │offer                         accept                              │
   pass │                             │                                 │
     └─ offered ──────────────────────┘                                 │
        └── queued too ───────────────────end, abandon, miss────────────┘

The log (`chat.events`) records what happened. This module decides what may happen next. Pure: no I/O, no clock, no
randomness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from chat.errors import NotFound, chat_closed
from chat.frames.ephemeral import Withdrawal
from identity.actor import Actor
from refusals import Refused

State = Literal["queued", "offered", "active", "closed"]
WAITING: tuple[State, ...] = ("queued", "offered")
"""The states of a chat that waits for an agent."""
OPEN: tuple[State, ...] = ("queued", "offered", "active")

Party = Literal["customer", "agent", "colleague", "supervisor", "system"]
"""The relation of an actor to a chat.

A colleague works in the chat's team. A supervisor of this team can do more than a colleague.
"""

Verb = Literal[
    "send", "note", "read", "follow", "watch", "end", "close", "assign", "requeue", "abandon", "silence",
    "wait", "address", "describe", "miss", "void",
    "offer", "accept", "pass", "pick", "take", "transfer", "reassign", "overflow",
    "redact", "rate",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chat:
    """The properties of a chat that decide which commands are allowed. Times are in ms since the epoch, UTC."""

    id: str
    team: str
    state: State
    customer: str
    """The id of an account, or of a visitor without a proven account."""
    agent: str | None = None
    ticket: int | None = None
    queued_at: int = 0
    """The time at which the chat first joined the queue."""
    waiting_since: int = 0
    """The start of the present or last wait.

    A wait begins with the chat's start, a requeue, a transfer or an overflow.
    """
    owed_since: int | None = field(default=None, compare=False)
    """The time of the customer's first message that nobody has answered. None if every message was answered.

    The value may be out of date while the chat has an agent, so comparisons ignore it.
    """
    closed_at: int | None = None
    priority: int = 0
    """Chats with a lower number go first in their queue."""
    preferred: str | None = None
    """The agent who gets the chat first if possible: the agent of the customer's previous chat, or the agent who lost
    this chat by disconnecting."""
    passed: frozenset[str] = frozenset()
    """Agents who declined the chat, did not answer an offer in time, or missed the first response."""
    offered_to: str | None = None
    """The agent who can accept the chat. None if it is not offered."""
    offered_by: str | None = None
    """The colleague who transfers the chat by this offer. None if the dispatcher made the offer."""
    wrap_up_until: int | None = None
    """A closed chat takes a slot of its agent until this time. None if it takes no slot."""
    handed_on_by: str | None = None
    """The last agent, if they transferred the chat. None once the chat has an agent again."""
    size: int = field(default=0, compare=False)
    """Bytes of the chat's log when it was read. The value may be out of date, so comparisons ignore it."""

    @property
    def unanswered_since(self) -> int:
        """The time since which the customer of a waiting chat has waited for an answer.

        This is the time at which the chat joined its present queue, or the time of the customer's first unanswered
        message if that was earlier.
        """
        return self.waiting_since if self.owed_since is None else min(self.waiting_since, self.owed_since)

    @property
    def kept_from(self) -> frozenset[str]:
        """Agents who must not get the chat: the agents in `passed`, and the agent who transferred the chat."""
        return self.passed if self.handed_on_by is None else self.passed | {self.handed_on_by}


MAY: dict[Verb, frozenset[Party]] = {
    "send": frozenset({"customer", "agent"}),
    "note": frozenset({"agent", "colleague", "supervisor"}),
    "read": frozenset({"customer", "agent"}),
    "follow": frozenset({"customer", "agent", "colleague", "supervisor"}),
    "watch": frozenset({"supervisor"}),
    "end": frozenset({"customer"}),
    "close": frozenset({"agent", "supervisor"}),
    # The agent, too, can end a chat as abuse.
    "void": frozenset({"agent", "supervisor"}),
    "assign": frozenset({"system"}),
    "requeue": frozenset({"system"}),
    "abandon": frozenset({"system"}),
    "silence": frozenset({"system"}),
    "wait": frozenset({"customer"}),
    "address": frozenset({"customer"}),
    "describe": frozenset({"customer"}),
    "miss": frozenset({"system"}),
    "offer": frozenset({"system"}),
    # `check_offer` also checks to whom the chat is offered.
    "accept": frozenset({"agent", "colleague", "supervisor"}),
    "pass": frozenset({"agent", "colleague", "supervisor", "system"}),
    "pick": frozenset({"agent", "colleague", "supervisor"}),
    "take": frozenset({"agent", "supervisor"}),
    "transfer": frozenset({"agent"}),
    # The API also requires a supervisor. A supervisor who holds the chat is its agent.
    "reassign": frozenset({"agent", "supervisor"}),
    "overflow": frozenset({"system"}),
    # `chat.redaction` also checks the author and the age of the text.
    "redact": frozenset({"customer", "agent", "colleague", "supervisor"}),
    "rate": frozenset({"customer"}),
}
"""The parties that may use each verb.

Other parties are refused with `forbidden`. Somebody who is no party of the chat gets `not_found`.
"""

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
    "address": {"queued": "queued", "offered": "offered", "active": "active"},
    "describe": {"queued": "queued", "offered": "offered", "active": "active"},
    "miss": {"queued": "closed", "offered": "closed"},
    "offer": {"queued": "offered"},
    "accept": {"offered": "active"},
    "pass": {"offered": "queued"},
    "pick": {"queued": "active", "offered": "active"},
    "take": {"queued": "active", "offered": "active", "active": "active"},
    "transfer": {"active": "queued"},
    "reassign": {"active": "queued"},
    "overflow": {"queued": "queued"},
    "redact": {"queued": "queued", "offered": "offered", "active": "active", "closed": "closed"},
    "rate": {"closed": "closed"},
}
"""For each verb, the states in which it is allowed, and the next state."""


def party(chat: Chat, actor: Actor) -> Party | None:
    """The relation of `actor` to the chat. None if the actor has none."""
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
    """The next state of the chat after `verb` by `actor`.

    Raises NotFound if the actor is no party of the chat. Raises Refused: `forbidden` if no actor of this party may do
    this, `chat_closed` if the chat is closed, `conflict` if its state does not allow this.
    """
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
    """The next state of the chat after `actor` accepts or declines an offer.

    Raises Refused(`conflict`) if the chat is not offered to `actor`, or no longer. Raises the errors of `check` too.
    """
    following = check(verb, chat, actor)
    if chat.offered_to != actor.id:
        raise Refused("conflict", _CONFLICT[verb])
    return following


def outcome_of_offer(after: Chat, staff: str) -> tuple[Withdrawal, Withdrawal]:
    """The reasons that two people get for the end of an offer to `staff`. `after` is the chat after the offer ended.

    The first reason is for `staff`. The second is for the colleague who made this offer to transfer the chat.
    """
    if after.state == "active":
        return ("accepted", "accepted") if after.agent == staff else ("taken", "taken")
    if after.state == "closed":
        return "ended", "ended"
    return "passed" if staff in after.passed else "withdrawn", "unanswered"


RATE_MS = 30 * 86_400_000
"""A chat can be rated for this long (ms) after its end."""


def check_rating(chat: Chat, actor: Actor, now: int) -> None:
    """Check that `actor` may rate this chat now. Raises the errors of `check`, and Refused(`conflict`) if the chat
    ended too long ago."""
    check("rate", chat, actor)
    if chat.closed_at is not None and now - chat.closed_at > RATE_MS:
        raise Refused("conflict", "A chat can be rated for 30 days after it ends. This one ended earlier.")


_FORBIDDEN: dict[Verb, str] = {
    "send": "Only the customer and the chat's agent can write in this chat. Staff can add a note.",
    "close": "Only the chat's agent or a supervisor of the team can close it.",
    "watch": "Only a supervisor of the team can view this chat.",
    "end": "Only the customer can end a chat. Its agent can close it.",
    "wait": "Only the customer can choose to stay in line.",
    "rate": "Only the customer can rate a chat.",
    "take": "Only a supervisor of the team can take over this chat.",
    "transfer": "Only the chat's agent can transfer it.",
    "reassign": "Only a supervisor of the team can reassign this chat.",
}
_CONFLICT: dict[Verb, str] = {
    "accept": "This chat isn't offered to you, or no longer is.",
    "pass": "This chat isn't offered to you, or no longer is.",
    "pick": "Someone already has this chat.",
}


class Clocks(NamedTuple):
    """The times from which the clocks of a chat are computed, in ms since the epoch, UTC.

    - `reply_owed_since`: the start of the customer's wait for a reply. None if no reply is owed.
    - `first_reply_at`: the time of the first message of staff. None before this message.
    - `silent_due_at`: the time at which silence ends the chat. None while this clock does not run.
    """

    reply_owed_since: int | None
    first_reply_at: int | None
    silent_due_at: int | None
    agent_reply_at: int | None = None
    """The time of the present agent's first message."""


def clocks_after_message(before: Clocks, *, by_customer: bool, at: int, silent_ms: int) -> Clocks:
    """The clocks after a message.

    A customer's message stops the silence clock. It also starts the wait for a reply, unless this wait already runs. A
    staff member's message ends the wait and starts the silence clock again.
    """
    if by_customer:
        owed = before.reply_owed_since if before.reply_owed_since is not None else at
        return Clocks(owed, before.first_reply_at, None, before.agent_reply_at)
    first = before.first_reply_at if before.first_reply_at is not None else at
    agents_first = before.agent_reply_at if before.agent_reply_at is not None else at
    return Clocks(None, first, at + silent_ms, agents_first)
