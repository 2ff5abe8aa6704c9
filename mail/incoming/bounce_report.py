"""The result of reading a bounce. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BounceReport:
    """The addresses that an email could not be delivered to, in lower case. `permanent`: they do not work.

    If false, the mail server goes on trying, or a later letter may arrive. `message_ids`: those of the emails that the
    bounce returns.
    """

    addresses: tuple[str, ...]
    permanent: bool
    reason: str = ""
    """On one line. Empty if the bounce states no reason in a standard form."""
    message_ids: tuple[str, ...] = ()
