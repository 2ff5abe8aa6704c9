"""The table of periodic jobs, and their runner."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import structlog

from counters.service import ANSWER_S
from server.live.runner import Runner
from storage.ports import StorageUnavailable

Run = Callable[[], Awaitable[object]]
Where = Literal["each process", "one process", "other processes"]
"""The place of a job if several processes use one database: every process runs the job, only the leading one, or only
those that do not lead."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Seconds between two runs of each job."""

    sweep: float = 1.0
    rights: float = 1.0
    """Seconds between two checks of the rights of connected people. The time is short, because connections must close
    within two seconds after a sign-out, a disabled account or a revoked token."""
    marks: float = 3.0
    reconcile: float = 10.0
    sessions: float = 120.0
    """Seconds between two runs. The stored time at which a session was last used is no more precise than this."""
    expire_files: float = 600.0
    tidy: float = 3600.0
    indexing: float = 1.0
    """Seconds between two checks for texts to index. The checks find texts for which no wake-up came."""
    mail: float = 15.0
    """Seconds between two checks for letters, mails and webhook messages for which no wake-up came. These were stored
    by other processes, or must be tried again."""
    news: float = 1.0
    """Seconds between two messages about queues and presence to the same connection."""
    reports: float = 1.0
    """Seconds between two runs that count changed tickets for the reports."""
    floor: float = 0.9
    """Seconds between two computations of the floor. Such a computation takes time too. The interval is below a second,
    so that supervisors see every change within a second."""
    limits: float = ANSWER_S
    """Seconds that an action waits for the limits that all processes share."""


class Job(NamedTuple):
    name: str
    every_s: float
    where: Where
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The function that each job runs."""

    end_due_chats: Run
    absences: Run
    offer_deadlines: Run
    overflow: Run
    queue_alarms: Run
    ticket_clock: Run
    address_health: Run
    check_storage: Run
    hours_news: Run
    closing_time: Run
    hours_file: Run
    read_marks: Run
    reconcile: Run
    close_revoked: Run
    end_idle_sessions: Run
    release_from_disabled: Run
    sign_in_watch: Run
    refusals: Run
    follow_bans: Run
    forget_bans: Run
    forget_used: Run
    expire_files: Run
    sweep_files: Run
    sweep_mails: Run
    floor: Run
    alarm_log: Run
    review_days: Run
    report_counting: Run
    day_changes: Run
    widget_settings: Run


def periodic_jobs(every: Intervals, work: Work) -> Sequence[Job]:
    return (
        Job("end_due_chats", every.sweep, "one process", work.end_due_chats),
        Job("absences", every.sweep, "one process", work.absences),
        Job("offer_deadlines", every.sweep, "one process", work.offer_deadlines),
        Job("overflow", every.sweep, "one process", work.overflow),
        Job("queue_alarms", every.sweep, "one process", work.queue_alarms),
        Job("ticket_clock", every.sweep, "one process", work.ticket_clock),
        Job("address_health", every.marks, "one process", work.address_health),
        Job("check_storage", every.sweep, "each process", work.check_storage),
        Job("hours_news", every.sweep, "each process", work.hours_news),
        Job("closing_time", every.sweep, "one process", work.closing_time),
        Job("hours_file", every.sweep, "each process", work.hours_file),
        Job("read_marks", every.marks, "each process", work.read_marks),
        Job("reconcile", every.reconcile, "each process", work.reconcile),
        Job("close_revoked", every.rights, "each process", work.close_revoked),
        Job("end_idle_sessions", every.sessions, "each process", work.end_idle_sessions),
        Job("release_from_disabled", every.rights, "one process", work.release_from_disabled),
        Job("sign_in_watch", every.marks, "each process", work.sign_in_watch),
        Job("refusals", every.marks, "each process", work.refusals),
        Job("follow_bans", every.rights, "each process", work.follow_bans),
        Job("forget_bans", every.tidy, "one process", work.forget_bans),
        Job("forget_used", every.sessions, "one process", work.forget_used),
        Job("expire_files", every.expire_files, "one process", work.expire_files),
        Job("sweep_files", every.tidy, "one process", work.sweep_files),
        Job("sweep_mails", every.tidy, "one process", work.sweep_mails),
        Job("floor", every.floor, "each process", work.floor),
        Job("alarm_log", every.sweep, "one process", work.alarm_log),
        Job("review_days", every.reconcile, "one process", work.review_days),
        Job("report_counting", every.reports, "one process", work.report_counting),
        Job("day_changes", every.reconcile, "one process", work.day_changes),
        Job("widget_settings", every.reconcile, "each process", work.widget_settings),
    )


def always() -> bool:
    return True


class Sweeps:
    """Runs each job in its own task."""

    def __init__(self, jobs: Sequence[Job], before: Run, leads: Callable[[], bool] = always) -> None:
        """`before` is awaited before every run of a job. Jobs of one process run only while `leads()` is true."""
        self._jobs = jobs
        self._leads = leads
        self._before = before
        self._runner = Runner()

    def start(self) -> None:
        for place, job in enumerate(self._jobs):
            # Spread over the interval. All at once would delay messages at that moment.
            later_s = min(job.every_s, 1.0) * place / len(self._jobs)
            self._runner.start(self._repeat(job, later_s))

    async def stop(self) -> None:
        await self._runner.stop()

    async def _repeat(self, job: Job, later_s: float) -> None:
        await asyncio.sleep(later_s)
        while True:
            await asyncio.sleep(job.every_s)
            if job.where == ("other processes" if self._leads() else "one process"):
                continue
            try:
                await self._before()
                await job.run()
            except StorageUnavailable:
                log.warning("job_postponed", job=job.name)
            except Exception:
                log.exception("job_failed", job=job.name)
