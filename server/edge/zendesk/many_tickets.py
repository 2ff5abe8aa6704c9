"""`/api/v2/tickets/show_many`, `/api/v2/tickets/update_many`, and the tags of a ticket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Annotated

from msgspec import UNSET, Meta
from starlette.responses import Response

from identity.adapters.people import People
from refusals import Refused, invalid
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, text
from server.edge.api.registry import Answer, Api, Call, Method, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.problems import unavailable
from server.edge.zendesk.desk import Read, ZendeskDesk
from server.edge.zendesk.paging import PAGING, sliced
from server.edge.zendesk.tickets import ZendeskTicketsApi, without_html
from storage.ports import StorageUnavailable, Tx
from texts.numbers import whole_number
from zendesk.bodies import ManyTickets, TagsBody, TicketWanted
from zendesk.problems import error_of
from zendesk.shapes import JobStatus, OneJob, OneResult, Tags, TicketList
from zendesk.statuses import PENDING_RCA

MANY_MAX = 100
_IDS = text("ids", f"Numbers of tickets, at most {MANY_MAX}, separated by commas.")
_TAGS = Answer(200, "The tags of the ticket.", Tags)
_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),)


def _changes_tags(method: Method, endpoint: Callable[..., Awaitable[Response]], summary: str) -> Operation:
    return Operation(
        method=method,
        path="/api/v2/tickets/{number}/tags",
        endpoint=endpoint,
        summary=summary,
        needs=("change", "tickets"),
        in_path=_NUMBER,
        body=TagsBody,
        answers=(_TAGS,),
        errors=("conflict",),
    )


class ZendeskManyTicketsApi(Api):
    """Its paths are tried before those with the number of a ticket."""

    def __init__(self, desk: ZendeskDesk, people: People, tickets: ZendeskTicketsApi) -> None:
        self._desk = desk
        self._people = people
        self._tickets = tickets

    async def show(self, call: Call) -> Response:
        """The tickets that the caller may see. The others are left out, as at Zendesk."""
        desk, numbers, now = self._desk, _numbers_in(call), self._desk.clock()

        def look(tx: Tx) -> Read:
            return desk.described(tx, desk.tickets.lists.named(tx, call.actor, numbers, now))

        found, paged = sliced(call, await desk.shown(await desk.read(call.request, call.actor, look)))
        return answer(paged(TicketList(tickets=list(found)), desk.origin(call.request)))

    async def update(self, call: Call) -> Response:
        """Change each ticket in a transaction of its own, so that messages do not wait. The job has ended when the
        answer comes."""
        body = await read_body(call.request, ManyTickets)
        if body.tickets:
            wanted: Sequence[tuple[int, TicketWanted]] = [(one.id, await without_html(one)) for one in body.tickets]
        elif body.ticket is not None:
            change = await without_html(body.ticket)
            wanted = [(number, change) for number in _numbers_in(call)]
        else:
            raise invalid("ticket", "Give `ticket` with `ids`, or `tickets`, each with its `id`.")
        asked = {"count": len(wanted), "fields": sorted({name for _, one in wanted for name in _given(one)})}
        now, record = self._desk.clock(), self._people.record
        await self._desk.storage.write(lambda tx: record(tx, call.actor, "change", "tickets", None, asked, now))
        return answer(OneJob(_job(await self._each(call, wanted))))

    async def _each(self, call: Call, wanted: Sequence[tuple[int, TicketWanted]]) -> list[OneResult]:
        """What became of each ticket. Once the database fails, nothing more is written. The program still learns which
        tickets have changed, so that it does not write their comments again."""
        results, method = list[OneResult](), call.request.method
        for place, (number, one) in enumerate(wanted):
            try:
                written = await self._tickets.written(call.request, call.actor, number, one)
            except Refused as refused:
                results.append(_failed(place, number, refused.code, refused.message))
            except StorageUnavailable as error:
                results.append(_failed(place, number, "unavailable", unavailable(error, method)))
                break
            else:
                elsewhere = f"It was written to #{written}, the follow-up." if written != number else None
                results.append(
                    OneResult(place, number, success=True, action="update", status="Updated", details=elsewhere)
                )
        rest, untried = wanted[len(results) :], unavailable(StorageUnavailable(), method)
        results += [_failed(place, one[0], "unavailable", untried) for place, one in enumerate(rest, len(results))]
        return results

    async def tags(self, call: Call) -> Response:
        found, paged = sliced(call, await self._tags(call, number_of(call.request)))
        return answer(paged(Tags(tags=list(found)), self._desk.origin(call.request)))

    async def set_tags(self, call: Call) -> Response:
        wanted = (await read_body(call.request, TagsBody)).tags
        return await self._change(call, TicketWanted(tags=wanted))

    async def add_tags(self, call: Call) -> Response:
        wanted = (await read_body(call.request, TagsBody)).tags
        return await self._change(call, TicketWanted(additional_tags=wanted))

    async def remove_tags(self, call: Call) -> Response:
        wanted = (await read_body(call.request, TagsBody)).tags
        return await self._change(call, TicketWanted(remove_tags=wanted))

    async def _change(self, call: Call, wanted: TicketWanted) -> Response:
        number = await self._tickets.written(call.request, call.actor, number_of(call.request), wanted)
        return answer(Tags(tags=await self._tags(call, number, written=True)))

    async def _tags(self, call: Call, number: int, *, written: bool = False) -> list[str]:
        found = await self._desk.one(call.request, call.actor, number, written=written)
        return [tag for tag in found.tags if tag != PENDING_RCA]

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/tickets/show_many",
            endpoint=show,
            summary="Get several tickets, as Zendesk does",
            needs=("change", "tickets"),
            in_query=(*PAGING, _IDS),
            answers=(Answer(200, "Those that the caller may see.", TicketList),),
        ),
        Operation(
            method="PUT",
            path="/api/v2/tickets/update_many",
            endpoint=update,
            summary="Change several tickets, as Zendesk does",
            needs=("change", "tickets"),
            in_query=(_IDS,),
            body=ManyTickets,
            answers=(Answer(200, "What became of each ticket.", OneJob),),
        ),
        Operation(
            method="GET",
            path="/api/v2/tickets/{number}/tags",
            endpoint=tags,
            summary="Get the tags of a ticket, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            in_query=PAGING,
            answers=(_TAGS,),
        ),
        _changes_tags("POST", set_tags, "Replace the tags of a ticket, as Zendesk does"),
        _changes_tags("PUT", add_tags, "Add tags to a ticket, as Zendesk does"),
        _changes_tags("DELETE", remove_tags, "Remove tags from a ticket, as Zendesk does"),
    )


def _failed(place: int, number: int, code: str, sentence: str) -> OneResult:
    return OneResult(place, number, success=False, error=error_of(code), details=sentence)


def _job(results: list[OneResult]) -> JobStatus:
    done = sum(result.success for result in results)
    message = f"{done} of {len(results)} tickets changed."
    return JobStatus(total=len(results), progress=len(results), message=message, results=results)


def _numbers_in(call: Call) -> list[int]:
    numbers = [whole_number(part.strip()) for part in (call.query[_IDS] or "").split(",")]
    known = [number for number in dict.fromkeys(numbers) if number]
    if len(known) < len(set(numbers)) or len(known) > MANY_MAX:
        raise invalid("ids", f"Give 1 to {MANY_MAX} numbers of tickets, separated by commas.")
    return known


def _given(wanted: TicketWanted) -> Collection[str]:
    return [name for name in TicketWanted.__struct_fields__ if getattr(wanted, name) not in (UNSET, None)]
