"""Checks from the output of `strace` that a server flushed each message before it acknowledged it.

A message is flushed when a write of its id to the write-ahead log has returned, and then a later flush of that log has
returned. A call that sends its `ok` may begin only after that.
"""

from __future__ import annotations

import asyncio
import ctypes
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import DEADLINE_S, ended

_WRITES = ("pwrite64", "pwritev", "pwritev2")
_FLUSHES = ("fdatasync", "fsync")
_SENDS = ("write", "writev", "sendto", "sendmsg", "sendmmsg")
_LOG = re.compile(r"^\d+<[^>]*-wal>")
_OK = re.compile(r'\{\\"type\\":\\"ok\\",\\"id\\":\\"([^\\]+)\\"')
_LINE = re.compile(r"^(?P<thread>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)$")
_END = re.compile(r"^(?P<arguments>.*)\) += (?P<returned>\S+)")
"""A trace aligns its equals signs."""
_UNFINISHED = " <unfinished ...>"
_PR_SET_PTRACER = 0x59616D61


def traceable(fault: Callable[[], None] | None = None) -> None:
    """Call it in the process before the program starts. It allows other processes of this user to trace it."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1))
    if fault is not None:
        fault()


@asynccontextmanager
async def traced(pid: int, trace: Path) -> AsyncIterator[None]:
    """Writes the write, flush and send calls of a process and its threads to `trace`."""
    calls = ",".join((*_WRITES, *_FLUSHES, *_SENDS))
    words = f"strace -f -y -s 16384 -e trace={calls} -o {trace} -p {pid}".split()
    strace = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.PIPE)
    assert strace.stderr is not None
    try:
        said = (await asyncio.wait_for(strace.stderr.readline(), DEADLINE_S)).decode()
        assert "attached" in said, f"strace may not trace a process of this user here: {said}"
        heard = asyncio.create_task(strace.stderr.read())
        try:
            yield
        finally:
            if strace.returncode is None:
                strace.terminate()
            await heard
    finally:
        await ended(strace)


@dataclass
class Flushing:
    """The order of flushes and acknowledgements of the messages with these ids."""

    ids: Iterable[str]
    acknowledged: list[str] = field(default_factory=list)
    """In the order of their `ok`s."""
    too_early: list[str] = field(default_factory=list)
    """Messages whose `ok` was sent before their flush."""
    flushes: int = 0

    def read(self, trace: Iterable[str]) -> None:
        known = re.compile("|".join(map(re.escape, self.ids)))
        written: set[str] = set()
        flushed: set[str] = set()
        covered: dict[str, set[str]] = {}
        for thread, call, arguments, returned in _steps(trace):
            if call in _SENDS and returned is None:
                for id_ in _OK.findall(arguments):
                    if known.fullmatch(id_) and id_ not in self.acknowledged:
                        self.acknowledged.append(id_)
                        self.too_early += [id_] * (id_ not in flushed)
            elif not _LOG.match(arguments):
                continue
            elif call in _WRITES and returned is not None:
                written.update(known.findall(arguments))
            elif call in _FLUSHES and returned is None:
                covered[thread] = set(written)
            elif call in _FLUSHES and returned == "0":
                flushed |= covered.pop(thread)
                self.flushes += 1


def _steps(trace: Iterable[str]) -> Iterator[tuple[str, str, str, str | None]]:
    """Thread, call, arguments and result. The result is None when the call begins."""
    begun: dict[str, str] = {}
    for line in trace:
        found = _LINE.match(line.rstrip("\n"))
        if found is None:
            continue  # A signal, or the end of a thread.
        thread, resumed, rest = found["thread"], found["resumed"], found["rest"]
        if rest.endswith(_UNFINISHED):
            begun[thread] = rest.removesuffix(_UNFINISHED)
            yield thread, found["call"], begun[thread], None
            continue
        end = _END.match(rest)
        assert end is not None, f"not the end of a call: {line}"
        arguments = end["arguments"] if resumed is None else begun.pop(thread)
        if resumed is None:
            yield thread, found["call"], arguments, None
        yield thread, resumed or found["call"], arguments, end["returned"]
