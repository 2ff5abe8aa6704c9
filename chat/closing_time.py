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

    Nothing at all where both moments are None. With `decide_by` they are to choose until then; `stays`: they chose to
    keep their place. With neither it came back to the queue of a team that was closed, and waits while there is
    somebody who may take it. A chat that still waits at `due_at` has missed us.
    """

    decide_by: int | None = None
    due_at: int | None = None
    stays: bool = False

    @property
    def stays_until(self) -> int | None:
        """Until when they keep their place at most, where they chose to."""
        return self.due_at if self.stays else None

    def is_over(self, now: int) -> bool:
        """Has the time run out in which somebody might have been free for them?"""
        return self.due_at is not None and self.due_at <= now


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
    answerable: bool
    """Is there somebody who may yet take the chat in question?"""

    def closes_soon(self, now: int) -> bool:
        """Is it closed, or so near to closing that waiting customers are asked?"""
        return not self.open or (self.closes_at is not None and now >= self.closes_at - self.notice_ms)


def asked_now(before: Asked, gate: Gate, now: int) -> Asked | None:
    """What a waiting chat is to be asked at `now`; None where it has missed us, and becomes a ticket."""
    if not gate.open:
        if before.decide_by is None and not before.stays and not gate.answerable:
            # It came back to the queue of a team that is closed, or joined as it closed, and nobody is left for it.
            return None
        if before.due_at is None:
            return Asked(None, now + gate.drain_ms)
        return None if before.is_over(now) else before
    if gate.closes_at is None or not gate.closes_soon(now):
        return NOT_ASKED
    if before.stays:
        return Asked(None, gate.closes_at + gate.drain_ms, stays=True)
    return Asked(gate.closes_at, gate.closes_at)


def asked_after_absence(before: Asked, gate: Gate, now: int) -> Asked:
    """What a waiting chat is asked when the server is ready again: where the team closed meanwhile, who has not chosen
    is given the whole notice, and who stays, or came back to its queue, the whole time to be answered."""
    if gate.open:
        return before
    if before.due_at is not None and before.decide_by is None:
        due_at = now + gate.drain_ms
        return Asked(None, max(before.due_at, due_at) if before.stays else due_at, before.stays)
    return Asked(now + gate.notice_ms, now + gate.notice_ms)


def staying(before: Asked, drain_ms: int) -> Asked:
    """They choose to keep their place. To choose it again changes nothing."""
    return before if before.decide_by is None else Asked(None, before.decide_by + drain_ms, stays=True)
