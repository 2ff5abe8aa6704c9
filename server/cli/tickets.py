"""`switchboard tickets`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, in_database, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage

tickets = typer.Typer(
    help="Export and import tickets, and list what the waiting clock will do.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@tickets.callback()
def all_tickets() -> None:
    """Export and import tickets, and list what the waiting clock will do."""


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


@tickets.command("import")
def tickets_import(
    path: Annotated[
        Path,
        typer.Argument(help="An export of Zendesk or of another desk: a folder, a zip file, or a file of tickets."),
    ],
    map_: Annotated[
        Path | None, typer.Option("--map", help="A YAML file: teams, statuses, codes and products of the export.")
    ] = None,
    team: Annotated[
        str | None, typer.Option(help="The team of tickets whose group the mapping does not name.", show_default=False)
    ] = None,
    solved_as: Annotated[
        str | None,
        typer.Option(
            help="The resolution code of solved tickets without one. Otherwise they get the tag imported-without-code.",
            show_default=False,
        ),
    ] = None,
    faults: Annotated[
        Path | None, typer.Option(help="A file for all rows that were not imported, with the reasons.")
    ] = None,
    hours: Hours = None,
    data: Data = None,
) -> None:
    """Import the tickets of another desk, with their conversations, dates and numbers. Nobody is told of them.

    Rows that are not valid are named, and the other ones are imported. Then the exit status is 1. Import the same
    export again to go on after an interruption, or after a correction: tickets that are here already stay as they are.
    """
    from contextlib import ExitStack

    import msgspec

    from clock import system_clock
    from server.operations.import_report import Report
    from server.operations.importing import CannotImport, checked, import_tickets, map_in

    settings = load_settings(data=data, hours=hours)
    desk = load_desk(settings)
    with ExitStack() as opened:
        try:
            given = {name: value for name, value in (("team", team), ("solved_as", solved_as)) if value is not None}
            meaning = checked(msgspec.structs.replace(map_in(map_), **given), desk)
            report = Report(faults=opened.enter_context(faults.open("w", encoding="utf-8")) if faults else None)
            with_database(
                settings, lambda storage: import_tickets(storage, settings, desk, path, meaning, report, system_clock)
            )
        except CannotImport as error:
            fail(*error.faults)
        except OSError as error:
            fail(f"--faults: {error}")
        except KeyboardInterrupt:
            print("Interrupted. Run the same command again to go on.", file=sys.stderr)
            raise typer.Exit(130) from None
    for sentence in report.lines():
        print(sentence)
    if report.faulty:
        raise typer.Exit(1)


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
