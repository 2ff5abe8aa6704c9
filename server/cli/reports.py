"""`switchboard reports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from server.cli.inputs import Data, fail, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from server.live.reports.report_counting import Recounted
    from storage.ports import Storage

reports = typer.Typer(name="reports", help="Figures of past chats and tickets.", no_args_is_help=True)


@reports.callback()
def _reports() -> None:
    """Figures of past chats and tickets."""


@reports.command()
def recount(data: Data = None) -> None:
    """Count all chats and tickets again. Says whether anything differed, and corrects it. Stop the server first."""
    from clock import system_clock
    from server.live.reports.report_counting import CountedElsewhere, counting_of
    from server.live.teams import Teams

    settings = load_settings(data=data)
    teams = Teams(load_desk(settings))

    async def work(storage: Storage) -> Recounted:
        counting = counting_of(storage, system_clock, teams)
        try:
            return await counting.recount()
        finally:
            await counting.release()

    try:
        found = with_database(settings, work)
    except CountedElsewhere:
        fail("A running server counts at the moment. Stop it, wait half a minute, then try again.")
    print(f"{found.tickets:,} tickets counted.")
    if found.tickets_differed or found.cells_differed or found.days_differed:
        seats = f"seats of {found.days_differed:,} days"
        print(f"Corrected: {found.tickets_differed:,} tickets, {found.cells_differed:,} sums, {seats}.")
        raise typer.Exit(1)
    print("Nothing differed.")
