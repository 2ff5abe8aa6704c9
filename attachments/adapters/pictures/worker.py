"""The process that redraws pictures, started by `pictures.process`.

Its standard input is a socket, on which it receives requests and sends answers. Once ready, it opens no files and
starts no processes. If a picture takes too much CPU time, the kernel kills the process. If a picture needs too much
memory, Python raises MemoryError, and the picture is refused. The process ends when its input ends.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable

from attachments.adapters.pictures.protocol import ANSWER, DONE, NAMES, PICTURES_MAX, READY, REFUSED, REQUEST
from attachments.adapters.pictures.redrawing import redrawn
from attachments.file_types import Format
from refusals import Refused

CPU_S = 2.5
"""Maximum seconds of CPU time for one picture. The largest ordinary ones take 2."""
MEMORY_MAX = 768 * 1024 * 1024
"""Maximum bytes of address space. The largest pictures need 500 MiB."""
ERRORS_MAX = 64 * 1024
"""Maximum bytes that the process may write to a file: room for a traceback on standard error."""
FILES_MAX = 32
NICE = 10
"""Niceness of this process, because conversations come first."""

Redraw = Callable[[bytes, Format], bytes]


def limit_process(cpu_s: float) -> None:
    """Set the limits for the whole life of this process."""
    os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_MAX),
        # This limit matters only if the timer of `limit_cpu` fails.
        (resource.RLIMIT_CPU, int(PICTURES_MAX * cpu_s) + 10),
        (resource.RLIMIT_FSIZE, ERRORS_MAX),
        (resource.RLIMIT_NOFILE, FILES_MAX),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # Terminals and service managers signal the whole group, but only the server should end this process.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])


def limit_cpu(seconds: float) -> None:
    """Make the kernel end this process after `seconds` more seconds of CPU time. 0 removes the limit."""
    # By default SIGPROF ends the process. A handler in Python would only run after the decoder, which is written in C.
    signal.setitimer(signal.ITIMER_PROF, seconds)


def serve(line: socket.socket, redraw: Redraw, cpu_s: float) -> None:
    formats = {name: format for format, name in NAMES.items()}
    line.sendall(ANSWER.pack(READY, 0))
    while head := _read(line, REQUEST.size):
        name, length = REQUEST.unpack(head)
        content = _read(line, length)
        limit_cpu(cpu_s)
        status, answer = _answer(content, formats[name], redraw)
        limit_cpu(0)
        line.sendall(ANSWER.pack(status, len(answer)))
        line.sendall(answer)
        del content, answer


def _answer(content: bytes, format: Format, redraw: Redraw) -> tuple[bytes, bytes]:
    # Any other error ends the process. The server refuses the picture as damaged, and starts another process.
    try:
        return DONE, redraw(content, format)
    except Refused as refused:
        return REFUSED, (refused.fields or {}).get("file", refused.message).encode()


def _read(line: socket.socket, length: int) -> bytes:
    """Read exactly `length` bytes. Returns no bytes if the input ends first."""
    content = bytearray(length)
    view, there = memoryview(content), 0
    while there < length:
        count = line.recv_into(view[there:])
        if not count:
            return b""
        there += count
    return bytes(content)


def main() -> None:
    with socket.socket(fileno=os.dup(0)) as line:
        limit_process(CPU_S)
        serve(line, redrawn, CPU_S)


if __name__ == "__main__":
    main()
