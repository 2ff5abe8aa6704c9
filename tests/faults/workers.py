"""A server with several workers, which tests kill and pause."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import httpx2

from tests.faults.server import ServerProcess
from tests.running import DEADLINE_S, HOURS, eventually

STARTED_S = 180.0
"""Maximum time until a worker runs, while other tests take most of the processors."""


class Workers(ServerProcess):
    START_S = 5 * DEADLINE_S

    def __init__(
        self,
        data: Path,
        port: int,
        database_url: str,
        count: int = 2,
        settings: Mapping[str, str] | None = None,
        hours: Path = HOURS,
    ) -> None:
        super().__init__(data, port, database_url, hours=hours, settings=settings, forked=False)
        self.count = count

    async def start(self) -> None:
        """Until all workers are ready. If one ended before, the others would end too."""
        await super().start()
        try:
            await eventually(lambda: self._ended or "is ready at" in self.log(), "all workers are ready", STARTED_S)
            assert not self._ended, self.log()
        except BaseException:
            self.close()
            raise

    def words(self) -> list[str]:
        return [*super().words(), "--workers", str(self.count)]

    def pids(self) -> list[int]:
        """The process ids of the workers."""
        assert not self._ended, self.log()
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def has_replaced(self, pid: int) -> bool:
        pids = self.pids()
        return len(pids) == self.count and pid not in pids

    async def leader(self) -> int | None:
        """The process id of the worker that leads the desk; None if nobody does, or it cannot be told now."""
        try:
            async with httpx2.AsyncClient(base_url=self.url, trust_env=False, verify=False, timeout=5) as http:
                metrics = (await http.get("/metrics")).text
        except httpx2.TransportError:
            return None
        found = re.search(r'^switchboard_leads\{worker="(\d+)"\} 1', metrics, re.MULTILINE)
        return None if found is None else self._listening_at(f"/{found[1]}.sock")

    def _listening_at(self, name: str) -> int | None:
        """The worker with a listening Unix socket of this name."""
        sockets = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
        nodes = {f"socket:[{words[6]}]" for words in sockets if len(words) > 7 and words[7].endswith(name)}
        return next((pid for pid in self.pids() if nodes & links_of(pid)), None)


def links_of(pid: int) -> set[str]:
    """The files and sockets that a process has open."""
    try:
        return {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return set()
