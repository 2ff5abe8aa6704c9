"""Corrections of a requester's name and address by staff. Pure."""

from __future__ import annotations

from dataclasses import replace

from msgspec import UNSET

from texts.visible import fault_of_line
from ticketing.ticket import Requester, address_of
from ticketing.wanted import RequesterCorrected


def corrected(present: Requester, wanted: RequesterCorrected) -> tuple[Requester, str | None]:
    """The requester after the correction, and a sentence that says why it is refused, if it is.

    A proven name and address cannot be corrected. A new address is stored in lower case.
    """
    name = present.name if wanted.name is UNSET else (wanted.name or "").strip() or None
    email = present.email if wanted.email is UNSET else (wanted.email or "").strip() or None
    if (name, email) == (present.name, present.email):
        return present, None
    if present.verified:
        return present, "Their name and address are confirmed by their own site. You can't change them."
    if name is not None and (fault := fault_of_line(name)):
        return present, f"The name: {fault}"
    address = address_of(email) if email is not None and email != present.email else email
    if email is not None and address is None:
        return present, f"{email[:80]!r} is not an email address. Write it like name@company.example."
    return replace(present, name=name, email=address), None
