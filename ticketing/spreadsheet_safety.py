"""Makes text safe for spreadsheet cells: no cell can run as a formula. Pure.

A cell that begins with `=`, `+`, `-` or `@` is a formula. Quoting a cell is not enough. If a program splits rows at `;`
instead of the comma, a `;` inside a quoted cell begins a new cell. So this module puts a `'` before each place where a
formula could begin. A spreadsheet treats a cell that begins with `'` as text.
"""

from __future__ import annotations

import re

FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌"
"""Characters that begin a formula, in all their widths."""
SEPARATORS = ';,\t|\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"'
"""Characters after which some program begins a new cell or row. Includes the quotation mark: a doubled one may end a
cell."""
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_RUN = re.compile(rf"([\s{_INVISIBLE}{re.escape(SEPARATORS)}]++)([{re.escape(FORMULA)}]?)")
"""Matches a whole run of separators, whether or not a formula follows, so the work is linear in the length of the
text."""


def harmless(text: str) -> str:
    """The text with a `'` before each place where a formula could begin.

    Also marks text that begins with a tab or a line break.
    """
    marked = _RUN.sub(_marked, text)
    return f"'{marked}" if marked[:1] and marked[0] in FORMULA + "\t\r\n" else marked


def _marked(match: re.Match[str]) -> str:
    run, first = match.groups()
    begins = match.start() == 0 or any(character in SEPARATORS for character in run)
    return f"{run}'{first}" if first and begins else match[0]
