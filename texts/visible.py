"""Checks that a text is visible and stays on one line."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset(["Cc", "Cf", "Cn", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"])
"""Unicode categories of characters that are invisible by themselves: controls, formats (zero width, tags, directions),
unassigned characters, combining marks, blanks."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show nothing: the Hangul fillers and the empty Braille pattern."""
_BREAKING = frozenset(["Cc", "Zl", "Zp"])
"""Unicode categories of characters that can end a line: controls, and the line and paragraph separators."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of all following text, also outside of the user's text. The marks U+200E, U+200F
and U+061C do not have this effect, and Arabic and Hebrew names need them."""

CHECKED_MAX = 1_000
"""Number of characters of a line that are checked. The longest line that can be stored has 254."""


def shows_something(text: str) -> bool:
    return not all(character in _BLANK or unicodedata.category(character) in _UNSEEN for character in text)


def turns_direction(text: str) -> bool:
    return not _TURNING.isdisjoint(text)


def as_line(text: str) -> str:
    """The text on one line: without direction changes, and with a space in place of each control or line break."""
    return text.translate(_ON_A_LINE).strip()


_ON_A_LINE = {
    **dict.fromkeys(map(ord, _TURNING)),
    **{point: " " for point in range(0x2030) if unicodedata.category(chr(point)) in _BREAKING},
}


def fault_of_line(text: str) -> str | None:
    """A sentence that says why the text cannot be a name or a subject. None if it has no fault, or is empty.

    The length is not checked here.
    """
    text = text[:CHECKED_MAX]
    if text and not shows_something(text):
        return "This text is invisible. Use letters or digits."
    if turns_direction(text):
        return (
            "This contains a character that changes the text direction (U+202A to U+202E, U+2066 to U+2069). Remove it."
        )
    if any(unicodedata.category(character) in _BREAKING for character in text):
        return "This contains a control character or a line break. Write it on one line."
    return None


def fault_of_name(name: str, most: int) -> str | None:
    """A sentence that says why a thing cannot have this name. None if it can.

    A name must not be empty, has at most `most` characters, and no fault of `fault_of_line`.
    """
    if not name:
        return "Give it a name."
    return f"At most {most} characters." if len(name) > most else fault_of_line(name)
