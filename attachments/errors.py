"""Refusals of files.

Refused (refusals)        an error code and a sentence for people
├─ NotFound               no such file, or none that this person may read: indistinguishable
└─ UploadRefused          no upload can be accepted right now, whatever the file is
"""

from __future__ import annotations

from typing import Literal

from refusals import Code, Refused

Reason = Literal["at_once", "quota", "reserve", "queue"]
Fault = Literal[
    "empty",
    "program",
    "heic",
    "markup",
    "archive",
    "damaged",
    "macros",
    "password",
    "links",
    "parts",
    "picture",
    "kind",
]
"""The fault of a file. The values are stable, so that programs can explain a fault in the user's language."""


class NotFound(Refused):
    def __init__(self) -> None:
        super().__init__("not_found", "This file doesn't exist, or you can't see it.")


class UploadRefused(Refused):
    """No upload can be accepted right now. `reason` is a label for metrics."""

    def __init__(self, reason: Reason, sentence: str, retry_after_s: float) -> None:
        code: Code = "unavailable" if reason == "reserve" else "rate_limited"
        super().__init__(code, sentence, retry_after_s=retry_after_s)
        self.reason = reason


def invalid(field: str, sentence: str, fault: Fault | None = None) -> Refused:
    message, fields = f"{field}: {sentence}", {field: sentence}
    return Refused("invalid", message, fields) if fault is None else Refused("invalid", message, fields, fault=fault)
