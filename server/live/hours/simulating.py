"""Simulates opened hours in a process of its own, one request at a time."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

import structlog
from msgspec import json

from fairness import NoTurn, Turns
from refusals import Refused
from server.simulation.opened_hours import Answer, Question

COMMAND = (sys.executable, "-P", "-m", "server.simulation.opened_hours")
DEADLINE_S = 120.0
"""Elapsed time. The process itself has a much lower limit for its CPU time."""
WAIT_S = 60.0
WAITING_MAX = 8
_ENVIRONMENT = ("HOME", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
"""Environment variables with which Python finds its modules. The process does not get the server's secrets."""
_BUSY = "Waits can't be simulated right now. Try again in a moment."

log = structlog.get_logger(__name__)


class Simulating:
    def __init__(self, command: Sequence[str] = COMMAND, deadline_s: float = DEADLINE_S) -> None:
        self._command = command
        self._deadline_s = deadline_s
        self._turns = Turns(1, all_max=WAITING_MAX)

    async def answers(self, person: str, questions: Sequence[Question]) -> Sequence[Answer]:
        """The answers to the questions of `person`. Raises Refused(unavailable) if too many people ask, or if the
        simulation takes too long. If the caller is cancelled, the process ends."""
        if not questions:
            return []
        try:
            async with self._turns.turn(person, wait_s=WAIT_S):
                return json.decode(await self._passed(json.encode(questions)), type=list[Answer])
        except NoTurn:
            raise Refused("unavailable", _BUSY) from None

    async def _passed(self, questions: bytes) -> bytes:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=environment
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                told, _ = await child.communicate(questions)
        except TimeoutError:
            log.error("simulation_stuck", seconds=self._deadline_s)
            raise Refused("unavailable", _BUSY) from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode != 0:
            log.error("simulation_failed", status=child.returncode)
            raise Refused("unavailable", _BUSY)
        return told
