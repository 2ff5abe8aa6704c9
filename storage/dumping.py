"""A PostgreSQL database into a file and back, by the tools that come with it. They must be as new as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy
from sqlalchemy import make_url

from storage.migrate import transact


class DumpFailed(Exception):
    """The tool is not there, or says that it could not; the text is a sentence for people."""


def dump(url: str, target: Path) -> None:
    """Write the database at `url`, as it is at one moment, to `target`. Raises DumpFailed."""
    _run("pg_dump", url, "--format=custom", f"--file={target}")


def load(url: str, source: Path) -> None:
    """Put what `dump` wrote into the empty database at `url`, all or nothing. Raises DumpFailed."""
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", str(source))


def is_empty(url: str) -> bool:
    """Has the database at `url` no tables yet? Raises StorageUnavailable where it cannot be reached."""
    query = sqlalchemy.text("SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()")
    return transact(url, lambda connection: bool(connection.execute(query).scalar_one() == 0))


def kept_files(url: str) -> list[str]:
    """The ids of the files that the database at `url` knows and has not removed. Raises as `is_empty`."""
    query = sqlalchemy.text("SELECT id FROM files WHERE removed_at IS NULL")
    return transact(url, lambda connection: [str(row.id) for row in connection.execute(query)])


def _run(tool: str, url: str, *words: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise DumpFailed(f"{tool} is not on the PATH: install the tools of PostgreSQL, as new as its server.")
    address = make_url(url).set(drivername="postgresql")
    # Whatever stands among the words of a command, everybody on the machine can read.
    env = {**os.environ, **({"PGPASSWORD": address.password} if address.password else {})}
    named = address.set(password=None).render_as_string(hide_password=False)
    command = [program, "--no-owner", "--no-privileges", "--no-password", f"--dbname={named}", *words]
    ended = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or [f"exit status {ended.returncode}"]
        raise DumpFailed(f"{tool} failed: {said[0]}")
