"""Runs the comparisons on the server's core. Each has its own database and, if needed, Redis."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import processes
from bench.comparisons.environment import HERE, Environment
from bench.processes import Cores, Server


@dataclass(frozen=True, slots=True)
class Compared:
    """A running comparison, and the file that stores its messages."""

    server: Server
    database: Path

    def stored(self) -> int:
        """The number of messages that the comparison has stored in its table."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM message").fetchone()
            return int(count)


@contextmanager
def orm_session(cores: Cores, _: Environment) -> Iterator[Compared]:
    """Runs the comparison with one SQLModel session per message, on the desk's own libraries, during the `with`
    block."""
    with _database(cores) as database:
        port = processes.free_port()
        command = [sys.executable, "-m", "bench.comparisons.orm_session", "--port", str(port)]
        command += ["--database", str(database)]
        with processes.listening("orm_session", command, cores, port) as pid:
            yield Compared(Server(port, (pid,), ("--relay",)), database)


@contextmanager
def channels(cores: Cores, environment: Environment) -> Iterator[Compared]:
    """Runs Django Channels with its pub/sub layer during the `with` block."""
    with _redis(cores, environment) as (redis, beside), _database(cores) as database:
        port = processes.free_port()
        command = [str(environment.python), str(HERE / "channels_consumer.py"), "--port", str(port)]
        command += ["--database", str(database), "--redis", str(redis)]
        with processes.listening("channels", command, cores, port) as pid:
            yield Compared(Server(port, (pid, beside), ("--relay",)), database)


@contextmanager
def socketio(cores: Cores, environment: Environment) -> Iterator[Compared]:
    """Runs socket.io on Node, with its Redis adapter, during the `with` block."""
    with _redis(cores, environment) as (redis, beside), _database(cores) as database:
        port = processes.free_port()
        command = [str(environment.node), str(HERE / "socketio.mjs"), "--port", str(port)]
        command += ["--database", str(database), "--redis", str(redis)]
        with processes.listening("socketio", command, cores, port) as pid:
            yield Compared(Server(port, (pid, beside), ("--socketio",)), database)


@contextmanager
def _database(cores: Cores) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=cores.out, prefix="data-") as folder:
        yield Path(folder, "chat.db")


@contextmanager
def _redis(cores: Cores, environment: Environment) -> Iterator[tuple[Path, int]]:
    """Run Redis. Yields the path of its Unix socket, and its process id. The socket is in the system's folder for
    temporary files, because the path of a Unix socket must be short."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "redis")
        command = [str(environment.redis), "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
        with processes.running("redis", command, cores, cwd=Path(folder), env=os.environ) as pid:
            processes.wait(path.exists, cores.log("redis"), pid)
            yield path, pid
