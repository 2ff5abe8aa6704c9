"""Reminders of a session: a day and an hour before its start."""

from __future__ import annotations

from typing import Literal, TypeAlias

from learning.sessions import HOUR_MS

Step: TypeAlias = Literal["day", "hour"]
BEFORE: dict[Step, int] = {"day": 24 * HOUR_MS, "hour": HOUR_MS}


def due_step(now: int, starts_at: int) -> Step | None:
    """The reminder that is due now. Neither is due once the session has begun, nor the earlier one in the last hour."""
    if not starts_at - BEFORE["day"] <= now < starts_at:
        return None
    return "hour" if now >= starts_at - BEFORE["hour"] else "day"


def applies(step: Step, starts_at: int, registered_at: int) -> bool:
    """False for people who registered after the reminder was due. Their confirmation says the same."""
    return registered_at < starts_at - BEFORE[step]


def key_of(step: str, mark: int) -> str:
    """The name under which a notice is kept. A session that moves has another start, and so other reminders."""
    return f"{step}:{mark}"
