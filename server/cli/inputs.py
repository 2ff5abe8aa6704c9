"""What the commands share: options, settings and hours with every fault of them said, one transaction of the database.

Bad input ends with exit status 2 and one clear sentence for each fault, on standard error. What a
command needs is imported inside it, so that `--help` is there at once.
"""

from __future__ import annotations

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

Data = Annotated[Path | None, typer.Option(help="The folder for everything that is kept.", show_default=False)]
Hours = Annotated[Path | None, typer.Option(help="The file with teams and chat hours.", show_default=False)]
Email = Annotated[str, typer.Option(help="Their address, by which they are known.")]


def fail(*sentences: str) -> NoReturn:
    """Say what is wrong, and end with exit status 2."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    raise typer.Exit(2)


def faults_said(load: Callable[[], T]) -> T:
    """What `load` gives; where settings or hours are bad, every fault of them, and the end."""
    from routing.errors import DeskFaults
    from server.settings import SettingsFaults

    try:
        return load()
    except (SettingsFaults, DeskFaults) as error:
        fail(*error.faults)


def load_settings(**given: Path | None) -> Settings:
    """The settings, with those of the command line that were given."""
    from server.settings import load

    return faults_said(lambda: load(**{name: value for name, value in given.items() if value is not None}))


def load_desk(settings: Settings) -> Desk:
    """What the hours file says."""
    from routing.adapters.hours_file import load

    return faults_said(lambda: load(settings.hours))


def bring_up_to_date(settings: Settings, *, held: bool = False, compared: bool = False) -> None:
    """Bring the database up to date, which no server of another version may be using (`held`: it is we who serve). Its
    tables are compared with those that this version expects; where it is up to date, only if that is asked for
    (`compared`, a third of a second)."""
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from server.operations.lock import is_served
    from server.schema import UnlikeTables, check
    from storage.migrate import current, newest, transact, upgrade
    from storage.ports import StorageUnavailable

    url = settings.storage_url
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if current(url) != newest():
            if not held and is_served(settings):
                fail(f"{settings.data}: a server of another version uses this database: stop the server first.")
            upgrade(url, check=check)
        elif compared:
            transact(url, check)
    except CommandError:
        fail("The database was made by a newer version of Switchboard. Update the program first.")
    except UnlikeTables as unlike:
        _of_unknown_history(str(unlike))
    except SQLAlchemyError as error:
        _of_unknown_history(f"a migration fails ({str(error.__cause__ or error).splitlines()[0]:.300})")
    except (StorageUnavailable, OSError) as error:
        fail(f"Cannot use the database: {error}")


def _of_unknown_history(found: str) -> NoReturn:
    fail(
        f"The database is not as a released version of Switchboard leaves it: {found}. Nothing in it was changed.",
        "Restore a backup that a released version made, or keep it for the version that made it.",
    )


def in_database(settings: Settings, unit: Callable[[Tx], T]) -> T:
    """What `unit` gives, run in one transaction of the database, which is brought up to date first."""
    return with_database(settings, lambda storage: storage.write(unit))


def with_database(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    """What `work` gives that is done with the database, which is brought up to date first."""
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
        fail(f"Cannot use the database: {error}")
