"""The lists of requests on a customer's pages. Each method is part of a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from identity.actor import Actor
from ticketing.listing import Filters, Whose, scope_of
from ticketing.ports import People, Store, Tx
from ticketing.service import Tickets
from ticketing.views import Page, TicketView

TURNS: tuple[tuple[str, ...], ...] = (("awaiting_reply",), ("open", "fixed_pending_rca"), ("solved",))
"""Groups of statuses: the customer must act, we must act, nobody must act."""
GROUP = 20
"""Tickets of one group in a list without filters."""
PAGE = 50
PEOPLE_MAX = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of requests, in the groups of TURNS. `next`: the cursor of the next page."""

    groups: Sequence[Sequence[TicketView]]
    more: Sequence[bool]
    """For each group: true if it has further tickets. To get them, filter the list by the group's statuses."""
    counts: Mapping[Whose, Mapping[str, int]]
    """The number of tickets in each status, for each list that the customer has. Filters do not affect it."""
    people: Sequence[tuple[str, str]]
    """Ids and names of the requesters in the company's list. Empty for the other lists."""
    next: str | None = None
    company: str = ""
    """The name of the company whose list the customer has. Empty if they have no such list."""


def lists_of(actor: Actor) -> list[Whose]:
    """The lists that a customer has: `shared` only for accounts, `company` only for coordinators."""
    found: list[Whose] = ["mine"]
    if actor.account is not None:
        found.append("shared")
    if actor.coordinator and actor.client is not None:
        found.append("company")
    return found


class OwnRequests:
    def __init__(self, tickets: Tickets, store: Store, people: People) -> None:
        self._tickets = tickets
        self._store = store
        self._people = people

    def listed(self, tx: Tx, actor: Actor, filters: Filters, now: int, cursor: str | None) -> Listed:
        """The customer's requests that match the filters. Raises Refused(`invalid`) for a wrong cursor or filter.

        If `filters` have neither a status nor a search, and `cursor` is None, each group has its newest tickets. Then
        there is no next page.
        """
        whole = not filters.status and filters.q is None and cursor is None
        lists = self._tickets.lists
        if whole:
            turns = [replace(filters, status=turn) for turn in TURNS]
            pages = lists.first_pages(tx, actor, turns, now, "-updated_at", GROUP)
        else:
            page = lists.page(tx, actor, filters, now, "-updated_at", PAGE, cursor)
            pages = [Page([ticket for ticket in page.tickets if ticket.status in turn], page.next) for turn in TURNS]
        scope, mine = scope_of(actor), lists_of(actor)
        return Listed(
            groups=[page.tickets for page in pages],
            more=[whole and page.next is not None for page in pages],
            counts={whose: self._store.by_status(tx, scope, whose) for whose in mine},
            people=self._store.requesters(tx, scope, "company", PEOPLE_MAX) if filters.whose == "company" else (),
            next=None if whole else pages[-1].next,
            company=self._company(tx, actor, filters, pages) if "company" in mine else "",
        )

    def _company(self, tx: Tx, actor: Actor, filters: Filters, pages: Sequence[Page]) -> str:
        if filters.whose == "company":
            # The tickets of this list have the name. So the longest list takes no statement more.
            names = (ticket.client for page in pages for ticket in page.tickets)
            if (name := next(names, None)) is not None:
                return name
        client = actor.client or ""
        return self._people.client_names(tx, [client]).get(client, "")
