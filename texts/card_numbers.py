"""Masks the numbers of payment cards in texts. Pure.

A card number has 13 to 19 digits, begins with 2 to 6, and its last digit is the check digit of Luhn's formula. The
digits may stand in groups of two or more, with spaces, dashes or dots between the groups. A number after a plus is a
phone number.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TypeVar

MASK = "•••• •••• ••••"
"""Stands in place of all digits but the last four."""
_FEWEST, _MOST = 13, 19
_GAP = r"[ \u00a0\u2007\u202f.\-\u2010-\u2015]"
_RUN = re.compile(rf"(?<![\d+])\d(?:{_GAP}{{0,3}}\d){{{_FEWEST - 1},}}")
_UNFINISHED = re.compile(rf"(?<![\d+])[2-6](?:{_GAP}{{0,3}}\d){{7,}}{_GAP}{{0,3}}$")
_GROUP = re.compile(r"\d+")

T = TypeVar("T", str, str | None)


def masked(text: T) -> T:
    """The text with the last four digits of each card number, and a mask in place of its other digits."""
    return _RUN.sub(_masked_run, text) if text else text


def masked_so_far(text: str) -> str:
    """A text that somebody is still writing. A number at its end that may become a card number is masked too."""
    return _UNFINISHED.sub("••••", masked(text))


def holds_card(text: str | None) -> bool:
    """True if the text contains a card number."""
    return masked(text) != text


def _masked_run(found: re.Match[str]) -> str:
    """A run of digits and gaps, with its card numbers masked. A card number begins and ends with whole groups."""
    run = found[0]
    groups = [(group.start(), group.end()) for group in _GROUP.finditer(run)]
    digits = [int(digit) for start, end in groups for digit in run[start:end]]
    plain, other = _sums(digits)
    # The number of digits before each group, and after the last one.
    before = [0, *accumulate(end - start for start, end in groups)]
    pieces: list[str] = []
    copied = at = 0
    while at < len(groups):
        last = _end_of_card(at, groups, digits, before, (plain, other))
        if last is None:
            at += 1
            continue
        start, end = groups[at][0], groups[last][1]
        tail = "".join(map(str, digits[before[last + 1] - 4 : before[last + 1]]))
        pieces += [run[copied:start], f"{MASK} {tail}"]
        copied, at = end, last + 1
    return "".join(pieces) + run[copied:]


def _sums(digits: list[int]) -> tuple[list[int], list[int]]:
    """The sums of Luhn's formula for all beginnings of the digits: with the digits at odd places doubled, and with
    those at even places doubled. So any part is checked by a subtraction."""
    doubled = [2 * digit - 9 if digit > 4 else 2 * digit for digit in digits]
    odd = (doubled[at] if at % 2 else digit for at, digit in enumerate(digits))
    even = (digit if at % 2 else doubled[at] for at, digit in enumerate(digits))
    return [0, *accumulate(odd)], [0, *accumulate(even)]


def _end_of_card(
    first: int,
    groups: list[tuple[int, int]],
    digits: list[int],
    before: list[int],
    sums: tuple[list[int], list[int]],
) -> int | None:
    """The last group of the card number that begins with the group `first`. None if no card number begins there."""
    begin, found = before[first], None
    if not 2 <= digits[begin] <= 6:
        return None
    for last in range(first, len(groups)):
        end = before[last + 1]
        if end - begin > _MOST or (last > first and groups[last][1] - groups[last][0] < 2):
            break
        # The last digit is not doubled, but the one before it is.
        sums_of = sums[0 if end % 2 else 1]
        if end - begin >= _FEWEST and (sums_of[end] - sums_of[begin]) % 10 == 0:
            found = last
        if last == first and groups[first][1] - groups[first][0] < 2:
            break
    return found
