"""`switchboard articles`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from storage.ports import Storage

articles = typer.Typer(
    help="Import and export the articles of the help center.", no_args_is_help=True, rich_markup_mode=None
)


@articles.callback()
def all_articles() -> None:
    """Import and export the articles of the help center."""


@articles.command("import")
def articles_import(
    path: Annotated[Path, typer.Argument(help="A folder of Markdown files with front matter.")],
    hours: Hours = None,
    data: Data = None,
) -> None:
    """Publish the articles of a folder. If a file is not valid, nothing is imported.

    Importing a changed folder again publishes what has changed.
    """
    from clock import system_clock
    from knowledge.adapters.front_matter import read_folder
    from server.operations.article_folders import Unreadable, files_of, store_articles

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
        effects = await store_articles(storage, folder, system_clock)
        counts = ", ".join(f"{effects[effect]} {effect}" for effect in ("added", "changed", "unchanged"))
        print(f"{len(folder.articles)} articles. Texts: {counts}.")

    for warning in folder.warnings:
        print(warning)
    with_database(settings, store)


@articles.command("export")
def articles_export(
    path: Annotated[Path, typer.Argument(help="A folder to write to. It must be empty, or not exist yet.")],
    data: Data = None,
) -> None:
    """Write all articles to a folder of Markdown files, which `articles import` reads."""
    from server.operations.article_folders import Unreadable, write_folder

    settings = load_settings(data=data)

    async def export(storage: Storage) -> None:
        try:
            print(f"{await write_folder(storage, path)} files written to {path}.")
        except Unreadable as error:
            fail(str(error))

    with_database(settings, export)
