"""Statuses in Zendesk's words. Pure.

| ours | Zendesk's |
|---|---|
| open, with support | open |
| open, with product | hold |
| awaiting_reply | pending |
| fixed_pending_rca | hold, with the tag `fixed_pending_rca` |
| solved | solved |
| solved, closed for good | closed |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
STATUSES: tuple[Status, ...] = get_args(Status)

PENDING_RCA = "fixed_pending_rca"
"""Our status, and the tag by which programs recognize it. The tag is not stored."""


@dataclass(frozen=True, slots=True)
class Written:
    """The status and `with` that a ticket gets. None: `with` does not change."""

    status: str
    with_: str | None = None


def shown(status: str, with_: object, *, closed: bool) -> Status:
    if status == "awaiting_reply":
        return "pending"
    if status == "solved":
        return "closed" if closed else "solved"
    return "hold" if status == PENDING_RCA or with_ == "product" else "open"


def written(status: Status, *, pending_rca: bool) -> Written:
    """`pending_rca`: the ticket is tagged as `fixed_pending_rca`, so `hold` keeps or sets this status.

    `closed` solves the ticket. The desk itself closes it later.
    """
    if status == "pending":
        return Written("awaiting_reply")
    if status == "hold":
        return Written(PENDING_RCA) if pending_rca else Written("open", "product")
    if status in ("solved", "closed"):
        return Written("solved")
    return Written("open", "support")


SEARCHED: dict[Status, tuple[str, ...]] = {
    "new": ("open",),
    "open": ("open",),
    "pending": ("awaiting_reply",),
    "hold": (PENDING_RCA,),
    "solved": ("solved",),
    "closed": ("solved",),
}
"""Our statuses that a search for a status finds. A search does not tell open tickets apart by `with`."""


def searched(status: Status, comparison: str) -> tuple[str, ...]:
    """Our statuses that `status:…` or `status<…` finds, where statuses are in the order of STATUSES."""
    place = STATUSES.index(status)
    chosen = {":": STATUSES[place : place + 1], "<": STATUSES[:place], ">": STATUSES[place + 1 :]}[comparison]
    return tuple(dict.fromkeys(ours for one in chosen for ours in SEARCHED[one]))
