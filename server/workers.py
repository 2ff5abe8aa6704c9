"""Several server processes on one port: starts them, replaces those that end, and stops them together.

Workers are forked from the first process, which has loaded the program: one starts at once and shares its memory.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import secrets
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import Protocol

import structlog
from starlette.types import ASGIApp

from server.edge.neighbours import Neighbours, Place
from server.operations import logs
from server.settings import Settings

RESTART_S = 1.0
"""Seconds between the end of a worker and the start of the next one in its place."""
STOP_S = 20.0
"""A worker that has not ended this many seconds after the signal is killed."""

log = structlog.get_logger(__name__)
_forking = multiprocessing.get_context("fork")
_STOPS = (signal.SIGTERM, signal.SIGINT)


class Program(Protocol):
    """Makes the application of a worker. Workers call it in a process of their own."""

    def __call__(
        self, settings: Settings, *, alongside: Callable[[], AbstractAsyncContextManager[None]], first: bool
    ) -> ASGIApp:
        """`alongside` is that of `server.app.App`. `first` is true for one worker at a time."""
        ...


def desk(
    settings: Settings, *, alongside: Callable[[], AbstractAsyncContextManager[None]], first: bool = True
) -> ASGIApp:
    """The program of `switchboard serve`."""
    from server.app import App

    return App(settings, alongside=alongside)


@dataclass(frozen=True, slots=True)
class Life:
    """A pipe on which nobody writes. Workers read its end when the first process ends, however it does."""

    read: int
    write: int

    @classmethod
    def of_this_process(cls) -> Life:
        return cls(*os.pipe())

    def read_only(self) -> None:
        os.close(self.write)

    def close(self) -> None:
        os.close(self.read)
        os.close(self.write)


def _work(
    settings: Settings, listening: socket.socket, ready: Connection, program: Program, place: Place, life: Life
) -> None:
    """The body of a worker. Only the first one takes mail."""
    from server.serving import run

    life.read_only()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Ctrl+C reaches every process of the terminal. The first process passes it on, so that a worker gets it once.
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    settings.processes, settings.worker = place.count, place.number
    if place.number:
        settings.mail_listen = None
    application = program(settings, alongside=partial(_EndsWithParent, life), first=not place.number)
    neighbours = Neighbours(application, place)
    run(neighbours, settings, listening, lambda: ready.send(None), [place.listening_socket()])


class _EndsWithParent:
    """A context manager: in its block, this process gets SIGTERM when its parent ends."""

    def __init__(self, life: Life) -> None:
        self._life = life

    async def __aenter__(self) -> None:
        asyncio.get_running_loop().add_reader(self._life.read, self._end)

    async def __aexit__(self, *exception: object) -> None:
        asyncio.get_running_loop().remove_reader(self._life.read)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._life.read)
        os.kill(os.getpid(), signal.SIGTERM)


class _Worker:
    """A worker, forked at once. Block the signals meanwhile: until it has its own handlers, it has those of its
    parent."""

    def __init__(
        self, settings: Settings, listening: socket.socket, program: Program, place: Place, life: Life
    ) -> None:
        self.place = place
        self.ready, given = _forking.Pipe(duplex=False)
        self.process: ForkProcess = _forking.Process(
            target=_work, args=(settings, listening, given, program, place, life), name="worker"
        )
        self.process.start()
        given.close()

    def close(self) -> None:
        self.ready.close()
        self.process.close()


class Workers:
    def __init__(
        self,
        settings: Settings,
        listening: socket.socket,
        count: int,
        program: Program = desk,
        restart_s: float = RESTART_S,
    ) -> None:
        self._settings = settings
        self._listening = listening
        self._program = program
        self._count = count
        self._restart_s = restart_s
        self._workers: list[_Worker] = []
        self._signals = 0
        self._life = Life.of_this_process()

    def run(self, ready: Callable[[], None]) -> int:
        """Run the workers until a signal stops them. Returns the exit status. `ready` is called as soon as all workers
        answer requests. If a worker ends before that, all end."""
        for number in _STOPS:
            signal.signal(number, self._pass_on)
        # Else the first collection in each worker would visit all that is loaded, and copy its pages.
        gc.collect()
        gc.freeze()
        gc.enable()
        with tempfile.TemporaryDirectory(prefix="switchboard-workers-") as folder:
            key = secrets.token_urlsafe(32)
            return self._run([Place(Path(folder), number, self._count, key) for number in range(self._count)], ready)

    def _run(self, places: Sequence[Place], ready: Callable[[], None]) -> int:
        try:
            with _signals_blocked():
                # A worker that is forked after a signal would never get it.
                for place in () if self._signals else places:
                    self._workers.append(self._start(place))
            if not self._all_ready():
                return 0 if self._signals else 1
            ready()
            while not self._signals:
                self._replace_ended()
            return 0
        finally:
            self._stop()
            self._life.close()

    def _start(self, place: Place) -> _Worker:
        return _Worker(self._settings, self._listening, self._program, place, self._life)

    def _all_ready(self) -> bool:
        waiting = list(self._workers)
        ends = [worker.process.sentinel for worker in self._workers]
        while waiting and not self._signals:
            done = set(wait([*(worker.ready for worker in waiting), *ends], timeout=1.0))
            if not done.isdisjoint(ends):
                return False
            waiting = [worker for worker in waiting if worker.ready not in done]
        return not self._signals

    def _replace_ended(self) -> None:
        ended = set(wait([worker.process.sentinel for worker in self._workers], timeout=1.0))
        for number, worker in enumerate(self._workers):
            if worker.process.sentinel in ended and not self._signals:
                # Its pipe is closed a moment before its status is known.
                worker.process.join(self._restart_s)
                log.error("worker_ended", status=worker.process.exitcode)
                time.sleep(self._restart_s)
                with _signals_blocked():
                    if self._signals:
                        return
                    self._workers[number] = self._start(worker.place)
                worker.close()

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        for worker in self._workers:
            if worker.process.is_alive() and worker.process.pid is not None:
                os.kill(worker.process.pid, number)

    def _stop(self) -> None:
        until = time.monotonic() + STOP_S
        for worker in self._workers:
            if not self._signals:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.close()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """A signal that arrives in the block is handled at its end. Then it reaches the workers that the block has
    started."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run(
    settings: Settings, listening: socket.socket, count: int, ready: Callable[[], None], program: Program = desk
) -> int:
    """Serve with `count` processes until a signal stops them. Returns the exit status."""
    logs.configure()
    return Workers(settings, listening, count, program).run(ready)
