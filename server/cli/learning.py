"""`switchboard learning`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage

learning = typer.Typer(help="Import the learning center.", no_args_is_help=True, rich_markup_mode=None)


@learning.callback()
def the_learning_center() -> None:
    """Import the learning center."""


@learning.command("import")
def learning_import(
    path: Annotated[Path, typer.Argument(help="A folder of YAML files with topics, resources, plans and sessions.")],
    hours: Hours = None,
    data: Data = None,
) -> None:
    """Store the resources, learning plans and live sessions of a folder. If something is wrong, nothing is stored.

    Importing a changed folder again stores what has changed. A session with another date is moved, and the server tells
    the people who registered.
    """
    from clock import system_clock
    from learning.adapters.yaml_files import read_folder
    from server.live.learning.learning_news import news_of
    from server.operations.learning_folder import Faulty, Unreadable, files_of, services_of, store_learning

    settings = load_settings(data=data, hours=hours)
    teams = load_desk(settings).teams
    try:
        files = files_of(path)
    except Unreadable as error:
        fail(str(error))
    folder = read_folder(files, {product for team in teams.values() for product in team.products})
    if folder.faults:
        fail(*folder.faults, "Nothing was imported.")

    async def store(storage: Storage) -> None:
        library, planning = services_of(settings, system_clock, news_of(system_clock))
        try:
            stored = await store_learning(storage, folder, library, planning, system_clock)
        except Faulty as error:
            fail(*error.faults, "Nothing was imported.")
        print(
            f"{stored.resources} resources, {stored.plans} plans. Sessions: {stored.added} added, {stored.changed} "
            f"changed, {stored.unchanged} unchanged."
        )

    with_database(settings, store)
