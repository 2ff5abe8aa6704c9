"""What a list of tickets is asked for: filters, order, and the place where a page goes on. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Literal, cast, get_args

import msgspec

from identity.actor import Actor
from ticketing.errors import Refused, invalid
from ticketing.ticket import Ticket

Sort = Literal["-updated_at", "updated_at", "-created_at", "created_at", "-number", "number"]
SORTS: tuple[Sort, ...] = get_args(Sort)
LIMIT = 50
LIMIT_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Each filter that names something must hold; one with several values holds for any of them.

    Spans are half open, moments in ms since the epoch, UTC. `q` is looked for in subject,
    requester and number.
    """

    status: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    resolution: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    requester: tuple[str, ...] = ()
    q: str | None = None
    from_: int | None = None
    to: int | None = None
    updated_from: int | None = None
    updated_to: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The tickets that somebody may know of: those of `teams` (null for all), or those that `requester` asked."""

    teams: frozenset[str] | None = frozenset()
    requester: str | None = None

    def holds(self, ticket: Ticket) -> bool:
        if self.requester is not None:
            return ticket.requester.id == self.requester
        return self.teams is None or ticket.team in self.teams


def scope_of(actor: Actor) -> Scope:
    """Staff know of their teams' tickets, customers of their own, the system of all, an admin of none."""
    if actor.kind == "system":
        return Scope(teams=None)
    if actor.kind == "customer":
        return Scope(requester=actor.id)
    if actor.supervises_all:
        return Scope(teams=None)
    return Scope(teams=frozenset(team for team in actor.teams if actor.sees(team)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the value it was sorted by and, since values tie, the number."""

    value: int
    number: int


class _Cursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    sort: str
    value: int
    number: int


def cursor_after(ticket: Ticket, sort: Sort) -> str:
    """The cursor of the page that begins after `ticket`: opaque to clients, good in a URL."""
    value = cast(int, getattr(ticket, sort.removeprefix("-")))
    return urlsafe_b64encode(msgspec.json.encode(_Cursor(sort, value, ticket.number))).rstrip(b"=").decode()


def place_of(cursor: str, sort: Sort) -> Place:
    """Where the page goes on. Raises Refused for a cursor that this list did not give."""
    fault = {"cursor": "This cursor is not from this list. Take it as it stood in `next`, with the same `sort`."}
    try:
        known = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=_Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise invalid(fault) from None
    if known.sort != sort or max(abs(known.value), abs(known.number)) > 2**53:
        raise invalid(fault)
    return Place(known.value, known.number)


def check_limit(limit: int) -> None:
    """Raises Refused where a page of that many cannot be had."""
    if not 1 <= limit <= LIMIT_MAX:
        raise Refused(
            "invalid", f"A page has 1 to {LIMIT_MAX} tickets.", {"limit": f"A page has 1 to {LIMIT_MAX} tickets."}
        )
