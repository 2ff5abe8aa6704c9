"""`switchboard tickets`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage

tickets = typer.Typer(help="Export tickets.", no_args_is_help=True, rich_markup_mode=None)


@tickets.callback()
def all_tickets() -> None:
    """Export tickets."""


@tickets.command("export")
def tickets_export(
    format: Annotated[str, typer.Option(help="csv or jsonl.")] = "csv",
    data: Data = None,
) -> None:
    """Write all tickets to standard output, in the same form as the supervisors' export."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.people import People
    from server.live.tickets import LogsOfChats
    from ticketing.adapters.export import FORMATS, exported
    from ticketing.adapters.index import SqlIndex
    from ticketing.adapters.read_marks import SqlReadMarks
    from ticketing.adapters.store import SqlStore
    from ticketing.listing import Filters
    from ticketing.service import Tickets

    known = next((each for each in FORMATS if each == format), None)
    if known is None:
        fail(f"--format: unknown format {format!r}. Choose one of {', '.join(FORMATS)}.")
    settings = load_settings(data=data)

    async def write(storage: Storage) -> None:
        people = People(storage, system_clock, settings.secret_bytes())
        try:
            service = Tickets(SqlStore(), SqlReadMarks(), SqlIndex(), people, LogsOfChats(), dict, settings.brand_name)
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
