"""What stands between a desk and PostgreSQL fails: a standby takes over behind HAProxy, and PgBouncer is restarted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from bus.adapters.postgres import PostgresTransport
from server.operations.doctor_bus import carries
from storage.connection_postgres import connect
from storage.migrate import upgrade
from tests.faults.load import Load, at_work
from tests.faults.server import free_port
from tests.running import RunningDesk, eventually, running
from tools.postgresql import ACCOUNT, PostgreSQL

pytestmark = [pytest.mark.faults, pytest.mark.scaled, pytest.mark.processes]

AGAIN_S = 60.0
"""Sends work again within 10 s on a machine that does nothing else."""

HAPROXY = """
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 1s
listen postgresql
  bind 127.0.0.1:{port}
  default-server check inter 200ms fall 2 rise 1 on-marked-down shutdown-sessions
  server first 127.0.0.1:{first}
  server second 127.0.0.1:{second} backup
"""
PGBOUNCER = """
[databases]
* = host=127.0.0.1 port={to} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
server_login_retry = 1
pool_mode = {mode}
ignore_startup_parameters = lock_timeout,idle_in_transaction_session_timeout,default_transaction_isolation
max_prepared_statements = 100
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user of PostgreSQL may look into."""
    with tempfile.TemporaryDirectory(prefix="switchboard-failover-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def primary(folder: Path) -> Iterator[PostgreSQL]:
    server = PostgreSQL(folder / "first", free_port())
    try:
        server.start(["fsync=off"])
        upgrade(_address(server.port))
        yield server
    finally:
        server.stop("immediate")


@pytest.fixture
def standby(folder: Path, primary: PostgreSQL) -> Iterator[PostgreSQL]:
    """Each commit is on the standby before it is acknowledged."""
    server = PostgreSQL(folder / "second", free_port())
    server.prepare()
    try:
        server.run("pg_basebackup", "-R", "-c", "fast", "-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres")
        server.start(["fsync=off"])
        for statement in ("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"):
            asyncio.run(_executed(primary.port, statement))
        yield server
    finally:
        server.stop("immediate")


@contextmanager
def proxy(folder: Path, primary: PostgreSQL, standby: PostgreSQL) -> Iterator[int]:
    """A HAProxy in front of both; its port."""
    port, config = free_port(), folder / "haproxy.cfg"
    config.write_text(HAPROXY.format(port=port, first=primary.port, second=standby.port))
    process = subprocess.Popen(
        ["haproxy", "-db", "-f", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait(20)


class Bouncer:
    def __init__(self, folder: Path, to: int | None, mode: str) -> None:
        self.port, self.mode = free_port(), mode
        self._config = folder / "pgbouncer.ini"
        self._config.write_text(PGBOUNCER.format(port=self.port, to=to, mode=mode))
        self._config.chmod(0o644)

    def start(self) -> None:
        account = ACCOUNT if os.geteuid() == 0 else None
        self._process = subprocess.Popen(
            ["pgbouncer", "-q", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=account,
            group=account,
            extra_groups=() if account else None,
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(20)


@pytest.fixture(params=["session", "transaction"])
def bouncer(request: pytest.FixtureRequest, folder: Path, primary: PostgreSQL) -> Iterator[Bouncer]:
    bouncer = Bouncer(folder, primary.port, request.param)
    bouncer.start()
    try:
        yield bouncer
    finally:
        bouncer.stop()


async def test_standby_takes_over_and_nothing_acknowledged_is_lost(
    tmp_path: Path, folder: Path, primary: PostgreSQL, standby: PostgreSQL, said: Callable[[object], None]
) -> None:
    """Meanwhile sends are `unavailable`, and all sockets stay open."""
    with proxy(folder, primary, standby) as port:
        async with _desk(tmp_path, port) as desk, at_work(desk.desk.storage, desk.port, repeats=0.3) as load:
            await load.written(60)
            await asyncio.to_thread(primary.stop, "immediate")
            await load.refused_more(10)
            await asyncio.to_thread(standby.run, "pg_ctl", "-w", "promote")
            said(f"sends work again {await _goes_on(load):.1f} s after the standby was promoted")
            assert await load.end(desk.desk.storage) == []
        assert load.refused == set()


async def test_pgbouncer_is_restarted_and_nothing_acknowledged_is_lost(
    tmp_path: Path, bouncer: Bouncer, said: Callable[[object], None]
) -> None:
    async with _desk(tmp_path, bouncer.port) as desk, at_work(desk.desk.storage, desk.port, repeats=0.3) as load:
        for _ in range(2):
            await load.written(60)
            await asyncio.to_thread(bouncer.stop)
            await load.refused_more(10)
            bouncer.start()
            said(f"sends work again {await _goes_on(load):.1f} s after PgBouncer was started")
        assert await load.end(desk.desk.storage) == []
    assert load.refused == set()


async def test_bus_behind_pgbouncer_is_deaf_in_transaction_mode_and_notices_it(bouncer: Bouncer) -> None:
    in_session = bouncer.mode == "session"
    await _answered(bouncer.port)
    transport = PostgresTransport(partial(connect, _address(bouncer.port)))
    assert await carries(transport, AGAIN_S if in_session else 1.0) == in_session


@asynccontextmanager
async def _desk(folder: Path, port: int) -> AsyncIterator[RunningDesk]:
    """A desk whose database is behind `port`, once that answers."""
    await _answered(port)
    async with running(folder / "data", database_url=_address(port)) as desk:
        yield desk


async def _answered(port: int) -> None:
    """Wait until a database behind `port` answers."""

    async def answers() -> bool:
        try:
            await _executed(port, "SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    async with asyncio.timeout(AGAIN_S):
        while not await answers():
            await asyncio.sleep(0.05)


def _address(port: int | None) -> str:
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"


async def _executed(port: int | None, statement: str) -> None:
    connection = await asyncpg.connect(_address(port))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _goes_on(load: Load) -> float:
    """Returns the seconds until the first send was acknowledged."""
    before, began = load.acknowledged, asyncio.get_running_loop().time()
    await eventually(lambda: load.acknowledged > before, "sends work again", AGAIN_S)
    took = asyncio.get_running_loop().time() - began
    await eventually(lambda: load.acknowledged >= before + 60, "sends work again", AGAIN_S)
    assert load.connected == len(load.everybody)
    return took
