"""Destinations of alarms, as admins manage them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from msgspec import UNSET

from alarms.addresses import checked
from alarms.destination import Destination, DestinationChange, NewDestination
from alarms.service import Destinations
from clock import Clock
from egress import AddressRefused, Egress
from egress.urls import host_named
from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.permissions import may
from mail.service import Letters
from refusals import Refused
from server.live.alarms.alarm_notices import AlarmNotices, NotDelivered, alarms_in, letter_to
from storage.ports import Storage, Tx

_THING = "alarm_destination"


class AlarmAdmin:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        destinations: Destinations,
        notices: AlarmNotices,
        letters: Letters,
        wake_letters: Callable[[], None],
        teams: Callable[[], Collection[str]],
        egress: Egress,
        allowed: Collection[str],
    ) -> None:
        """`teams` returns the keys of all teams. `allowed` are the hosts that the operator lets the desk call."""
        self._storage = storage
        self._clock = clock
        self._destinations = destinations
        self._notices = notices
        self._letters = letters
        self._wake_letters = wake_letters
        self._teams = teams
        self._egress = egress
        self._allowed = frozenset(map(host_named, allowed))
        self._audit = SqlStore()

    async def all(self, by: Actor) -> list[Destination]:
        """The destinations, oldest first. Raises Refused(forbidden), StorageUnavailable."""
        _check_reader(by)

        def read(tx: Tx) -> list[Destination]:
            return [self._with_letter(tx, one) for one in self._destinations.all(tx)]

        return await self._storage.read(read)

    async def add(self, by: Actor, wanted: NewDestination) -> Destination:
        """Add a destination. Raises Refused: `invalid`, `conflict`."""
        _check(by)
        self._check_team(wanted.team)
        address = checked(wanted.service, wanted.address, self._allowed)
        if wanted.service != "mail":
            try:
                self._egress.check(address)
            except AddressRefused as refused:
                raise _invalid("address", str(refused)) from None
        now = self._clock()

        def unit(tx: Tx) -> Destination:
            added = self._destinations.add(tx, replace(wanted, address=address), now)
            self._record(tx, by, "add", added.id, {"service": added.service, **_values(added)}, now)
            return added

        return await self._storage.write(unit)

    async def change(self, by: Actor, id_: str, change: DestinationChange) -> Destination:
        """Change the name of a destination, or the alarms that it gets. Raises Refused: `not_found`, `invalid`,
        `conflict`."""
        _check(by)
        self._check_team(None if change.team is UNSET else change.team)
        now = self._clock()

        def unit(tx: Tx) -> Destination:
            before, after = self._destinations.change(tx, id_, change)
            was, became = _values(before), _values(after)
            other = [name for name in became if was[name] != became[name]]
            if other:
                detail = {"from": {name: was[name] for name in other}, "to": {name: became[name] for name in other}}
                self._record(tx, by, "change", id_, {"name": before.name, **detail}, now)
            return after

        return await self._storage.write(unit)

    async def remove(self, by: Actor, id_: str) -> Destination:
        """Remove a destination. Raises Refused(not_found)."""
        return await self._change(by, "remove", id_, lambda tx, now: self._destinations.remove(tx, id_, now))

    async def restore(self, by: Actor, id_: str) -> Destination:
        """Add a destination again that was removed within a day. Raises Refused(conflict)."""
        return await self._change(by, "restore", id_, lambda tx, now: self._destinations.restore(tx, id_, now))

    async def test(self, by: Actor, id_: str) -> str | None:
        """Send a test message. Returns the reason why it was not delivered, None if it was.

        A letter counts as delivered once it is queued. Raises Refused: `not_found`, `rate_limited`, `conflict`.
        """
        _check(by)
        now = self._clock()

        def begin(tx: Tx) -> tuple[Destination, str]:
            attempt = self._destinations.to_test(tx, id_, now)
            destination = attempt.destination
            self._record(tx, by, "test", id_, {"name": destination.name}, now)
            if destination.service == "mail":
                letter = self._letters.queue(tx, letter_to(attempt.address, []), now)
                self._destinations.tested(tx, id_, None, now, letter)
                tx.after_commit(self._wake_letters)
            return destination, attempt.address

        destination, address = await self._storage.write(begin)
        if destination.service == "mail":
            return None
        error = None
        try:
            await self._notices.post(destination.service, address, self._notices.about([], now))
        except NotDelivered as failed:
            error = failed.reason
        await self._storage.write(lambda tx: self._destinations.tested(tx, id_, error, self._clock()))
        return error

    def _check_team(self, team: str | None) -> None:
        if team is not None and team not in self._teams():
            raise _invalid("team", f"There is no team {team!r}.")

    async def _change(self, by: Actor, verb: str, id_: str, change: Callable[[Tx, int], Destination]) -> Destination:
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> Destination:
            changed = change(tx, now)
            self._record(tx, by, verb, id_, {"name": changed.name}, now)
            return changed

        return await self._storage.write(unit)

    def _with_letter(self, tx: Tx, destination: Destination) -> Destination:
        """The destination with the result of its last letter. A letter may fail long after it was queued."""
        letter = self._letters.find(tx, destination.letter) if destination.letter is not None else None
        if letter is None or letter.error is None or letter.state == "accepted":
            return destination
        failed_at = letter.bounced_at or letter.settled_at or letter.created_at
        lost = destination.lost + (len(alarms_in(letter.context)) if letter.state == "failed" else 0)
        return replace(destination, failed_at=failed_at, error=letter.error, lost=lost)

    def _record(self, tx: Tx, by: Actor, verb: str, id_: str, detail: Mapping[str, object], now: int) -> None:
        self._audit.record(tx, line(by, verb, _THING, id_, detail, now))


def _values(destination: Destination) -> dict[str, object]:
    return {"name": destination.name, "team": destination.team, "kinds": list(destination.kinds)}


def _invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})


def _check_reader(by: Actor) -> None:
    if not may(by, "read", "settings"):
        raise Refused("forbidden", "Only admins and auditors read the settings.")


def _check(by: Actor) -> None:
    if not may(by, "change", "settings"):
        raise Refused("forbidden", "Only admins change where alarms are sent.")
