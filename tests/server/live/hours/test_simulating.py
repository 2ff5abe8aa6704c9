from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from msgspec import structs

from refusals import Refused
from server.live.hours.simulating import Simulating
from server.simulation.opened_hours import RUNS_MAX
from tests.running import eventually
from tests.server.simulation.test_opened_hours import HOUR

SLEEPS = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.processes
async def test_answers_come_from_a_process() -> None:
    (told,) = await Simulating().answers("ada", [structs.replace(HOUR, counts=[{17: 2}])])
    assert told.runs == RUNS_MAX and told.staffing
    assert await Simulating().answers("ada", []) == []


async def test_process_gets_nothing_else_of_the_environment() -> None:
    check = "import os, sys; sys.stdin.read(); print('[]' if 'PATH' not in os.environ else '')"
    assert "PATH" in os.environ
    assert await Simulating((sys.executable, "-c", check)).answers("ada", [HOUR]) == []


async def test_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    simulating = Simulating((sys.executable, "-c", SLEEPS, str(file)), deadline_s=1)
    with pytest.raises(Refused) as refused:
        await simulating.answers("ada", [HOUR])
    assert refused.value.code == "unavailable"
    assert not file.exists() or not _alive(int(file.read_text()))


async def test_process_of_a_caller_who_left_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    simulating = Simulating((sys.executable, "-c", SLEEPS, str(file)))
    asking = asyncio.create_task(simulating.answers("ada", [HOUR]))
    await eventually(lambda: file.exists() and file.read_text() != "", "the process runs")
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not _alive(int(file.read_text()))


async def test_process_that_fails_is_a_refusal() -> None:
    with pytest.raises(Refused) as refused:
        await Simulating((sys.executable, "-c", "raise SystemExit(3)")).answers("ada", [HOUR])
    assert refused.value.code == "unavailable"
