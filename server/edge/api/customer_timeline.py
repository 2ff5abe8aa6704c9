"""`/api/people/{id}/timeline`: what happened with a customer, for staff."""

from __future__ import annotations

from starlette.responses import Response

from clock import Clock
from server.edge.api.bodies import answer
from server.edge.api.people import PERSON
from server.edge.api.queries import many, number, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.heavy_reads import HeavyReads
from server.live.tickets.customer_timeline import KINDS, CustomerTimeline, TimelineView

PAGE_MAX = 100
PAGE = 30
KIND = many("kind", "Only entries of these kinds.", KINDS)
BEFORE = text("before", "`next` of the previous page.")
LIMIT = number("limit", 1, PAGE_MAX, f"Default: {PAGE}.")


class CustomerTimelineApi(Api):
    def __init__(self, clock: Clock, timeline: CustomerTimeline, heavy_reads: HeavyReads) -> None:
        self._clock = clock
        self._timeline = timeline
        self._heavy_reads = heavy_reads

    async def timeline(self, call: Call) -> Response:
        id_, now = call.request.path_params["id"], self._clock()
        wanted, limit = frozenset(call.query[KIND]), call.query[LIMIT] or PAGE
        kinds = [kind for kind in KINDS if kind in wanted]
        page = await self._heavy_reads.read_for(
            call.request,
            call.actor,
            lambda tx: self._timeline.page(tx, call.actor, id_, kinds, call.query[BEFORE], limit, now),
        )
        return answer(page)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/people/{id}/timeline",
            endpoint=timeline,
            summary="List what happened with a customer, newest first",
            needs=("read", "requesters"),
            in_path=(PERSON,),
            in_query=(KIND, BEFORE, LIMIT),
            answers=(Answer(200, "A page of the timeline.", TimelineView),),
        ),
    )
