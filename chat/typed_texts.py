"""Checks of texts that people type. Pure."""

from __future__ import annotations

from refusals import invalid
from texts.card_numbers import holds_card
from texts.visible import fault_of_line, shows_something


def check_text(text: str, field: str = "text") -> None:
    """Check that something in the text is visible. Raises Refused(`invalid`), which names `field`, if nothing is."""
    if not shows_something(text):
        raise invalid(field, "Write some text first.")


def check_line(text: str | None, field: str) -> str | None:
    """Check a name or subject. Returns it without surrounding white space, or None if nothing is left.

    Raises Refused(`invalid`) if the text is invisible, has several lines, or changes the text direction.
    """
    line = (text or "").strip()
    if fault := fault_of_line(line):
        raise invalid(field, fault)
    return line or None


def masks(text: str) -> dict[str, object]:
    """The field of an `ok` that says that a card number in the text was masked. Empty if there was none."""
    return {"masked": True} if holds_card(text) else {}
