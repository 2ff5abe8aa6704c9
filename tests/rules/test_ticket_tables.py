from __future__ import annotations

import re

import pytest

from tests.rules.ticket_tables import PAGE, TABLES, drawn


def test_ticket_page_has_the_current_tables() -> None:
    """Each table once, as generated. To update the page: `python -m tests.rules.ticket_tables --write`."""
    page = PAGE.read_text("utf-8")
    assert sorted(re.findall(r"<!-- table: (\w+) -->", page)) == sorted(TABLES)
    assert drawn(page) == page


def test_changed_table_and_unknown_marker_are_detected() -> None:
    """A row changed by hand is redrawn. A marker with an unknown table raises `KeyError`."""
    page = PAGE.read_text("utf-8")
    changed = page.replace("| `void` | Support |", "| `void` | Training |")
    assert changed != page and drawn(changed) == page
    with pytest.raises(KeyError):
        drawn("<!-- table: nothing -->\n<!-- end -->")
