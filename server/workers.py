"""Several server processes on one port: starts them, replaces those that end, and stops them together."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import secrets
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
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
_spawn = multiprocessing.get_context("spawn")


class Program(Protocol):
    """Makes the application of a worker. Workers call it in a process of their own, so it must be picklable."""

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


def _work(settings: Settings, listening: socket.socket, ready: Connection, program: Program, place: Place) -> None:
    """The body of a worker. Only the first one takes mail."""
    from server.serving import run

    # Ctrl+C reaches every process of the terminal. The first process passes it on, so that a worker gets it once.
    os.setpgid(0, 0)
    settings.processes, settings.worker = place.count, place.number
    if place.number:
        settings.mail_listen = None
    application = program(settings, alongside=_EndsWithParent, first=not place.number)
    neighbours = Neighbours(application, place)
    run(neighbours, settings, listening, lambda: ready.send(None), [place.listening_socket()])


class _EndsWithParent:
    """A context manager: in its block, this process gets SIGTERM when its parent ends."""

    async def __aenter__(self) -> None:
        parent = multiprocessing.parent_process()
        assert parent is not None
        self._sentinel = parent.sentinel
        asyncio.get_running_loop().add_reader(self._sentinel, self._end)

    async def __aexit__(self, *exception: object) -> None:
        asyncio.get_running_loop().remove_reader(self._sentinel)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sentinel)
        os.kill(os.getpid(), signal.SIGTERM)


class _Worker:
    def __init__(self, settings: Settings, listening: socket.socket, program: Program, place: Place) -> None:
        self.place = place
        self.ready, given = _spawn.Pipe(duplex=False)
        self.process: SpawnProcess = _spawn.Process(
            target=_work, args=(settings, listening, given, program, place), name="worker"
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

    def run(self, ready: Callable[[], None]) -> int:
        """Run the workers until a signal stops them. Returns the exit status. `ready` is called as soon as all workers
        answer requests. If a worker ends before that, all end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._pass_on)
        with tempfile.TemporaryDirectory(prefix="switchboard-workers-") as folder:
            key = secrets.token_urlsafe(32)
            return self._run([Place(Path(folder), number, self._count, key) for number in range(self._count)], ready)

    def _run(self, places: Sequence[Place], ready: Callable[[], None]) -> int:
        self._workers = [self._start(place) for place in places]
        try:
            if not self._all_ready():
                return 0 if self._signals else 1
            ready()
            while not self._signals:
                self._replace_ended()
            return 0
        finally:
            self._stop()

    def _start(self, place: Place) -> _Worker:
        return _Worker(self._settings, self._listening, self._program, place)

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
                log.error("worker_ended", status=worker.process.exitcode)
                time.sleep(self._restart_s)
                worker.close()
                self._workers[number] = self._start(worker.place)

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


def run(
    settings: Settings, listening: socket.socket, count: int, ready: Callable[[], None], program: Program = desk
) -> int:
    """Serve with `count` processes until a signal stops them. Returns the exit status."""
    logs.configure()
    return Workers(settings, listening, count, program).run(ready)
