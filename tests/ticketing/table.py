"""The domain's table of statuses, codes, products and duplicates, written down a second time, by hand."""

from __future__ import annotations

from collections.abc import Collection
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
    """`ticketing.facts.Team`, as a desk would have it."""

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


def expected(
    status: str,
    code: str | None,
    product: str | None,
    beside: Collection[str] = (),
    *,
    who: str = "person",
    was: str = "open",
) -> set[str]:
    """The fields that are refused when all this is set on a ticket that `was`; empty where it is taken.

    `beside`: which of `with`, `workaround`, `finding` and `duplicate_of` are given; the last names an existing ticket
    that is no duplicate itself. There is an address to answer to.
    """
    faults = set[str]()
    if _code_refused(status, code, product, who, was):
        faults.add("resolution")
    elif (code == "duplicate") != ("duplicate_of" in beside):
        faults.add("duplicate_of")
    if status != "open" and "with" in beside:
        faults.add("with")
    if status == "fixed_pending_rca" and "workaround" not in beside:
        faults.add("workaround")
    if status in ("open", "awaiting_reply") and "finding" in beside:
        faults.add("finding")
    if (was, status) == ("fixed_pending_rca", "solved") and "finding" not in beside:
        faults.add("finding")
    return faults


def _code_refused(status: str, code: str | None, product: str | None, who: str, was: str) -> bool:
    if code is None:
        return status == "solved"
    if (code == "auto_solved") != (who == "timer"):
        return True
    if code == "auto_solved" and was != "awaiting_reply":
        return True
    if code == "configuration_request" and product != "Lumina":
        return True
    return status != "solved" and (status != "fixed_pending_rca" or code not in DAGGER)
