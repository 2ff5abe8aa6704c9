"""The program as people start it: real processes, their output, their exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from chat.frames.fields import SUBPROTOCOL
from tests.faults.forked import Forked, ran
from tests.faults.server import Process
from tests.servers import migrated

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = [sys.executable, "-c", "from server.cli import main; main()"]
DEADLINE_S = 120
DEMO_START_S = 300
"""The first start makes the sample."""
NOBODY = "Nobody has the address nobody@desk.example."


class Place:
    """An empty folder to start the program in, with a home and an hours file, and nothing of ours set.

    `forked`: from a process that has imported the program already (`tests/faults/forked.py`), else as a shell does it.
    """

    def __init__(self, folder: Path, *, forked: bool = True, program: Sequence[str] = PROGRAM) -> None:
        """`program`: the words that start it, if it is not `forked`."""
        self.folder = folder
        self._forked = forked
        self._program = program
        self.data = folder / "data"
        (folder / "hours.yaml").write_bytes((ROOT / "hours.yaml").read_bytes())
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("SWITCHBOARD_")}
        self.env = {
            **kept,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONFAULTHANDLER": "1",
            "SWITCHBOARD_DATA": str(self.data),
        }

    def run(self, *words: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[bytes]:
        env = {**self.env, **variables}
        if self._forked:
            return ran(words, env, self.folder, DEADLINE_S, typed)
        return subprocess.run(
            [*self._program, *words], cwd=self.folder, env=env, input=typed.encode(), capture_output=True,
            timeout=DEADLINE_S, check=False,
        )  # fmt: skip

    def printed(self, *words: str, typed: str = "") -> bytes:
        """What the command prints, to the byte; it must succeed, and say nothing on standard error."""
        ended = self.run(*words, typed=typed)
        assert (ended.returncode, ended.stderr) == (0, b"")
        return ended.stdout

    def done(self, *words: str, typed: str = "") -> str:
        return self.printed(*words, typed=typed).decode()

    def refused(self, *words: str, typed: str = "", **variables: str) -> list[str]:
        """The lines on standard error of a command that ends with 2 and prints nothing else."""
        ended = self.run(*words, typed=typed, **variables)
        assert (ended.returncode, ended.stdout) == (2, b""), ended
        said = ended.stderr.decode()
        assert "Traceback" not in said
        return said.splitlines()

    def add(self, email: str = "ada@desk.example", *words: str, typed: str = "") -> str:
        """Add a person. The first one is added to a database that is up to date."""
        if not self.data.exists():
            # A copy. The command would make the database in a second of computing time.
            self.data.mkdir(mode=0o700)
            migrated(f"sqlite:///{self.data / 'switchboard.db'}")
        more = words or ("--team", "media")
        return self.done("user", "add", "--email", email, "--name", "Ada", "--role", "agent", *more, typed=typed)

    def token(self, *scopes: str, email: str = "ada@desk.example") -> str:
        """A new token of a person, with all scopes unless some are given."""
        words = [word for scope in scopes or ("read", "write", "export") for word in ("--scope", scope)]
        return self.done("token", "create", "--email", email, *words).strip()

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.data / "switchboard.db")) as database, database:
            return database.execute(query).fetchall()

    def change(self, *statements: str) -> None:
        for statement in statements:
            self.rows(statement)

    @contextmanager
    def serving(
        self, *words: str, command: str = "serve", end: signal.Signals = signal.SIGKILL, start_s: int | None = None
    ) -> Iterator[Served]:
        """`end` is sent if it still runs after the block."""
        words = (command, "--port", "0", *words)
        output, errors = self.folder / "stdout", self.folder / "stderr"
        for file in (output, errors):
            file.write_bytes(b"")
        process = self._start(words, output, errors)
        try:
            yield Served(process, output, errors, start_s or (DEMO_START_S if command == "demo" else DEADLINE_S))
        finally:
            if process.poll() is None:
                process.send_signal(end)
                process.wait(DEADLINE_S)

    def _start(self, words: Sequence[str], output: Path, errors: Path) -> Process:
        if self._forked:
            return Forked(words, self.env, self.folder, output, errors=errors)
        with output.open("ab") as printed, errors.open("ab") as said:
            return subprocess.Popen(
                [*self._program, *words], cwd=self.folder, env=self.env, stdout=printed, stderr=said
            )


class Served:
    """A server that runs, once it has printed where."""

    def __init__(self, process: Process, output: Path, errors: Path, start_s: float) -> None:
        self.process = process
        self._output, self._errors = output, errors
        self.until(lambda: process.poll() is not None or self._address() is not None, "it says where, or ends", start_s)
        address = self._address()
        assert address is not None, f"no address was printed: {self.printed} {errors.read_text()}"
        self.url = address[0]

    def _address(self) -> re.Match[str] | None:
        return re.search(r"http://\S+?(?=[/\s])", self._output.read_text())

    @property
    def printed(self) -> list[str]:
        return self._output.read_text().splitlines()

    def get(self, path: str, **headers: str) -> Any:
        return json.loads(self.read(path, **headers))

    def read(self, path: str, **headers: str) -> bytes:
        """The bytes of a good answer."""
        return self._answered(urllib.request.Request(self.url + path, headers=headers))

    def post(self, path: str, body: object, **headers: str) -> bytes:
        headers["Content-Type"] = "application/json"
        return self._answered(urllib.request.Request(self.url + path, json.dumps(body).encode(), headers))

    def _answered(self, request: urllib.request.Request) -> bytes:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            told: bytes = answer.read()
            return told

    def status(self, path: str, **headers: str) -> int:
        """That of the answer, good or not."""
        return _status(lambda: self.read(path, **headers))

    def sign_in_status(self, email: str, password: str) -> int:
        return _status(lambda: self.sign_in(email, password))

    def until(self, holds: Callable[[], bool], what: str, within_s: float = DEADLINE_S) -> None:
        """Wait until it holds, and fail, saying `what`, where it does not in time."""
        deadline = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > deadline:
                pytest.fail(f"not within {within_s} s: {what}")
            time.sleep(0.05)

    def sign_in(self, email: str, password: str) -> str:
        body = json.dumps({"email": email, "password": password}).encode()
        headers = {"Content-Type": "application/json", "Origin": self.url}
        request = urllib.request.Request(self.url + "/api/session", body, headers)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return str(answer.headers["Set-Cookie"]).split(";")[0]

    def ended(self) -> int:
        """The exit status. If the process does not end in time, the failure shows where its threads are."""
        try:
            return self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(DEADLINE_S)
            pytest.fail(f"it has not ended within {DEADLINE_S} s: {self._errors.read_text()}")


def _status(ask: Callable[[], object]) -> int:
    try:
        ask()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return 200


@contextmanager
def greeted(served: Served, token: str) -> Iterator[ClientConnection]:
    """A connection that has said hello and was let in."""
    with connect(
        served.url.replace("http", "ws", 1) + "/ws/staff",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        proxy=None,
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
        open_timeout=DEADLINE_S,
    ) as socket:
        socket.send(json.dumps({"type": "hello", "id": "1"}))
        assert json.loads(socket.recv(DEADLINE_S))["type"] == "ok"
        yield socket


def closed_with(socket: ClientConnection) -> int | None:
    """The code with which the server closes the connection, which it must do in time."""
    try:
        while True:
            socket.recv(DEADLINE_S)
    except ConnectionClosed:
        return socket.close_code
