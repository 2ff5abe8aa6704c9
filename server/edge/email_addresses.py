"""Email addresses that people enter."""

from __future__ import annotations

from refusals import invalid
from texts.addresses import email_address


def checked_email(text: str | None) -> str | None:
    """The normalized email address. None if `text` is empty. Raises Refused(invalid) if the address is not valid."""
    given = (text or "").strip()
    if not given:
        return None
    address = email_address(given)
    if address is None:
        raise invalid("email", f"{given[:80]!r} is not an email address. Write it like name@company.example.")
    return address
