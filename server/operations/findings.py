"""The result of a check: its severity, its subject, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`bad` means that the desk does not work correctly, or is not safe.

    `warning` means that the operator decides whether to change something.
    """

    level: Level
    area: str
    found: str
    mend: str | None = None


def fine(area: str, found: str) -> Finding:
    return Finding("ok", area, found)


def warning(area: str, found: str, mend: str) -> Finding:
    return Finding("warning", area, found, mend)


def bad(area: str, found: str, mend: str) -> Finding:
    return Finding("bad", area, found, mend)
