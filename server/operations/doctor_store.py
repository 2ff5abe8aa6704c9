"""The checks of the database by `switchboard doctor`: whether it exists, is intact, has this version, and can be
written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from server.operations.findings import Finding, bad, fine, warning
from server.operations.lock import is_served
from server.schema import UnlikeTables, check
from server.settings import Settings
from storage.migrate import current, fit, newest, revisions, transact
from storage.opening import sqlite_path
from storage.ports import StorageUnavailable

_DAMAGES_SHOWN = 5
_MIGRATE = "run `switchboard migrate`; the server does not upgrade PostgreSQL"
_OLDEST_POSTGRES = 15
_AHEAD_MS = 60_000
"""The newest event may be at most this far in the future. If it is further ahead, the clock is suspected."""


def examine_database(settings: Settings) -> Iterator[Finding]:
    """The findings about the database. The check takes the database's write lock for a moment, but writes nothing."""
    if settings.embedded:
        yield from _of_sqlite(settings)
    else:
        yield from _of_postgres(settings)


def is_up_to_date(settings: Settings) -> bool:
    """True if the database exists, can be read, and has the tables of this version."""
    if settings.embedded and not sqlite_path(settings.storage_url).exists():
        return False
    try:
        return current(settings.storage_url) == newest()
    except (StorageUnavailable, ValueError, DatabaseError):
        return False


def is_usable(settings: Settings) -> bool:
    """True if the database exists, can be read, and this program may use its tables."""
    if settings.embedded and not sqlite_path(settings.storage_url).exists():
        return False
    try:
        return fit(settings.storage_url) in ("same", "newer")
    except (StorageUnavailable, ValueError, DatabaseError):
        return False


def _of_sqlite(settings: Settings) -> Iterator[Finding]:
    path = sqlite_path(settings.storage_url)
    if not path.exists():
        yield fine("database", f"{path}: doesn't exist yet; the first start creates it")
        return
    if not path.stat().st_size:
        yield fine("database", f"{path}: still empty; the first start creates its tables")
        return
    try:
        damages = _damages(path)
    except sqlite3.Error as error:
        yield bad(
            "database",
            f"{path}: cannot be read ({error})",
            "let this user read it, or stop the server and restore the file from a backup",
        )
        return
    if damages:
        found = "; ".join(damages)
        yield bad("database", f"{path}: damaged: {found}", "stop the server and restore the file from a backup")
        return
    yield fine("database", f"SQLite, {path.stat().st_size / 1024**2:.1f} MiB, intact")
    yield from _of_version(settings)


def _damages(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as handle:
        # A read-only connection does not block writers, however long the check takes.
        said = [str(row[0]) for row in handle.execute(f"PRAGMA quick_check({_DAMAGES_SHOWN})")]
        return [] if said == ["ok"] else said


def _of_postgres(settings: Settings) -> Iterator[Finding]:
    try:
        version, facts = transact(settings.storage_url, _facts_of_postgres)
    except (StorageUnavailable, ValueError) as error:
        yield bad(
            "database", str(error), "check DATABASE_URL, and that the database server is running and accepts this user"
        )
        return
    yield fine("database", f"PostgreSQL {version}")
    if facts["replica"]:
        yield bad("database", "it is a standby, which is read-only", "set DATABASE_URL to the primary")
    yield from of_losses(facts)
    yield from of_age(facts["number"] // 10_000)
    if facts["encoding"] != "UTF8":
        yield bad("database", f"its encoding is {facts['encoding']}", "create a database with ENCODING 'UTF8'")
    if not facts["creates"]:
        yield warning(
            "database",
            "this user can't create tables there, so new versions can't be installed",
            "make this user the owner of the database",
        )
    yield from _of_version(settings)


def of_losses(facts: Mapping[str, object]) -> Iterator[Finding]:
    """The settings of a PostgreSQL server with which it can lose saved messages."""
    if facts["fsync"] == "off":
        yield bad("database", "its fsync is off: a power cut loses saved messages", "set fsync = on on the server")
    if facts["full_page_writes"] == "off":
        yield bad(
            "database",
            "its full_page_writes is off: a power cut can destroy its tables",
            "set full_page_writes = on on the server",
        )
    if facts["synchronous_commit"] == "off":
        yield warning(
            "database",
            "its synchronous_commit is off: a power cut loses the last commits of other programs, and of a standby",
            "set synchronous_commit = on. The server of the desk sets it for its own connections",
        )
    if facts["synchronous_standby_names"]:
        if facts["synchronous_commit"] == "local":
            yield warning(
                "database",
                "its synchronous_commit is local: if a standby takes over, the last messages are lost",
                "set synchronous_commit = on",
            )
    elif facts["standbys"]:
        yield warning(
            "database",
            "its standby is not synchronous: if it takes over, the last messages are lost",
            "set synchronous_standby_names on the server (Patroni: synchronous_mode: true)",
        )


def of_age(version: int) -> Iterator[Finding]:
    """`version` is the major version of the PostgreSQL server."""
    if version < _OLDEST_POSTGRES:
        yield warning(
            "database",
            f"PostgreSQL {version} is older than {_OLDEST_POSTGRES}, and the desk is not tested with it",
            f"update the database server to PostgreSQL {_OLDEST_POSTGRES} or newer",
        )


def _facts_of_postgres(connection: Connection) -> tuple[str, dict[str, Any]]:
    row = connection.execute(
        text(
            "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS replica, "
            "current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding, "
            "current_setting('full_page_writes') AS full_page_writes, "
            "current_setting('server_version_num')::int AS number, "
            "current_setting('synchronous_standby_names') AS synchronous_standby_names, "
            # Backups, archives and subscribers of logical replication are no standbys. Without the right to see it, the
            # state is NULL.
            "(SELECT count(*) FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' "
            "AND application_name NOT IN ('pg_basebackup', 'pg_receivewal') AND pid NOT IN (SELECT active_pid "
            "FROM pg_replication_slots WHERE slot_type = 'logical' AND active_pid IS NOT NULL)) AS standbys, "
            # The connection itself has set it to on.
            "(SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS synchronous_commit, "
            "has_schema_privilege(current_schema(), 'CREATE') AS creates"
        )
    ).one()
    return row.version, dict(row._mapping)


def _of_version(settings: Settings) -> Iterator[Finding]:
    try:
        found = current(settings.storage_url)
    except StorageUnavailable as error:
        yield bad("database", f"it isn't writable: {error}", "correct this first")
        return
    if found == newest():
        try:
            transact(settings.storage_url, check)
        except UnlikeTables as unlike:
            yield bad(
                "database",
                f"it claims version {found}, but its tables differ: {unlike}",
                "restore a backup made by a released version",
            )
            return
        yield fine("database", f"its tables are at version {found}, the newest")
        yield from _of_clock(settings)
    elif (fits := fit(settings.storage_url)) == "foreign":
        yield bad("database", "it has tables of another program", "set DATABASE_URL to an empty database")
    elif found is None:
        creates = "`switchboard migrate` or the next start creates them" if settings.embedded else _MIGRATE
        yield warning("database", "it has no Switchboard tables yet", creates)
    elif fits == "newer":
        yield fine("database", f"its tables are at version {found}, which this program may use")
    elif found not in revisions():
        yield bad("database", f"its tables are from a newer version ({found}) of Switchboard", "update Switchboard")
    elif settings.embedded and is_served(settings):
        yield bad(
            "database",
            f"its tables are at version {found}, and a server of that version is using them",
            f"stop that server; the next start upgrades them to {newest()}",
        )
    else:
        yield warning(
            "database",
            f"its tables are at version {found}; the newest is {newest()}",
            "make a backup; then `switchboard migrate` or the next start upgrades them"
            if settings.embedded
            else _MIGRATE,
        )


def _of_clock(settings: Settings) -> Iterator[Finding]:
    newest_event = transact(
        settings.storage_url, lambda connection: connection.execute(text("SELECT max(last_at) FROM chats")).scalar()
    )
    if newest_event is not None and newest_event > time.time() * 1000 + _AHEAD_MS:
        yield bad(
            "clock",
            "the newest message is dated in the future: this machine's clock was set back",
            "set its clock with NTP",
        )
