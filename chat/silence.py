"""The clocks of a chat with an agent: the customer's silence, and the waits for responses. Pure. Times are in ms.

The silence clock only runs while the last message is from staff. It is stored as the time at which silence ends the
chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """A team's limits for silences and waits, in ms."""

    steps: tuple[int, int, int]
    """The lengths of silence until the customer is reminded, until the customer is warned, and until the chat ends."""
    slot: int
    """The length of silence after which the chat no longer takes a slot."""
    first_reply: int
    """Longest wait for the first response."""
    next_reply: int
    """Longest wait for each later response."""


def notice(patience: Patience) -> int:
    """The time in ms from the first effect of a silence to the end of the chat. The effects are a reminder, a warning,
    and that the chat frees its slot."""
    return patience.steps[-1] - min(*patience.steps, patience.slot)


def silent_for(due_at: int | None, patience: Patience, now: int) -> int:
    """How long the customer has been silent: the time since the last message of staff. 0 if the customer wrote last."""
    return 0 if due_at is None else max(0, now - (due_at - patience.steps[-1]))


def step_reached(due_at: int | None, patience: Patience, now: int) -> int:
    """The step that a silence has reached: 0, 1 (reminded) or 2 (warned)."""
    silence = silent_for(due_at, patience, now)
    return sum(silence >= step for step in patience.steps[:-1]) if due_at is not None else 0


def rests(due_at: int | None, patience: Patience, now: int) -> bool:
    """True if the chat takes no slot, because the customer has been silent for at least `patience.slot`."""
    return due_at is not None and silent_for(due_at, patience, now) >= patience.slot


def first_reply_owed_since(owed_since: int | None, assigned_at: int | None, replied_at: int | None) -> int | None:
    """The time since which the customer has waited for the present agent's first response. None if none is owed.

    The wait begins when the customer writes, or when the agent gets the chat if that is later. `replied_at` is the time
    of the agent's first message.
    """
    if owed_since is None or assigned_at is None or replied_at is not None:
        return None
    return max(owed_since, assigned_at)


def next_reply_owed_since(owed_since: int | None, replied_at: int | None) -> int | None:
    """The time since which the customer has waited for a further response of the present agent. None if none is owed.

    `replied_at` is the time of the agent's first message. While it is None, only a first response can be owed.
    """
    return None if replied_at is None else owed_since


def paused_wait(owed_since: int, gone_at: int, came_at: int) -> int:
    """The start of the customer's wait, moved so that the time without a connection does not count.

    The customer was disconnected from `gone_at` to `came_at`. A wait that began between these two times is moved to
    `came_at`.
    """
    if owed_since >= came_at:
        return owed_since
    return owed_since + max(0, came_at - max(gone_at, owed_since))


class Nudge(IntEnum):
    """The consequences of a missing first response. Each step keeps the consequences of the earlier steps."""

    NOBODY = 0
    AGENT = 1
    SUPERVISORS = 2
    PASS_ON = 3


def nudge_due(owed_ms: int, patience: Patience) -> Nudge:
    """The consequence that applies once the customer has waited `owed_ms` for the first response: the first step after
    `patience.first_reply` ms, the next step after as long again, up to the last step."""
    return Nudge(min(Nudge.PASS_ON, owed_ms // patience.first_reply)) if patience.first_reply > 0 else Nudge.NOBODY
