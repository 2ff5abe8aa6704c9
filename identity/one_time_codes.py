"""One-time codes of authenticator apps (TOTP, RFC 6238: SHA-1, six digits, 30 seconds). Pure."""

from __future__ import annotations

import hmac

import pyotp

STEP_S = 30
OVERLAP_S = 10
"""Seconds for which the previous code is still accepted, so that a code that was read in its last second can still be
typed. A code is valid once, and for at most 40 seconds."""
DRIFT_MAX = 20
"""Maximum clock drift, ahead or behind, that `drift_of` recognizes. In steps; equal to ten minutes."""


def step_of(secret: str, code: str, last_step: int, now: int) -> int | None:
    """The time step of a valid code. None if the code is wrong, or if its step is not later than `last_step`."""
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
    """The number of steps by which the clock of the device that made this code is ahead (negative: behind). None if a
    wrong clock does not explain the code.

    Call this only when a person sets up their app. At sign-in, the answer would help an attacker.
    """
    digits = _digits(code)
    if digits is None:
        return None
    totp, present = pyotp.TOTP(secret, interval=STEP_S), now // (STEP_S * 1000)
    offs = sorted(range(-DRIFT_MAX, DRIFT_MAX + 1), key=abs)
    return next((off for off in offs if present + off >= 0 and totp.generate_otp(present + off) == digits), None)


def uri(secret: str, email: str, issuer: str) -> str:
    """The URI that the QR code for an authenticator app contains."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=email, issuer_name=issuer)


def _digits(code: str) -> str | None:
    digits = "".join(code.split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdecimal() else None
