from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.opening import open_storage
from storage.ports import Tx
from tests import plans
from tests.servers import database

pytest_plugins = ["pytester"]
PLUGINS_OFF = [f"-pno:{name}" for name in ("xdist", "asyncio", "schemathesis", "hypothesispytest")]
LEAKS = """
import socket

class Circle:
    def __init__(self):
        self.held, self.itself = socket.socket(), self

def test_leaks():
    Circle()
"""


def test_leak_fails_the_run_and_no_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_leaks=LEAKS, test_after="def test_after(): pass")
    ended = pytester.runpytest_subprocess("-p", "tests.file_checks", "-W", "error::ResourceWarning", *PLUGINS_OFF)
    ended.assert_outcomes(passed=2)
    ended.stdout.fnmatch_lines(["*checks of each file*", "*test_leaks.py left open: *unclosed <socket*"])
    assert ended.ret == pytest.ExitCode.TESTS_FAILED


def ask(statement: str, tx: Tx) -> None:
    tx.session.connection().execute(text(statement)).all()


async def test_query_without_an_index_is_found_once(tmp_path: Path) -> None:
    """The finding names the step of the plan and the statement. A deliberate full scan is not a finding."""
    plans.whole_tables_read()
    with database("sqlite", tmp_path) as url:
        storage = await open_storage(url)
        for statement in ("SELECT id FROM chats WHERE product = 'x'", "SELECT id FROM chats"):
            await storage.read(partial(ask, statement))
        await storage.close()
    assert plans.whole_tables_read() == ["SCAN chats: SELECT id FROM chats WHERE product = ?"]
    assert plans.whole_tables_read() == []
