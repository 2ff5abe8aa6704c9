"""A server process that tests kill and restart."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import httpx2

from tests.faults.forked import Forked
from tests.running import DEADLINE_S, HOURS, ROOT, cancelled, eventually

# Below the ephemeral ports of Linux, so that no other socket takes a server's port while it is down. Each test process
# has its own share.
PORTS = range(12_000, 32_000)
SHARES = 4


def free_port() -> int:
    """A free port outside the ephemeral range."""
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SHARES
    while True:
        port = random.choice(PORTS[share::SHARES])
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Process(Protocol):
    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def send_signal(self, sig: int) -> None: ...
    def wait(self, timeout: float) -> int: ...


class ServerProcess:
    """`switchboard serve` on one port and one data folder, over any number of restarts."""

    START_S = DEADLINE_S

    def __init__(
        self,
        data: Path,
        port: int,
        database_url: str | None = None,
        *,
        hours: Path = HOURS,
        settings: Mapping[str, str] | None = None,
        forked: bool = True,
        before: Callable[[], None] | None = None,
    ) -> None:
        """`settings` are more environment variables. If `forked`, it starts from a process that has already imported
        the program, and `before` is called first; otherwise by its command."""
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._data = data
        self._hours = hours
        self._forked = forked
        self._before = before
        self._log = data.parent / "server.log"
        self._env = {
            "PATH": os.environ["PATH"], "HOME": str(data.parent), "SWITCHBOARD_RATE_LIMITS": "off",
            # The program may be installed from another checkout.
            "PYTHONPATH": str(ROOT),
            **({"SWITCHBOARD_DATABASE_URL": database_url,
                "SWITCHBOARD_SECRET": "a secret of the tests, long enough for it"} if database_url else {}),
            **(settings or {}),
        }  # fmt: skip
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        self._process = self._spawn(self.words())
        ready = asyncio.create_task(self._until_ready())
        try:
            await eventually(lambda: ready.done() or self._ended, "the server is ready", self.START_S)
            assert not self._ended, self.log()
            ready.result()
        except BaseException:
            self.close()
            raise
        finally:
            await cancelled(ready)

    def words(self) -> list[str]:
        return ["serve", "--port", str(self.port), "--data", str(self._data), "--hours", str(self._hours)]

    def _spawn(self, words: list[str]) -> Process:
        if self._forked:
            return Forked(words, self._env, self._data.parent, self._log, self._before)
        command = [str(Path(sys.executable).parent / "switchboard"), *words]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=self._env, cwd=self._data.parent)

    async def _until_ready(self) -> None:
        async with httpx2.AsyncClient(base_url=self.url, trust_env=False, verify=False) as http:
            while True:
                try:
                    if (await http.get("/readyz")).status_code == 200:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.05)

    @property
    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    async def end(self, with_signal: signal.Signals) -> int:
        """Send a signal and wait for the end; its exit status."""
        assert self._process is not None
        self._process.send_signal(with_signal)
        return await asyncio.to_thread(self._process.wait, DEADLINE_S)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(DEADLINE_S)

    def log(self) -> str:
        if self._log.exists():
            return self._log.read_text()
        # A fork imports the main module again. One that starts servers without `if __name__ == "__main__"` ends here.
        return "The server ended before it had a log: see standard error."
