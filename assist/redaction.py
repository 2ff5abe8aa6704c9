"""Takes personal data out of texts before they leave the desk, and puts it back into answers. Pure.

Names are found only if they are known. So a text can still say who somebody is, and staff decide what they ask for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from texts.card_numbers import MASK, masked

_SOUGHT = (
    # A link may have an address or a token in it.
    ("link", r"\bhttps?://\S+"),
    ("email", r"[^\s@<>()\[\]\",;:]{1,64}@[^\s@<>()\[\]\",;:]{1,255}"),
    ("card", rf"{MASK}(?: \d{{4}})?"),
    ("number", r"\+?\d(?:[ \u00a0\u202f.()/\-]{0,2}\d){5,}"),
)
_PLACE = re.compile(r"\[(link|email|number|name) (\d{1,6})\]", re.IGNORECASE)
NAME_MIN = 2
"""Shorter parts of names would be found in ordinary words."""
NAMES_MAX = 40
"""Of more names, the longest are sought."""


class Redaction:
    """The personal data of one request. Each value has one placeholder, such as `[email 1]`, in all its texts."""

    def __init__(self, names: Sequence[str | None]) -> None:
        parts = {part for name in names if name for part in (name, *name.split()) if len(part) >= NAME_MIN}
        # The whole name first, so that it becomes one placeholder.
        known = sorted(parts, key=lambda part: (-len(part), part))[:NAMES_MAX]
        sought = [*_SOUGHT, *([("name", rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)")] if known else [])]
        self._sought = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in sought), re.IGNORECASE)
        self._places: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts = Counter[str]()

    def hidden(self, text: str) -> str:
        """The text with placeholders for links, email addresses, card numbers, numbers of six digits or more, and the
        names and their parts."""
        return self._sought.sub(self._place, masked(text))

    def shown(self, answer: str) -> str:
        """The answer with the values of the placeholders in it. Card numbers stay hidden."""
        return _PLACE.sub(lambda found: self._values.get(found[0].lower(), found[0]), answer)

    def _place(self, found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        if kind == "card":
            return "[card]"
        place = self._places.get((kind, found[0]))
        if place is None:
            self._counts[kind] += 1
            place = self._places[kind, found[0]] = f"[{kind} {self._counts[kind]}]"
            self._values[place] = found[0]
        return place
