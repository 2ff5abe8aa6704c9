"""Closing time for waiting chats: when customers are asked, what they chose, and when the chat is missed. Pure.

Some time before closing, waiting customers can choose: leave a ticket, or keep their place for a while longer. If they
do nothing, the chat becomes a ticket at closing time. Closing time never ends a chat with an agent.

Times and durations are in ms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """The choice of a waiting customer at closing time: whether they were asked, and what they chose.

    - `decide_by` None, `due_at` None: not asked, because the team does not close soon.
    - `decide_by` set: asked. The customer can choose until `decide_by`.
    - `decide_by` None, `due_at` set: no choice is open, and the chat waits until `due_at`. Either the customer chose to
      keep their place (`stays`), or the chat was requeued while its team was closed.

    A chat that still waits at `due_at` is missed.
    """

    decide_by: int | None = None
    due_at: int | None = None
    stays: bool = False

    @property
    def stays_until(self) -> int | None:
        """The latest time until which the customer keeps their place. None if they did not choose to keep it."""
        return self.due_at if self.stays else None

    def is_over(self, now: int) -> bool:
        """True if `due_at` has passed. Then a chat that still waits is missed."""
        return self.due_at is not None and self.due_at <= now


NOT_ASKED = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningState:
    """A team's opening state. `closes_at` is None if the team is closed now or never closes."""

    open: bool
    closes_at: int | None
    notice_ms: int
    """Waiting customers are asked this long (ms) before closing whether they want to stay."""
    drain_ms: int
    """Customers who stay are still answered for this long (ms) after closing."""
    answerable: bool
    """True if an agent may still take the waiting chat."""

    def closes_soon(self, now: int) -> bool:
        """True if the team is closed, or closes so soon that waiting customers must be asked."""
        return not self.open or (self.closes_at is not None and now >= self.closes_at - self.notice_ms)


def asked_now(before: Asked, team_state: OpeningState, now: int) -> Asked | None:
    """The state of a waiting customer's choice at `now`. None if the chat is missed and becomes a ticket."""
    if not team_state.open:
        if before.decide_by is None and not before.stays and not team_state.answerable:
            # The chat was requeued for a closed team, or joined while the team closed. No agent may still take it.
            return None
        if before.due_at is None:
            return Asked(None, now + team_state.drain_ms)
        return None if before.is_over(now) else before
    if team_state.closes_at is None or not team_state.closes_soon(now):
        return NOT_ASKED
    if before.stays:
        return Asked(None, team_state.closes_at + team_state.drain_ms, stays=True)
    return Asked(team_state.closes_at, team_state.closes_at)


def asked_after_absence(before: Asked, team_state: OpeningState, now: int) -> Asked:
    """The state of a waiting customer's choice after a restart.

    This is `before` if the team is open now. If the team is closed, the time starts again. A customer who had not
    chosen yet gets the whole notice time. A customer who stays, or whose chat was requeued, gets the whole drain time.
    """
    if team_state.open:
        return before
    if before.due_at is not None and before.decide_by is None:
        due_at = now + team_state.drain_ms
        return Asked(None, max(before.due_at, due_at) if before.stays else due_at, before.stays)
    return Asked(now + team_state.notice_ms, now + team_state.notice_ms)


def staying(before: Asked, drain_ms: int) -> Asked:
    """The state after the customer chose to keep their place. A repeated choice changes nothing."""
    return before if before.decide_by is None else Asked(None, before.decide_by + drain_ms, stays=True)
