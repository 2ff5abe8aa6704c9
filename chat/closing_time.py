"""Closing time, for who waits: when they are asked, what they chose, and when nobody was free for them.

From a while before closing who waits is asked to choose: leave it as a ticket, which is what happens when they do
nothing by closing, or keep their place for a while longer. Nobody is closed while they are talked with.

Pure. Moments and spans are in ms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chat that waits was asked.

    Nothing at all where both are None. With `decide_by` they are to choose until then; without it they have chosen to
    stay. A chat that still waits at `due_at` has missed us.
    """

    decide_by: int | None = None
    due_at: int | None = None


NOT_ASKED = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A team's door: is it open, until when (None where it is closed, or never closes), and how it closes."""

    open: bool
    closes_at: int | None
    notice_ms: int
    """How long before closing who waits is asked."""
    drain_ms: int
    """How long after it who chose to stay is answered."""
    available: bool
    """Is somebody there to answer?"""


def asked_now(before: Asked, gate: Gate, now: int) -> Asked | None:
    """What a waiting chat is to be asked at `now`; None where it has missed us, and becomes a ticket."""
    if not gate.open:
        if before.due_at is not None:
            return before if now < before.due_at else None
        # It came back to the queue of a team that is closed, or joined as it closed.
        return Asked(None, now + gate.drain_ms) if gate.available else None
    if gate.closes_at is None or now < gate.closes_at - gate.notice_ms:
        return NOT_ASKED
    if _stays(before):
        return Asked(None, gate.closes_at + gate.drain_ms)
    return Asked(gate.closes_at, gate.closes_at)


def asked_after_absence(before: Asked, gate: Gate, now: int) -> Asked:
    """What a waiting chat is asked when the server is ready again: where the team closed meanwhile, who has not chosen
    is given the whole notice, and who stays the whole time to be answered."""
    if gate.open:
        return before
    if _stays(before):
        assert before.due_at is not None, "who stays stays until some time"
        return Asked(None, max(before.due_at, now + gate.drain_ms))
    return Asked(now + gate.notice_ms, now + gate.notice_ms)


def staying(before: Asked, drain_ms: int) -> Asked:
    """They choose to keep their place. To choose it again changes nothing."""
    return before if before.decide_by is None else Asked(None, before.decide_by + drain_ms)


def _stays(asked: Asked) -> bool:
    return asked.due_at is not None and asked.decide_by is None
