"""What runs the periodic jobs."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import pytest
from structlog.testing import capture_logs

from server.live.sweeps import Intervals, Job, Run, Sweeps, Work, periodic_jobs
from storage.ports import StorageUnavailable
from tests.running import eventually


def test_every_job_runs_the_function_of_its_name() -> None:
    def named(name: str) -> Run:
        async def run() -> None:
            """A job without work."""

        run.__name__ = name
        return run

    names = [field.name for field in fields(Work)]
    jobs = periodic_jobs(Intervals(), Work(**{name: named(name) for name in names}))
    assert [job.name for job in jobs] == [getattr(job.run, "__name__", "") for job in jobs]
    assert sorted(names) == sorted(job.name for job in jobs)


@pytest.mark.parametrize(
    ("error", "event"), [(StorageUnavailable("no answer"), "job_postponed"), (ValueError("a fault"), "job_failed")]
)
async def test_job_that_fails_is_logged_and_runs_again(error: Exception, event: str) -> None:
    ran = list[str]()

    async def fails() -> None:
        ran.append("job")
        raise error

    async def before() -> None:
        ran.append("before")

    sweeps = Sweeps([Job("fails", 0.001, "each process", fails)], before)
    with capture_logs() as logs:
        sweeps.start()
        await eventually(lambda: len(ran) >= 4, "it ran twice")
        await sweeps.stop()
    assert ran[:4] == ["before", "job", "before", "job"]
    assert (logs[0]["event"], logs[0]["job"]) == (event, "fails")


async def test_job_does_not_run_if_the_clock_cannot_be_followed() -> None:
    ran, tried = list[str](), asyncio.Event()

    async def before() -> None:
        tried.set()
        raise StorageUnavailable("no answer")

    async def job() -> None:
        ran.append("job")

    sweeps = Sweeps([Job("job", 0.001, "each process", job)], before)
    with capture_logs():
        sweeps.start()
        await tried.wait()
        await sweeps.stop()
    assert ran == []
