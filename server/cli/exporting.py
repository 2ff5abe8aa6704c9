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
    hours: Hours = None,
    data: Data = None,
) -> None:
    """Write tickets with their chats, customers, clients, staff, canned replies, rules, articles and settings to files.

    Another desk reads it with `switchboard tickets import` and `switchboard articles import`. Secrets are left out, the
    contents of files, webhooks, blocks, reviews, courses, and chats that are still open. The desk may run meanwhile.
    Unlike a backup, the files are text that other programs read.
    """
    from clock import system_clock
    from server.operations.desk_export import CannotExport, DeskExport, target

    settings = load_settings(data=data, hours=hours)
    load_desk(settings)

    def tell(count: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{count:,} tickets", end="", file=sys.stderr, flush=True)

    async def write(storage: Storage) -> int:
        with target(path) as to:
            return await DeskExport(storage, settings, system_clock, tell).run(to)

    try:
        count = with_database(settings, write)
    except CannotExport as error:
        fail(str(error))
    print(f"{count:,} tickets, and the rest of the export, written to {path}. It contains personal data: keep it safe.")
