"""`switchboard export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage


def export(
    path: Annotated[Path, typer.Argument(help="A new folder, or a new zip file (NAME.zip).")],
    contents: Annotated[bool, typer.Option(help="Also write uploaded files, and mails that came in.")] = True,
    hours: Hours = None,
    data: Data = None,
) -> None:
    """Write everything that the desk has to files that other programs read, without secrets.

    Another desk reads tickets, chats, files, customers and articles of it with `switchboard tickets import` and
    `switchboard articles import`. `desk.json` names what is left out, with the reasons, and SHA256SUMS has the digests.
    The desk may run meanwhile. To move a whole desk, use a backup.
    """
    from clock import system_clock
    from server.operations.desk_export import DeskExport, Written
    from server.operations.export_target import CannotExport, target

    settings = load_settings(data=data, hours=hours)
    load_desk(settings)

    def tell(count: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{count:,} tickets", end="", file=sys.stderr, flush=True)

    async def write(storage: Storage) -> Written:
        with target(path) as to:
            return await DeskExport(storage, settings, system_clock, tell, contents=contents).run(to)

    try:
        done = with_database(settings, write)
    except CannotExport as error:
        fail(str(error))
    print(f"{done.tickets:,} tickets, and the rest of the desk, written to {path}. It has personal data: keep it safe.")
    for missing in done.missing:
        print(f"{missing.name}: {missing.why}", file=sys.stderr)
    if done.missing:
        raise typer.Exit(1)
