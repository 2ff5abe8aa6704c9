"""Forks `switchboard` from a process that has already imported it. Saves a second per start."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from server.cli import main

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.preloaded", "tests.faults.forked"])
_NOTHING = Path(os.devnull)


class Forked:
    """A process with the interface of `subprocess.Popen`. It calls `before` before the program starts."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        output: Path,
        before: Callable[[], None] | None = None,
        *,
        errors: Path | None = None,
        typed: Path = _NOTHING,
    ) -> None:
        """Appends its output to `output`, and its standard error to `errors` if given, else to `output`."""
        streams = typed, output, errors or output
        self._process = _context.Process(target=_serve, args=(words, dict(environment), folder, streams, before))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        os.kill(self.pid, sig)

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        assert self._process.exitcode is not None, f"{self.pid} has not ended within {timeout} s"
        return self._process.exitcode


def ran(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, timeout: float, typed: str = ""
) -> CompletedProcess[bytes]:
    """Run a command to its end; its output, errors and exit status."""
    with TemporaryDirectory(prefix="switchboard-said-") as said:
        lines, output, errors = (Path(said, name) for name in ("typed", "output", "errors"))
        lines.write_text(typed, encoding="utf-8")
        process = Forked(words, environment, folder, output, errors=errors, typed=lines)
        try:
            status = process.wait(timeout)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait(timeout)
        return CompletedProcess(words, status, output.read_bytes(), errors.read_bytes())


def _serve(
    words: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    streams: tuple[Path, Path, Path],
    before: Callable[[], None] | None,
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    typed, *said = streams
    os.dup2(os.open(typed, os.O_RDONLY), 0)
    for stream, file in enumerate(said, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), stream)
    # The one that it has by now is `multiprocessing`'s, and reads nothing.
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.argv = ["switchboard", *words]
    if before is not None:
        before()
    main()
