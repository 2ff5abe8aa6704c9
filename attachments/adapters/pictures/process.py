"""The server's side of a process that redraws pictures.

The process starts with its first picture. After `PICTURES_MAX` pictures a new process takes its place. Every method
blocks, so call it on a thread.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from threading import Lock
from typing import BinaryIO

import structlog

from attachments.adapters.pictures.protocol import (
    ANSWER,
    DAMAGED,
    DONE,
    NAMES,
    OUT_MAX,
    PICTURES_MAX,
    READY,
    REQUEST,
    TOO_DEAR,
)
from attachments.errors import invalid
from attachments.file_types import Format
from refusals import Refused

COMMAND = (sys.executable, "-P", "-m", "attachments.adapters.pictures.worker")
DEADLINE_S = 30.0
"""Maximum seconds of elapsed time for one picture. The process has a much lower limit for its CPU time."""
START_S = 20.0
PAUSE_S = 2.0
"""Seconds to wait after a failed start."""
_ENVIRONMENT = ("HOME", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
"""Environment variables that the process gets, so that Python finds its modules. It does not get the server's
secrets."""
_OUT_OF_CPU = (-signal.SIGPROF, -signal.SIGXCPU)
_BY_THE_PICTURE = (1, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL)
"""Exit statuses of a process that crashed because of a picture."""

log = structlog.get_logger(__name__)


class PictureProcess:
    """A process that redraws one picture at a time. All methods except `kill` are called on one thread."""

    def __init__(self, command: Sequence[str] = COMMAND, deadline_s: float = DEADLINE_S) -> None:
        self._command = command
        self._deadline_s = deadline_s
        self._lock = Lock()
        """Guards `_child`: `kill` is called on another thread."""
        self._killed = False
        self._child: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._done = 0
        self._pause_until = 0.0

    @property
    def pid(self) -> int | None:
        """The id of the process; None while it is not running."""
        child = self._child
        return child.pid if child is not None else None

    def redraw(self, content: bytes, format: Format) -> bytes:
        """The redrawn picture. Raises Refused(invalid) if the picture is at fault, Refused(unavailable) if no process
        can be started or the process does not finish in time."""
        line = self._line if self._line is not None else self._start()
        deadline = time.monotonic() + self._deadline_s
        try:
            _send(line, REQUEST.pack(NAMES[format], len(content)) + content, deadline)
            status, answer = _heard(line, deadline)
        except TimeoutError:
            self.end()
            log.error("picture_process_stuck", seconds=self._deadline_s)
            raise _unavailable() from None
        except (OSError, EOFError):
            raise self._refusal_after(self._wait()) from None
        self._done += 1
        if self._done >= PICTURES_MAX:
            self.end()
        if status != DONE:
            raise invalid("file", answer.decode(errors="replace"), "picture")
        return answer

    def end(self) -> None:
        """End the process, if one is running. The next picture starts a new process."""
        child = self._child
        if child is not None:
            child.kill()
        self._wait()

    def kill(self) -> None:
        """End the process for good: no new one is started, and a picture in progress is refused as `unavailable`. May
        be called from any thread. Call `end` afterwards."""
        with self._lock:
            self._killed = True
            if self._child is not None:
                self._child.kill()

    def _start(self) -> socket.socket:
        if time.monotonic() < self._pause_until:
            raise _unavailable()
        ours, theirs = socket.socketpair()
        self._line = ours
        with theirs, tempfile.TemporaryFile() as errors:
            try:
                with self._lock:
                    if self._killed:
                        raise _unavailable()
                    self._child = _started(self._command, theirs, errors)
                theirs.close()
                status, _ = _heard(ours, time.monotonic() + START_S)
                if status != READY:
                    raise EOFError
            except (OSError, EOFError) as error:
                self.end()
                self._pause_until = time.monotonic() + PAUSE_S
                log.error("picture_process_failed", error=str(error) or _last_line(errors))
                raise _unavailable() from None
            except Refused:
                self.end()
                raise
        return ours

    def _wait(self) -> int | None:
        """Wait for the end of the process. Returns its exit status, or None if there was no process."""
        if self._line is not None:
            self._line.close()
        child, status = self._child, None
        if child is not None:
            try:
                status = child.wait(1)
            except subprocess.TimeoutExpired:
                child.kill()
                status = child.wait()
        with self._lock:
            self._child = self._line = None
        self._done = 0
        return status

    def _refusal_after(self, status: int | None) -> Refused:
        log.warning("picture_process_ended", status=status)
        if status in _OUT_OF_CPU:
            return invalid("file", TOO_DEAR)
        return invalid("file", DAMAGED, "picture") if status in _BY_THE_PICTURE else _unavailable()


def _started(command: Sequence[str], line: socket.socket, errors: BinaryIO) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(
        command,
        stdin=line.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=errors,
        cwd="/",
        env=environment,
        # The process has its own group, so that Ctrl+C in a terminal reaches only the server.
        process_group=0,
    )


def _unavailable() -> Refused:
    return Refused("unavailable", "Pictures cannot be checked right now. Try again in a moment.", retry_after_s=2.0)


def _last_line(errors: BinaryIO) -> str:
    """The last line that the process wrote to `errors`: usually the error at the end of a traceback."""
    errors.seek(0)
    lines = errors.read(64 * 1024).decode(errors="replace").split("\n")
    return next((line[:200] for line in reversed(lines) if line.strip()), "it ended immediately")


# -- with a deadline ----------------------------------------------------------------------------


def _send(line: socket.socket, content: bytes, deadline: float) -> None:
    line.settimeout(_left(deadline))
    line.sendall(content)


def _heard(line: socket.socket, deadline: float) -> tuple[bytes, bytes]:
    """Read one answer of the process, as (status, content). Raises EOFError if the process is gone, TimeoutError after
    the deadline."""
    status, length = ANSWER.unpack(_read(line, ANSWER.size, deadline))
    if length > OUT_MAX:
        raise EOFError
    return status, _read(line, length, deadline)


def _read(line: socket.socket, length: int, deadline: float) -> bytes:
    content = bytearray(length)
    view, there = memoryview(content), 0
    while there < length:
        line.settimeout(_left(deadline))
        count = line.recv_into(view[there:])
        if not count:
            raise EOFError
        there += count
    return bytes(content)


def _left(deadline: float) -> float:
    return max(0.001, deadline - time.monotonic())
