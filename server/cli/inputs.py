"""Common parts of the commands: options, settings and hours, access to the database.

After invalid input, a command prints one sentence per fault on standard error and exits with status 2. If PostgreSQL
cannot be used, it exits with status 1: another try may succeed. Commands import what they need inside their functions,
so that `--help` is fast.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from routing.desk import Desk
    from server.settings import Settings
    from storage.ports import Storage, Tx

T = TypeVar("T")

Data = Annotated[Path | None, typer.Option(help="The data folder.", show_default=False)]
Hours = Annotated[Path | None, typer.Option(help="The hours file.", show_default=False)]
Email = Annotated[str, typer.Option(help="Their email address.")]


def _language(code: str) -> str:
    if not re.fullmatch("[a-z]{2,3}", code):
        raise typer.BadParameter(f"{code[:20]!r} is not the code of a language. Write it like fr or es.")
    return code


Languages = Annotated[
    list[str] | None,
    typer.Option("--language", parser=_language, metavar="CODE", help="A language they speak. Can be repeated."),
]


def fail(*sentences: str, status: int = 2) -> NoReturn:
    """Print the sentences and exit."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    raise typer.Exit(status)


def _fail_without_database(settings: Settings, error: Exception) -> NoReturn:
    # A service manager must try again once PostgreSQL is back.
    fail(f"Cannot use the database: {error}", status=2 if settings.embedded else 1)


def faults_said(load: Callable[[], T]) -> T:
    """The result of `load`. If settings or hours are invalid, prints every fault and exits."""
    from routing.errors import DeskFaults
    from server.settings import SettingsFaults

    try:
        return load()
    except (SettingsFaults, DeskFaults) as error:
        fail(*error.faults)


def load_settings(**given: Path | None) -> Settings:
    """The settings. `given` has the options of the command line; None stands for an omitted option."""
    from server.settings import load

    return faults_said(lambda: load(**{name: value for name, value in given.items() if value is not None}))


def load_desk(settings: Settings) -> Desk:
    from routing.adapters.hours_file import load

    return faults_said(lambda: load(settings.hours))


def bring_up_to_date(settings: Settings, *, held: bool = False, compared: bool = False, upgrades: bool = False) -> None:
    """Upgrade the database, unless a server of another version is using it.

    A PostgreSQL database is only upgraded if `upgrades`: servers of the version before may be using it. `held` is true
    if this process has the lock on the data folder. After an upgrade, the tables are compared with the expected ones.
    With `compared`, they are compared even if no upgrade was needed. The comparison takes a third of a second.
    """
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from server.operations.lock import is_served
    from server.schema import UnlikeTables, check
    from storage.migrate import fit, transact, upgrade
    from storage.ports import StorageUnavailable

    url = settings.storage_url
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = fit(url)
        if found != "same" and settings.embedded and not held and is_served(settings):
            fail(f"{settings.data}: a server of another version is using this database. Stop it first.")
        if found == "foreign":
            fail(_FOREIGN)
        if found == "too_new" or (found == "newer" and upgrades):
            fail(_TOO_NEW)
        if found == "older" and not settings.embedded and not upgrades:
            fail("The database has the tables of an earlier version, or none. Run `switchboard migrate` first.")
        if found == "older":
            upgrade(url, check=check)
        elif found == "same" and compared:
            transact(url, check)
    except CommandError:
        fail(_TOO_NEW)
    except UnlikeTables as unlike:
        _of_unknown_history(str(unlike))
    except SQLAlchemyError as error:
        _of_unknown_history(f"a migration fails ({str(error.__cause__ or error).splitlines()[0]:.300})")
    except (StorageUnavailable, OSError) as error:
        _fail_without_database(settings, error)


_FOREIGN = "The database has tables of another program. Give the desk an empty database of its own in DATABASE_URL."
_TOO_NEW = "The database was made by a newer version of Switchboard. Update the program first."


def _of_unknown_history(found: str) -> NoReturn:
    fail(
        f"The database does not match any released version of Switchboard: {found}. Nothing was changed.",
        "Restore a backup made by a released version, or use the version that made this database.",
    )


def in_database(settings: Settings, unit: Callable[[Tx], T]) -> T:
    """Run `unit` in one transaction, like `with_database`. Returns the result of `unit`."""
    return with_database(settings, lambda storage: storage.write(unit))


def with_database(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    """Run `work`, after upgrading the database if needed. Returns the result of `work`. If `work` raises Refused or
    StorageUnavailable, prints the reason and exits."""
    import asyncio

    from refusals import Refused
    from storage.opening import open_storage
    from storage.ports import StorageUnavailable

    async def done() -> T:
        storage = await open_storage(settings.storage_url)
        try:
            return await work(storage)
        finally:
            await storage.close()

    bring_up_to_date(settings)
    try:
        return asyncio.run(done())
    except Refused as refused:
        fail(refused.message)
    except StorageUnavailable as error:
        _fail_without_database(settings, error)
