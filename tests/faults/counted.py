"""Counts the memory, open files and asyncio tasks of a running server."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.faults.server import ServerProcess
from tests.running import eventually

_ANSWER = Path("tasks")
"""Relative to the working folder of the server."""


def count_tasks() -> None:
    """Call it in the process before the program starts. SIGUSR1 then writes the number of tasks to a file."""
    signal.signal(signal.SIGUSR1, lambda *_: _write())


def _write() -> None:
    _ANSWER.with_suffix(".new").write_text(f"{len(asyncio.all_tasks())}\n")
    _ANSWER.with_suffix(".new").rename(_ANSWER)


class Holdings:
    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self._server = server
        self._answer = folder / _ANSWER

    async def tasks(self) -> int:
        self._answer.unlink(missing_ok=True)
        os.kill(self._server.pid, signal.SIGUSR1)
        await eventually(self._answer.exists, "the server counts its tasks")
        return int(self._answer.read_text())

    def files(self) -> Counter[str]:
        """The number of open files: of the `database`, and `other` files. Connections of readers open later."""
        found: Counter[str] = Counter()
        for descriptor in Path(f"/proc/{self._server.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # Closed meanwhile.
                found["database" if ".db" in descriptor.readlink().name else "other"] += 1
        return found

    def memory_kib(self) -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self._server.pid}/status").read_text())
        assert found is not None
        return int(found[1])
