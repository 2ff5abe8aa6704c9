"""Dumps of a PostgreSQL database with pg_dump and pg_restore, which must be at least as new as the server."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy
from sqlalchemy import make_url

from storage.migrate import transact
from storage.own_tables import own_tables


class DumpFailed(Exception):
    """pg_dump or pg_restore is missing or failed. The text is a sentence for people."""


def dump(url: str, target: Path) -> None:
    """Write a snapshot of the database at `url` to `target`. Raises DumpFailed if pg_dump is missing or fails."""
    _run("pg_dump", url, "--format=custom", f"--file={target}")


def load(url: str, source: Path) -> None:
    """Load a file that `dump` wrote into the database at `url`, which must be empty. If this fails, nothing is loaded,
    and DumpFailed is raised."""
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", str(source))


def is_empty(url: str) -> bool:
    """True if the database at `url` has no tables but those of extensions. Raises StorageUnavailable if it cannot be
    reached."""
    return transact(url, lambda connection: not own_tables(connection))


def kept_files(url: str) -> list[str]:
    """The ids of the uploaded files that have not been removed. Raises StorageUnavailable if the database cannot be
    reached."""
    query = sqlalchemy.text("SELECT id FROM files WHERE removed_at IS NULL")
    return transact(url, lambda connection: [str(row.id) for row in connection.execute(query)])


def kept_mails(url: str) -> list[str]:
    """The digests of the incoming mails whose bytes are still kept. Raises StorageUnavailable if the database cannot be
    reached."""
    there = sqlalchemy.text("SELECT to_regclass('incoming_mails') IS NOT NULL")
    query = sqlalchemy.text("SELECT DISTINCT digest FROM incoming_mails WHERE state <> 'deleted'")

    def found(connection: sqlalchemy.Connection) -> list[str]:
        if not connection.execute(there).scalar_one():
            return []
        return [str(row.digest) for row in connection.execute(query)]

    return transact(url, found)


def _run(tool: str, url: str, *words: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise DumpFailed(
            f"{tool} is not on the PATH. Install PostgreSQL's client tools, at least as new as the server."
        )
    address = make_url(url).set(drivername="postgresql")
    # Every user of the machine can read a command line, so the password goes into the environment.
    env = {**os.environ, **({"PGPASSWORD": address.password} if address.password else {})}
    named = address.set(password=None).render_as_string(hide_password=False)
    command = [program, "--no-owner", "--no-privileges", "--no-password", f"--dbname={named}", *words]
    ended = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or [f"exit status {ended.returncode}"]
        raise DumpFailed(f"{tool} failed: {said[0]}")
