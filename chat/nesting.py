"""The nesting depth of a JSON text, measured without building objects. Pure."""

from __future__ import annotations

import re

BRACKET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"?+)*+([\[\]{}]|\Z)', re.DOTALL)
"""The next bracket outside of texts, or the end. Always matches and never backtracks."""


def is_deeper(text: str, most: int) -> bool:
    """True if `text` is nested deeper than `most` levels."""
    level = 0
    for found in BRACKET.finditer(text):
        level += {"[": 1, "{": 1}.get(found[1], -1)
        if level > most:
            return True
    return False
