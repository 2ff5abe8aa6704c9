"""The supervisors who take care of alarms, and the mutes of alarms, in memory.

`server.live.alarms.alarm_log` stores them in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from msgspec import structs

from alarms.destination import Raised
from chat.frames.floor import Alarm
from chat.frames.people import Staff
from clock import Clock, from_rfc3339, rfc3339_or_none
from routing.adapters import alarm_store
from routing.adapters.alarm_store import Care, Cause, StoredAlarm
from storage.ports import Tx

GRACE_MS = 30_000
"""After a start, alarms of the previous run that were not raised again within this time are over."""
Change = Callable[[Tx], None]
QueueAlarm = Callable[[Tx, Raised, int], None]
BegunAt = Callable[[Alarm], int]


def told_since(alarm: Alarm) -> int:
    """The `since` of an alarm, in ms."""
    return from_rfc3339(alarm.since)


class AlarmCare:
    """Call the methods on the event loop."""

    def __init__(
        self,
        clock: Clock,
        queue: QueueAlarm = lambda tx, alarm, now: None,
        begun_at: BegunAt = told_since,
    ) -> None:
        """`queue` is called for each alarm that begins and is not muted, in the transaction that stores it.

        `begun_at(alarm)` is the time at which the condition of an alarm began to hold, which may be after its `since`.
        """
        self._clock = clock
        self._queue = queue
        self._begun_at = begun_at
        self._care: dict[Cause, Care] = {}
        """The care of active alarms, and the mutes of alarms that are over."""
        self._active: set[Cause] = set()
        self._restored: set[Cause] = set()
        """The causes of alarms that the previous run stored as active, and that were not raised again since."""
        self._restored_at = 0
        self._names: dict[str, str] = {}
        self._changes: list[Change] = []

    def restore(self, stored: Iterable[StoredAlarm], names: Mapping[str, str]) -> None:
        """Continue with the alarms of the previous run. `names` has the names of the supervisors who take care of these
        alarms or muted them, by id."""
        self._restored_at = self._clock()
        self._names.update(names)
        for one in stored:
            if one.cleared_at is None:
                self._restored.add(one.cause)
                self._care[one.cause] = one.care
            elif one.cause not in self._restored:
                self._care[one.cause] = one.care.mute

    def raised(self, alarm: Alarm) -> None:
        cause = cause_of(alarm)
        self._active.add(cause)
        if cause in self._restored:
            self._restored.discard(cause)
            return
        now = self._clock()
        care = self._care[cause] = _still_muted(self._care.get(cause, Care()), now)
        staff = alarm.staff.id if alarm.staff is not None else None
        since = min(now, self._begun_at(alarm))
        # Without the customer's name, because the alarm may leave the desk.
        begun = Raised(alarm.kind, alarm.team, since)
        self._changes.append(partial(self._begin, cause=cause, staff=staff, at=now, care=care, begun=begun))

    def _begin(self, tx: Tx, *, cause: Cause, staff: str | None, at: int, care: Care, begun: Raised) -> None:
        alarm_store.raised(tx, cause, staff, begun.since, care)
        if care.muted_until is None:
            self._queue(tx, begun, at)

    def cleared(self, alarm: Alarm) -> None:
        self._clear(cause_of(alarm))

    def of(self, cause: Cause) -> Care:
        return self._care.get(cause, Care())

    def set(self, cause: Cause, care: Care, by: Staff) -> None:
        """Remember who takes care of the alarm and who muted it, after the supervisor `by` changed this. The database
        has the change already. If the alarm is no longer active, only the name of `by` is kept."""
        self._names[by.id] = by.name
        if cause in self._active:
            self._care[cause] = care

    def told(self, alarm: Alarm) -> Alarm:
        """The alarm as supervisors get it."""
        care = self.of(cause_of(alarm))
        if care.muted_until is not None and care.muted_until <= self._clock():
            care = replace(care, muted_by=None, muted_until=None)
        return structs.replace(
            alarm,
            had_by=self._staff(care.had_by),
            had_at=rfc3339_or_none(care.had_at),
            muted_by=self._staff(care.muted_by),
            muted_until=rfc3339_or_none(care.muted_until),
        )

    def take(self) -> list[Change]:
        """Remove the changes to store and return them, oldest first. Also forgets mutes that are over. GRACE_MS after a
        start, also ends the alarms of the previous run that were not raised again."""
        now = self._clock()
        if self._restored and now - self._restored_at >= GRACE_MS:
            for cause in self._restored.copy():
                self._clear(cause)
        for cause in self._care.keys() - self._active - self._restored:
            if _still_muted(self._care[cause], now) == Care():
                del self._care[cause]
        taken, self._changes = self._changes, []
        return taken

    def give_back(self, changes: list[Change]) -> None:
        """Put back changes that could not be stored."""
        self._changes = changes + self._changes

    def _clear(self, cause: Cause) -> None:
        self._active.discard(cause)
        self._restored.discard(cause)
        now = self._clock()
        self._care[cause] = _still_muted(self._care.get(cause, Care()), now)
        self._changes.append(partial(alarm_store.cleared, cause=cause, at=now))

    def _staff(self, id_: str | None) -> Staff | None:
        return None if id_ is None else Staff(id_, self._names.get(id_, ""))


def _still_muted(care: Care, now: int) -> Care:
    """`care` with its mute alone, because a mute may outlast its alarm. Empty if the mute is over."""
    return care.mute if care.muted_until is not None and care.muted_until > now else Care()


def cause_of(alarm: Alarm) -> Cause:
    return Cause(alarm.kind, alarm.team, alarm.chat)
