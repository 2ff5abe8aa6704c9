"""Lists, counts and exports tickets. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from identity.actor import Actor
from ticketing.excerpting import Excerpting
from ticketing.listing import (
    LIMIT_MAX,
    Counts,
    Filters,
    Place,
    Scope,
    Sort,
    check_filters,
    check_limit,
    check_sort,
    cursor_after,
    place_of,
    scope_of,
)
from ticketing.ports import People, Store, Tx
from ticketing.viewing import Viewing
from ticketing.views import Page, TicketView

TAGS_SHOWN = 50
"""Tags that are suggested at once."""


class Lists:
    def __init__(self, store: Store, people: People, viewing: Viewing, excerpting: Excerpting) -> None:
        self._store = store
        self._people = people
        self._viewing = viewing
        self._excerpting = excerpting

    def page(
        self,
        tx: Tx,
        actor: Actor,
        filters: Filters,
        now: int,
        sort: Sort = "-updated_at",
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """A page of the tickets that the actor may see, without transcripts and histories. Raises Refused(`invalid`)
        for a wrong limit, cursor or filter."""
        check_limit(limit)
        after = place_of(cursor, sort) if cursor is not None else None
        scope = scope_of(actor)
        check_sort(sort, scope)
        numbers = self._numbers(tx, scope, filters, sort, limit + 1, after)
        tickets = self._store.find_all(tx, numbers[:limit])
        shown = [tickets[number] for number in numbers[:limit]]
        views = self._viewing.conversations(tx, shown, actor, now)
        if filters.q is not None:
            views = self._excerpting.explained(tx, shown, views, filters.q, for_staff=scope.for_staff)
        return Page(tickets=views, next=cursor_after(shown[-1], sort) if len(numbers) > limit else None)

    def first_pages(
        self, tx: Tx, actor: Actor, wanted: Sequence[Filters], now: int, sort: Sort, limit: int
    ) -> list[Page]:
        """The first page for each of `wanted`, with fewer queries than a call of `page` for each. The filters must not
        have `q`, and no ticket may match more than one of them."""
        scope = scope_of(actor)
        pages = [self._numbers(tx, scope, filters, sort, limit + 1) for filters in wanted]
        tickets = self._store.find_all(tx, [number for page in pages for number in page[:limit]])
        views = self._viewing.conversations(tx, list(tickets.values()), actor, now)
        shown = dict(zip(tickets, views, strict=True))
        return [
            Page(
                tickets=[shown[number] for number in page[:limit]],
                next=cursor_after(tickets[page[limit - 1]], sort) if len(page) > limit else None,
            )
            for page in pages
        ]

    def part(
        self, tx: Tx, actor: Actor, filters: Filters, now: int, sort: Sort, places: tuple[int, int], most: int
    ) -> tuple[list[TicketView], int]:
        """The tickets of a list from place `places[0]` up to `places[1]`, and the length of the list. Lists are read up
        to the length `most`. Raises Refused(`invalid`) for a wrong filter."""
        scope = scope_of(actor)
        check_sort(sort, scope)
        numbers = self._numbers(tx, scope, filters, sort, most)
        shown = numbers[slice(*places)]
        tickets = self._store.find_all(tx, shown)
        return self._viewing.conversations(tx, [tickets[number] for number in shown], actor, now), len(numbers)

    def named(self, tx: Tx, actor: Actor, numbers: Sequence[int], now: int) -> list[TicketView]:
        """Those of these tickets that the actor may see, in this order."""
        scope, tickets = scope_of(actor), self._store.find_all(tx, numbers)
        held = [tickets[number] for number in numbers if number in tickets and scope.holds(tickets[number])]
        return self._viewing.listed(tx, held, actor, now)

    def any(self, tx: Tx, actor: Actor, filters: Filters) -> bool:
        """True if the actor may see a ticket that matches the filters."""
        return bool(self._numbers(tx, scope_of(actor), filters, "-updated_at", 1))

    def counts(self, tx: Tx, actor: Actor, teams: Collection[str], now: int) -> Counts:
        """The counts of the unsolved tickets that the actor may see. If `teams` is not empty, only tickets of these
        teams count."""
        return self._store.counts(tx, scope_of(actor), teams, actor.id, now)

    def wanted(self, tx: Tx, actor: Actor, filters: Filters) -> tuple[Scope, Filters]:
        """The tickets that the actor may see, and the filters as the store takes them. Raises Refused(`invalid`) for a
        wrong filter."""
        scope = scope_of(actor)
        check_filters(filters, scope)
        return scope, self._with_ids(tx, filters, scope)

    def matching(self, tx: Tx, actor: Actor, filters: Filters, most: int) -> list[int]:
        """The numbers of at most `most` tickets that match the filters and that the actor may see."""
        return self._numbers(tx, scope_of(actor), filters, "-updated_at", most)

    def tags(self, tx: Tx, actor: Actor, start: str) -> list[str]:
        """At most TAGS_SHOWN tags that begin with `start` and that tickets of the actor's teams have or had."""
        return self._store.tags_used(tx, scope_of(actor).teams, start, TAGS_SHOWN)

    def export(self, tx: Tx, actor: Actor, filters: Filters, after: int, now: int) -> Sequence[TicketView]:
        """The next tickets that match the filters and that the actor may see, in the order of their numbers, from
        `after` + 1 on. Empty at the end."""
        scope = scope_of(actor)
        wanted = self._with_ids(tx, filters, scope)
        numbers = self._store.numbers(tx, scope, wanted, "number", LIMIT_MAX, Place(after, after))
        tickets = self._store.find_all(tx, numbers)
        return self._viewing.exported(tx, [tickets[number] for number in numbers], actor, now)

    def _numbers(
        self, tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None = None
    ) -> list[int]:
        check_filters(filters, scope)
        return self._store.numbers(tx, scope, self._with_ids(tx, filters, scope), sort, limit, after)

    def _with_ids(self, tx: Tx, filters: Filters, scope: Scope) -> Filters:
        """The filters, with the ids of clients instead of their names. An unknown name gets an id that no ticket has.

        For staff, a filter by requester also gets the ids of everybody who was merged with that requester.
        """

        def ids(names: Collection[str]) -> tuple[str, ...]:
            return tuple(self._people.client_id(tx, name) or "" for name in names)

        def together(people: Collection[str]) -> tuple[str, ...]:
            return tuple(self._people.together(tx, people)) if scope.for_staff else tuple(people)

        unwanted = filters.without
        without = replace(unwanted, client=ids(unwanted.client), requester=together(unwanted.requester))
        return replace(filters, client=ids(filters.client), requester=together(filters.requester), without=without)
