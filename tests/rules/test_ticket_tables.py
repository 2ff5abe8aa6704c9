"""The page on tickets says what the program does."""

from __future__ import annotations

import re

import pytest

from tests.rules.ticket_tables import PAGE, TABLES, drawn


def test_the_tables_of_the_page_are_those_of_the_program() -> None:
    """Each table is there, once, and as the rules draw it; else `python -m tests.rules.ticket_tables --write`."""
    page = PAGE.read_text("utf-8")
    assert sorted(re.findall(r"<!-- table: (\w+) -->", page)) == sorted(TABLES)
    assert drawn(page) == page


def test_another_table_is_seen() -> None:
    """A page with a row changed by hand is not as it is drawn, and a mark that names no table is a mistake."""
    page = PAGE.read_text("utf-8")
    changed = page.replace("| `void` | Support |", "| `void` | Training |")
    assert changed != page and drawn(changed) == page
    with pytest.raises(KeyError):
        drawn("<!-- table: nothing -->\n<!-- end -->")
