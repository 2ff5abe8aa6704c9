"""The domain's table of statuses, codes, products and duplicates, written down a second time, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PRODUCTS = ("Spectra OX", "Spectra DS", "Lumina", "Other")
TWIN = 3
"""The number of a ticket that may be named as the one that covers the same issue."""

DAGGER = {
    "set_up", "action_needed", "technical", "third_party", "configuration_request", "code_fix", "data_fix",
}  # fmt: skip
"""The codes marked †."""


@dataclass(frozen=True)
class DeskTeam:
    """`ticketing.rules.Team`, as a desk would have it."""

    name: str
    products: tuple[str, ...] = PRODUCTS
    retired: bool = False
    identity: Literal["optional", "required"] = "optional"
    successor: str | None = None
    account_team: str | None = None
    reopen_days: int = 28


TEAMS = {
    "media": DeskTeam("Media"),
    "finance": DeskTeam("Finance"),
    "old": DeskTeam("Old", retired=True, successor="media"),
}


def expected(status: str, code: str | None, product: str | None, duplicate_of: int | None) -> str | None:
    """The field that is refused when a person sets all this on an open ticket; None where it is taken.

    Where `duplicate_of` is given, it names an existing ticket that is no duplicate itself.
    """
    if code == "auto_solved":
        return "resolution"
    if status in ("open", "awaiting_reply"):
        if code is not None:
            return "resolution"
    elif status == "fixed_pending_rca":
        if code is not None and code not in DAGGER:
            return "resolution"
    elif code is None:
        return "resolution"
    if code == "configuration_request" and product != "Lumina":
        return "resolution"
    if (code == "duplicate") != (duplicate_of is not None):
        return "duplicate_of"
    return None
