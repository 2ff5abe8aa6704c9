"""The contents of a bounce. Pure."""

from __future__ import annotations

from dataclasses import dataclass

REASON_MAX = 300
"""Maximum length of a reason in characters."""


@dataclass(frozen=True, slots=True)
class BounceReport:
    """The contents of a bounce.

    - `addresses`: the addresses to which an email was not delivered, in lower case.
    - `permanent`: the delivery failed for good. If false, the mail server goes on trying, or a later letter may arrive.
    - `message_ids`: the Message-IDs of the emails that the bounce returns.
    """

    addresses: tuple[str, ...]
    permanent: bool
    reason: str = ""
    """The reason that the bounce states, on one line. Empty if it states none in a standard form."""
    message_ids: tuple[str, ...] = ()
