"""`switchboard tickets`: all tickets as one text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage

tickets = typer.Typer(help="All tickets as one text.", no_args_is_help=True, rich_markup_mode=None)


@tickets.callback()
def all_tickets() -> None:
    """All tickets as one text."""


@tickets.command("export")
def tickets_export(
    format: Annotated[str, typer.Option(help="csv or jsonl.")] = "csv",
    data: Data = None,
) -> None:
    """Write all tickets to standard output, as a supervisor's export gives them."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.people import People
    from server.live.tickets import StoriesOfChats
    from ticketing.adapters.export import FORMATS, exported
    from ticketing.adapters.index import SqlIndex
    from ticketing.adapters.store import SqlStore
    from ticketing.listing import Filters
    from ticketing.service import Tickets

    known = next((each for each in FORMATS if each == format), None)
    if known is None:
        fail(f"--format: there is no format {format!r}. There are: {', '.join(FORMATS)}.")
    settings = load_settings(data=data)

    async def write(storage: Storage) -> None:
        people = People(storage, system_clock, settings.secret_bytes())
        try:
            told = Tickets(SqlStore(), SqlIndex(), people, StoriesOfChats(), dict, settings.brand_name)
            asked: dict[str, object] = {"format": known, "query": []}
            now = system_clock()
            await storage.write(lambda tx: people.record(tx, SYSTEM, "export", "tickets", None, asked, now))
            async for piece in exported(storage, told, SYSTEM, Filters(), known, now):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Whoever reads has had enough; what is still in the buffer must not be tried again at the end.
            sys.stdout = None
        finally:
            people.close()

    with_database(settings, write)
