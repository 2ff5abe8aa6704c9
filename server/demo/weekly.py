"""The weekly mail of the demo's supervisor, with the figures of the last whole week."""

from __future__ import annotations

from clock import Clock
from identity.actor import Actor
from reports.adapters.weekly import SqlWeekly
from reports.periods import day_of, last_week
from server.demo.letters import queue_letter
from server.live.reports.report_counting import counting_of
from server.live.reports.weekly_reports import letter_to
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx


async def send_weekly_report(
    storage: Storage, settings: Settings, clock: Clock, teams: Teams, supervisor: Actor
) -> None:
    """Count all tickets, and queue the letter. The supervisor also gets it on each Monday from now on."""
    counting = counting_of(storage, clock, teams)
    await counting.sweep()
    await counting.release()
    week = last_week(day_of(clock(), teams.desk.timezone))

    def queue(tx: Tx) -> None:
        SqlWeekly().choose(tx, supervisor.id, clock())
        queue_letter(tx, settings, letter_to(supervisor.email or "", supervisor.id, week), clock())

    await storage.write(queue)
