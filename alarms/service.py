"""Queues alarms in the transaction that stores them, leases each destination to one worker, and records the results.

Each method is (part of) the body of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from msgspec import UNSET

from alarms.destination import (
    DESTINATIONS_MAX,
    ENDING,
    KINDS,
    NAME_MAX,
    AlarmKind,
    Destination,
    DestinationChange,
    NewDestination,
    Raised,
)
from alarms.pacing import EVERY_MS, GIVE_UP_MS, TEST_EVERY_MS, UNDO_MS, first_attempt, next_attempt
from alarms.ports import Attempt, Seals, Store, Tx
from refusals import Refused
from texts.visible import fault_of_name

LEASE_MS = 60_000
"""Length of a lease. If the worker reports no result within this time, the alarms are sent again."""
TOGETHER_MAX = 500
"""Maximum number of alarms that one message is about."""
UNREADABLE = "The address cannot be read, because SECRET has changed. Remove this destination and add it again."


class Destinations:
    def __init__(self, store: Store, seals: Seals, new_id: Callable[[], str]) -> None:
        self._store = store
        self._seals = seals
        self._new_id = new_id

    def all(self, tx: Tx) -> list[Destination]:
        """The destinations, oldest first. Removed ones are left out."""
        return self._store.destinations(tx)

    def add(self, tx: Tx, wanted: NewDestination, now: int) -> Destination:
        """Add a destination, whose address is checked already. Raises Refused: `invalid`, `conflict` for a name in use
        or too many destinations."""
        name, kinds = _checked_name(wanted.name), _checked_kinds(wanted.kinds)
        self._check_new(tx, name)
        id_ = self._new_id()
        added = Destination(
            id=id_,
            name=name,
            service=wanted.service,
            team=wanted.team,
            kinds=kinds,
            address=self._seals.seal(id_, wanted.address),
            ending=wanted.address if wanted.service == "mail" else wanted.address[-ENDING:],
            created_at=now,
        )
        self._store.keep(tx, added)
        return added

    def change(self, tx: Tx, id: str, change: DestinationChange) -> tuple[Destination, Destination]:
        """Change what a destination gets, or its name. Returns it before and after. Alarms that wait are sent as
        before. Raises Refused: `not_found`, `invalid`, `conflict` for a name in use."""
        before = self._known(tx, id)
        after = before
        if change.name is not UNSET:
            after = replace(after, name=_checked_name(change.name))
            others = (one for one in self._store.destinations(tx, lock=True) if one.id != id)
            _check_unused(after.name, others)
        if change.kinds is not UNSET:
            after = replace(after, kinds=_checked_kinds(change.kinds))
        if change.team is not UNSET:
            after = replace(after, team=change.team)
        if after != before:
            self._store.keep(tx, after)
        return before, after

    def remove(self, tx: Tx, id: str, now: int) -> Destination:
        """Remove a destination, and forget the alarms that wait for it. Raises Refused(not_found)."""
        known = self._known(tx, id)
        self._store.forget_all(tx, id)
        self._store.keep(tx, replace(known, removed_at=now, due_at=None, attempts=0))
        return known

    def restore(self, tx: Tx, id: str, now: int) -> Destination:
        """Add a removed destination again. Raises Refused(conflict) after UNDO_MS, or if its name is in use."""
        found = self._store.find(tx, id)
        if found is None or (found.removed_at is not None and found.removed_at + UNDO_MS <= now):
            raise Refused("conflict", "This destination was deleted. Add it again.")
        if found.removed_at is not None:
            self._check_new(tx, found.name)
            found = replace(found, removed_at=None)
            self._store.keep(tx, found)
        return found

    def queue(self, tx: Tx, alarm: Raised, now: int) -> bool:
        """Store an alarm for each destination that wants it, to be sent after the commit. Returns False if no
        destination wants it."""
        wanting = [one for one in self._store.destinations(tx, lock=True) if _wants(one, alarm)]
        for one in wanting:
            self._store.add_waiting(tx, one.id, alarm, now)
            if one.due_at is None:
                self._store.keep(tx, replace(one, due_at=first_attempt(one.sent_at, now)))
        return bool(wanting)

    def claim(self, tx: Tx, holder: str, now: int) -> list[Attempt]:
        """Lease the due destinations to `holder` for LEASE_MS. Also deletes destinations that were removed long ago."""
        self._store.delete_removed(tx, now - UNDO_MS)
        claimed = []
        for destination in self._store.claim(tx, holder, now, now + LEASE_MS):
            address = self._seals.open(destination.id, destination.address)
            waiting = self._store.waiting(tx, destination.id, TOGETHER_MAX)
            attempt = Attempt(destination, address or "", waiting)
            if not waiting:
                self._store.keep(tx, replace(destination, due_at=None, attempts=0))
                self._store.release(tx, destination.id)
            elif address is None:
                self.refused(tx, attempt, UNREADABLE, now, for_good=True)
            else:
                claimed.append(attempt)
        return claimed

    def sent(self, tx: Tx, attempt: Attempt, now: int, letter: int | None = None) -> None:
        """Record that the alarms of an attempt were sent, by `letter` if that is not None."""
        self._store.forget(tx, [one.id for one in attempt.waiting])
        found = self._in_use(tx, attempt.destination.id)
        if found is not None:
            due_at = now + EVERY_MS if self._store.waits(tx, found.id) else None
            self._store.keep(tx, replace(_after(found, now, letter), attempts=0, due_at=due_at))
            self._store.release(tx, found.id)

    def refused(self, tx: Tx, attempt: Attempt, reason: str, now: int, *, for_good: bool = False) -> int:
        """Record a failed attempt. Returns the number of alarms that are given up. The others are tried again."""
        found = self._in_use(tx, attempt.destination.id)
        if found is None:
            return 0
        lost = [one.id for one in attempt.waiting if for_good or one.created_at + GIVE_UP_MS <= now]
        self._store.forget(tx, lost)
        more = self._store.waits(tx, found.id)
        failed = replace(found, failed_at=now, error=reason, lost=found.lost + len(lost))
        due_at = next_attempt(found.attempts, now) if more else None
        self._store.keep(tx, replace(failed, due_at=due_at, attempts=found.attempts if more else 0))
        self._store.release(tx, found.id)
        return len(lost)

    def to_test(self, tx: Tx, id: str, now: int) -> Attempt:
        """The destination with its address, for a test message. Raises Refused: `not_found`, `rate_limited` a moment
        after another message, `conflict` if the address cannot be read."""
        known = self._known(tx, id)
        last = max(known.sent_at or 0, known.failed_at or 0)
        if now < last + TEST_EVERY_MS:
            wait_s = (last + TEST_EVERY_MS - now) / 1000
            raise Refused("rate_limited", "A message was sent a moment ago. Wait a few seconds.", retry_after_s=wait_s)
        address = self._seals.open(known.id, known.address)
        if address is None:
            raise Refused("conflict", UNREADABLE)
        return Attempt(known, address)

    def tested(self, tx: Tx, id: str, error: str | None, now: int, letter: int | None = None) -> None:
        """Record the result of a test message: the reason for its failure, or None if it was sent."""
        found = self._in_use(tx, id)
        if found is not None:
            after = _after(found, now, letter) if error is None else replace(found, failed_at=now, error=error)
            self._store.keep(tx, after)

    def next_due(self, tx: Tx) -> int | None:
        return self._store.next_due(tx, UNDO_MS)

    def _in_use(self, tx: Tx, id: str) -> Destination | None:
        found = self._store.find(tx, id)
        return found if found is not None and found.removed_at is None else None

    def _known(self, tx: Tx, id: str) -> Destination:
        found = self._in_use(tx, id)
        if found is None:
            raise Refused("not_found", "There is no such destination.")
        return found

    def _check_new(self, tx: Tx, name: str) -> None:
        present = self._store.destinations(tx, lock=True)
        _check_unused(name, present)
        if len(present) >= DESTINATIONS_MAX:
            raise Refused("conflict", f"There are {DESTINATIONS_MAX} destinations already. Remove one first.")


def _check_unused(name: str, others: Iterable[Destination]) -> None:
    if any(one.name.casefold() == name.casefold() for one in others):
        sentence = f"There is a destination {name} already."
        raise Refused("conflict", sentence, {"name": sentence})


def _checked_name(text: str) -> str:
    name = text.strip()
    if fault := fault_of_name(name, NAME_MAX):
        raise Refused("invalid", fault, {"name": fault})
    return name


def _checked_kinds(wanted: Collection[AlarmKind]) -> tuple[AlarmKind, ...]:
    kinds = tuple(kind for kind in KINDS if kind in wanted)
    if not kinds:
        raise Refused("invalid", "Choose at least one kind of alarm.", {"kinds": "Choose at least one."})
    return kinds


def _wants(destination: Destination, alarm: Raised) -> bool:
    return destination.team in (None, alarm.team) and alarm.kind in destination.kinds


def _after(found: Destination, now: int, letter: int | None) -> Destination:
    """`found` after a message was sent to it."""
    return replace(found, sent_at=now, lost=0, letter=letter if letter is not None else found.letter)
