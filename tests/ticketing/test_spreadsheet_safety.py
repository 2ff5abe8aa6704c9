from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.adapters.export import csv_row
from ticketing.spreadsheet_safety import FORMULA, harmless

READ_BY = ",;\t|"
FORMS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|'/c calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u2060=1+1",
    "\x00=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "﹦1+1",
    "﹢1+1",
    "−1+1",
    "﹣1+1",
    "﹫SUM(1)",
    "x;=1+1",
    "x,=1+1",
    "x\t=1+1",
    "x|=1+1",
    "x\n=1+1",
    "x\r=1+1",
    "x\r\n=1+1",
    'x";=1+1;"',
    'x;"=1+1"',
    'x";"=1+1";"',
    'x"\t"=1+1',
    "x;=cmd|'/c calc'!A0;",
    "x; \u200b =1+1",
    "x;\t;=1+1",
    '"=1+1',
    '""=1+1',
    'x""|""=1+1',
    "x\u2028=1+1",
    "x;\ufeff＝1+1",
    ";;=1+1",
)
"""Subjects that become a formula in some spreadsheet."""
_FIRST = re.compile(rf"[\s\x00\u200b-\u200f\u2060\ufeff]*[{re.escape(FORMULA)}]")


def formulas(cells: list[object]) -> list[str]:
    """The cells that begin like a formula, by whatever separator the row is read back."""
    row = csv_row([harmless(cell) if isinstance(cell, str) else cell for cell in cells]).decode()
    found = []
    for separator in READ_BY:
        for text in (row, row.replace("\r\n", "\n"), row.replace('"', "")):
            # As a program reads it that knows nothing of line breaks inside of cells, and as one does that does.
            for lines in (io.StringIO(text, newline=""), io.StringIO(text).read().splitlines()):
                for read in csv.reader(lines, delimiter=separator):
                    found += [cell for cell in read if _FIRST.match(cell)]
    return found


@pytest.mark.parametrize("subject", FORMS)
def test_formula_is_read_back_as_text_with_any_separator(subject: str) -> None:
    """Read by comma, semicolon, tab or bar, no cell begins like a formula."""
    assert formulas([subject]) == []
    assert formulas([7, "open", subject, None, "a name", subject]) == []


@given(st.text(st.sampled_from("=+-@;,|\t\r\n\"' \u200bx1＝−"), max_size=12), st.text(max_size=4))
def test_adjacent_cells_are_read_back_as_text(one: str, other: str) -> None:
    assert formulas([one, other, one]) == []


@pytest.mark.parametrize(
    "text", ["", "Flights, for March", "100 - 50", "a@b.example", "x=1", "e-mail", "1;2", 'say "hi"', "'quoted'"]
)
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert harmless(text) == text


def test_own_numbers_stay_numbers() -> None:
    assert csv_row([-5, 3, None, True]) == b'"-5","3","","True"\r\n'


def test_long_run_of_separators_is_matched_once() -> None:
    """A text of tabs takes one match instead of one for each tab, so the work is linear."""
    assert harmless("\t" * 1_000_000) == "'" + "\t" * 1_000_000
