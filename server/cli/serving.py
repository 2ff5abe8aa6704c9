"""`switchboard serve`, `switchboard demo` and `switchboard migrate`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, bring_up_to_date, fail, faults_said, in_database, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from socket import socket

    from server.operations.findings import Finding
    from server.settings import Settings
    from server.workers import Program

Port = Annotated[int, typer.Option(min=0, max=65535, help="0 for any free port.")]
Workers = Annotated[int, typer.Option(min=1, help="Number of processes. More than one needs PostgreSQL.")]


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    data: Data = None,
    workers: Workers = 1,
    hours: Hours = None,
) -> None:
    """Run the server."""
    _load_without_collecting()
    settings = _settings_and_hours(data, hours, workers)
    _check_tracing()
    with _held(settings):
        _refuse_removed_teams(settings)
        _serve(settings, host, port, workers)


def demo(
    port: Port = 8000,
    busy: Annotated[bool, typer.Option("--busy", help="Keep new customers coming.")] = False,
    workers: Workers = 1,
    database_url: Annotated[
        str | None, typer.Option(help="A PostgreSQL database for the demo alone.", show_default=False)
    ] = None,
    redis_url: Annotated[
        str | None, typer.Option(help="A Redis or Valkey server for the demo alone.", show_default=False)
    ] = None,
) -> None:
    """Run a demo with sample people and tickets. Always open, only reachable from this machine."""
    _load_without_collecting()
    from server import demo as sample
    from server.demo.database import is_prepared

    def prepare(settings: Settings) -> None:
        if not is_prepared(settings):
            print(sample.MAKING, flush=True)
        sample.prepare(settings)

    settings = faults_said(lambda: sample.settings(database_url, redis_url))
    if faults := [*_more_than_one_process(settings, workers, "--database-url", "--redis-url")]:
        fail(*faults)
    _check_tracing()
    with _held(settings, first=prepare):
        sample.open_chats(settings)
        _serve_demo(settings, port, workers, busy=busy)


def migrate(data: Data = None) -> None:
    """Upgrade the database to the newest version."""
    from storage.migrate import current

    settings = load_settings(data=data)
    bring_up_to_date(settings, compared=True, upgrades=True)
    print(f"The database has version {current(settings.storage_url)}, the newest.")


def _load_without_collecting() -> None:
    """Almost nothing that a program makes while it loads is garbage. `server.serving` turns the collector on again."""
    gc.disable()


def _refuse_removed_teams(settings: Settings) -> None:
    """Exits if the hours file has a fault, or if tickets, people or open chats belong to a team that it lacks."""
    from server.live.hours.hours_faults import faults_of

    faults = in_database(settings, lambda tx: faults_of(settings.hours, tx))
    if faults:
        fail(*faults)


def _settings_and_hours(data: Path | None, hours: Path | None, workers: int) -> Settings:
    """The settings, after a check of the hours file. Prints every fault of both and exits if there are any."""
    from routing.adapters import hours_file
    from routing.errors import DeskFaults
    from server.settings import SettingsFaults, hours_despite_faults, load

    given = {name: value for name, value in (("data", data), ("hours", hours)) if value is not None}
    faults: list[str] = []
    settings: Settings | None = None
    path = hours
    try:
        settings = load(**given)
        path = settings.hours
    except SettingsFaults as bad:
        path = hours_despite_faults(hours)
        faults += bad.faults
    else:
        faults += _more_than_one_process(settings, workers)
    try:
        hours_file.load(path)
    except DeskFaults as bad:
        faults += bad.faults
    if faults or settings is None:
        fail(*faults)
    return settings


def _more_than_one_process(
    settings: Settings,
    workers: int,
    database: str = "SWITCHBOARD_DATABASE_URL",
    redis: str = "SWITCHBOARD_REDIS_URL",
) -> Iterator[str]:
    if workers > 1 and settings.embedded:
        yield (f"--workers {workers}: more than one process needs PostgreSQL. Set {database}, or omit --workers.")
    if settings.redis_url is not None and settings.embedded:
        yield (f"{redis}: Redis serves several processes, which need PostgreSQL. Set {database}, or unset {redis}.")


@contextmanager
def _held(settings: Settings, first: Callable[[Settings], None] | None = None) -> Iterator[None]:
    """Hold the lock on the data folder during the `with` block. Before the block, call `first`, and upgrade the
    database."""
    from server.operations.lock import CannotServe, only_server

    try:
        with only_server(settings):
            if first is not None:
                first(settings)
            bring_up_to_date(settings, held=True, compared=True, upgrades=settings.demo)
            yield
    except CannotServe as reason:
        fail(str(reason))


def _check_tracing() -> None:
    """Exits if traces cannot be sent as the variables OTEL_… ask for."""
    import os

    from server.tracing.opening import faults

    if found := faults(os.environ):
        fail(*found)


def _serve(settings: Settings, host: str, port: int, workers: int) -> None:
    from server.app import App
    from server.operations.exposure import exposed
    from server.serving import address_of, listening_socket, run

    listening = listening_socket(host, port)
    if not settings.base_url_given:
        settings.listens_at(address_of(listening), listening.getsockname()[0])
    for finding in (*exposed(settings), *_of_server(settings)):
        print(f"Warning: {finding.found}: {finding.mend}.", file=sys.stderr)
    if settings.rate_limits.off:
        print("SWITCHBOARD_RATE_LIMITS is off: this server limits no requests.", file=sys.stderr)

    def ready() -> None:
        print(f"Switchboard is ready at {settings.base_url}", flush=True)

    if workers == 1:
        _refuse_beside_others(settings)
        run(App(settings), settings, listening, ready)
    else:
        _serve_together(settings, listening, workers, ready)


def _of_server(settings: Settings) -> Iterator[Finding]:
    """A finding if the PostgreSQL server is too old."""
    if settings.embedded:
        return
    from server.operations.doctor_store import of_age
    from storage.migrate import transact
    from storage.ports import StorageUnavailable

    with suppress(StorageUnavailable):
        version = transact(settings.storage_url, lambda connection: connection.dialect.server_version_info)
        yield from of_age(int(version[0]) if version else 0)


def _serve_together(
    settings: Settings, listening: socket, workers: int, ready: Callable[[], None], program: Program | None = None
) -> None:
    from server.workers import desk, run

    _check_redis(settings)
    _join_hosts(settings)
    raise typer.Exit(run(settings, listening, workers, ready, program or desk))


def _refuse_beside_others(settings: Settings) -> None:
    """Exits if another process of the desk runs already. A single process would not know of it."""
    if settings.embedded:
        return
    from clock import system_clock
    from server.live.processes import hosts
    from storage.leases import now_of

    settings.host = hosts.id_of(settings.data)
    fault = in_database(settings, lambda tx: hosts.start_single(tx, settings.host, now_of(tx, system_clock)))
    if fault is not None:
        fail(fault)


def _join_hosts(settings: Settings) -> None:
    """Exits if this host must not run beside the others."""
    from clock import system_clock
    from server.live.processes import hosts
    from storage.leases import now_of

    settings.host, found = hosts.id_of(settings.data), hosts.found(settings)
    compared = in_database(settings, lambda tx: hosts.start(tx, settings.host, found, now_of(tx, system_clock)))
    if compared.faults:
        fail(*compared.faults)
    for warning in compared.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    hosts.mark(found, compared.marker)


def _check_redis(settings: Settings) -> None:
    """Exits if Redis must not be used. If it only cannot be reached, the processes do without it meanwhile."""
    from server.operations.doctor_redis import examine_redis

    findings = [finding for finding in examine_redis(settings, starts=True) if finding.level != "ok"]
    faults = [f"Redis: {finding.found}: {finding.mend}." for finding in findings if finding.level == "bad"]
    if faults:
        fail(*faults)
    for finding in findings:
        print(f"Warning: {finding.found}: {finding.mend}.", file=sys.stderr)


def _serve_demo(settings: Settings, port: int, workers: int, *, busy: bool) -> None:
    from server import demo as sample
    from server.serving import address_of, listening_socket, run

    listening = listening_socket("127.0.0.1", port)
    settings.listens_at(address_of(listening), listening.getsockname()[0])

    def ready() -> None:
        print(sample.welcome(settings), flush=True)

    if workers == 1:
        _refuse_beside_others(settings)
        run(sample.create_app(settings, busy=busy), settings, listening, ready)
    else:
        _serve_together(settings, listening, workers, ready, partial(sample.create_app, busy=busy))
