"""The nesting depth of a JSON text, measured without building objects. Pure."""

from __future__ import annotations

import re

BRACKET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"?+)*+([\[\]{}]|\Z)', re.DOTALL)
"""Matches up to the next bracket that is not in a JSON string, or up to the end. Always matches, never backtracks."""


def is_deeper(text: str, most: int) -> bool:
    """True if arrays and objects are nested in the JSON `text` at more than `most` levels."""
    level = 0
    for found in BRACKET.finditer(text):
        level += {"[": 1, "{": 1}.get(found[1], -1)
        if level > most:
            return True
    return False
