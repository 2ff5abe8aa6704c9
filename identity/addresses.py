"""Mail addresses: what can be one, and how they are kept and compared. Pure."""

from __future__ import annotations

import re

EMAIL_MAX = 254
"""Characters in a mail address, as RFC 3696's erratum 1690 has it."""

_EMAIL = re.compile(r"[^\s@<>\"\x00-\x1f]{1,64}@[^\s@<>\"\x00-\x1f]+\.[^\s@<>\".\x00-\x1f]+")


def is_email(address: str) -> bool:
    """Can this be a mail address? Whether it is one, only a mail to it can tell."""
    return len(address) <= EMAIL_MAX and _EMAIL.fullmatch(address) is not None


def normal_email(email: str) -> str:
    """An address as it is kept and compared: without white space around it, in lower case."""
    return email.strip().lower()
