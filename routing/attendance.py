"""When somebody who is available is made away by the desk, and when their chats go to others. Pure; moments in ms.

Nobody who waits should wait for somebody who is not there. Nobody is blamed for the time before this server was ready.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from routing.agents import Agent

UNCONNECTED_MS = 2 * 3_600_000
"""So long without a connection, and somebody available is away."""
UNANSWERED_MAX = 2
"""So many offers in a row not answered, and they are away."""

IDLE = "Inactive for a while"
UNANSWERED = "Missed two chats"
UNCONNECTED = "Disconnected for two hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When somebody of staff was last seen, as this server knows it."""

    gone_since: int | None
    """Since when they have no connection; None while they have one."""
    active_at: int
    """When they last did anything: a command that is no sign of life alone."""
    unanswered: int = 0
    """Offers in a row that they did not answer."""


def away_because(seen: Seen, idle_ms: int, now: int) -> str | None:
    """Why somebody who is available is to be away; None where they are to stay as they are."""
    if seen.gone_since is not None:
        return UNCONNECTED if now - seen.gone_since >= UNCONNECTED_MS else None
    if seen.unanswered >= UNANSWERED_MAX:
        return UNANSWERED
    return IDLE if now - seen.active_at >= idle_ms else None


def has_lost(seen: Seen, grace_ms: int, now: int) -> bool:
    """Have they been gone for so long that the chats they hold go back to the queue?"""
    return seen.gone_since is not None and now - seen.gone_since >= grace_ms


def may_yet_take(agent: Agent, team: str, kept_from: Collection[str], *, lost: bool) -> bool:
    """May somebody yet take a chat that waits for `team`: available, neither gone for good (`lost`, see `has_lost`) nor
    one of those whom the chat is kept from? Whether they have room just now is another matter."""
    works_for_it = team in agent.teams and team not in agent.paused
    return agent.status == "available" and works_for_it and agent.staff not in kept_from and not lost
