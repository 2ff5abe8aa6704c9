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
from typing import Literal, TypeVar, get_args

T = TypeVar("T", bound=str)
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
    return tuple(dict.fromkeys(ours for one in compared(STATUSES, status, comparison) for ours in SEARCHED[one]))


def compared(choices: tuple[T, ...], chosen: T, comparison: str) -> tuple[T, ...]:
    """Of `choices`, which are in rising order, those that `:`, `<`, `<=`, `>` or `>=` finds."""
    place = choices.index(chosen)
    first = {":": place, ">=": place, ">": place + 1}.get(comparison, 0)
    last = {":": place + 1, "<=": place + 1, "<": place}.get(comparison, len(choices))
    return choices[first:last]
