"""Interface to the stored followers of tickets. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from identity.actor import Actor
from ticketing.begun_ports import Tx


class Staff(Protocol):
    def names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]:
        """Public names of staff by id, former staff included."""
        ...

    def staff_by_id(self, tx: Tx, ids: Collection[str]) -> Mapping[str, Actor]:
        """Those of the staff with these ids who can still sign in."""
        ...


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
