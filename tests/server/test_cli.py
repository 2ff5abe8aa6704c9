"""The program as people start it: real processes, their output, their exit status."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import socket
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

from server.demo.sample import PASSWORD
from tests.faults.forked import Forked, ran
from tests.faults.server import Process

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-c", "from server.cli import main; main()"]
TOKEN = re.compile(r"sb_[A-Za-z0-9_-]{43}\n")
DEADLINE_S = 30


class Place:
    """An empty folder to start the program in, with a home and an hours file, and nothing of ours set.

    `forked`: from a process that has imported the program already (`tests/faults/forked.py`), else as a shell does it.
    """

    def __init__(self, folder: Path, *, forked: bool = True) -> None:
        self.folder = folder
        self._forked = forked
        self.data = folder / "data"
        (folder / "hours.yaml").write_bytes((ROOT / "hours.yaml").read_bytes())
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("SWITCHBOARD_")}
        self.env = {**kept, "HOME": str(folder), "PYTHONPATH": str(ROOT), "SWITCHBOARD_DATA": str(self.data)}

    def run(self, *words: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[bytes]:
        env = {**self.env, **variables}
        if self._forked:
            return ran(words, env, self.folder, DEADLINE_S, typed)
        return subprocess.run(
            [*PROGRAM, *words], cwd=self.folder, env=env, input=typed.encode(), capture_output=True,
            timeout=DEADLINE_S, check=False,
        )  # fmt: skip

    def printed(self, *words: str, typed: str = "") -> bytes:
        """What the command prints, to the byte; it must succeed, and say nothing on standard error."""
        ended = self.run(*words, typed=typed)
        assert (ended.returncode, ended.stderr) == (0, b"")
        return ended.stdout

    def done(self, *words: str, typed: str = "") -> str:
        """The same as text."""
        return self.printed(*words, typed=typed).decode()

    def refused(self, *words: str, typed: str = "", **variables: str) -> list[str]:
        """The lines on standard error of a command that ends with 2 and prints nothing else."""
        ended = self.run(*words, typed=typed, **variables)
        assert (ended.returncode, ended.stdout) == (2, b""), ended
        said = ended.stderr.decode()
        assert "Traceback" not in said
        return said.splitlines()

    def add(self, email: str = "ada@desk.example", *words: str, typed: str = "") -> str:
        more = words or ("--team", "media")
        return self.done("user", "add", "--email", email, "--name", "Ada", "--role", "agent", *more, typed=typed)

    @contextmanager
    def serving(self, *words: str) -> Iterator[Served]:
        output, errors = self.folder / "stdout", self.folder / "stderr"
        for file in (output, errors):
            file.write_bytes(b"")
        process = self._start(words, output, errors)
        try:
            yield Served(process, output, errors)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait(DEADLINE_S)

    def _start(self, words: Sequence[str], output: Path, errors: Path) -> Process:
        if self._forked:
            return Forked(words, self.env, self.folder, output, errors=errors)
        with output.open("ab") as printed, errors.open("ab") as said:
            return subprocess.Popen([*PROGRAM, *words], cwd=self.folder, env=self.env, stdout=printed, stderr=said)


class Served:
    """A server that runs, once it has printed where."""

    def __init__(self, process: Process, output: Path, errors: Path) -> None:
        self.process = process
        self._output = output
        self.until(lambda: process.poll() is not None or self._address() is not None, "it says where, or ends")
        address = self._address()
        assert address is not None, f"no address was printed: {self.printed} {errors.read_text()}"
        self.url = address[0]

    def _address(self) -> re.Match[str] | None:
        return re.search(r"http://\S+?(?=[/\s])", self._output.read_text())

    @property
    def printed(self) -> list[str]:
        """The lines, as far as there are any."""
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

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until it holds, and fail, saying `what`, where it does not in time."""
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            if time.monotonic() > deadline:
                pytest.fail(f"not within {DEADLINE_S} s: {what}")
            time.sleep(0.05)

    def sign_in(self, email: str, password: str) -> str:
        """The session's cookie."""
        body = json.dumps({"email": email, "password": password}).encode()
        headers = {"Content-Type": "application/json", "Origin": self.url}
        request = urllib.request.Request(self.url + "/api/session", body, headers)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return str(answer.headers["Set-Cookie"]).split(";")[0]

    def ended(self) -> int:
        return self.process.wait(DEADLINE_S)


def _status(ask: Callable[[], object]) -> int:
    try:
        ask()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return 200


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Place:
    """Where the program is started as a shell does it."""
    return Place(tmp_path, forked=False)


@pytest.fixture(scope="module")
def with_ada(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place where ada@desk.example is an agent, for what changes nothing there."""
    place = Place(tmp_path_factory.mktemp("ada"))
    place.add()
    return place


# -- people and tokens -----------------------------------------------------------------


def test_added_person_gets_a_password_and_a_token(shell: Place) -> None:
    """The password is read from standard input, and the token is alone on its line. Neither is stored in plain text."""
    assert shell.add() == (
        "Ada <ada@desk.example> is an agent of media.\n"
        "To let them sign in, set a password: switchboard user password --email ada@desk.example\n"
    )
    said = shell.done("user", "password", "--email", "ADA@desk.example", typed="correct horse\n")
    assert said == "ADA@desk.example has a new password and is signed out everywhere.\n"
    token = shell.done("token", "create", "--email", "ada@desk.example", "--days", "2", "--scope", "read")
    assert TOKEN.fullmatch(token)
    stored = (shell.data / "switchboard.db").read_bytes()
    assert token.strip().encode() not in stored
    assert b"correct horse" not in stored


def test_person_added_with_a_password_needs_no_further_step(place: Place) -> None:
    """With --password-stdin nothing is left to do before signing in."""
    said = place.add("bo@desk.example", "--team", "tech", "--team", "prod", "--password-stdin", typed="correct horse")
    assert said == "Ada <bo@desk.example> is an agent of prod, tech.\n"


def test_new_agent_is_away_with_the_given_capacity(place: Place) -> None:
    place.add("ada@desk.example", "--team", "media", "--capacity", "7")
    with closing(sqlite3.connect(place.data / "switchboard.db")) as database:
        assert database.execute("select status, capacity from agents").fetchall() == [("away", 7)]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (
            "user add --email x@desk.example --name X --role agent --team nobody",
            "",
            "There is no team 'nobody'. There are: media, prod, tech, finance, canadian-spot.",
        ),
        (
            "user add --email ada@desk.example --name X --role agent --team media",
            "",
            "has the address ada@desk.example",
        ),
        ("user add --email nobody --name X --role agent --team media", "", "'nobody' is not an email address."),
        ("user add --email x@desk.example --name X --role boss", "", "There is no role 'boss'."),
        ("user add --email x@desk.example --name X --role agent", "", "An agent needs at least one team."),
        (
            "user add --email x@desk.example --name X --role agent --team media --password-stdin",
            "short\n",
            "This password has 5 characters. Use at least 10.",
        ),
        ("user password --email nobody@desk.example", "correct horse\n", "Nobody has the address nobody@desk.example."),
        ("user password --email ada@desk.example", "", "This password has 0 characters"),
        ("token create --email nobody@desk.example", "", "Nobody has the address nobody@desk.example."),
        ("token create --email ada@desk.example --days 0", "", "A token lasts 1 to 3,650 days, not 0."),
        ("token create --email ada@desk.example --scope all", "", "There is no scope 'all'."),
    ],
)
def test_bad_input_is_refused_in_one_sentence(with_ada: Place, words: str, typed: str, said: str) -> None:
    """It says what would be right. The exit code is 2."""
    (line,) = with_ada.refused(*words.split(), typed=typed)
    assert said in line


def test_bad_option_is_refused_by_name(with_ada: Place) -> None:
    """A number out of range, a missing or an unknown option. The exit code is 2."""
    assert "'--capacity'" in with_ada.refused("user", "add", "--capacity", "51")[-1]
    assert "'--email'" in with_ada.refused("token", "create")[-1]
    assert "--prot" in with_ada.refused("serve", "--prot", "1")[-1]


def test_help_imports_no_heavy_modules() -> None:
    """It needs neither the database nor the server."""
    heavy = "{'sqlalchemy', 'uvicorn', 'pydantic', 'starlette', 'msgspec', 'pytz', 'yaml'} & set(sys.modules)"
    script = f"import sys, server.cli; print(sorted({heavy}))"
    ended = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=DEADLINE_S, check=True,
    )  # fmt: skip
    assert ended.stdout == "[]\n"


# -- settings, hours, database ---------------------------------------------------------


@pytest.mark.parametrize("command", ["serve --port 0", "migrate", "token create --email x@desk.example"])
def test_every_bad_setting_is_reported_at_once(place: Place, command: str) -> None:
    """By any command, each on its own line."""
    lines = place.refused(*command.split(), SWITCHBOARD_BRAND_COLOR="blue", SWITCHBOARD_RATE_LIMITS="many")
    assert [line.split(":")[0] for line in lines] == ["SWITCHBOARD_BRAND_COLOR", "SWITCHBOARD_RATE_LIMITS"]


@pytest.mark.parametrize("command", ["serve --port 0", "user add --email x@d.example --name X --role agent --team a"])
def test_every_fault_of_the_hours_file_is_reported_at_once(place: Place, command: str) -> None:
    """By the start and by any other command that needs the teams."""
    (place.folder / "bad.yaml").write_text("timezone: Nowhere\nteams: []\n")
    lines = place.refused(*command.split(), "--hours", "bad.yaml")
    assert [line.split(": ")[0] for line in lines] == ["bad.yaml:1", "bad.yaml:1", "bad.yaml:2"]
    assert not (place.data / "switchboard.db").exists()


def test_missing_hours_file_is_refused_with_advice(shell: Place) -> None:
    """The message says how to name one."""
    (shell.folder / "hours.yaml").unlink()
    assert shell.refused("serve", "--port", "0") == [
        "hours.yaml: no such file: set --hours FILE or SWITCHBOARD_HOURS, or start in the folder of hours.yaml"
    ]


def test_repeated_migrate_changes_nothing(shell: Place) -> None:
    """The first run creates the database."""
    first = shell.done("migrate", "--data", "elsewhere")
    assert first.startswith("The database has version ")
    assert shell.done("migrate", "--data", "elsewhere") == first
    assert (shell.folder / "elsewhere" / "switchboard.db").exists()
    assert not shell.data.exists()


def test_database_of_another_version_is_refused(place: Place) -> None:
    """A newer version is left alone. While a server uses the folder, the message says to stop it first."""
    place.add()
    path = place.data / "switchboard.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("update alembic_version set version_num = '9999'")
    (line,) = place.refused("token", "create", "--email", "ada@desk.example")
    assert line == "The database was made by a newer version of Switchboard. Update the program first."
    with (place.data / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (line,) = place.refused("token", "create", "--email", "ada@desk.example")
    assert "Stop it first" in line


def test_database_that_matches_no_version_is_refused_unchanged(place: Place) -> None:
    """Its tables differ from its version, or a migration fails. It is neither served nor changed, and there is no
    traceback."""
    place.add()
    path = place.data / "switchboard.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("alter table accounts rename column coordinator to boss")
        database.execute("drop table handovers")
    for command in (("migrate",), ("serve", "--port", "0")):
        said, advice = place.refused(*command)
        assert said.startswith("The database does not match any released version of Switchboard: ")
        assert "accounts.coordinator is missing" in said and "accounts.boss should not be there" in said
        assert "handovers is missing" in said and "backup" in advice
    released = ROOT / "tests" / "migrations" / "0011" / "sqlite.sql"
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(released.read_text("utf-8"))
        database.execute("drop table visitors")
        database.commit()
        before = list(database.iterdump())
    said, _ = place.refused("serve", "--port", "0")
    assert "visitors is missing" in said or "no such table: visitors" in said
    with closing(sqlite3.connect(path)) as database:
        assert list(database.iterdump()) == before
        database.execute("drop table ticket_texts")
    said, _ = place.refused("migrate")
    assert "a migration fails" in said and "ticket_texts" in said


def test_file_that_is_no_database_is_refused_unchanged(place: Place) -> None:
    place.data.mkdir()
    (place.data / "switchboard.db").write_text("this is a letter, not a database; " * 100)
    (line,) = place.refused("migrate")
    assert line.startswith("Cannot use the database: ")
    assert (place.data / "switchboard.db").read_text().startswith("this is a letter")


# -- the server ------------------------------------------------------------------------


def test_serve_prints_its_address_once_ready(shell: Place) -> None:
    """People added meanwhile can sign in immediately. SIGTERM ends the server cleanly, and everything is there after
    the next start."""
    with shell.serving("serve", "--port", "0") as served:
        assert served.printed == [f"Switchboard is ready at {served.url}"]
        assert served.get("/readyz") == {"status": "ready"}
        assert [team["team"] for team in served.get("/api/hours")["teams"]][:2] == ["media", "prod"]
        shell.add("ada@desk.example", "--team", "media", "--password-stdin", typed="correct horse")
        token = shell.done("token", "create", "--email", "ada@desk.example").strip()
        assert served.get("/api/me", Authorization=f"Bearer {token}")["email"] == "ada@desk.example"
        assert served.get("/api/me", Cookie=served.sign_in("ada@desk.example", "correct horse"))["name"] == "Ada"
        served.process.send_signal(signal.SIGTERM)
        assert served.ended() == 0
    assert (shell.folder / "stderr").read_text() == ""
    with shell.serving("serve", "--port", "0") as served:
        assert served.get("/api/me", Authorization=f"Bearer {token}")["email"] == "ada@desk.example"


def test_port_in_use_is_refused_with_advice(place: Place) -> None:
    """The exit code is 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert place.refused("serve", "--port", port) == [
            f"--port {port}: in use on 127.0.0.1. Stop the program that uses it, or choose another port."
        ]


def test_foreign_host_is_refused(place: Place) -> None:
    """The address of another machine, or an invalid name. The exit code is 2."""
    assert place.refused("serve", "--host", "no such host", "--port", "0")[0].startswith("--host no such host: not an")
    assert place.refused("serve", "--host", "192.0.2.1", "--port", "0")[0].startswith("--host 192.0.2.1: ")


def test_second_server_on_one_folder_is_refused(place: Place) -> None:
    """The message names the process that uses it. After that one was killed the next may start."""
    with place.serving("serve", "--port", "0") as served:
        (line,) = place.refused("serve", "--port", "0")
        assert line == (
            f"{place.data}: a server already uses this folder (process {served.process.pid}). "
            "Stop it first, or choose another folder with --data."
        )
    with place.serving("serve", "--port", "0") as served:
        assert served.get("/healthz") == {"status": "ok"}


def test_several_processes_are_refused(place: Place) -> None:
    """They need PostgreSQL and Redis, and this version does not support them even then."""
    both = {
        "SWITCHBOARD_DATABASE_URL": "postgresql://db/desk", "SWITCHBOARD_REDIS_URL": "redis://cache",
        "SWITCHBOARD_SECRET": "x" * 32,
    }  # fmt: skip
    assert "more than one process needs PostgreSQL and Redis" in place.refused("serve", "--workers", "2")[0]
    assert "runs in one process" in place.refused("serve", "--workers", "2", **both)[0]
    assert "does not use Redis" in place.refused("serve", SWITCHBOARD_REDIS_URL="redis://cache")[0]


def test_unreachable_database_is_refused_without_its_password(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    url = f"postgresql://desk:geheim@127.0.0.1:{port}/desk"
    (line,) = place.refused("serve", SWITCHBOARD_DATABASE_URL=url, SWITCHBOARD_SECRET="x" * 32)
    assert line.startswith("Cannot use the database: ")
    assert "geheim" not in line


def test_start_without_limits_prints_a_warning(place: Place) -> None:
    place.env["SWITCHBOARD_RATE_LIMITS"] = "off"
    with place.serving("serve", "--port", "0"):
        assert "SWITCHBOARD_RATE_LIMITS is off" in (place.folder / "stderr").read_text()


def test_weak_secret_and_open_folder_print_warnings(place: Place) -> None:
    """The server starts anyway, because chats may be under way. The secret is not shown."""
    (place.folder / "open").mkdir(mode=0o755)
    place.env |= {"SWITCHBOARD_SECRET": "s" * 40, "SWITCHBOARD_DATA": str(place.folder / "open")}
    with place.serving("serve", "--port", "0"):
        said = (place.folder / "stderr").read_text()
    assert "Warning: SECRET is easy to guess" in said and "chmod 700" in said
    assert "ssss" not in said


def test_second_signal_stops_immediately(shell: Place) -> None:
    """The first one waits for open connections."""
    with shell.serving("serve", "--port", "0") as served:
        host, port = served.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            served.get("/healthz")
            served.process.send_signal(signal.SIGTERM)
            _until_refused(host, int(port))
            assert served.process.poll() is None
            served.process.send_signal(signal.SIGTERM)
            assert served.ended() == 0


def _until_refused(host: str, port: int) -> None:
    """Wait until nobody listens there any more."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port)).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    pytest.fail("still listening after the signal")


# -- the demo --------------------------------------------------------------------------


def test_demo_has_sample_data_and_keeps_changes(shell: Place) -> None:
    """It prints its links and accounts, offers the accounts on the sign-in page, and has tickets of every status. The
    real database and data folder are not touched."""
    shell.env |= {"SWITCHBOARD_DATABASE_URL": "postgresql://db/desk", "SWITCHBOARD_REDIS_URL": "redis://cache"}
    (shell.folder / "hours.yaml").unlink()
    with shell.serving("demo", "--port", "0") as served:
        served.until(lambda: len(served.printed) > 8, "it says all that there is to say")
        printed = "\n".join(served.printed)
        for path in ("/console", "/tickets"):
            assert served.url + path in printed
        assert "priya@support.example" in printed
        assert PASSWORD in printed
        with urllib.request.urlopen(served.url + "/demo", timeout=DEADLINE_S) as page:
            assert page.status == 200
        with urllib.request.urlopen(served.url + "/sign-in", timeout=DEADLINE_S) as page:
            assert "ines@support.example" in page.read().decode()
        first = _tickets(served)
        assert {ticket["status"] for ticket in first} == {"open", "awaiting_reply", "fixed_pending_rca", "solved"}
        assert [ticket["number"] for ticket in first] == list(range(1, len(first) + 1))
        assert {team["open"] for team in served.get("/api/hours")["teams"]} == {True}
        _until(lambda: len(_listed(served, "/api/chats", "chats")) == 8, "everybody of the afternoon is there")
        assert sum(chat["agent"] is not None for chat in _listed(served, "/api/chats", "chats")) == 3
        served.process.send_signal(signal.SIGINT)
        assert served.ended() == 0
    assert sorted(file.name for file in shell.data.iterdir()) == ["demo"]
    with shell.serving("demo", "--port", "0", "--busy") as served:
        assert _tickets(served) == first
        _until(
            lambda: len(_listed(served, "/api/chats", "chats")) > 8, "others come besides, and nobody is there twice"
        )


def test_interrupted_demo_setup_is_started_again(place: Place) -> None:
    """The unfinished sample is deleted and created again."""
    half = place.data / "demo" / "sample.db"
    half.parent.mkdir(parents=True)
    half.write_text("half of it")
    with place.serving("demo", "--port", "0") as served:
        assert len(_tickets(served)) > 5
    assert not half.exists()


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.1)


def _tickets(served: Served) -> list[dict[str, Any]]:
    return _listed(served, "/api/tickets?sort=number", "tickets")


def _listed(served: Served, path: str, name: str) -> list[dict[str, Any]]:
    cookie = served.sign_in("ines@support.example", PASSWORD)
    found: list[dict[str, Any]] = served.get(path, Cookie=cookie)[name]
    return found
