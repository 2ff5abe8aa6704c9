"""`make run-scaled`: the demo in two processes, on servers that it starts and ends."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest
import redis

from server.demo.sample import PASSWORD
from storage.migrate import transact
from tests.server.cli.place import Place, Served
from tools.postgresql import NotInstalled, PostgreSQL, programs
from tools.valkey import DoesNotStart, Valkey, program

pytestmark = [pytest.mark.scaled, pytest.mark.processes]

START_S = 900
"""Making the sample takes longer on PostgreSQL."""

RUN_SCALED = [
    sys.executable,
    "-c",
    "import sys; from tools.run_scaled import main; raise SystemExit(main(sys.argv[2:]))",
]


@pytest.fixture
def servers() -> Iterator[Path]:
    """A folder that the user of PostgreSQL may look into."""
    with tempfile.TemporaryDirectory(prefix="switchboard-servers-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_demo_runs_in_two_processes_and_ends_with_its_servers(servers: Path, tmp_path: Path) -> None:
    """Scripted customers hold chats with the demo's agents. Ctrl+C ends the workers, and then the servers."""
    place = Place(tmp_path, forked=False, program=RUN_SCALED)
    options = ("--servers", str(servers))
    with place.serving(*options, command="demo", end=signal.SIGTERM, start_s=START_S) as served:
        cookie = served.sign_in("ines@support.example", PASSWORD)
        served.until(lambda: _held(served, cookie) == 5, "the afternoon's customers are there")
        running = _descendants(served.process.pid)
        postmaster = int((servers / "postgresql/data/postmaster.pid").read_text().split()[0])
        first_and_workers = [words for words in running.values() if "--workers 2" in words and "demo" in words]
        assert len(first_and_workers) == 3, running
        assert any("valkey-server" in words or "redis-server" in words for words in running.values())
        served.process.send_signal(signal.SIGTERM)
        assert served.ended() == 0
        pids = (postmaster, *running)
        served.until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "everything has ended")


def test_postgresql_keeps_its_data_and_starts_again_after_a_kill(servers: Path) -> None:
    """A server that an earlier run has left behind is stopped first. Only its user and root reach its socket."""
    server = PostgreSQL(servers / "postgresql")
    try:
        server.start()
        transact(server.url(), lambda connection: connection.exec_driver_sql("CREATE TABLE kept (id int)"))
        server.start()
        transact(server.url(), lambda connection: connection.exec_driver_sql("SELECT id FROM kept"))
        assert S_IMODE((servers / "postgresql/.s.PGSQL.5432").stat().st_mode) == 0o700
    finally:
        server.stop()
    assert not (servers / "postgresql/data/postmaster.pid").exists()


def test_postgresql_that_made_the_data_is_used_after_another_one_was_installed(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "pg_ctl").touch()
    data = tmp_path / "data"
    data.mkdir()
    assert programs(data, tmp_path) == tmp_path / "17" / "bin"
    (data / "PG_VERSION").write_text("15\n")
    assert programs(data, tmp_path) == tmp_path / "15" / "bin"
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(NotInstalled, match="apt-get install postgresql-14"):
        programs(data, tmp_path)


def test_valkey_starts_again_after_a_kill(servers: Path) -> None:
    """A server that an earlier run has left behind is stopped first. Only its user and root reach its socket."""
    found = program()
    assert found is not None
    left, server = Valkey(servers / "valkey", found), Valkey(servers / "valkey", found)
    try:
        left.start()
        server.start()
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            client.set("kept", "no")
        assert S_IMODE(server.folder.stat().st_mode) == 0o700
    finally:
        server.stop()
        left.stop()


def test_valkey_that_does_not_start_is_reported(servers: Path) -> None:
    with pytest.raises(DoesNotStart):
        Valkey(servers / "valkey", "/bin/false").start()


def _held(served: Served, cookie: str) -> int:
    chats = served.get("/api/chats", Cookie=cookie)["chats"]
    return sum(chat["agent"] is not None for chat in chats)


def _descendants(pid: int) -> dict[int, str]:
    """The processes below this one, with their command lines."""
    found: dict[int, str] = {}
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        found |= _descendants(child)
    return found
