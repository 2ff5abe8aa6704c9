"""Saved views: lists of tickets that staff keep for themselves or for a team.

Each method is (part of) the body of a transaction. `tx` is opaque.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from identity.actor import Actor
from refusals import Refused
from texts.visible import fault_of_line, fault_of_name
from ticketing.errors import NotFound, invalid
from ticketing.listing import NOBODY, Facets, Filters, scope_of
from ticketing.listing import Scope as Readable
from ticketing.lists import Lists
from ticketing.ports import Tx

Scope = Literal["own", "team"]
NAME_MAX = 60
QUERY_MAX = 2_000
COUNT_MAX = 30
"""Views of one person, and of one team."""
COUNTED_MAX = 500
"""Counts stop here."""
LOOKED_AT_MAX = 50_000
"""The tickets, the last changed first, among which a view is counted that no index finds. It bounds the cost of a view
that matches few of a million tickets."""
Known = dict[tuple[str, ...], bool]
"""What the store has found out about labels. One is used for all views that are counted together."""
_ME = re.compile(r"\b((?:assignee|followed_by)=)me(?=&|$)")
"""The assignee or follower in a filter that stands for whoever reads the view."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view. `holder` is the id of the staff member for `own`, the key of the team for `team`.

    `query` is the query of the list's page, `filters` that of `GET /api/tickets` for the same tickets.
    """

    id: str
    name: str
    scope: Scope
    holder: str
    query: str
    filters: str

    @property
    def team(self) -> str | None:
        return self.holder if self.scope == "team" else None


@dataclass(frozen=True, slots=True)
class Count:
    """The tickets of a view. `more`: there may be more of them."""

    tickets: int
    more: bool


class ViewStore(Protocol):
    def readable(self, tx: Tx, staff: str, teams: Collection[str] | None) -> Sequence[SavedView]:
        """The views of this person and of these teams (None: of all teams), ordered by name."""
        ...

    def find(self, tx: Tx, id: str) -> SavedView | None: ...

    def count(self, tx: Tx, scope: Scope, holder: str) -> int: ...

    def tickets(self, tx: Tx, scope: Readable, filters: Filters, most: int, since: int | None, known: Known) -> int:
        """How many tickets of a scope of staff match `filters`, at most `most`. With `since`, only those that changed
        since then. The filters must not have `q`."""
        ...

    def few_labelled(self, tx: Tx, filters: Filters, known: Known) -> bool:
        """True if few tickets have the tags, or the values of one of the custom fields, so that they are found at
        once."""
        ...

    def changed_since(self, tx: Tx, most: int) -> int | None:
        """The time since which the last `most` tickets have changed. None if there are not more tickets."""
        ...

    def put(self, tx: Tx, view: SavedView) -> None:
        """Add a view, or replace the one with this id."""
        ...

    def remove(self, tx: Tx, id: str) -> None: ...


class SavedViews:
    def __init__(
        self,
        store: ViewStore,
        lists: Lists,
        filters_of: Callable[[str], Filters],
        teams: Callable[[], Collection[str]],
        new_id: Callable[[], str],
        changed_since: Callable[[Tx], int | None],
    ) -> None:
        """`filters_of` reads the query of `GET /api/tickets`. It raises Refused(invalid). `changed_since` is the time
        since which about the last LOOKED_AT_MAX tickets have changed, None if there are not more."""
        self._store = store
        self._lists = lists
        self._filters_of = filters_of
        self._teams = teams
        self._new_id = new_id
        self._changed_since = changed_since

    def all(self, tx: Tx, by: Actor) -> Sequence[SavedView]:
        """The views of `by` and of their teams, ordered by name."""
        return self._store.readable(tx, by.id, scope_of(by).teams)

    def counts(self, tx: Tx, by: Actor) -> dict[str, Count | None]:
        """The number of tickets in each view, at most COUNTED_MAX. None for views that search."""
        views, known = self.all(tx, by), Known()
        since = self._changed_since(tx) if views else None
        return {view.id: self._count(tx, by, view, since, known) for view in views}

    def count(self, tx: Tx, by: Actor, view: SavedView) -> Count | None:
        """The same of one view."""
        return self._count(tx, by, view, self._changed_since(tx), Known())

    def filters(self, by: Actor, view: SavedView) -> Filters:
        """The filters of a view for this reader. Raises Refused(invalid) for one that this version no longer has."""
        return self._filters_of(_ME.sub(lambda found: found[1] + by.id, view.filters))

    def _count(self, tx: Tx, by: Actor, view: SavedView, since: int | None, known: Known) -> Count | None:
        try:
            filters = self.filters(by, view)
            scope, wanted = self._lists.wanted(tx, by, filters)
        except Refused:
            # A filter that this version no longer has.
            return None
        if filters.q is not None:
            return None
        bound = since
        if since is None or _found_at_once(filters, scope, since) or self._store.few_labelled(tx, wanted, known):
            bound = None
        found = self._store.tickets(tx, scope, wanted, COUNTED_MAX + 1, bound, known)
        return Count(min(found, COUNTED_MAX), found > COUNTED_MAX or bound is not None)

    def add(self, tx: Tx, by: Actor, name: str, team: str | None, query: str, filters: str) -> SavedView:
        """Save a view, for `by` or for a team. Raises Refused: `invalid`, `forbidden`, `conflict` if there are too many
        views."""
        scope: Scope = "own" if team is None else "team"
        holder = by.id if team is None else team
        if scope == "team":
            _check_keeps(by, holder, self._teams())
        self._check(name, query, filters)
        if self._store.count(tx, scope, holder) >= COUNT_MAX:
            raise Refused("conflict", f"There are {COUNT_MAX} views already. Remove one first.")
        view = SavedView(self._new_id(), name.strip(), scope, holder, query, filters)
        self._store.put(tx, view)
        return view

    def change(self, tx: Tx, by: Actor, id: str, name: str | None, query: str | None, filters: str | None) -> SavedView:
        """Rename a view, or give it other tickets. None keeps a field. Raises Refused like `add`, NotFound."""
        known = self._kept_by(tx, by, id)
        changed = replace(
            known,
            name=(known.name if name is None else name).strip(),
            query=known.query if query is None else query,
            filters=known.filters if filters is None else filters,
        )
        self._check(changed.name, changed.query, changed.filters)
        self._store.put(tx, changed)
        return changed

    def remove(self, tx: Tx, by: Actor, id: str) -> SavedView:
        known = self._kept_by(tx, by, id)
        self._store.remove(tx, id)
        return known

    def _kept_by(self, tx: Tx, by: Actor, id: str) -> SavedView:
        view = self._store.find(tx, id)
        if view is None or not (view.holder == by.id if view.scope == "own" else by.sees(view.holder)):
            raise NotFound
        if view.scope == "team":
            _check_keeps(by, view.holder, self._teams())
        return view

    def _check(self, name: str, query: str, filters: str) -> None:
        faults = {
            "name": fault_of_name(name.strip(), NAME_MAX),
            "query": fault_of_line(query) if query else None,
            "filters": fault_of_line(filters) if filters else None,
        }
        if found := {field: fault for field, fault in faults.items() if fault is not None}:
            raise invalid(found)
        try:
            self._filters_of(filters)
        except Refused as refused:
            raise invalid({"filters": refused.message}) from None


def _found_at_once(filters: Filters, scope: Readable, since: int) -> bool:
    """True if an index finds the tickets, or if they all have changed since then."""
    unsolved = (filters.status and "solved" not in filters.status) or "solved" in filters.without.status
    marked = filters.flags or filters.needs_code or filters.snoozed
    targeted = filters.due is not None or filters.due_before is not None
    begins = max(filters.from_ or 0, filters.updated_from or 0)
    theirs = _of_person(filters) or _of_client(filters, scope)
    return bool(unsolved or marked or targeted or begins >= since or theirs)


def _of_person(filters: Filters) -> bool:
    """True if the tickets are those of somebody, and no other filter has to look at each of them."""
    held = filters.assignee and NOBODY not in filters.assignee
    theirs = held or filters.requester or filters.email or filters.followed_by
    labelled = filters.tag or filters.custom
    looks = filters.resolution or filters.product or filters.channel or filters.priority or filters.without != Facets()
    return bool(theirs and not labelled and not looks)


def _of_client(filters: Filters, scope: Readable) -> bool:
    """True if the tickets are those of clients, which can have very many, and nothing else has to look at each."""
    alone = replace(filters, client=(), status=()) == Filters()
    return bool(filters.client and alone and scope.teams is None)


def may_keep(by: Actor, view: SavedView) -> bool:
    """True if `by` may change and remove the view."""
    return view.holder == by.id if view.scope == "own" else by.role == "supervisor" and by.sees(view.holder)


def _check_keeps(by: Actor, team: str, teams: Collection[str]) -> None:
    if team not in teams or not by.sees(team):
        raise invalid({"team": "Choose one of your teams."})
    if by.role != "supervisor":
        sentence = "Only a supervisor of this team keeps its views."
        raise Refused("forbidden", sentence, {"team": sentence})
