"""Interface to the stored tags and snoozes of tickets. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from ticketing.begun_ports import Tx


class TriageStore(Protocol):
    def tags_used(self, tx: Tx, teams: Collection[str] | None, start: str, limit: int) -> list[str]:
        """At most `limit` tags that tickets of these teams have or had and that begin with `start`, in alphabetical
        order. None: of all teams."""
        ...

    def snoozed(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` tickets whose snooze is over, the longest first."""
        ...
