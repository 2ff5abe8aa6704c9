"""What is told of a day while it passes: what became of each wait, and when seats were taken. Moments in ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

End = Literal["answered", "left", "missed", "full", "closed"]
"""Of a wait: an agent had the chat; its customer left the queue; its team closed, or the day was over, before anybody
had it; the queue took nobody more; it came while its team was closed."""
Why = Literal["came", "handed_on", "agent_gone"]
"""Why a chat waits: its customer came; its first team handed it on; its agent was gone for too long."""
AtClosing = Literal["nothing", "stay", "ticket"]
"""What a customer chose who was asked at closing time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wait."""

    team: str
    """For which it began."""
    came_at: int
    """When it began."""
    end: End
    ended_waiting_at: int
    told_s: int | None = None
    """How long it would last, as they were told when they came."""
    staff: str | None = None
    vip: bool = False
    why: Why = "came"
    offers: int = 0
    passed: int = 0
    """To how many agents it was offered, and how many of them let it pass."""
    flowed_to: str | None = None
    """The team whose queue it went on to."""
    at_closing: AtClosing | None = None
    """None where closing time did not come while it lasted."""

    @property
    def waited_ms(self) -> int:
        return self.ended_waiting_at - self.came_at


@dataclass(frozen=True, slots=True)
class Seating:
    """A seat of somebody's that was taken, by a chat and what it took to wrap it up."""

    staff: str
    begins: int
    ends: int
