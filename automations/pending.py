"""An event that waits for the rules. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from automations.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An event that has happened. It has ids only; what conditions test is read when the rules run.

    `chain` has the ids of the rules that led to it, one because of the other; empty for what people, timers and
    programs did. `author` is the kind of author of a reply. `changed` has the names of the changed properties.
    """

    event: Event
    at: int
    ticket: int | None = None
    chat: str | None = None
    author: str | None = None
    changed: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    id: int = 0
