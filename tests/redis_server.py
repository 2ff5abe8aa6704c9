"""A Redis-compatible server for tests, with a folder and a socket of its own."""

from __future__ import annotations

import atexit
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError
from redis.retry import Retry

from tests.faults.server import free_port

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")
SENTINEL = shutil.which("valkey-sentinel") or "redis-sentinel"
PATIENT = Retry(ConstantBackoff(0.02), 500, supported_errors=(ConnectionError,))


class RedisServer:
    """It ends with the process of the tests."""

    def __init__(self, *options: str, port: int = 0) -> None:
        assert PROGRAM is not None, "valkey-server is missing: scripts/install-system-packages"
        self._folder = tempfile.TemporaryDirectory(prefix="switchboard-redis-", ignore_cleanup_errors=True)
        self.socket = Path(self._folder.name) / "socket"
        self.url = f"unix://{self.socket}"
        address = f"--port {port} --bind 127.0.0.1 --unixsocket {self.socket} --dir {self._folder.name}"
        kept = "--appendonly no --daemonize no --maxmemory-policy noeviction"
        self._command = [PROGRAM, *address.split(), *kept.split(), "--save", "", *options]
        self.start()

    def start(self) -> None:
        """Start the server, empty, and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.execute("PING")

    def stop(self) -> None:
        """End the server and all connections. Everything in it is lost."""
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(20)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def execute(self, *command: str | int) -> object:
        with redis.Redis(unix_socket_path=str(self.socket), retry=PATIENT) as client:
            return client.execute_command(*command)

    @staticmethod
    def connected(port: int) -> redis.Redis:
        """A client of any server on a port of this machine."""
        return redis.Redis(port=port, retry=PATIENT)

    def close(self) -> None:
        self.stop()
        self._folder.cleanup()


@contextmanager
def redis_server(*options: str, port: int = 0) -> Iterator[RedisServer]:
    """A server for one test."""
    server = RedisServer(*options, port=port)
    try:
        yield server
    finally:
        server.close()


@cache
def shared_redis() -> RedisServer:
    """This process's server, for tests that only use it. Each uses a prefix of its own."""
    server = RedisServer()
    atexit.register(server.close)
    return server


@contextmanager
def sentinel(master_port: int) -> Iterator[int]:
    """A sentinel that watches a server on this machine under the name `desk`. Yields the port of the sentinel."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="switchboard-sentinel-") as folder:
        file = Path(folder) / "sentinel.conf"
        watched = f"sentinel monitor desk 127.0.0.1 {master_port} 1"
        file.write_text(f"port {port}\nbind 127.0.0.1\ndir {folder}\n{watched}\n")
        process = subprocess.Popen([SENTINEL, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with RedisServer.connected(port) as client:
                client.execute_command("PING")
            yield port
        finally:
            process.kill()
            process.wait(20)
