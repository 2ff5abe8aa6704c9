"""Interface to the stored followers of tickets. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from ticketing.begun_ports import Tx


class FollowerStore(Protocol):
    def followers_of(self, tx: Tx, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
        """The ids of the staff who follow these tickets, by number, oldest follower first. Tickets without followers
        are missing."""
        ...

    def follow(self, tx: Tx, number: int, person: str, at: int) -> bool:
        """Returns False if the person follows the ticket already."""
        ...

    def unfollow(self, tx: Tx, number: int, person: str) -> bool:
        """Returns False if the person does not follow the ticket."""
        ...
