"""The two clocks of an answered chat: the customer is silent, and a reply is owed. Pure; moments and spans in ms.

The silence clock runs only while the last word is ours: it is stored as the moment at which it ends the chat.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a team waits, in ms."""

    steps: tuple[int, int, int]
    """After how long a silence the customer is reminded, warned, and the chat ends."""
    seat: int
    """After how long a silence the chat takes no seat."""
    first_reply: int
    """How long a first reply may be owed."""


def silent_for(due_at: int | None, patience: Patience, now: int) -> int:
    """How long the customer has said nothing to our last word; 0 where the last word is theirs."""
    return 0 if due_at is None else max(0, now - (due_at - patience.steps[-1]))


def step_reached(due_at: int | None, patience: Patience, now: int) -> int:
    """How many of the steps before the end a silence has reached: 0, 1 (reminded) or 2 (warned)."""
    silence = silent_for(due_at, patience, now)
    return sum(silence >= step for step in patience.steps[:-1]) if due_at is not None else 0


def rests(due_at: int | None, patience: Patience, now: int) -> bool:
    """Has the customer been silent for so long that the chat takes no seat?"""
    return due_at is not None and silent_for(due_at, patience, now) >= patience.seat


def owes_first_reply(owed_since: int | None, assigned_at: int | None) -> bool:
    """Does the present agent owe the customer their first word?

    What the customer said since the agent's last word is no first reply any more: it is owed as any other.
    """
    return owed_since is not None and assigned_at is not None and owed_since <= assigned_at


def nudges(owed_ms: int, patience: Patience) -> int:
    """Who has been told that a first reply is owed for so long: 0 nobody, 1 the agent, 2 the supervisors, 3 it is to be
    passed on.

    Each has as long as the agent had.
    """
    return min(3, owed_ms // patience.first_reply) if patience.first_reply > 0 else 0
