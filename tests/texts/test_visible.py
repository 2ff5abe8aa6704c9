from __future__ import annotations

import pytest

from texts.visible import CHECKED_MAX, as_line, fault_of_line, shows_something, turns_direction

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
def test_invisible_text_shows_nothing(text: str) -> None:
    assert not shows_something(text)
    assert (fault_of_line(text) is None) == (text == "")


@pytest.mark.parametrize("text", SOMETHING)
def test_visible_text_shows_something(text: str) -> None:
    assert shows_something(text) and fault_of_line(text) is None


@pytest.mark.parametrize("turn", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_name_that_changes_text_direction_is_refused(turn: str) -> None:
    name = f"Ana {turn}gro.live"
    assert turns_direction(name) and "changes the text direction" in str(fault_of_line(name))
    assert as_line(name) == "Ana gro.live"


@pytest.mark.parametrize("name", ["דנה\u200f (Tel Aviv)", "سارا\u200cزاده", "Zoë\u200e"])
def test_direction_marks_in_names_are_allowed(name: str) -> None:
    """Marks and joiners affect only themselves, and some names need them."""
    assert fault_of_line(name) is None and as_line(name) == name


@pytest.mark.parametrize("control", [*"\0\t\n\r\x1b\x7f\x85\u2028\u2029"])
def test_control_characters_are_refused_on_a_line(control: str) -> None:
    assert "one line" in str(fault_of_line(f"A{control}B"))
    assert as_line(f"A{control}B") == "A B"


def test_fault_of_line_checks_a_bounded_length() -> None:
    assert fault_of_line("a" * CHECKED_MAX + "\u202e") is None
