"""Recovery codes, for people who have lost their phone. Each can be used once instead of a one-time code. Pure.

A code is 16 base32 characters in groups of four. A code has 80 random bits, so a plain SHA-256 is enough to protect it
in storage.
"""

from __future__ import annotations

import re

from identity import tokens

COUNT = 10
_GROUP = 4
_BYTES = 10
_CODE = re.compile(r"[A-Z2-7]{16}")
_MISREAD = str.maketrans("018", "OLB")
"""Digits, and the letters that people misread as these digits. Base32 has no 0, 1 or 8."""


def new_codes() -> list[str]:
    """Ten new codes, such as `ABCD-EF23-GHJK-LM45`."""
    return [_grouped(tokens.base32(_BYTES)) for _ in range(COUNT)]


def normal(text: str) -> str | None:
    """The code in `text`, in the form used for comparing; None if `text` cannot be a recovery code."""
    code = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else None


def fingerprint(code: str) -> str:
    """The hash that is stored in place of the code. Raises ValueError if `code` cannot be a recovery code."""
    known = normal(code)
    if known is None:
        raise ValueError("not a recovery code")
    return tokens.fingerprint(known)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
