"""Checks made after the last test of each file: what it left open, and which whole tables its queries read.

They have a section of their own at the end of the run, and make the run fail. No test is blamed for them.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from tests import leaks, plans

SELDOM = 50_000
"""New objects after which the garbage collector runs by itself."""
FOUND = pytest.StashKey[list[str]]()
_WORKER = "found_by_file_checks"


def pytest_configure(config: pytest.Config) -> None:
    """Start to watch."""
    config.stash[FOUND] = []
    plans.watch()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without collecting garbage: what is imported stays, and was visited again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leaves out what was there before the first test. The collector does not visit it again."""
    # Not even once, for what is garbage by now: that takes half a second of each process, and frees little.
    gc.freeze()
    # It looks at the end of each file. Looking all the time too took a tenth of the computing time.
    gc.set_threshold(SELDOM)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Make the checks after the last test of a file."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path != item.path:
            if isinstance(item, pytest.Function):
                item.funcargs.clear()
            file = item.nodeid.partition("::")[0]
            item.config.stash[FOUND] += [
                *(f"{file} left open: {one}" for one in leaks.left_open()),
                *(f"{file} made a query that no index serves: {one}" for one in plans.whole_tables_read()),
            ]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Collect what a process of pytest-xdist found."""
    config, output = getattr(node, "config", None), getattr(node, "workeroutput", {})
    if isinstance(config, pytest.Config):
        config.stash[FOUND] += output.get(_WORKER, [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what was found; or fail the run."""
    found = session.config.stash[FOUND]
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_WORKER] = found
    elif found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was found."""
    if found := config.stash[FOUND]:
        terminalreporter.section("checks of each file", red=True)
        for one in found:
            terminalreporter.write_line(one)
