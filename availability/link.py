"""Tickets that are linked to an incident, and the runs that move them together. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

LinkState: TypeAlias = Literal["linked", "mitigated", "closed", "not_fixed", "refused"]
"""`mitigated`: Fixed – Pending RCA. `not_fixed`: the requester answered that it is not fixed. `refused`: the rules of
tickets refused the change, for `reason`."""
RunKind: TypeAlias = Literal["mitigate", "close"]
RunState: TypeAlias = Literal["running", "stopped", "done"]

WAITING: dict[RunKind, tuple[LinkState, ...]] = {"mitigate": ("linked",), "close": ("linked", "mitigated")}
"""The states of the tickets that a run has not reached yet."""


@dataclass(frozen=True, slots=True)
class Link:
    """`person` is the id of the account or visitor who said that the incident affects them too, None if staff linked
    the ticket."""

    incident: int
    ticket: int
    person: str | None
    state: LinkState
    reason: str
    linked_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Run:
    """Moves the linked tickets of an incident, each once. `place` is the ticket that it reached last. `by` is the
    person who publishes."""

    incident: int
    kind: RunKind
    state: RunState
    code: str | None
    text: str
    place: int
    moved: int
    refused: int
    started_at: int
    updated_at: int
    by: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The outcome for one ticket. `reason` is a sentence if the ticket stays as it is."""

    state: LinkState
    reason: str = ""
