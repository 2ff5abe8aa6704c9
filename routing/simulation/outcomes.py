"""The results of a run: the outcome of each wait, and the times for which slots were taken. Moments in ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

End = Literal["answered", "left", "missed", "full", "closed"]
"""The end of a wait. `missed`: the team closed or the day ended first. `closed`: the team was closed on arrival."""
Why = Literal["came", "handed_on", "agent_gone"]
"""The reason for a wait. `came`: the customer arrived. `handed_on`: the first team transferred the chat. `agent_gone`:
the chat's agent was gone for too long."""
AtClosing = Literal["nothing", "stay", "ticket"]
"""The choice of a customer at closing time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    team: str
    """The team for which the wait began."""
    came_at: int
    """Start of the wait."""
    end: End
    ended_waiting_at: int
    told_s: int | None = None
    """The wait that was announced on arrival."""
    staff: str | None = None
    vip: bool = False
    why: Why = "came"
    offers: int = 0
    declined: int = 0
    """Number of declined offers. `offers` is the number of all offers."""
    flowed_to: str | None = None
    """The team to which the chat overflowed. None if it did not overflow."""
    at_closing: AtClosing | None = None
    """The customer's choice at closing time. None if the customer was not asked."""

    @property
    def waited_ms(self) -> int:
        return self.ended_waiting_at - self.came_at


@dataclass(frozen=True, slots=True)
class Seating:
    """The time for which a chat took a slot, including wrap-up."""

    staff: str
    begins: int
    ends: int
