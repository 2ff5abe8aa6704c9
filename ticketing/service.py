"""Tickets: made, listed, read and changed. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` a moment in ms since the epoch, UTC. Refusals are raised (`ticketing.errors.Refused`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from msgspec import UNSET, structs

from identity.actor import Actor
from ticketing import ticket as rules
from ticketing.errors import NotFound, Refused, Stale
from ticketing.listing import Filters, Scope, Sort, check_limit, cursor_after, place_of, scope_of
from ticketing.ports import People, Store, Teams, Transcripts
from ticketing.ticket import Facts, Opening, Ticket, Wanted
from ticketing.views import Page, TicketView, history_view, people_in, view


class Tickets:
    """All that is done with tickets, over the ports that store them and know people, teams and stories."""

    def __init__(self, store: Store, people: People, transcripts: Transcripts, teams: Teams, brand: str) -> None:
        self._store = store
        self._people = people
        self._transcripts = transcripts
        self._teams = teams
        self._brand = brand

    def open(self, tx: Any, opening: Opening) -> Ticket:
        """Make a ticket, in the caller's transaction. Raises Refused where the rules say no, and
        `conflict` for a chat that is a ticket already."""
        if opening.chat is not None and (known := self._store.of_chat(tx, opening.chat)) is not None:
            raise Refused("conflict", f"This chat is ticket #{known} already.")
        facts = Facts(
            brand=self._brand,
            teams=self._teams(),
            survivors=self._survivors(tx, opening.by, opening.duplicate_of),
            thing="chat" if opening.channel == "chat" else "ticket",
        )
        ticket, firsts = rules.opened(opening, facts)
        number = self._store.add(tx, ticket)
        self._store.record(tx, number, firsts, opening.by, opening.at)
        return replace(ticket, number=number)

    def list(
        self,
        tx: Any,
        actor: Actor,
        filters: Filters,
        sort: Sort = "-updated_at",
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """One page of the tickets that the actor may know of, without transcripts and histories."""
        check_limit(limit)
        after = place_of(cursor, sort) if cursor is not None else None
        scope = scope_of(actor)
        found = self._store.page(tx, scope, filters, sort, limit + 1, after)
        shown = found[:limit]
        names = self._people.names(tx, people_in(shown))
        return Page(
            tickets=[self._view(tx, ticket, scope, names) for ticket in shown],
            next=cursor_after(shown[-1], sort) if len(found) > limit else None,
        )

    def get(self, tx: Any, actor: Actor, number: int) -> TicketView:
        """The whole ticket. Raises NotFound for what is missing and what is not theirs alike."""
        return self._whole(tx, self._theirs(tx, actor, number), scope_of(actor))

    def patch(
        self, tx: Any, actor: Actor, number: int, wanted: Wanted, if_match: Collection[int] | None, now: int
    ) -> TicketView:
        """Change properties; the whole ticket as it stands then. `if_match`: the versions that the caller
        knows, None for any. Raises NotFound, Stale, or Refused as the rules do."""
        ticket = self._theirs(tx, actor, number, lock=True)
        if if_match is not None and ticket.version not in if_match:
            raise Stale(number, ticket.version)
        after, changes = rules.change(ticket, wanted, actor, now, self._facts(tx, actor, ticket, wanted))
        if changes:
            self._store.save(tx, after)
            self._store.record(tx, number, changes, actor, now)
        return self._whole(tx, after, scope_of(actor))

    def _theirs(self, tx: Any, actor: Actor, number: int, *, lock: bool = False) -> Ticket:
        ticket = self._store.find(tx, number, lock=lock)
        if ticket is None or not scope_of(actor).holds(ticket):
            raise NotFound
        return ticket

    def _facts(self, tx: Any, actor: Actor, ticket: Ticket, wanted: Wanted) -> Facts:
        survivor = wanted.duplicate_of if wanted.duplicate_of is not UNSET else None
        person = ticket.assignee if wanted.assignee is UNSET else wanted.assignee
        moved = wanted.team is not UNSET and wanted.team != ticket.team
        asked = person is not None and (moved or wanted.assignee is not UNSET)
        return Facts(
            brand=self._brand,
            teams=self._teams(),
            survivors=self._survivors(tx, actor, survivor),
            assignee=self._people.staff(tx, person) if asked and person is not None else None,
        )

    def _survivors(self, tx: Any, actor: Actor, number: int | None) -> Sequence[int]:
        """The chain from the ticket named, as far as the actor may name it at all."""
        if number is None:
            return []
        chain = self._store.survivors(tx, number)
        first = self._store.find(tx, number)
        return chain if first is not None and scope_of(actor).holds(first) else []

    def _whole(self, tx: Any, ticket: Ticket, scope: Scope) -> TicketView:
        for_staff = scope.requester is None
        lines = self._store.history(tx, ticket.number) if for_staff else []
        names = self._people.names(tx, people_in([ticket], lines))
        chats = [ticket.chat] if ticket.chat is not None else []
        return structs.replace(
            self._view(tx, ticket, scope, names),
            transcript=self._transcripts.of(tx, chats, for_staff=for_staff),
            history=history_view(lines, names) if for_staff else UNSET,
        )

    def _view(self, tx: Any, ticket: Ticket, scope: Scope, names: Any) -> TicketView:
        for_staff = scope.requester is None
        shown = for_staff or self._may_open_survivor(tx, ticket, scope)
        return view(ticket, names, for_staff=for_staff, survivor_shown=shown)

    def _may_open_survivor(self, tx: Any, ticket: Ticket, scope: Scope) -> bool:
        if ticket.duplicate_of is None:
            return True
        survivor = self._store.find(tx, ticket.duplicate_of)
        return survivor is not None and scope.holds(survivor)
