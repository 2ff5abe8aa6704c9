"""Options for all tests. Fixtures stand beside the tests that use them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from identity import passwords

pytest_plugins = ["tests.file_checks"]

TESTS = Path(__file__).parent
LONGEST = (
    "browser/test_console.py",
    "stories/test_schemathesis.py",
    "browser/test_widget_states.py",
    "bench/test_run.py",
    "browser/test_loader.py",
    "browser/test_accessibility.py",
    "browser/test_killed_server.py",
    "stories/test_matrix.py",
    "browser/test_bad_input.py",
    "browser/test_tickets_and_account.py",
    "browser/test_from_button_to_ticket.py",
    "browser/test_routing.py",
    "browser/test_second_thoughts.py",
    "browser/test_closed_desk.py",
    "stories/test_every_way_in.py",
    "browser/test_reload_and_tabs.py",
    "browser/test_no_websockets.py",
    "browser/test_odd_screens.py",
    "browser/test_hostile_widget.py",
    "server/test_cli.py",
    "faults/test_kill.py",
    "migrations/test_released.py",
    "faults/test_seeded.py",
    "stories/test_snapshots.py",
    "stories/test_routing_machine.py",
    "browser/test_hostile_texts.py",
    "bench/test_desk.py",
    "browser/test_offline_and_asleep.py",
    "server/cli/test_tokens.py",
    "server/cli/test_tickets.py",
    "server/cli/test_backup.py",
    "server/cli/test_people.py",
)
"""Files that take more than ten seconds, the longest first."""
SAID = "said"
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# The machine is shared: how long an example took says nothing.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("ci" if IN_CI else "unhurried")


def pytest_configure() -> None:
    """Browsers draw with the fonts that tests/browser/fonts.conf names, whoever starts them. Passwords of desks in the
    tests' own process are hashed as all are, but not as slowly on purpose (`identity/test_passwords.py`)."""
    os.environ.setdefault("FONTCONFIG_FILE", str(TESTS / "browser" / "fonts.conf"))
    patch.object(passwords, "Argon2Hasher", partial(Argon2Hasher, time_cost=1, memory_cost=8, parallelism=1)).start()


@pytest.fixture
def said(record_property: Callable[[str, object], None]) -> Callable[[object], None]:
    """Say what a test found, at the end of the run: figures that are worth more than that it passed."""
    return lambda what: record_property(SAID, str(what))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests said, whichever process they ran in."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    said = [(report.nodeid, value) for report in reports for name, value in report.user_properties if name == SAID]
    if said:
        terminalreporter.section("said")
    for test, value in said:
        terminalreporter.write_line(f"{test}: {value}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first: none is left alone at the end, while nothing else is to be done."""
    longest = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: longest.get(item.path, len(longest)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped has failed: a green run has run everything."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: Any) -> str:
    return str(longrepr[-1] if isinstance(longrepr, tuple) else longrepr)
