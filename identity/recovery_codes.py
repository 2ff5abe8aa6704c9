"""Recovery codes, for people who have lost their phone. Each replaces a one-time code once. Pure.

A code is 16 base32 characters in groups of four. It has 80 random bits, so a plain SHA-256 protects it in storage.
"""

from __future__ import annotations

import re

from identity import tokens

COUNT = 10
_GROUP = 4
_BYTES = 10
_CODE = re.compile(r"[A-Z2-7]{16}")
_MISREAD = str.maketrans("018", "OLB")
"""Digits and the letters for which people mistake them. Base32 has no 0, 1 or 8."""


def new_codes() -> list[str]:
    """Ten new codes, such as `ABCD-EF23-GHJK-LM45`."""
    return [_grouped(tokens.base32(_BYTES)) for _ in range(COUNT)]


def normal(text: str) -> str | None:
    """A code in the form for comparing; None if `text` cannot be a recovery code."""
    code = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else None


def fingerprint(code: str) -> str:
    """The hash that is stored. Raises ValueError if `code` cannot be a recovery code."""
    known = normal(code)
    if known is None:
        raise ValueError("not a recovery code")
    return tokens.fingerprint(known)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
