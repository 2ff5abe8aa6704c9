"""Planned maintenance. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from refusals import Refused

Phase: TypeAlias = Literal["planned", "running", "completed", "cancelled"]
LENGTH_MAX_MS = 14 * 86_400_000


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Maintenance of components from `starts_at` until `ends_at`, in ms since the epoch. `version` counts the notices
    to followers, and the changes of the calendar entry."""

    id: int
    title: str
    text: str
    starts_at: int
    ends_at: int
    cancelled: bool
    components: tuple[int, ...]
    version: int
    created_at: int
    updated_at: int

    def phase(self, now: int) -> Phase:
        if self.cancelled:
            return "cancelled"
        if now < self.starts_at:
            return "planned"
        return "running" if now < self.ends_at else "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMaintenance:
    title: str
    text: str
    starts_at: int
    ends_at: int
    components: Collection[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceChange:
    """None leaves a value as it is. `cancel` cancels planned maintenance. `end` ends running maintenance now. `note` is
    told to followers."""

    title: str | None = None
    text: str | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    components: Collection[int] | None = None
    cancel: bool = False
    end: bool = False
    note: str = ""


def check_span(starts_at: int, ends_at: int) -> None:
    """Raises Refused if the maintenance would end before it starts, or last too long."""
    if ends_at <= starts_at:
        raise Refused("invalid", "The end is before the start.", {"ends_at": "Give a time after the start."})
    if ends_at - starts_at > LENGTH_MAX_MS:
        raise Refused("invalid", "Maintenance lasts at most 14 days.", {"ends_at": "At most 14 days after the start."})


def check_components(components: Collection[int], known: set[int]) -> tuple[int, ...]:
    """The components in order. Raises Refused if there are none, or if one does not exist."""
    if not components or set(components) - known:
        sentence = "Choose components that exist."
        raise Refused("invalid", sentence, {"components": sentence})
    return tuple(sorted(set(components)))


def check_change(maintenance: Maintenance, change: MaintenanceChange, now: int) -> None:
    """Raises Refused if maintenance in this phase cannot be changed in this way."""
    phase = maintenance.phase(now)
    if phase in ("completed", "cancelled"):
        sentence = "This maintenance is over." if phase == "completed" else "This maintenance is cancelled."
        raise Refused("conflict", sentence, {"id": sentence})
    if change.end and phase != "running":
        raise Refused("conflict", "This maintenance has not started. Cancel it.", {"end": "It has not started."})
    if change.cancel and phase != "planned":
        raise Refused("conflict", "This maintenance is running. End it.", {"cancel": "It is running."})
    if phase == "running" and change.starts_at not in (None, maintenance.starts_at):
        raise Refused("conflict", "This maintenance is running.", {"starts_at": "It has started already."})
