"""Who takes care of an alarm, and which alarms are muted, in memory."""

from __future__ import annotations

from chat.frames.floor import Alarm
from chat.frames.people import Staff
from routing.adapters.alarm_store import Care, Cause, StoredAlarm
from server.live.alarms.alarm_care import GRACE_MS, AlarmCare
from tests.running import SettableClock

LONG_WAIT = Alarm(kind="queue", team="media", since="2026-11-25T12:00:00.000Z")
CAUSE = Cause("queue", "media")
SUE = Staff("sue", "Sue")


def stored(care: Care, cleared_at: int | None = None) -> StoredAlarm:
    return StoredAlarm(cause=CAUSE, staff=None, raised_at=0, cleared_at=cleared_at, care=care)


def test_alarm_that_was_over_is_nobodys_and_still_muted_when_it_begins_again() -> None:
    clock = SettableClock(0)
    care = AlarmCare(clock)
    care.raised(LONG_WAIT)
    care.set(CAUSE, Care(had_by="sue", had_at=0, muted_by="sue", muted_until=60_000), SUE)
    assert care.told(LONG_WAIT).had_by == SUE
    care.cleared(LONG_WAIT)
    clock.forward(59)
    care.raised(LONG_WAIT)
    again = care.told(LONG_WAIT)
    assert (again.had_by, again.muted_by, again.muted_until) == (None, SUE, "1970-01-01T00:01:00.000Z")
    care.cleared(LONG_WAIT)
    clock.forward(1)
    care.raised(LONG_WAIT)
    assert care.told(LONG_WAIT) == LONG_WAIT


def test_care_for_an_alarm_that_is_over_meanwhile_is_not_kept() -> None:
    care = AlarmCare(SettableClock(0))
    care.set(CAUSE, Care(had_by="sue", had_at=0), SUE)
    care.raised(LONG_WAIT)
    assert care.told(LONG_WAIT) == LONG_WAIT


def test_alarm_of_the_previous_run_goes_on_if_it_is_raised_again() -> None:
    """It is not stored a second time."""
    care = AlarmCare(SettableClock(0))
    care.restore([stored(Care(had_by="sue", had_at=0))], {"sue": "Sue"})
    care.raised(LONG_WAIT)
    assert care.told(LONG_WAIT).had_by == SUE
    assert care.take() == []


def test_alarm_of_the_previous_run_ends_if_it_is_not_raised_again_in_time() -> None:
    clock = SettableClock(0)
    care = AlarmCare(clock)
    care.restore([stored(Care(had_by="sue", had_at=0))], {"sue": "Sue"})
    clock.forward(GRACE_MS / 1000 - 1)
    assert care.take() == []
    clock.forward(1)
    assert len(care.take()) == 1
    care.raised(LONG_WAIT)
    assert care.told(LONG_WAIT) == LONG_WAIT


def test_changes_that_could_not_be_stored_come_first_the_next_time() -> None:
    care = AlarmCare(SettableClock(0))
    care.raised(LONG_WAIT)
    first = care.take()
    care.cleared(LONG_WAIT)
    care.give_back(first)
    taken = care.take()
    assert taken[0] is first[0]
    assert len(taken) == 2
