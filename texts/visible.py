"""Does a text show anything to who reads it, and does it keep to its own line?"""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset(["Cc", "Cf", "Cn", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"])
"""Categories of characters of which nothing is seen by themselves: controls, formats (zero-width characters, tags,
directions), what is not assigned, marks without a letter, blanks."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing: fillers of Hangul, the empty Braille pattern."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They change the direction of what follows, the desk's own words included. The marks U+200E, U+200F and U+061C, which
Arabic and Hebrew names need, turn nothing but themselves."""


LOOKED_AT = 1_000
"""Characters of a line that are looked at; the longest that is kept has 254."""


def shows_something(text: str) -> bool:
    """Is there a character in it that can be seen?"""
    return not all(character in _BLANK or unicodedata.category(character) in _UNSEEN for character in text)


def turns_direction(text: str) -> bool:
    """Does it hold a character that changes the direction of what follows?"""
    return not _TURNING.isdisjoint(text)


def as_line(text: str) -> str:
    """A text as it can stand on a line: without what changes the direction, with a blank for each control character."""
    return text.translate(_ON_A_LINE).strip()


_ON_A_LINE = {
    **dict.fromkeys(map(ord, _TURNING)),
    **{point: " " for point in range(0xA0) if unicodedata.category(chr(point)) == "Cc"},
}


def fault_of_line(text: str) -> str | None:
    """Why a text cannot be a name or a subject, as a sentence; None for one that can, and for an empty one. Its length
    is for others to check."""
    text = text[:LOOKED_AT]
    if text and not shows_something(text):
        return "This shows nothing: write it with letters or digits."
    if turns_direction(text):
        return "This holds a character that turns the direction of the text (U+202A to U+202E, U+2066 to U+2069)."
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "This holds a control character, such as a NUL or a line break: write it on one line."
    return None
