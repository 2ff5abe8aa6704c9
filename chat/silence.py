"""The two clocks of an answered chat: the customer is silent, and a reply is owed. Pure; moments and spans in ms.

The silence clock runs only while the last word is ours: it is stored as the moment at which it ends the chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a team waits, in ms."""

    steps: tuple[int, int, int]
    """After how long a silence the customer is reminded, warned, and the chat ends."""
    seat: int
    """After how long a silence the chat takes no seat."""
    first_reply: int
    """How long a first reply may be owed."""


def notice(patience: Patience) -> int:
    """How long before a silence ends the chat something comes of it for the first time."""
    return patience.steps[-1] - min(*patience.steps, patience.seat)


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


def first_reply_owed_since(owed_since: int | None, assigned_at: int | None, replied_at: int | None) -> int | None:
    """Since when the present agent owes the customer their first word; None where they do not.

    Nobody owes it from before they had the chat. What the customer says after that word is owed as any other.
    `replied_at`: when the present agent first wrote.
    """
    if owed_since is None or assigned_at is None or replied_at is not None:
        return None
    return max(owed_since, assigned_at)


class Nudge(IntEnum):
    """What an owed first reply leads to. Each step includes the ones before it."""

    NOBODY = 0
    AGENT = 1
    SUPERVISORS = 2
    PASS_ON = 3


def nudge_due(owed_ms: int, patience: Patience) -> Nudge:
    """The step that a first reply owed for so long has reached. All steps take as long as the first."""
    return Nudge(min(Nudge.PASS_ON, owed_ms // patience.first_reply)) if patience.first_reply > 0 else Nudge.NOBODY
