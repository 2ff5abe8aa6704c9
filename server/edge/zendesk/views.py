"""`/api/v2/views`: the saved views of the token's owner and of their teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta
from starlette.responses import Response

from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.zendesk.desk import Read, ZendeskDesk
from server.edge.zendesk.paging import PAGING, by_cursor, by_number, number_in, sliced, wanted_of
from server.edge.zendesk.tickets import LISTED_MAX, SORTING, sort_of
from storage.ports import Tx
from ticketing.saved_views import SavedView, SavedViews
from zendesk.numbers import Key
from zendesk.shapes import (
    OneView,
    OneViewCount,
    Restriction,
    ShownView,
    TicketList,
    ViewCount,
    ViewList,
)

_INCLUDE = text("include", "Has no effect. zenpy always sends it.")
_ID = (Parameter("id", Annotated[int, Meta(ge=1)], "A number that the desk gave."),)


class ZendeskViewsApi(Api):
    def __init__(self, desk: ZendeskDesk, views: SavedViews) -> None:
        self._desk = desk
        self._views = views

    async def views(self, call: Call) -> Response:
        found = await self._desk.read(call.request, call.actor, lambda tx: self._views.all(tx, call.actor))
        part, paged = sliced(call, await self._shown(list(enumerate(found, 1))))
        return answer(paged(ViewList(views=list(part)), self._desk.origin(call.request)))

    async def view(self, call: Call) -> Response:
        placed = await self._desk.read(call.request, call.actor, lambda tx: self._placed(tx, call))
        return answer(OneView((await self._shown([placed]))[0]))

    async def tickets(self, call: Call) -> Response:
        desk, wanted, now, sort = self._desk, wanted_of(call), self._desk.clock(), sort_of(call)
        lists = desk.tickets.lists
        view = await desk.storage.read(lambda tx: self._named(tx, call))
        filters = self._views.filters(call.actor, view)
        search = filters.q is not None
        if wanted.by_cursor:

            def page(tx: Tx) -> tuple[Read, str | None]:
                found = lists.page(tx, call.actor, filters, now, sort, wanted.size, wanted.after)
                return desk.described(tx, found.tickets), found.next

            read, after = await desk.read(call.request, call.actor, page, search=search)
            listed = TicketList(tickets=await desk.shown(read))
            return answer(by_cursor(listed, call, desk.origin(call.request), after))

        def part(tx: Tx) -> tuple[Read, int]:
            views, count = lists.part(tx, call.actor, filters, now, sort, wanted.places, LISTED_MAX)
            return desk.described(tx, views), count

        read, count = await desk.read(call.request, call.actor, part, search=search)
        listed = TicketList(tickets=await desk.shown(read))
        return answer(by_number(listed, call, desk.origin(call.request), wanted, count))

    async def count(self, call: Call) -> Response:
        def look(tx: Tx) -> tuple[int | None, bool]:
            count = self._views.count(tx, call.actor, self._named(tx, call))
            return (None, False) if count is None else (count.tickets, count.more)

        value, more = await self._desk.read(call.request, call.actor, look)
        id_ = int(call.request.path_params["id"])
        pretty = "-" if value is None else f"{value}{'+' if more else ''}"
        url = f"{self._desk.base_url}/api/v2/views/{id_}/count.json"
        return answer(OneViewCount(ViewCount(view_id=id_, url=url, value=value, pretty=pretty)))

    def _named(self, tx: Tx, call: Call) -> SavedView:
        """The view whose number is in the path. Raises Refused(not_found)."""
        return self._placed(tx, call)[1]

    def _placed(self, tx: Tx, call: Call) -> tuple[int, SavedView]:
        """The same, after its place in the list of views."""
        number = number_in(call, "id")
        key = self._desk.numbers.key(tx, "view", number) if number is not None else None
        places = enumerate(self._views.all(tx, call.actor), 1)
        found = next((placed for placed in places if key is not None and placed[1].id == key.id), None)
        if found is None:
            raise Refused("not_found", "There is no such view.")
        return found

    async def _shown(self, placed: Sequence[tuple[int, SavedView]]) -> list[ShownView]:
        keys = {Key("view", view.id) for _, view in placed}
        keys |= {Key("group", view.team) for _, view in placed if view.team is not None}
        numbers = await self._desk.numbered(keys, {})
        return [
            ShownView(
                id=numbers[Key("view", view.id)],
                url=f"{self._desk.base_url}/api/v2/views/{numbers[Key('view', view.id)]}.json",
                title=view.name,
                position=place,
                restriction=Restriction(numbers[Key("group", view.team)]) if view.team is not None else None,
            )
            for place, view in placed
        ]

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/views",
            endpoint=views,
            summary="List the saved views, as Zendesk does",
            needs=("change", "tickets"),
            in_query=PAGING,
            answers=(Answer(200, "Ordered by name.", ViewList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/views/active",
            endpoint=views,
            summary="List the saved views, as Zendesk does",
            needs=("change", "tickets"),
            in_query=PAGING,
            answers=(Answer(200, "Ordered by name. All are active.", ViewList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/views/{id}",
            endpoint=view,
            summary="Get a saved view, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_ID,
            in_query=(_INCLUDE,),
            answers=(Answer(200, "The view.", OneView),),
        ),
        Operation(
            method="GET",
            path="/api/v2/views/{id}/tickets",
            endpoint=tickets,
            summary="List the tickets of a view, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_ID,
            in_query=(*PAGING, *SORTING, _INCLUDE),
            answers=(Answer(200, "A page.", TicketList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/views/{id}/count",
            endpoint=count,
            summary="Count the tickets of a view, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_ID,
            in_query=(_INCLUDE,),
            answers=(Answer(200, "At most 500.", OneViewCount),),
        ),
    )
