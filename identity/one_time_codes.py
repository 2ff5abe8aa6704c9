"""One-time codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, half a minute). Pure."""

from __future__ import annotations

import hmac

import pyotp

STEP_S = 30
WINDOW = 1
"""Steps that a telephone's clock may be behind or ahead."""


def step_of(secret: str, code: str, last_step: int, now: int) -> int | None:
    """The step that a code belongs to; None where it is not right just now, or no newer than `last_step`, that of
    the last code that was taken. `now` in ms since the epoch, UTC."""
    digits = "".join(code.split())
    if not (len(digits) == 6 and digits.isascii() and digits.isdecimal()):
        return None
    totp, present = pyotp.TOTP(secret, interval=STEP_S), now // (STEP_S * 1000)
    steps = range(max(present - WINDOW, last_step + 1, 0), present + WINDOW + 1)
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)]
    return right[0] if right else None


def uri(secret: str, email: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=email, issuer_name=issuer)
