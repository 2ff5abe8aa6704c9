"""The functions that the pages of people's data need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFound:
    """What the desk has of a customer, as numbers. `obstacle` says why they cannot be erased now, or is empty."""

    email: str
    chats: int
    tickets: int
    taking_part: int
    entries: int
    unproven: int
    obstacle: str


@dataclass(frozen=True, slots=True)
class RetentionDays:
    """The days of each kind, by its name in the API. None: for ever."""

    days: Mapping[str, int | None]
    version: int


class PersonalDataPages(Protocol):
    """Each method raises Refused if `by` may not do this. In an outage, it raises Refused(`unavailable`)."""

    async def find(self, by: Actor, email: str) -> PersonFound: ...

    async def export(self, by: Actor, email: str) -> Path:
        """An archive of everything. The caller removes the file."""
        ...

    async def erase(self, by: Actor, email: str) -> str:
        """The id of the erasure."""
        ...

    async def retention(self, by: Actor) -> RetentionDays: ...

    async def change_retention(
        self, by: Actor, wanted: Mapping[str, int | None], versions: Collection[int] | None
    ) -> RetentionDays: ...
