"""`/api/reports`: figures of a period, what they mean, and the chats and tickets behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from refusals import Refused
from reports.definitions import DEFINITIONS, Definition
from reports.drill import CountedPage
from reports.overview import Overview
from reports.tables import NAMES, Names, Table, counted_table, intervals_table, table_of
from reports.ticket_times import TicketTimes
from reports.timeline import Timeline
from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.report_parameters import COUNTED, DAY, LISTED, OVERVIEW, behind_of, wanted_of
from server.edge.api.ticket_parameters import number_of
from server.edge.heavy_reads import HeavyReads
from server.live.reports.report_reading import ReportReading
from server.live.teams import Teams
from storage.ports import Tx
from ticketing.adapters.export import csv_row
from ticketing.codes import name_of
from ticketing.spreadsheet_safety import harmless


class Definitions(Struct, frozen=True):
    definitions: Sequence[Definition]


class ReportsApi(Api):
    def __init__(self, brand: Callable[[], str], teams: Teams, reading: ReportReading, heavy_reads: HeavyReads) -> None:
        self._brand = brand
        self._teams = teams
        self._report_reading = reading
        self._heavy_reads = heavy_reads

    async def overview(self, call: Call) -> Response:
        query = self._report_reading.overview(call.actor, wanted_of(call.query))
        return answer(await self._heavy_reads.read_for(call.request, call.actor, query))

    async def definitions(self, call: Call) -> Response:
        return answer(Definitions(DEFINITIONS))

    async def counted(self, call: Call) -> Response:
        """A page of the chats or tickets that a figure counts, oldest first (times in a status: what ended first), or
        the longest duration first. `count` equals the figure."""
        query = self._report_reading.counted(call.actor, wanted_of(call.query, compare=False), behind_of(call.query))
        return answer(await self._heavy_reads.read_for(call.request, call.actor, query))

    async def counted_table(self, call: Call) -> Response:
        """The first 5,000 rows of the list as CSV. Cells that a spreadsheet could run as a formula begin with `'`."""
        wanted, behind = wanted_of(call.query, compare=False), behind_of(call.query, whole=True)
        query = self._report_reading.counted(call.actor, wanted, behind)

        def read(tx: Tx) -> tuple[CountedPage, dict[str, str]]:
            return query(tx), self._report_reading.agents_of(tx, call.actor)

        found, agents = await self._heavy_reads.read_for(call.request, call.actor, read)
        return _file(behind.metric, counted_table(found, behind.metric, self._names(agents)))

    async def ticket_times(self, call: Call) -> Response:
        query = self._report_reading.ticket_times(call.actor, number_of(call.request))
        times, _ = await self._heavy_reads.read_for(call.request, call.actor, query)
        return answer(times)

    async def ticket_times_table(self, call: Call) -> Response:
        """The same intervals as CSV. Cells that a spreadsheet could run as a formula begin with `'`."""
        number = number_of(call.request)
        query = self._report_reading.ticket_times(call.actor, number)
        times, holders = await self._heavy_reads.read_for(call.request, call.actor, query)
        return _file(f"intervals-{number}", intervals_table(times, self._names(holders)))

    async def timeline(self, call: Call) -> Response:
        query = self._report_reading.timeline(call.actor, call.request.path_params["id"], call.query[DAY])
        return answer(await self._heavy_reads.read_for(call.request, call.actor, query))

    async def table(self, call: Call) -> Response:
        """One table of the overview, as CSV. Cells that a spreadsheet could run as a formula begin with `'`."""
        wanted = call.request.path_params["name"]
        name = next((known for known in NAMES if known == wanted), None)
        if name is None:
            raise Refused("not_found", f"There is no such table. There are: {', '.join(NAMES)}.")
        query = self._report_reading.overview(call.actor, wanted_of(call.query))

        def read(tx: Tx) -> tuple[Overview, dict[str, str]]:
            return query(tx), self._report_reading.agents_of(tx, call.actor)

        overview, agents = await self._heavy_reads.read_for(call.request, call.actor, read)
        # As people read it: `to` is the day after the last one.
        last = date.fromisoformat(overview.period.to) - timedelta(days=1)
        return _file(f"{name}-{overview.period.from_}-{last}", table_of(overview, name, self._names(agents)))

    def _names(self, agents: dict[str, str]) -> Names:
        return Names(
            team=lambda key: self._teams.of(key).name,
            agent=lambda key: agents.get(key, ""),
            code=lambda key: name_of(key, self._brand()),
        )

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/reports/overview",
            endpoint=overview,
            summary="Show the figures of a period",
            needs=("read", "reports"),
            in_query=OVERVIEW,
            answers=(Answer(200, "For agents, their own figures.", Overview),),
        ),
        Operation(
            method="GET",
            path="/api/reports/definitions",
            endpoint=definitions,
            summary="Explain each figure",
            needs=("read", "reports"),
            answers=(Answer(200, "In the order of the overview.", Definitions),),
        ),
        Operation(
            method="GET",
            path="/api/reports/tickets",
            endpoint=counted,
            summary="List what a figure counts",
            needs=("read", "counted"),
            in_query=COUNTED,
            answers=(Answer(200, "At most 50 rows.", CountedPage),),
        ),
        Operation(
            method="GET",
            path="/api/reports/tickets.csv",
            endpoint=counted_table,
            summary="Export what a figure counts as CSV",
            needs=("read", "counted"),
            in_query=LISTED,
            answers=(Answer(200, "With a line of column names.", media_type="text/csv"),),
        ),
        # Before the next one, whose number would take the ending.
        Operation(
            method="GET",
            path="/api/reports/tickets/{number}.csv",
            endpoint=ticket_times_table,
            summary="Export the intervals of a ticket as CSV",
            needs=("read", "counted"),
            in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),),
            answers=(Answer(200, "With a line of column names.", media_type="text/csv"),),
        ),
        Operation(
            method="GET",
            path="/api/reports/tickets/{number}",
            endpoint=ticket_times,
            summary="Show the intervals of a ticket",
            needs=("read", "counted"),
            in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),),
            answers=(Answer(200, "Oldest first.", TicketTimes),),
        ),
        Operation(
            method="GET",
            path="/api/agents/{id}/timeline",
            endpoint=timeline,
            summary="Show a day of an agent",
            needs=("read", "counted"),
            in_path=(Parameter("id", str, "Id of the agent."),),
            in_query=(DAY,),
            answers=(Answer(200, "Status and closed chats of the day.", Timeline),),
        ),
        Operation(
            method="GET",
            path="/api/reports/{name}.csv",
            endpoint=table,
            summary="Export one table of the figures as CSV",
            needs=("read", "reports"),
            in_path=(Parameter("name", str, f"One of {', '.join(NAMES)}.", NAMES),),
            in_query=OVERVIEW,
            answers=(Answer(200, "With a line of column names.", media_type="text/csv"),),
        ),
    )


def _file(name: str, table: Table) -> Response:
    columns, rows = table
    lines = [csv_row(columns), *(csv_row([_safe(cell) for cell in row]) for row in rows)]
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(b"".join(lines), 200, headers, "text/csv; charset=utf-8")


def _safe(cell: object) -> object:
    return harmless(cell) if isinstance(cell, str) else cell
