"""Options for all tests. Fixtures stand beside the tests that use them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

TESTS = Path(__file__).parent

# Before the first import of a helper: a plain `assert` in a helper shows its values, as one in a test does.
pytest.register_assert_rewrite(*(f"tests.{path.stem}" for path in TESTS.iterdir() if path.stem != "conftest"))
pytest_plugins = ["tests.databases", "tests.file_checks", "tests.sample"]

SLOW_FOLDERS = ("bench", "browser", "tools", "faults", "migrations", "stories", "server")
"""The folders whose files take longest, the slowest first."""
SAID = "said"
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# The machine is shared: how long an example took says nothing.
_unhurried = hypothesis.settings(
    max_examples=50, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("unhurried", _unhurried)
hypothesis.settings.register_profile("ci", _unhurried, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("fast", _unhurried, max_examples=10)
hypothesis.settings.register_profile("soak", _unhurried, max_examples=2_000)
hypothesis.settings.load_profile("ci" if IN_CI else "unhurried")


def pytest_configure() -> None:
    """Browsers draw with the fonts of tests/browser/fonts.conf, whichever process starts them. Logs are plain text."""
    os.environ.setdefault("FONTCONFIG_FILE", str(TESTS / "browser" / "fonts.conf"))
    # By default rich draws tracebacks, with the values of all variables: up to a second of computing time for each.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


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
    """Starts with the slow folders, so that no long file is left to one process at the end."""
    rank = {folder: place for place, folder in enumerate(SLOW_FOLDERS)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(TESTS).parts[0], len(rank)))


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
