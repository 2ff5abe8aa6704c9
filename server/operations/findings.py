"""What a check found, for people: how bad it is, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `bad` keeps the desk from serving as it should; a `warning` is for somebody to decide."""

    level: Level
    area: str
    """What was looked at, in a word."""
    found: str
    mend: str | None = None


def fine(area: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", area, found)


def warning(area: str, found: str, mend: str) -> Finding:
    """It works, and may be better otherwise."""
    return Finding("warning", area, found, mend)


def bad(area: str, found: str, mend: str) -> Finding:
    """It does not work, or not safely."""
    return Finding("bad", area, found, mend)
