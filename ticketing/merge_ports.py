"""Interface to the stored merges of tickets. `tx` is opaque."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ticketing.begun_ports import Tx


@dataclass(frozen=True, slots=True)
class Merge:
    """A ticket that was merged into another one. `before`: its status and what went with it, as the fields of a change,
    and its service level targets. `moved`: the addresses that the merge added to the target."""

    source: int
    target: int
    at: int
    by: str
    before: dict[str, str | None]
    moved: tuple[str, ...]


class MergeStore(Protocol):
    def merge_of(self, tx: Tx, source: int) -> Merge | None:
        """The merge of this ticket into another one. None if there is none, or if it was undone."""
        ...

    def keep_merge(self, tx: Tx, merge: Merge) -> None:
        """Store the merge of a ticket, in place of an earlier one."""
        ...

    def forget_merge(self, tx: Tx, source: int) -> None: ...
