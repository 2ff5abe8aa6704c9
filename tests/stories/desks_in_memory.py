"""Two processes of one desk, in the loop of the test: on one PostgreSQL database and a bus in memory, by one clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from typing import Self
from unittest.mock import patch

from bus.adapters.memory import MemoryTransport
from server.live.desk import LiveDesk
from server.live.processes import leading, people_elsewhere, processes, redis_of_desk
from server.live.processes.processes import Processes
from server.live.processes.shared_clock import SharedClock
from server.web import Web
from storage import leases
from tests.running import eventually
from tests.stories.desk_in_memory import NEVER_S, DeskInMemory

PROCESSES = 2
LONG_MS = 10**12
"""No process dies here, so that no lease must end as the test moves the clock."""


class DesksInMemory(DeskInMemory):
    """Each new connection is made to another process than the one before. The first process leads, and is `desk`."""

    async def open(self) -> Self:
        transport = MemoryTransport()
        patches = self._opened.enter_context(ExitStack())
        for lease in (people_elsewhere, leading):
            patches.enter_context(patch.object(lease, "LEASE_MS", LONG_MS))
        patches.enter_context(patch.object(leases, "LONGEST_MS", 10 * LONG_MS))
        patches.enter_context(patch.object(processes, "Processes", partial(Processes, beat_s=NEVER_S)))
        # The database has another clock than the test.
        patches.enter_context(patch.object(SharedClock, "set_by", lambda self, tx: None))
        patches.enter_context(patch.object(redis_of_desk, "transport_of", lambda settings, storage: transport))
        self._settings.processes = PROCESSES
        await super().open()
        await eventually(lambda: leads(self.desk), "the first process leads")
        webs = [self._web]
        for number in range(1, PROCESSES):
            data = self._settings.data / str(number)
            data.mkdir(exist_ok=True)
            desk, web = await self._open(self._make_floor(), self._settings.model_copy(update={"data": data}))
            self.desks.append(desk)
            webs.append(web)
        self._webs = cycle(webs)
        await eventually(lambda: all(map(is_live, self.desks)), "each bus is live")
        return self

    def _sweeps(self, *, after_a_while: bool) -> Sequence[Callable[[], Awaitable[None]]]:
        leading = super()._sweeps(after_a_while=after_a_while)
        others = [desk for desk in self.desks if desk is not self.desk]
        return *leading, *(run for desk in others for run in (desk.answered_chats.free_slots, desk.wrap_ups.free_slots))

    def _next_web(self) -> Web:
        return next(self._webs)


def is_live(desk: LiveDesk) -> bool:
    return desk.processes is not None and desk.processes.health.state == "live"


def leads(desk: LiveDesk) -> bool:
    return desk.processes is not None and desk.processes.leads()
