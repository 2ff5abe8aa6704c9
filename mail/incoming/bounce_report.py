"""The result of reading a bounce. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BounceReport:
    """The addresses that an email could not be delivered to, in lower case. `permanent`: they do not work.

    If false, the mail server goes on trying, or a later letter may arrive.
    """

    addresses: tuple[str, ...]
    permanent: bool
    reason: str = ""
