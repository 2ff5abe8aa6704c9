"""Recovery codes: what signs a person in once, in place of a one-time code, when the phone is lost. Pure.

A code is 16 letters and digits of base32 in groups of four: 80 bits, so one SHA-256 is enough to keep it by.
"""

from __future__ import annotations

import re

from identity import tokens

COUNT = 10
_GROUP = 4
_BYTES = 10
_CODE = re.compile(r"[A-Z2-7]{16}")
_MISREAD = str.maketrans("018", "OLB")
"""Base32 has no 0, 1 and 8: who types one misread a letter."""


def new_codes() -> list[str]:
    """Ten codes, like `ABCD-EF23-GHJK-LM45`."""
    return [_grouped(tokens.base32(_BYTES)) for _ in range(COUNT)]


def normal(text: str) -> str | None:
    """A code as it is compared, however it was typed; None for what cannot be one."""
    code = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else None


def fingerprint(code: str) -> str:
    """What is stored of a code. ValueError where it cannot be one."""
    known = normal(code)
    if known is None:
        raise ValueError("not a recovery code")
    return tokens.fingerprint(known)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
