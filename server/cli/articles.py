"""`switchboard articles`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection

    from knowledge.folder import Folder
    from knowledge.service import Effect
    from server.settings import Settings
    from storage.ports import Storage

articles = typer.Typer(
    help="Import, export and check the articles of the help center.", no_args_is_help=True, rich_markup_mode=None
)


@articles.callback()
def all_articles() -> None:
    """Import, export and check the articles of the help center."""


@articles.command("import")
def articles_import(
    path: Annotated[
        Path, typer.Argument(help="A folder of Markdown files with front matter, or a Zendesk Guide export.")
    ],
    from_zendesk: Annotated[
        bool,
        typer.Option("--from-zendesk", help="PATH is a Zendesk Guide export: a folder or a zip file of JSON files."),
    ] = False,
    map_: Annotated[
        Path | None,
        typer.Option("--map", help="A YAML file that names the product of each category of the Zendesk Guide export."),
    ] = None,
    tell_followers: Annotated[
        bool,
        typer.Option("--tell-followers", help="Tell followers of new articles, and of changes that a file names."),
    ] = False,
    hours: Hours = None,
    data: Data = None,
) -> None:
    """Publish the articles of a folder, or of a Zendesk Guide export. If a file is not valid, nothing is imported.

    Importing a changed folder or export again publishes what has changed.
    """
    from clock import system_clock
    from server.live.webhooks.desk_webhooks import events_of
    from server.operations.article_folders import store_folder

    settings = load_settings(data=data, hours=hours)
    products = {product for team in load_desk(settings).teams.values() for product in team.products}
    if map_ is not None and not from_zendesk:
        fail("--map is only for --from-zendesk.")
    if from_zendesk:
        _import_guide(path, map_, products, settings, tell_followers)
        return
    folder = _folder(path, products)
    _check(folder)

    async def store(storage: Storage) -> None:
        webhooks = events_of(settings, storage, system_clock)
        stored, effects = await store_folder(
            storage, settings.data, path, folder, system_clock, tell_followers=tell_followers, webhooks=webhooks
        )
        for warning in stored.warnings:
            print(warning)
        _say(folder, effects)

    with_database(settings, store)


def _check(folder: Folder) -> None:
    if folder.faults:
        fail(*folder.faults, "Nothing was imported.")
    for warning in folder.warnings:
        print(warning)


def _say(folder: Folder, effects: Counter[Effect]) -> None:
    counts = ", ".join(f"{effects[effect]} {effect}" for effect in ("added", "changed", "unchanged"))
    print(f"{len(folder.articles)} articles. Texts: {counts}.")


def _folder(path: Path, products: Collection[str]) -> Folder:
    from knowledge.adapters.front_matter import read_folder
    from server.operations.article_folders import Unreadable, files_of

    try:
        return read_folder(files_of(path), products)
    except Unreadable as error:
        fail(str(error))


def _import_guide(
    path: Path, map_: Path | None, products: Collection[str], settings: Settings, tell_followers: bool
) -> None:
    """Publish the articles of a Zendesk Guide export, with their pictures and files."""
    from server.operations.article_folders import Unreadable
    from server.operations.export_packages import BadPackage, opened
    from server.operations.guide_import import guide_folder, map_in, store_guide

    try:
        with opened(path) as package:
            made = guide_folder(package, map_in(map_), products)
            _check(made.folder)

            async def store(storage: Storage) -> None:
                stored, effects = await store_guide(storage, settings, package, made, tell_followers=tell_followers)
                for warning in stored.warnings:
                    print(warning)
                _say(stored.folder, effects)

            with_database(settings, store)
    except (BadPackage, Unreadable) as error:
        fail(str(error), "Nothing was imported.")


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


@articles.command("check-links")
def articles_check_links(
    inside: Annotated[
        bool, typer.Option("--inside", help="Check only links within the help center, and call no other hosts.")
    ] = False,
    hours: Hours = None,
    data: Data = None,
) -> None:
    """List the links of published articles that lead nowhere, with what to do. Exits with status 1 if there are any.

    Links to other hosts are called: at most 500, and 30 of a host.
    """
    from egress import Egress
    from server.live.knowledge.link_checks import LinkChecks

    settings = load_settings(data=data, hours=hours)
    products = {product for team in load_desk(settings).teams.values() for product in team.products}

    async def check(storage: Storage) -> int:
        egress = Egress(settings.egress_allow)
        try:
            findings = await LinkChecks(storage, egress).check(products, outside=not inside)
        finally:
            egress.close()
        for one in findings:
            print(f"/articles/{one.article} ({one.locale}), {one.title}: {one.link}: {one.says}")
        print(f"{len(findings)} links with a problem." if findings else "All links lead somewhere.")
        return len(findings)

    if with_database(settings, check):
        raise typer.Exit(1)
