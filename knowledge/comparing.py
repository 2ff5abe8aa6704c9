"""The differences between two versions of a text, line by line, and word by word inside changed lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

AROUND = 2
"""Number of unchanged lines that are shown before and after a change."""
_LINES_MAX = 4_000
"""Longer texts are compared without a look inside lines, so that the comparison stays fast."""
_WORDS_MAX = 400
"""A line with more words is shown as a whole."""
_LIKE = 0.4
"""Two lines are versions of each other if at least this share of them is equal."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Change: TypeAlias = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a comparison. `skipped` is the number of unchanged lines that are left out before it."""

    change: Change
    pieces: Sequence[Piece]
    skipped: int = 0


def differences(before: str, after: str) -> list[Row]:
    """The changed lines with some unchanged lines around them. Empty if the texts are equal. The unchanged end of the
    texts is left out."""
    old, new = before.split("\n"), after.split("\n")
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > _LINES_MAX)
    rows, left_out = list[Row](), 0
    groups = list(matcher.get_grouped_opcodes(AROUND))
    last = 0
    for group in groups:
        left_out = group[0][1] - last
        for tag, old_from, old_to, new_from, new_to in group:
            made = (
                [_whole("same", line) for line in old[old_from:old_to]]
                if tag == "equal"
                else list(_changed(old[old_from:old_to], new[new_from:new_to]))
            )
            if made and left_out:
                made[0] = Row(made[0].change, made[0].pieces, left_out)
                left_out = 0
            rows += made
        last = group[-1][2]
    return rows


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Lines that replace others. A new line that is like the old one at its place is compared with it."""
    for number in range(max(len(old), len(new))):
        was = old[number] if number < len(old) else None
        became = new[number] if number < len(new) else None
        if was is not None and became is not None and (pair := _inside(was, became)) is not None:
            yield from pair
            continue
        if was is not None:
            yield _whole("removed", was)
        if became is not None:
            yield _whole("added", became)


def _inside(was: str, became: str) -> tuple[Row, Row] | None:
    """Both lines with their changed words. None if they have little in common."""
    old, new = _WORDS.findall(was), _WORDS.findall(became)
    if len(old) > _WORDS_MAX or len(new) > _WORDS_MAX:
        return None
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LIKE:
        return None
    left, right = list[Piece](), list[Piece]()
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        same = tag == "equal"
        if old_to > old_from:
            left.append(Piece("same" if same else "removed", "".join(old[old_from:old_to])))
        if new_to > new_from:
            right.append(Piece("same" if same else "added", "".join(new[new_from:new_to])))
    return Row("removed", left), Row("added", right)


def _whole(change: Change, line: str) -> Row:
    return Row(change, [Piece(change, line)])
