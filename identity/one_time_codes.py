"""One-time codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds). Pure."""

from __future__ import annotations

import hmac

import pyotp

STEP_S = 30
OVERLAP_S = 10
"""Seconds for which the code of the step before is still taken: a code that was read in its last second has to be
typed. So a code is good for 40 seconds at most, and never twice."""
DRIFT_MAX = 20
"""Steps that a wrong clock is looked for in, either way: ten minutes."""


def step_of(secret: str, code: str, last_step: int, now: int) -> int | None:
    """The step that a code belongs to; None where it is not right just now, or no newer than `last_step`, that of
    the last code that was taken. `now` in ms since the epoch, UTC."""
    digits = _digits(code)
    if digits is None:
        return None
    present, into_ms = divmod(now, STEP_S * 1000)
    first = present - 1 if into_ms < OVERLAP_S * 1000 else present
    totp = pyotp.TOTP(secret, interval=STEP_S)
    steps = range(max(first, last_step + 1, 0), present + 1)
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)]
    return right[0] if right else None


def drift_of(secret: str, code: str, now: int) -> int | None:
    """By how many steps the clock that made this code is ahead (behind: less than 0); None where no clock that is off
    by up to DRIFT_MAX steps explains it. For who sets the app up and holds the secret; never told at sign-in."""
    digits = _digits(code)
    if digits is None:
        return None
    totp, present = pyotp.TOTP(secret, interval=STEP_S), now // (STEP_S * 1000)
    offs = sorted(range(-DRIFT_MAX, DRIFT_MAX + 1), key=abs)
    return next((off for off in offs if present + off >= 0 and totp.generate_otp(present + off) == digits), None)


def uri(secret: str, email: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=email, issuer_name=issuer)


def _digits(code: str) -> str | None:
    digits = "".join(code.split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdecimal() else None
