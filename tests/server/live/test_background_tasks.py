"""Tasks that nobody waits for."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from server.live.background_tasks import BackgroundTasks
from storage.ports import StorageUnavailable


async def test_settle_waits_for_tasks_that_tasks_spawn() -> None:
    background_tasks, done = BackgroundTasks(), list[str]()

    async def second() -> None:
        done.append("second")

    async def first() -> None:
        background_tasks.spawn("second", second)

    background_tasks.spawn("first", first)
    assert not background_tasks.idle
    await background_tasks.settle()
    assert (background_tasks.idle, done) == (True, ["second"])


@pytest.mark.parametrize(
    ("error", "event"),
    [(StorageUnavailable("no answer"), "reaction_postponed"), (ValueError("a fault"), "reaction_failed")],
)
async def test_error_of_a_task_is_logged_by_its_name(error: Exception, event: str) -> None:
    background_tasks = BackgroundTasks()

    async def work() -> None:
        raise error

    with capture_logs() as logs:
        background_tasks.spawn("offer", work)
        await background_tasks.settle()
    assert [(entry["event"], entry["reaction"]) for entry in logs] == [(event, "offer")]
