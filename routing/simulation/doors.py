"""Closing time, as the rules have it that the rest of the desk goes by.

They are those of chats, which this room does not know: who lets a day pass passes them in.
"""

from __future__ import annotations

from typing import Protocol

from routing.desk import Team
from routing.hours import Standing


class Door(Protocol):
    """What closing time has asked of a chat that waits. Equal where the same was asked."""

    @property
    def asks(self) -> bool:
        """Are they to choose now between a ticket and their place?"""
        ...

    @property
    def due_at(self) -> int | None:
        """When they have missed us, if nobody takes them before; None where nothing was asked."""
        ...

    def at(self, team: Team, standing: Standing, now: int, *, answerable: bool) -> Door | None:
        """What it is asked at `now`; None where it has missed us. `answerable`: somebody may yet take it."""
        ...

    def staying(self, team: Team) -> Door:
        """They choose to keep their place."""
        ...
