"""`/api/views`: the views of the list of tickets that staff save for themselves and for teams."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response
from uuid_utils import uuid7

from clock import Clock
from identity.adapters.people import People
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import filters_from
from server.edge.heavy_reads import HeavyReads
from server.live.teams import Teams
from storage.ports import Storage, Tx
from ticketing import saved_views
from ticketing.adapters.saved_view_store import SqlSavedViews
from ticketing.lists import Lists
from ticketing.saved_views import NAME_MAX, QUERY_MAX, SavedView, SavedViews, may_keep
from ticketing.saved_views import Scope as ViewScope

_Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=TEXT_PATTERN)]
_TeamKey = Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)]
_Query = Annotated[str, Meta(max_length=QUERY_MAX, pattern=TEXT_PATTERN)]
_THING = "ticket_view"
SINCE_MS = 60_000


class SavedViewView(Struct, frozen=True, kw_only=True):
    """A saved view. `query` is the query of the page `/tickets`. `may_change` is true if the caller may change it."""

    id: str
    name: str
    scope: ViewScope
    team: str | None
    query: str
    filters: str
    may_change: bool


class SavedViewList(Struct, frozen=True):
    """The views of the caller and of their teams, ordered by name."""

    views: list[SavedViewView]


class ViewCounts(Struct, frozen=True):
    """The number of tickets in each view, by its id; at most 500. Null for views that search. `more` has the ids of
    views that may have more tickets than that: counts stop at 500, and some views are only counted among the 50,000
    tickets that changed last."""

    counts: dict[str, int | None]
    more: list[str]


class NewSavedView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A view to save. Without `team` it is the caller's own. `filters` is the query of `GET /api/tickets` for the same
    tickets; there, the assignee `me` is whoever reads the view."""

    name: _Name
    team: _TeamKey | None = None
    query: _Query
    filters: _Query


class ChangedSavedView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a view. An absent field keeps its value."""

    name: _Name | UnsetType = UNSET
    query: _Query | UnsetType = UNSET
    filters: _Query | UnsetType = UNSET


_VIEW = Parameter("id", str, "Id of the view.")


def ticket_views_api(
    storage: Storage, clock: Clock, people: People, lists: Lists, teams: Teams, heavy_reads: HeavyReads
) -> TicketViewsApi:
    return TicketViewsApi(storage, clock, people, saved_views_of(clock, lists, teams), heavy_reads)


def saved_views_of(clock: Clock, lists: Lists, teams: Teams) -> SavedViews:
    store = SqlSavedViews()
    return SavedViews(
        store,
        lists,
        lambda text: filters_from(text, clock()),
        lambda: teams.by_key,
        lambda: uuid7().hex,
        LastChanges(store, clock).since,
    )


class LastChanges:
    """The time since which the last LOOKED_AT_MAX tickets have changed, read once a minute: it takes some milliseconds,
    and views may be counted among some more tickets."""

    def __init__(self, store: SqlSavedViews, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read: tuple[int, int | None] | None = None

    def since(self, tx: Tx) -> int | None:
        now = self._clock()
        if self._read is None or not self._read[0] <= now < self._read[0] + SINCE_MS:
            self._read = now, self._store.changed_since(tx, saved_views.LOOKED_AT_MAX)
        return self._read[1]


class TicketViewsApi(Api):
    def __init__(
        self, storage: Storage, clock: Clock, people: People, views: SavedViews, heavy_reads: HeavyReads
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._views = views
        self._heavy_reads = heavy_reads

    async def everything(self, call: Call) -> Response:
        found = await self._heavy_reads.read_for(call.request, call.actor, lambda tx: self._views.all(tx, call.actor))
        return answer(SavedViewList([_shown(one, call) for one in found]))

    async def counts(self, call: Call) -> Response:
        counted = await self._heavy_reads.read_for(
            call.request, call.actor, lambda tx: self._views.counts(tx, call.actor)
        )
        counts = {id_: count.tickets if count is not None else None for id_, count in counted.items()}
        return answer(ViewCounts(counts, [id_ for id_, count in counted.items() if count is not None and count.more]))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewSavedView)

        def unit(tx: Tx) -> SavedView:
            view = self._views.add(tx, call.actor, said.name, said.team, said.query, said.filters)
            self._record(tx, call, "add", view)
            return view

        return answer(_shown(await self._storage.write(unit), call), status=201)

    async def change(self, call: Call) -> Response:
        said, id_ = await read_body(call.request, ChangedSavedView), call.request.path_params["id"]
        name, query, filters = (None if value is UNSET else value for value in (said.name, said.query, said.filters))

        def unit(tx: Tx) -> SavedView:
            view = self._views.change(tx, call.actor, id_, name, query, filters)
            self._record(tx, call, "change", view)
            return view

        return answer(_shown(await self._storage.write(unit), call))

    async def remove(self, call: Call) -> Response:
        id_ = call.request.path_params["id"]

        def unit(tx: Tx) -> None:
            self._record(tx, call, "remove", self._views.remove(tx, call.actor, id_))

        await self._storage.write(unit)
        return Response(status_code=204)

    def _record(self, tx: Tx, call: Call, verb: str, view: SavedView) -> None:
        """Audit a change of a view that others use. Its name and its filters are left out, because people write
        them."""
        if view.scope == "team":
            self._people.record(tx, call.actor, verb, _THING, view.id, {"team": view.team}, self._clock())

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/views",
            endpoint=everything,
            summary="List the saved views of tickets",
            needs=("change", "tickets"),
            answers=(Answer(200, "Ordered by name.", SavedViewList),),
        ),
        Operation(
            method="POST",
            path="/api/views",
            endpoint=add,
            summary="Save a view of tickets",
            needs=("change", "tickets"),
            body=NewSavedView,
            answers=(Answer(201, "The new view.", SavedViewView),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/views/counts",
            endpoint=counts,
            summary="Count the tickets in saved views",
            needs=("change", "tickets"),
            answers=(Answer(200, "By the id of the view.", ViewCounts),),
        ),
        Operation(
            method="PATCH",
            path="/api/views/{id}",
            endpoint=change,
            summary="Change a saved view of tickets",
            needs=("change", "tickets"),
            in_path=(_VIEW,),
            body=ChangedSavedView,
            answers=(Answer(200, "The view after the change.", SavedViewView),),
        ),
        Operation(
            method="DELETE",
            path="/api/views/{id}",
            endpoint=remove,
            summary="Remove a saved view of tickets",
            needs=("change", "tickets"),
            in_path=(_VIEW,),
            answers=(Answer(204, "The view is removed.", media_type=None),),
        ),
    )


def _shown(view: SavedView, call: Call) -> SavedViewView:
    return SavedViewView(
        id=view.id,
        name=view.name,
        scope=view.scope,
        team=view.team,
        query=view.query,
        filters=view.filters,
        may_change=may_keep(call.actor, view),
    )
