from __future__ import annotations

import pytest

from tests.test_file_checks import LEAKS, PLUGINS_OFF

pytest_plugins = ["pytester"]
PLUGINS = ("-p", "tests.file_checks", "-p", "tests.forks", "-W", "error::ResourceWarning", *PLUGINS_OFF)
FILE = """
import os

import pytest

@pytest.fixture(scope="session")
def process():
    yield os.getpid()
    print("closed", os.getpid())

@pytest.mark.parametrize("number", range(3))
def test_passes(process, tmp_path, number):
    assert process == os.getpid() and os.environ["PYTEST_XDIST_WORKER"] in tmp_path.parts
"""


def test_each_file_runs_in_one_process(pytester: pytest.Pytester) -> None:
    """Failures, output, skipped tests and leaks are reported as without forks."""
    fails = "def test_fails():\n    print('said')\n    assert 1 == 2\n"
    skips = "import pytest\n\n@pytest.mark.skip('no')\ndef test_skips(): pass"
    pytester.makepyfile(test_one=FILE, test_two=FILE, test_leaks=LEAKS, test_fails=fails, test_skips=skips)
    ended = pytester.runpytest_subprocess("--forks", "2", "-ra", *PLUGINS)
    ended.assert_outcomes(passed=7, failed=1, skipped=1)
    ended.stdout.fnmatch_lines(
        ["*assert 1 == 2*", "said", "*test_leaks.py left open: *unclosed <socket*", "SKIPPED*no"]
    )


def test_process_that_ends_fails_its_test(pytester: pytest.Pytester) -> None:
    """The other files are run."""
    pytester.makepyfile(test_one=FILE, test_ends="def test_ends(): __import__('os')._exit(3)\n\ndef test_after(): pass")
    ended = pytester.runpytest_subprocess("--forks", "2", *PLUGINS)
    ended.assert_outcomes(passed=3, failed=1)
    ended.stdout.fnmatch_lines(["*test_ends.py::test_ends*ended with status 3*"])


WAITS = """
import time
from pathlib import Path

def waited_for(name):
    deadline = time.monotonic() + 60
    while not Path(name).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
"""
REPORTS = """
import os
from pathlib import Path

def pytest_runtest_logreport(report):
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        Path("failed").touch()
"""


def test_first_failure_stops_all_processes(pytester: pytest.Pytester) -> None:
    """What was set up for the session is taken down, though the tests of the file have not all run."""
    pytester.makeconftest(REPORTS)
    waits = "def test_waits(process):\n    Path('waits').touch()\n    waited_for('failed')\n"
    fails = "def test_fails():\n    waited_for('waits')\n    assert False\n"
    more = "\n".join(f"def test_{number}(process): pass\n" for number in range(500))
    pytester.makepyfile(test_waits=f"{FILE}\n{WAITS}\n{waits}\n{more}", test_fails=f"{WAITS}\n{fails}")
    ended = pytester.runpytest_subprocess("--forks", "2", "-x", "-s", *PLUGINS)
    outcomes = ended.parseoutcomes()
    assert outcomes["failed"] == 1 and 4 <= outcomes["passed"] < 504
    ended.stdout.fnmatch_lines(["*closed*"])
