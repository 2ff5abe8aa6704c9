"""Rules for auto-away, and for requeueing the chats of an absent agent. Pure; moments in ms.

No customer should wait for an agent who is not there. Time before this server was ready does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from routing.agents import Agent

UNCONNECTED_MS = 2 * 3_600_000
"""Time without a connection before auto-away."""
UNANSWERED_MAX = 2
"""Unanswered offers in a row before auto-away."""

IDLE = "Inactive for a while"
UNANSWERED = "Missed two chats"
UNCONNECTED = "Disconnected for two hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What this server knows about the recent activity of a staff member."""

    gone_since: int | None
    """The time at which the last connection ended. None while connected."""
    active_at: int
    """The time of the last real activity. Heartbeats are not activity."""
    unanswered: int = 0
    """Unanswered offers in a row. Offers that overlap in time count as one."""


def counts_as_missed(offered_at: int, *, answered_at: int | None, missed_at: int | None) -> bool:
    """True if an expired offer counts as missed.

    `answered_at` is the time at which the agent last answered an offer. `missed_at` is the time at which an expired
    offer last counted as missed. If one of these times is after `offered_at`, the two offers overlapped in time. Such
    offers count as one, so this offer does not count.
    """
    return all(at is None or at <= offered_at for at in (answered_at, missed_at))


def away_because(seen: Seen, idle_ms: int, now: int) -> str | None:
    """The reason for auto-away of an available agent; None to leave the status alone."""
    if seen.gone_since is not None:
        return UNCONNECTED if now - seen.gone_since >= UNCONNECTED_MS else None
    if seen.unanswered >= UNANSWERED_MAX:
        return UNANSWERED
    return IDLE if now - seen.active_at >= idle_ms else None


def has_finished(agent: Agent) -> bool:
    """True if the agent chose to go offline after their last chat, and has no chat left."""
    return agent.choice.leaving and not agent.held


def has_lost(seen: Seen, grace_ms: int, now: int) -> bool:
    """True if the agent has been disconnected for so long that their chats are requeued."""
    return seen.gone_since is not None and now - seen.gone_since >= grace_ms


def may_yet_take(agent: Agent, team: str, kept_from: Collection[str], *, lost: bool) -> bool:
    """True if an agent may still take a waiting chat of `team`, now or when they have a free slot.

    `kept_from` are the agents who must not get this chat. `lost` is the result of `has_lost`.
    """
    works_for_it = team in agent.teams and team not in agent.paused
    return agent.status == "available" and works_for_it and agent.staff not in kept_from and not lost


def worked_since(since: int, *, wrote: bool, got_chat_at: int | None, owes_reply: bool) -> bool:
    """True if an agent has worked since the time `since`.

    An agent has worked if one of these is true:

    - Since that time, they wrote in a chat that they still hold (`wrote`).
    - Since that time, they got a chat (`got_chat_at`), and they owe no reply.

    `got_chat_at` is None for people who were never agents.
    """
    return wrote or (got_chat_at is not None and got_chat_at >= since and not owes_reply)
