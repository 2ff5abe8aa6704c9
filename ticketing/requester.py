"""Corrections of a requester's name and address by staff, and ids for requesters of whom only an address is known.
Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from msgspec import UNSET

from texts.addresses import normal_email
from texts.visible import fault_of_line
from ticketing.ticket import Requester, address_of
from ticketing.wanted import RequesterCorrected

_BY_ADDRESS = "mailto:"

Fault = tuple[Literal["name", "email"], str]
"""The field that is refused, and a sentence that says why."""


def corrected(present: Requester, wanted: RequesterCorrected) -> tuple[Requester, Fault | None]:
    """The requester after the correction, and None. If the correction is refused: the unchanged requester, and the
    fault.

    A proven name or address cannot be corrected. If the requester is verified but has no id, only the address is
    proven, so the name can be corrected. A new address is stored in lower case.
    """
    name = present.name if wanted.name is UNSET else (wanted.name or "").strip() or None
    email = present.email if wanted.email is UNSET else (wanted.email or "").strip() or None
    if (name, email) == (present.name, present.email):
        return present, None
    if present.verified and present.id is not None:
        field: Literal["name", "email"] = "name" if name != present.name else "email"
        return present, (field, "Their name and address are confirmed. You can't change them.")
    if present.verified and email != present.email:
        return present, ("email", "Their address is confirmed. You can't change it.")
    if name is not None and (fault := fault_of_line(name)):
        return present, ("name", f"The name: {fault}")
    address = address_of(email) if email is not None and email != present.email else email
    if email is not None and address is None:
        return present, ("email", f"{email[:80]!r} is not an email address. Write it like name@company.example.")
    return replace(present, name=name, email=address), None


def id_by_address(email: str) -> str:
    """The id by which staff filter for and merge a requester who is known only by this address."""
    return f"{_BY_ADDRESS}{normal_email(email)}"


def address_in(id_: str) -> str | None:
    """The address in an id of `id_by_address`, in lower case. None for the id of an account or a visitor."""
    return normal_email(id_.removeprefix(_BY_ADDRESS)) if id_.startswith(_BY_ADDRESS) else None
