"""Refusals that identity raises."""

from __future__ import annotations

from typing import Literal

from refusals import Refused

Fault = Literal["expired", "audience", "signature", "secret", "clock", "form", "used"]
"""The reason why a signed identity is refused.

- `expired`: it has expired.
- `audience`: it is for another desk.
- `signature`: its signature is wrong.
- `secret`: the desk has no such secret.
- `clock`: its times are impossible.
- `form`: its header or its claims are malformed.
- `used`: another browser has used it.
"""


class IdentityRefused(Refused):
    """Raised for a signed identity that is not accepted. `fault` is the reason, and is part of the answer. The message
    contains no part of the JWT, except perhaps `aud`."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__("unauthorized", f"The signed identity is not valid: {sentence}.", fault=fault)
        self.fault = fault


def invalid(field: str, sentence: str) -> Refused:
    """A refusal that names one wrong field."""
    return Refused("invalid", sentence, {field: sentence})


class Outdated(Refused):
    """Somebody else has changed the thing since the version that the caller read."""

    def __init__(self, sentence: str) -> None:
        super().__init__("conflict", sentence)
