"""Refusals that identity raises."""

from __future__ import annotations

from typing import Literal

from refusals import Refused

Fault = Literal["expired", "audience", "signature", "secret", "clock", "form", "used"]
"""Why a signed identity is refused: it has expired; it is for another desk; its signature is wrong; the desk has no
such secret; its times are impossible; header or claims are malformed; another browser used it."""


class IdentityRefused(Refused):
    """A signed identity that is not accepted. `fault` is the reason, and is sent to the client. The only part of the
    JWT that the message may contain is `aud`."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__("unauthorized", f"The signed identity is not valid: {sentence}.", fault=fault)
        self.fault = fault


def invalid(field: str, sentence: str) -> Refused:
    """A refusal that names one wrong field."""
    return Refused("invalid", sentence, {field: sentence})
