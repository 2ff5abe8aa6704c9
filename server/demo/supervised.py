"""The work of the demo's supervisor before the demo starts: past alarms, an alarm that she has, a change for today."""

from __future__ import annotations

from collections.abc import Mapping

from chat.adapters import archive
from clock import zones
from identity.actor import Actor
from identity.adapters.people import People
from routing.adapters import alarm_store, day_store, store
from routing.adapters.alarm_store import Care, Cause
from routing.adapters.day_store import DayChange, Values
from storage.ports import Tx

MINUTE_MS = 60_000
OVERDUE_MS = 5 * MINUTE_MS
"""`next_reply_s` of the demo's teams."""
CAPACITY_TODAY = 3
_PAST = (
    (Cause("queue", "media"), 26 * 60, 11, True),
    (Cause("unstaffed", "finance"), 27 * 60, 8, True),
    (Cause("queue", "prod"), 50 * 60, 4, False),
    (Cause("unstaffed", "canadian-spot"), 74 * 60, 19, True),
)
"""Past alarms: cause, minutes since it began, minutes that it lasted, and whether the supervisor took care of it."""


def add_past_alarms(tx: Tx, staff: Mapping[str, Actor], now: int) -> None:
    for cause, minutes_ago, lasted, is_had in _PAST:
        began = now - minutes_ago * MINUTE_MS
        alarm_store.raised(tx, cause, None, began, Care())
        if is_had:
            alarm_store.keep_care(tx, cause, Care(had_by=staff["Ines"].id, had_at=began + MINUTE_MS))
        alarm_store.cleared(tx, cause, began + lasted * MINUTE_MS)


def supervise(tx: Tx, people: People, staff: Mapping[str, Actor], now: int, zone: str) -> None:
    """Let Ines take care of the alarm of Hannah's chat, and change Jonas's capacity for today.

    Does nothing that was done at an earlier start and still applies.
    """
    _have_alarm(tx, staff["Hannah"], staff["Ines"], now)
    _change_today(tx, people, staff["Jonas"], staff["Ines"], now, zone)


def _have_alarm(tx: Tx, agent: Actor, supervisor: Actor, now: int) -> None:
    active = {alarm.cause for alarm in alarm_store.active_or_muted(tx, now) if alarm.cleared_at is None}
    for row in archive.open_rows(tx, agent=agent.id):
        cause, since = Cause("next_reply", row.team, row.id), row.reply_owed_since
        if since is not None and now - since >= OVERDUE_MS and cause not in active:
            alarm_store.raised(tx, cause, agent.id, since + OVERDUE_MS, Care())
            alarm_store.keep_care(tx, cause, Care(had_by=supervisor.id, had_at=now - MINUTE_MS))


def _change_today(tx: Tx, people: People, agent: Actor, supervisor: Actor, now: int, zone: str) -> None:
    choice = store.lock_choice(tx, agent.id)
    if choice is None or day_store.of(tx, agent.id) is not None:
        return
    store.set_capacity(tx, agent.id, CAPACITY_TODAY, now, connected=False)
    until = zones.end_of_day(now, zone=zone) + 1
    change = DayChange(agent.id, until, Values(capacity=choice.capacity), Values(capacity=CAPACITY_TODAY))
    day_store.put(tx, change, supervisor.id, supervisor.name or "", now)
    detail = {"capacity": CAPACITY_TODAY, "was_capacity": choice.capacity}
    people.record(tx, supervisor, "change_today", "user", agent.id, detail, now)
