"""`switchboard`, forked from a process that has imported the program already: ready in a fraction of the time.

What runs is what the command runs. Only the second in which Python reads the program is saved, at each start.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from server.cli import main

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["server.cli", "server.app", "tests.faults.forked"])


class Forked:
    """A process like one of `subprocess.Popen`. `before` is called in it, before the program begins."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._process = _context.Process(target=_serve, args=(words, dict(environment), folder, log, before))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit status, once it has ended; the number of a signal below zero."""
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        os.kill(self.pid, sig)

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        assert self._process.exitcode is not None, f"{self.pid} has not ended within {timeout} s"
        return self._process.exitcode


def _serve(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path, before: Callable[[], None] | None
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    sys.argv = ["switchboard", *words]
    if before is not None:
        before()
    main()
