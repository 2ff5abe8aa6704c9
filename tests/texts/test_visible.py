"""What shows nothing is no text, and what turns the direction of others is no name."""

from __future__ import annotations

import pytest

from texts.visible import LOOKED_AT, as_line, fault_of_line, shows_something, turns_direction

NOTHING = {
    "nothing": "",
    "blanks": " \t\n\u00a0\u3000",
    "zero-width space": "\u200b",
    "word joiner and byte order mark": "\u2060\ufeff",
    "soft hyphen": "\u00ad",
    "empty Braille": "\u2800",
    "Hangul fillers": "\u3164\u115f\u1160\uffa0",
    "tags": "\U000e0041\U000e0042",
    "variation selectors": "\ufe0f\U000e0100",
    "marks without a letter": "\u0301\u034f\u20dd",
    "directions": "\u202e\u2066\u200f",
    "not assigned": "\u0378",
}
SOMETHING = ("a", "1", "?", "€", "🚀", "👩\u200d🚀", "é", "e\u0301", "한", "中", "ا", "हि", "\u200bx", ".")


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in NOTHING.items()])
def test_what_cannot_be_seen_shows_nothing(text: str) -> None:
    assert not shows_something(text)
    assert (fault_of_line(text) is None) == (text == "")


@pytest.mark.parametrize("text", SOMETHING)
def test_what_can_be_seen_shows_something(text: str) -> None:
    assert shows_something(text) and fault_of_line(text) is None


@pytest.mark.parametrize("turn", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_a_name_with_a_turn_of_direction_is_refused(turn: str) -> None:
    name = f"Ana {turn}gro.live"
    assert turns_direction(name) and "turns the direction" in str(fault_of_line(name))
    assert as_line(name) == "Ana gro.live"


@pytest.mark.parametrize("name", ["דנה\u200f (Tel Aviv)", "سارا\u200cزاده", "Zoë\u200e"])
def test_names_of_other_scripts_keep_their_marks(name: str) -> None:
    """Direction marks and joiners turn nothing but themselves, and are part of how such names are written."""
    assert fault_of_line(name) is None and as_line(name) == name


@pytest.mark.parametrize("control", [*"\0\t\n\r\x1b\x7f\x85"])
def test_a_line_has_no_control_characters(control: str) -> None:
    assert "one line" in str(fault_of_line(f"A{control}B"))
    assert as_line(f"A{control}B") == "A B"


def test_a_line_is_looked_at_no_further_than_lines_are_long() -> None:
    """What comes after is too long anyway, and not looked at."""
    assert fault_of_line("a" * LOOKED_AT + "\u202e") is None
