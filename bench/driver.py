"""Builds the benchmark's driver, `drive.c`, if necessary, and runs it against a server on a core of its own."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.figures import Report, Void
from bench.processes import HERE, Cores, Server

SETUP_MAX_S = 240
"""Maximum seconds that the driver may take in addition to the warm-up and the measured interval."""
CONNECTED_MAX_S = 120
"""Maximum seconds until all customers are connected, and until all are back after a restart."""


def build() -> str:
    """Compiles the driver if it is older than its source. Returns its path."""
    source, program = HERE / "drive.c", HERE / "drive"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = shutil.which(os.environ.get("CC", "cc"))
        if compiler is None:
            raise Void("no C compiler: install one (Debian: gcc), or name it in CC")
        subprocess.run([compiler, "-O2", "-std=gnu11", "-Wall", "-Wextra", "-o", program, source], check=True)
    return str(program)


def drive(server: Server, cores: Cores, options: Sequence[str], *, seconds: float, warm_up: float) -> Report:
    """Drives one load against `server` and returns the report. If the driver fails, raises Void with its message."""
    command = [build(), "--port", str(server.port), "--core", str(cores.driver), *server.options, *options]
    for pid in server.pids:
        command += ["--pid", str(pid)]
    command += ["--seconds", str(seconds), "--warm-up", str(warm_up)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SETUP_MAX_S + seconds + warm_up, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Void(f"the driver did not end within {late.timeout:.0f} s") from None
    if done.returncode != 0:
        raise Void(done.stderr.strip() or f"the driver ended with {done.returncode}")
    return Report.read(done.stdout)


@dataclass(frozen=True, slots=True)
class Storm:
    """The reconnections of customers who lost their connections. Times are by `time.monotonic`."""

    clients: int
    tries: int
    first_lost_at: float
    last_lost_at: float
    half_back_at: float
    all_back_at: float


class Connected:
    """Open connections of idle customers. On the desk, each customer has sent `hello`. On the relay, nobody sends
    `hello`."""

    def __init__(self, driver: subprocess.Popen[str]) -> None:
        self._driver = driver
        word, _, seconds = self._line().partition(" ")
        if word != "ready":
            raise Void("the connections could not be opened: see the driver's sentence above")
        self.seconds = float(seconds)
        """Seconds from the first attempt to connect until all connections were answered."""

    def storm(self) -> Storm:
        """Wait until all customers have reconnected, and return the times. Requires `connected(…,
        coming_back=True)`."""
        return Storm(**json.loads(self._line()))

    def _line(self) -> str:
        assert self._driver.stdout is not None
        # The driver prints one line at a time, so no further line waits in the buffer.
        if not select.select([self._driver.stdout], [], [], CONNECTED_MAX_S)[0]:
            self._driver.kill()
            raise Void(f"not all customers were connected after {CONNECTED_MAX_S} s")
        line = self._driver.stdout.readline().strip()
        if not line:
            raise Void("the driver gave up: see its sentence above")
        return line


@contextmanager
def connected(server: Server, cores: Cores, count: int, *, coming_back: bool = False) -> Iterator[Connected]:
    """Holds `count` connections until the end of the `with` block. With `coming_back`, each customer whose connection
    is lost tries to reconnect once per second."""
    command = [build(), "--port", str(server.port), "--core", str(cores.driver)]
    command += ["--storm" if coming_back else "--idle", str(count)]
    command += [option for option in server.options if option == "--relay"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdin is not None
        try:
            yield Connected(driver)
        finally:
            driver.stdin.close()
            driver.wait(10)
