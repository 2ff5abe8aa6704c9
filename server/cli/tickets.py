"""`switchboard tickets`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, in_database, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage

tickets = typer.Typer(
    help="Export tickets, and list what the waiting clock will do.", no_args_is_help=True, rich_markup_mode=None
)


@tickets.callback()
def all_tickets() -> None:
    """Export tickets, and list what the waiting clock will do."""


@tickets.command("export")
def tickets_export(
    format: Annotated[str, typer.Option(help="csv or jsonl.")] = "csv",
    data: Data = None,
) -> None:
    """Write all tickets to standard output, in the same form as the supervisors' export."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.people import People
    from server.live.hours.paces import Paces
    from server.live.tickets.tickets import LogsOfChats
    from ticketing.adapters.export import FORMATS, exported
    from ticketing.adapters.index import SqlIndex
    from ticketing.adapters.read_marks import SqlReadMarks
    from ticketing.adapters.store import SqlStore
    from ticketing.adapters.waits import SqlWaits
    from ticketing.awaiting import Awaiting
    from ticketing.listing import Filters
    from ticketing.service import Tickets

    known = next((each for each in FORMATS if each == format), None)
    if known is None:
        fail(f"--format: unknown format {format!r}. Choose one of {', '.join(FORMATS)}.")
    settings = load_settings(data=data)
    desk = load_desk(settings)

    async def write(storage: Storage) -> None:
        people = People(storage, system_clock, settings.secret_bytes())
        try:
            brand, awaiting = lambda: settings.brand_name, Awaiting(SqlWaits(), Paces(lambda: desk))
            service = Tickets(SqlStore(), SqlReadMarks(), SqlIndex(), people, LogsOfChats(), dict, brand, awaiting)
            asked: dict[str, object] = {"format": known, "query": []}
            now = system_clock()
            await storage.write(lambda tx: people.record(tx, SYSTEM, "export", "tickets", None, asked, now))
            async for piece in exported(storage, service, SYSTEM, Filters(), known, now):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # The reader has closed the pipe. Do not flush the rest at exit.
            sys.stdout = None
        finally:
            people.close()

    with_database(settings, write)


@tickets.command("due")
def tickets_due(
    as_json: Annotated[bool, typer.Option("--json", help="Output as JSON.")] = False,
    hours: Hours = None,
    data: Data = None,
) -> None:
    """For each ticket, list the next step of its waiting clock. The earliest step comes first.

    The steps are reminder_1, reminder_2, auto_solve and final_close. This command only lists them: the server runs
    them.
    """
    import json

    from clock import rfc3339
    from clock.zones import local
    from ticketing.adapters.waits import SqlWaits

    settings = load_settings(data=data, hours=hours)
    zone = load_desk(settings).timezone
    coming = in_database(settings, SqlWaits().steps)
    if as_json:
        print(
            json.dumps([{"ticket": one.ticket, "what": one.what, "due": rfc3339(one.due)} for one in coming], indent=2)
        )
        return
    for one in coming:
        print(f"{local(one.due, zone):%a %Y-%m-%d %H:%M}  #{one.ticket}  {one.what}")
    print(f"{len(coming)} step{'' if len(coming) == 1 else 's'} to come. Times are in {zone}.")
