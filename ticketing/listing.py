"""Filters, order and paging of ticket lists. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from identity.actor import Actor
from refusals import Refused
from texts.addresses import normal_email
from ticketing.errors import invalid
from ticketing.requester import address_in
from ticketing.ticket import PRIORITIES, Flag, Ticket

_ByTime = Literal["-updated_at", "updated_at", "-created_at", "created_at"]
Sort = Literal[_ByTime, "-number", "number", "-priority", "priority", "-sla_due", "sla_due"]
SORTS: tuple[Sort, ...] = get_args(Sort)
Whose = Literal["mine", "shared", "company"]
"""A list of a customer. `mine`: tickets that the customer requested. `shared`: tickets in which the customer only takes
part. `company`: tickets of the company that the customer coordinates."""
DueKind = Literal["soon", "breached"]
DUE: tuple[DueKind, ...] = get_args(DueKind)
LIMIT = 50
LIMIT_MAX = 200
LISTED_MAX = 5_000
"""Lists of unsolved tickets are counted up to this number."""
_FOR_STAFF = {
    "flags": "flags",
    "needs_code": "missing code",
    "email": "email address",
    "client": "client",
    "priority": "priority",
    "tag": "tags",
    "custom": "custom fields",
    "snoozed": "snooze",
    "followed_by": "followers",
    "due_before": "target",
    "due": "target",
}
WITHOUT_CODE: tuple[Flag, ...] = ("needs_code", "confirmed")
"""The flags of tickets that wait for a code."""
NOBODY = "nobody"
"""Assignee filter for unassigned tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Property values by which lists are filtered. An empty facet allows any value.

    `requester` has ids of accounts and visitors. A requester who is known only by an address has the id
    `requester.id_by_address`. `email` is the requester's address, proven or not. `client` has names of companies; in
    calls of the store, the ids of the companies. `custom` has values of custom fields like `cause:weather`: any of the
    values of one field, and all of the fields.
    """

    status: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    resolution: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    requester: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """The service level targets that at a moment are due soon, or breached. Breached ones are due soon too, unless they
    are paused."""

    kind: DueKind
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters(Facets):
    """All filters must match. A filter with several values matches any of them.

    - `without` excludes tickets that have any of its values.
    - A span of time includes its start and excludes its end. Times are in ms since the epoch, UTC.
    - `q` searches number, subject, requester and texts (see `ticketing.search_words`).
    - `needs_code`: only tickets that wait for a code. They have one of the flags in WITHOUT_CODE.
    - `snoozed`: only the tickets that are snoozed, or only those that are not. None for both.
    - `followed_by`: only tickets that one of these members of staff follows.
    - `due_before`: only tickets with a target that is due before this time.
    - `due`: only tickets with a target that is due soon or breached.
    - `goes_on_at`: leaves out the tickets that are closed for good at this time.
    - `whose`: only the tickets in this list of a customer. Staff have no such filter.
    """

    without: Facets = Facets()
    flags: tuple[str, ...] = ()
    needs_code: bool = False
    snoozed: bool | None = None
    followed_by: tuple[str, ...] = ()
    whose: Whose | None = None
    q: str | None = None
    from_: int | None = None
    to: int | None = None
    updated_from: int | None = None
    updated_to: int | None = None
    due_before: int | None = None
    due: Due | None = None
    goes_on_at: int | None = None


class Counts(msgspec.Struct, frozen=True):
    """How many unsolved tickets a reader may see: in each status, without an assignee (`unassigned`), assigned to the
    reader (`mine`), with a target that is due soon or breached (`due_soon`), snoozed, and with each flag. A snoozed
    ticket counts only as `snoozed`, and for its flags. No count is above LISTED_MAX. `more`: the names of the counts of
    which there are more tickets."""

    open: int = 0
    awaiting_reply: int = 0
    fixed_pending_rca: int = 0
    unassigned: int = 0
    mine: int = 0
    due_soon: int = 0
    snoozed: int = 0
    no_address: int = 0
    unreachable: int = 0
    confirmed: int = 0
    not_fixed: int = 0
    needs_code: int = 0
    loop: int = 0
    letters_stopped: int = 0
    returned: int = 0
    fields_missing: int = 0
    more: tuple[str, ...] = ()


class TagsUsed(msgspec.Struct, frozen=True):
    """Tags in alphabetical order."""

    tags: list[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """A customer, with the data that decide which tickets the customer may see.

    `ids`: the ids of the customer's visitor and account. `address`: the customer's proven address, in lower case.
    `client`: the company that the customer coordinates. `confirmed`: tickets for which the customer has proven the
    requester's address.
    """

    ids: frozenset[str]
    account: str | None = None
    address: str | None = None
    client: str | None = None
    confirmed: frozenset[int] = frozenset()

    @property
    def is_a_visitor(self) -> bool:
        """True for a customer without an account and proofs, who sees only tickets of their own browser."""
        return self.account is None and self.address is None and self.client is None and not self.confirmed

    def asked(self, ticket: Ticket) -> bool:
        """True if this customer is the requester, or has proven the requester's address for this ticket alone.

        If the ticket names the requester only by an address, the customer is the requester if they have proven this
        address.
        """
        asked = ticket.requester
        if ticket.number in self.confirmed:
            return True
        if asked.id is not None:
            return asked.id in self.ids
        return self.address is not None and asked.email == self.address

    def takes_part(self, ticket: Ticket) -> bool:
        """True if this customer may write on the ticket."""
        return self.asked(ticket) or any(
            (self.account is not None and participant.account == self.account) or participant.email == self.address
            for participant in ticket.participants
        )

    def sees(self, ticket: Ticket) -> bool:
        """True if this customer may read the ticket."""
        return (self.client is not None and ticket.client == self.client) or self.takes_part(ticket)


@dataclass(frozen=True, slots=True)
class Scope:
    """The tickets that somebody may see: the tickets of `teams` (None: of all teams), or the tickets that `reader` may
    see."""

    teams: frozenset[str] | None = frozenset()
    reader: Reader | None = None

    @property
    def for_staff(self) -> bool:
        return self.reader is None

    def holds(self, ticket: Ticket) -> bool:
        if self.reader is not None:
            return self.reader.sees(ticket)
        return self.teams is None or ticket.team in self.teams


def scope_of(actor: Actor) -> Scope:
    """The tickets that the actor may see.

    Staff see the tickets of their teams, supervisors without teams see all tickets. Admins see none. The system sees
    all.

    Customers see tickets that they requested or take part in. Coordinators also see all tickets of their company.
    """
    if actor.kind == "system":
        return Scope(teams=None)
    if actor.kind == "customer":
        return Scope(reader=reader_of(actor))
    if actor.supervises_all:
        return Scope(teams=None)
    return Scope(teams=frozenset(team for team in actor.teams if actor.sees(team)))


def reader_of(actor: Actor) -> Reader:
    """A customer as a reader of tickets. A claimed address that is not proven gives no access."""
    return Reader(
        ids=frozenset(actor.ids),
        account=actor.account,
        address=normal_email(actor.email) if actor.verified and actor.email is not None else None,
        client=actor.client if actor.coordinator else None,
        confirmed=actor.confirmed,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """The last ticket of a page: its value in the sorted column, and its number.

    The number is needed because several tickets may have the same value.
    """

    value: int
    number: int


class _Cursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    sort: str
    value: int
    number: int


def check_sort(sort: Sort, scope: Scope) -> None:
    """Check that a customer does not sort by a property that is hidden from customers. Raises Refused(`invalid`) if
    they do."""
    if not scope.for_staff and sort.endswith(("priority", "sla_due")):
        raise invalid({"sort": "Only staff can sort by priority or target."})


def cursor_after(ticket: Ticket, sort: Sort) -> str:
    """The cursor of the page that begins after `ticket`. It is opaque and safe in a URL."""
    name = sort.removeprefix("-")
    value: int = PRIORITIES.index(ticket.priority) if name == "priority" else getattr(ticket, name)
    return cursor_at(sort, value, ticket.number)


def cursor_at(sort: Sort, value: int, number: int) -> str:
    """The cursor of the page that begins after this place."""
    return urlsafe_b64encode(msgspec.json.encode(_Cursor(sort, value, number))).rstrip(b"=").decode()


def place_of(cursor: str, sort: Sort) -> Place:
    """The place after which the page begins. Raises Refused(`invalid`) if the cursor is from another list."""
    fault = {"cursor": "This cursor isn't from this list. Use `next` unchanged, with the same `sort`."}
    try:
        known = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=_Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise invalid(fault) from None
    if known.sort != sort or max(abs(known.value), abs(known.number)) > 2**53:
        raise invalid(fault)
    return Place(known.value, known.number)


def check_filters(filters: Filters, scope: Scope) -> None:
    """Check that a customer does not filter by properties that are hidden from customers. Raises Refused(`invalid`) if
    they do."""
    if scope.for_staff:
        return
    for name, called in _FOR_STAFF.items():
        for given, parameter in ((filters, name), (filters.without, f"not_{name}")):
            value = getattr(given, name, None)
            if value or (name == "snoozed" and value is not None):
                raise invalid({parameter: f"Only staff can filter by {called}."})
    for given, parameter in ((filters, "requester"), (filters.without, "not_requester")):
        if any(address_in(one) is not None for one in given.requester):
            raise invalid({parameter: "Only staff can filter by the requester's address."})


def check_limit(limit: int) -> None:
    if not 1 <= limit <= LIMIT_MAX:
        raise Refused(
            "invalid",
            f"A page can have 1 to {LIMIT_MAX} tickets.",
            {"limit": f"A page can have 1 to {LIMIT_MAX} tickets."},
        )
