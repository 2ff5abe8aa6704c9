"""`switchboard`: the program on the command line.

Bad input ends with exit status 2 and one clear sentence for each fault, on standard error. What a
command needs is imported inside it, so that `--help` is there at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.desk import Desk
    from server.settings import Settings
    from storage.ports import Tx

T = TypeVar("T")

app = typer.Typer(
    name="switchboard", help="Live chat that always ends in a ticket.", no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip
user = typer.Typer(help="People of staff.", no_args_is_help=True, rich_markup_mode=None)
token = typer.Typer(help="Bearer tokens, for programs.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(user, name="user")
app.add_typer(token, name="token")

Data = Annotated[Path | None, typer.Option(help="The folder for everything that is kept.", show_default=False)]
Hours = Annotated[Path | None, typer.Option(help="The file with teams and chat hours.", show_default=False)]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")]
Email = Annotated[str, typer.Option(help="Their address, by which they are known.")]


def main() -> None:
    """Run the command that the arguments name."""
    app()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    data: Data = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; more than one needs PostgreSQL and Redis.")] = 1,
    hours: Hours = None,
) -> None:
    """Run the server."""
    settings = _settings(data=data, hours=hours)
    _one_process(settings, workers)
    _desk(settings)
    with _held(settings):
        _serve(settings, host, port)


@app.command()
def demo(port: Port = 8000) -> None:
    """Run a desk to try: sample people and tickets, always open, for this machine alone."""
    from server import demo as sample

    settings = _faults_said(sample.settings)
    with _held(settings, first=sample.prepare):
        _serve_demo(settings, port)


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the newest version."""
    from storage.migrate import current

    settings = _settings(data=data)
    _migrate(settings)
    print(f"The database is at version {current(settings.storage_url)}, the newest.")


@user.command("add")
def user_add(
    email: Email,
    name: Annotated[str, typer.Option(help="As customers and colleagues see it.")],
    role: Annotated[str, typer.Option(help="agent, supervisor or admin.")],
    team: Annotated[list[str] | None, typer.Option(help="A team's key; may be given again.")] = None,
    capacity: Annotated[int, typer.Option(min=0, max=50, help="Chats at once.")] = 5,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a password from standard input.")
    ] = False,
    data: Data = None,
    hours: Hours = None,
) -> None:
    """Add a person of staff."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from routing.adapters import store

    settings = _settings(data=data, hours=hours)
    teams = [team.key for team in _desk(settings).teams.values() if not team.retired]
    password_hash = _password_hash() if password_stdin else None

    def unit(tx: Tx) -> str:
        now = system_clock()
        person = Identity(SqlStore()).add_user(
            tx, email=email, name=name, role=role, teams=team or [], known_teams=teams, now=now,
            password_hash=password_hash,
        )  # fmt: skip
        if person.role != "admin":
            store.enrol(tx, person.id, now, capacity)
        return f"{person.name} <{person.email}> is {_described(person.role, person.teams)}."

    print(_in_database(settings, unit))
    if not password_stdin:
        print(f"To let them sign in, give them a password: switchboard user password --email {email}")


@user.command("password")
def user_password(email: Email, data: Data = None) -> None:
    """Give a person a new password, read from standard input; it ends their sessions."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    settings = _settings(data=data)
    password_hash = _password_hash()
    _in_database(settings, lambda tx: Identity(SqlStore()).set_password(tx, email, password_hash, system_clock()))
    print(f"{email} has a new password and is signed out everywhere.")


@token.command("create")
def token_create(
    email: Email,
    days: Annotated[int, typer.Option(help="For how long it holds.")] = 30,
    scope: Annotated[list[str] | None, typer.Option(help="read, write or export; may be given again.")] = None,
    data: Data = None,
) -> None:
    """Make a bearer token and print it, this once."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from identity.tokens import SCOPES

    settings = _settings(data=data)
    print(
        _in_database(
            settings,
            lambda tx: Identity(SqlStore()).create_token(tx, email, system_clock(), days=days, scopes=scope or SCOPES),
        )
    )


# -- what commands share ---------------------------------------------------------------


def _fail(*sentences: str) -> NoReturn:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    raise typer.Exit(2)


def _faults_said(load: Callable[[], T]) -> T:
    """What `load` gives; where settings or hours are bad, every fault of them, and the end."""
    from routing.errors import DeskFaults
    from server.settings import SettingsFaults

    try:
        return load()
    except (SettingsFaults, DeskFaults) as error:
        _fail(*error.faults)


def _settings(**given: Path | None) -> Settings:
    from server.settings import load

    return _faults_said(lambda: load(**{name: value for name, value in given.items() if value is not None}))


def _desk(settings: Settings) -> Desk:
    from routing.adapters.hours_file import load

    return _faults_said(lambda: load(settings.hours))


def _one_process(settings: Settings, workers: int) -> None:
    if workers > 1 and (settings.embedded or settings.redis_url is None):
        _fail(
            f"--workers {workers}: more than one process needs PostgreSQL and Redis: set SWITCHBOARD_DATABASE_URL "
            "and SWITCHBOARD_REDIS_URL, or leave --workers out."
        )
    if workers > 1:
        _fail(f"--workers {workers}: this version serves with one process only: leave --workers out.")
    if settings.redis_url is not None:
        _fail("SWITCHBOARD_REDIS_URL: this version keeps everything in one process and uses no Redis: unset it.")


def _migrate(settings: Settings, *, held: bool = False) -> None:
    """Bring the database up to date, which no server of another version may be using (`held`: it is we who serve)."""
    from alembic.util import CommandError

    from server.serving import is_served
    from storage.migrate import current, newest, upgrade
    from storage.ports import StorageUnavailable

    url = settings.storage_url
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if current(url) == newest():
            return
        if not held and is_served(settings):
            _fail(f"{settings.data}: a server of another version uses this database: stop the server first.")
        upgrade(url)
    except CommandError:
        _fail("The database was made by a newer version of Switchboard: update the program.")
    except (StorageUnavailable, OSError) as error:
        _fail(f"The database cannot be used: {error}")


def _in_database(settings: Settings, unit: Callable[[Tx], T]) -> T:
    """What `unit` gives, run in one transaction of the database, which is brought up to date first."""
    import asyncio

    from identity.errors import Refused
    from storage.opening import open_storage
    from storage.ports import StorageUnavailable

    async def transact() -> T:
        storage = await open_storage(settings.storage_url)
        try:
            return await storage.write(unit)
        finally:
            await storage.close()

    _migrate(settings)
    try:
        return asyncio.run(transact())
    except Refused as refused:
        _fail(refused.message)
    except StorageUnavailable as error:
        _fail(f"The database cannot be used: {error}")


def _password_hash() -> str:
    """The hash of a password that comes as the first line of standard input, or is typed unseen."""
    import getpass

    from identity.errors import Refused
    from identity.passwords import Passwords, check

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    try:
        check(password)
    except Refused as refused:
        _fail(refused.message)
    return Passwords().hash(password)


def _described(role: str | None, teams: frozenset[str]) -> str:
    article = "an" if role in ("agent", "admin") else "a"
    return f"{article} {role} of {', '.join(sorted(teams)) or 'all teams'}" if role != "admin" else "an admin"


@contextmanager
def _held(settings: Settings, first: Callable[[Settings], None] | None = None) -> Iterator[None]:
    """The data folder of a server, its database up to date, for as long as it serves."""
    from server.serving import CannotServe, only_server

    try:
        with only_server(settings):
            if first is not None:
                first(settings)
            _migrate(settings, held=True)
            yield
    except CannotServe as reason:
        _fail(str(reason))


def _serve(settings: Settings, host: str, port: int) -> None:
    from server.app import create_app
    from server.serving import address_of, listening_socket, run

    listening = listening_socket(host, port)
    if "base_url" not in settings.model_fields_set:
        settings.base_url = address_of(listening)
    if settings.rate_limits.off:
        print("SWITCHBOARD_RATE_LIMITS is off: nothing limits what anybody asks of this server.", file=sys.stderr)
    run(
        create_app(settings),
        settings,
        listening,
        lambda: print(f"Switchboard is ready at {settings.base_url}", flush=True),
    )


def _serve_demo(settings: Settings, port: int) -> None:
    from server import demo as sample
    from server.serving import address_of, listening_socket, run

    listening = listening_socket("127.0.0.1", port)
    settings.base_url = address_of(listening)
    run(sample.create_app(settings), settings, listening, lambda: print(sample.welcome(settings), flush=True))
