"""Addresses that have confirmed a letter of this desk: of an account, a follower, or a registration."""

from __future__ import annotations

from following.adapters.follows import SqlFollows
from following.follow import Owner
from identity.adapters.people import People
from learning.adapters.session_store import SqlRegistrations
from storage.ports import Tx
from texts.addresses import normal_email


class KnownAddresses:
    def __init__(self, people: People) -> None:
        self._people = people
        self._follows, self._registrations = SqlFollows(), SqlRegistrations()

    def is_known(self, tx: Tx, address: str) -> bool:
        normal = normal_email(address)
        return (
            self._follows.follower(tx, Owner(address=normal)) is not None
            or self._people.accounts.by_email(tx, normal) is not None
            or self._registrations.is_known(tx, normal)
        )
