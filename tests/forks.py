"""Runs tests in several processes (`--forks 4`), which are forked when all tests are collected.

pytest-xdist collects all tests in each of its processes, which takes each of them 20 s of computing time. Here they are
collected once. The tests of a file run in one process. Whichever process is free takes the next file.
"""

from __future__ import annotations

import atexit
import mmap
import os
import random
import signal
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NoReturn

import pytest

from tests.file_checks import FOUND, look

AT_MOST = 4
"""Processes of `--forks auto`, which is one for each processor."""
WORKER = "PYTEST_XDIST_WORKER"
"""The environment variable with the name of a process: `gw0`, as pytest-xdist has it."""
_SIZE = 4
"""Bytes of a number in the queue."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forks", default="0", metavar="N", help="run tests in N processes, or `auto`, file by file")


def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if _wanted(config) and reporter is not None:
        # Tests of several files come mixed.
        reporter.showfspath = False


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Take the place of pytest's own loop."""
    wanted = _wanted(session.config)
    if not wanted or session.testsfailed or session.config.option.collectonly:
        return None
    by_file: dict[Path, list[pytest.Item]] = {}
    for item in session.items:
        by_file.setdefault(item.path, []).append(item)
    # Whoever asks first makes it anew.
    _folders(session.config).getbasetemp()
    work = _Work(list(by_file.values()), _queue(len(by_file)), mmap.mmap(-1, 1))
    forks: list[_Fork] = []
    try:
        forks.extend(_forked(session, number, work) for number in range(min(wanted, len(by_file))))
        _gather(session, forks, work)
    finally:
        for fork in forks:
            fork.end()
        os.close(work.queue)
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)
    return True


def _wanted(config: pytest.Config) -> int:
    forks = str(config.getoption("forks"))
    return min(os.cpu_count() or 1, AT_MOST) if forks == "auto" else int(forks)


def _queue(length: int) -> int:
    """A pipe with the numbers of the files. Each process reads one at a time, so it needs no lock."""
    queue, entrance = os.pipe()
    numbers = b"".join(number.to_bytes(_SIZE) for number in range(length))
    # A pipe takes 64 KiB without a reader.
    os.set_blocking(entrance, False)
    assert os.write(entrance, numbers) == len(numbers), "too many files"
    os.close(entrance)
    return queue


@dataclass(frozen=True, slots=True)
class _Work:
    """What there is to do."""

    files: list[list[pytest.Item]]
    queue: int
    stopped: mmap.mmap
    """One byte that all processes see: nobody starts another test unless it is 0."""

    def taken(self) -> Iterator[list[pytest.Item]]:
        """The tests of one file after another, as long as there are files that no process has taken."""
        while number := os.read(self.queue, _SIZE):
            yield self.files[int.from_bytes(number)]


# -- where the tests are reported ------------------------------------------------------------


@dataclass(slots=True)
class _Fork:
    """One of the processes, as the process that reports sees it."""

    pid: int
    hears: Connection
    runs: str = "no test"
    """The id of the test that it runs."""
    status: int | None = None
    done: bool = False

    def end(self) -> None:
        if self.status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGINT)
            self.wait()
        self.hears.close()

    def wait(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)


def _gather(session: pytest.Session, forks: list[_Fork], work: _Work) -> None:
    """Report what the processes say, until all have ended."""
    by_pipe = {fork.hears: fork for fork in forks}
    while by_pipe:
        for pipe in wait(list(by_pipe)):
            assert isinstance(pipe, Connection)
            fork = by_pipe[pipe]
            try:
                name, said = pipe.recv()
            except EOFError:
                del by_pipe[pipe]
                fork.wait()
                if not fork.done:
                    _crashed(session, fork)
                continue
            _said(session, fork, name, said)
        if session.shouldfail or session.shouldstop:
            work.stopped[0] = 1


def _said(session: pytest.Session, fork: _Fork, name: str, said: Mapping[str, object]) -> None:
    hook = session.config.hook
    match name:
        case "start":
            fork.runs = str(said["nodeid"])
            hook.pytest_runtest_logstart(**said)
        case "report":
            report = hook.pytest_report_from_serializable(config=session.config, data=said)
            hook.pytest_runtest_logreport(report=report)
        case "finish":
            hook.pytest_runtest_logfinish(**said)
        case "warning":
            hook.pytest_warning_recorded.call_historic(kwargs=dict(said))
        case "done":
            fork.done = True
        case "found":
            session.config.stash[FOUND].append(str(said["fault"]))


def _crashed(session: pytest.Session, fork: _Fork) -> None:
    """A process has ended on the way: the test that it ran has failed, and the rest of its file has not run."""
    why = f"the process of this test ended with status {fork.status}, and the tests after it have not run"
    place = (fork.runs.partition("::")[0], None, fork.runs)
    report = pytest.TestReport(fork.runs, place, {}, outcome="failed", longrepr=why, when="call")
    session.config.hook.pytest_runtest_logreport(report=report)


# -- where the tests run ---------------------------------------------------------------------


def _forked(session: pytest.Session, number: int, work: _Work) -> _Fork:
    hears, tells = Pipe(duplex=False)
    if (pid := os.fork()) == 0:
        hears.close()
        _run(session, number, work, tells)
    tells.close()
    return _Fork(pid, hears)


def _run(session: pytest.Session, number: int, work: _Work, tells: Connection) -> NoReturn:
    """Run files until there are no more, and end this process."""
    status = 1
    try:
        _separate(session.config, number)
        session.config.pluginmanager.register(_Telling(session.config, tells))
        try:
            _run_all(session, work)
        finally:
            # Ends the servers of this process, and removes its folders, of which no warning is due at the exit.
            warnings.simplefilter("ignore", ResourceWarning)
            atexit._run_exitfuncs()
        for fault in session.config.stash[FOUND]:
            tells.send(("found", {"fault": fault}))
        tells.send(("done", {}))
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def _run_all(session: pytest.Session, work: _Work) -> None:
    hook = session.config.hook
    elsewhere = _Elsewhere.from_parent(session, name="another file")
    last: pytest.Item | None = None
    try:
        for tests in work.taken():
            for test, following in zip(tests, [*tests[1:], elsewhere], strict=True):
                if work.stopped[0]:
                    return
                last = test
                hook.pytest_runtest_protocol(item=test, nextitem=following)
    finally:
        if last is not None:
            session._setupstate.teardown_exact(None)
            look(last)


class _Elsewhere(pytest.Item):
    """Follows the last test of a file, since which file is next is not known yet: only what is set up for the session
    stays."""

    def runtest(self) -> None:
        raise NotImplementedError


def _separate(config: pytest.Config, number: int) -> None:
    """What must not be shared with the other processes: the folder of tests, captured output, randomness."""
    os.environ[WORKER] = f"gw{number}"
    random.seed()
    plugins = config.pluginmanager
    plugins.unregister(name="terminalreporter")
    capture = plugins.get_plugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()
        capture.start_global_capturing()
        capture.suspend_global_capture()
    folders = _folders(config)
    own = folders.getbasetemp() / f"gw{number}"
    own.mkdir()
    folders._basetemp = own


def _folders(config: pytest.Config) -> pytest.TempPathFactory:
    found: pytest.TempPathFactory = vars(config)["_tmp_path_factory"]
    return found


class _Telling:
    """Tells the process that reports what happens in this one."""

    def __init__(self, config: pytest.Config, tells: Connection) -> None:
        self._config = config
        self._tells = tells

    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        self._tells.send(("start", {"nodeid": nodeid, "location": location}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._tells.send(("report", said))

    def pytest_runtest_logfinish(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        self._tells.send(("finish", {"nodeid": nodeid, "location": location}))

    def pytest_warning_recorded(self, warning_message: object, when: str, nodeid: str, location: object) -> None:
        said = {"warning_message": warning_message, "when": when, "nodeid": nodeid, "location": location}
        self._tells.send(("warning", said))
