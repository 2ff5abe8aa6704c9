"""A Valkey or Redis server from the installed package, in a folder of its own. It needs no service and no root."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import redis
from redis.exceptions import RedisError

PROGRAMS = ("valkey-server", "redis-server")
_START_S, _PAUSE_S, _END_S = 20.0, 0.02, 20.0


class DoesNotStart(Exception):
    """The server has ended at once, or does not answer."""


def program() -> str | None:
    """The path of the installed server; None if there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Valkey:
    """A server on a socket in `folder`, which only its user and root reach. It stores nothing on the disk."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.socket = folder / "socket"
        self.url = f"unix://{self.socket}"
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, and wait until it answers. Raises DoesNotStart."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Left over from a start that was killed.
        with suppress(RedisError), self._client() as client:
            client.shutdown(nosave=True)
        self.socket.unlink(missing_ok=True)
        words = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(self.folder)]
        kept = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--daemonize", "no"]
        with (self.folder / "log").open("ab") as log:
            # Ctrl+C would stop it before the desk.
            self._process = subprocess.Popen(
                [self._program, *words, *kept], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise DoesNotStart
            time.sleep(_PAUSE_S)

    def stop(self) -> None:
        """End all connections, then the server. Does nothing if it does not run."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_END_S)
            self._process = None

    def _answers(self) -> bool:
        with suppress(RedisError), self._client() as client:
            return bool(client.ping())
        return False

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))
