"""The servers of the benchmark and their helper processes, pinned to one core."""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Void
from bench.people import SECRET, seed

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
TOKENS = "tokens"
WATCHERS = "watchers"
TEAM = "bench"
HOURS = """\
timezone: America/New_York
schedules:
  always: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}
teams:
  bench: {name: Bench, schedule: always, email: bench@example.com, queue_max: none}
"""
LIMITS = "chats=100000000/h,commands=100000000/10s,connections=1000000,idle=1000000,waiting=1000000"
"""Rate limits that are checked but never reached, so that the figures include the cost of the checks."""
PORTS = range(10_000, 12_000)
"""Ports for servers. They are below the ephemeral ports of Linux. So no other socket takes a server's port before the
server starts."""
START_MAX_S = 180
STOP_MAX_S = 25


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores of the server and of the driver, and the folder of their data and logs."""

    server: int
    driver: int
    out: Path = OUT

    def log(self, name: str) -> Path:
        """The file for the output of a process."""
        return self.out / f"{name}.log"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `options` are arguments for the driver that drives this server."""

    port: int
    pids: tuple[int, ...]
    """Ids of all the server's processes, the main process first."""
    options: tuple[str, ...]
    tokens: Path | None = None
    """The file of the agents' tokens, if any. The file of the watching supervisors' tokens is beside it."""

    @property
    def watchers(self) -> Path:
        assert self.tokens is not None
        return self.tokens.with_name(WATCHERS)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def resident_kib(self) -> int:
        """Resident memory of the server's main process, in KiB."""
        for line in Path(f"/proc/{self.pids[0]}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise Void(f"/proc/{self.pids[0]}/status has no VmRSS")

    def cpu_s(self) -> float:
        """CPU seconds of all the server's processes so far."""
        ticks = 0
        for pid in self.pids:
            user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            ticks += int(user) + int(system)
        return ticks / os.sysconf("SC_CLK_TCK")


def allow_files() -> None:
    """Raises the limit of open files to the maximum, for child processes too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


# -- the baseline and the comparisons ----------------------------------------------------------


@contextmanager
def data_folder(cores: Cores, name: str) -> Iterator[Path]:
    """An empty data folder in the output folder. It is removed afterwards."""
    folder = cores.out / name
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    try:
        yield data
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def relay(cores: Cores, port: int = 0) -> Iterator[Server]:
    """Runs the bare relay (A) during the `with` block. If `port` is 0, it gets a free port."""
    port = port or free_port()
    command = [sys.executable, "-m", "bench.relay", "--port", str(port)]
    with listening("relay", command, cores, port) as pid:
        yield Server(port, (pid,), ("--relay",))


@contextmanager
def listening(name: str, command: Sequence[str], cores: Cores, port: int) -> Iterator[int]:
    """Starts a server and waits until it listens on `port`. Yields its process id."""

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with running(name, command, cores, cwd=HERE.parent, env=os.environ) as pid:
        wait(listens, cores.log(name), pid)
        yield pid


# -- the desk ----------------------------------------------------------------------------------


@contextmanager
def copy_of(seeded: Path) -> Iterator[Path]:
    """A temporary copy of the data folder `seeded`. It is beside the original and not in /tmp, because /tmp may be in
    memory, where a flush costs nothing."""
    with tempfile.TemporaryDirectory(dir=seeded.parent, prefix="data-") as folder:
        data = Path(folder, "data")
        shutil.copytree(seeded, data)
        yield data


@contextmanager
def switchboard(cores: Cores, seeded: Path, hours_file: str = HOURS, limits: str | None = LIMITS) -> Iterator[Server]:
    """Runs a desk on a copy of `seeded`, which `new_desk` made. If `limits` is None, the default rate limits apply."""
    with copy_of(seeded) as data, serving(cores, data, hours_file, limits=limits) as server:
        yield server


@contextmanager
def serving(
    cores: Cores,
    data: Path,
    hours_file: str = HOURS,
    port: int = 0,
    limits: str | None = LIMITS,
    more: Mapping[str, str] | None = None,
    workers: int = 1,
) -> Iterator[Server]:
    """Like `switchboard`, but on `data` itself and on a given port. `more`: further environment variables."""
    hours = data.with_name("hours.yaml")
    hours.write_text(hours_file)
    command = [_program(), "serve", "--port", str(port), "--data", str(data), "--hours", str(hours)]
    command += ["--workers", str(workers)] if workers > 1 else []
    env = {**_own_settings(data, limits), **(more or {})}
    with running("switchboard", command, cores, cwd=data.parent, env=env) as pid:
        port = _port_once_ready(cores.log("switchboard"), pid)
        children = children_of(pid)
        if workers == 1 and children:
            raise Void(f"the server runs {len(children)} more processes, whose CPU would not be counted")
        yield Server(port, (pid, *children), ("--tokens", str(data / TOKENS), "--team", TEAM), data / TOKENS)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def new_desk(data: Path, agents: int, supervisors: int = 0) -> None:
    """Create a data folder with agents and supervisors. Files beside the database contain their tokens."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    fill(data, None, agents, supervisors)


def fill(data: Path, url: str | None, agents: int, supervisors: int = 0) -> None:
    """Like `new_desk`, in a data folder that exists, and on the empty database `url`."""
    migrate(data, url)
    for name, tokens in (
        (TOKENS, seed(data, people=agents, team=TEAM, url=url)),
        (WATCHERS, seed(data, people=supervisors, team=TEAM, role="supervisor", url=url)),
    ):
        file = data / name
        file.touch(mode=0o600)
        file.write_text("".join(f"{token}\n" for token in tokens))


def migrate(data: Path, url: str | None = None) -> None:
    """Create or migrate the tables in the database `url`. If `url` is None, this is the file in `data`."""
    env = _own_settings(data) | database_settings(url)
    done = subprocess.run([_program(), "migrate"], cwd=data, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Void(f"switchboard migrate ended with {done.returncode}: {done.stdout}{done.stderr}")


def database_settings(url: str | None) -> dict[str, str]:
    """The environment variables of a server on the database `url`. None stands for the file in the data folder."""
    return {} if url is None else {"SWITCHBOARD_DATABASE_URL": url, "SWITCHBOARD_SECRET": SECRET}


def _program() -> str:
    program = Path(sys.executable).with_name("switchboard")
    if not program.exists():
        raise Void(f"no {program.name} beside {Path(sys.executable).name}: run `make setup`")
    return str(program)


def _own_settings(data: Path, limits: str | None = LIMITS) -> dict[str, str]:
    """The environment variables of a server: the variables of this process, with the benchmark's SWITCHBOARD_ variables
    in place of all others with this prefix."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    env["SWITCHBOARD_DATA"] = str(data)
    return env if limits is None else {**env, "SWITCHBOARD_RATE_LIMITS": limits}


def _port_once_ready(log: Path, pid: int) -> int:
    """The port that the server reports once it listens. It is not chosen beforehand, because another process could take
    it in the meantime."""

    def told() -> re.Match[str] | None:
        return re.search(r"^Switchboard is ready at http://127\.0\.0\.1:(\d+)$", log.read_text(), re.MULTILINE)

    wait(lambda: told() is not None, log, pid)
    found = told()
    assert found is not None
    return int(found[1])


# -- any process -------------------------------------------------------------------------------


@contextmanager
def running(name: str, command: Sequence[str], cores: Cores, *, cwd: Path, env: Mapping[str, str]) -> Iterator[int]:
    """Runs a process on the server's core during the `with` block. Yields its id."""
    with cores.log(name).open("wb") as lines:
        process = subprocess.Popen(
            ["taskset", "-c", str(cores.server), *command], cwd=cwd, env=env, stdout=lines, stderr=subprocess.STDOUT
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_MAX_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(condition: Callable[[], bool], log: Path, pid: int) -> None:
    """Waits until `condition` is true. Raises Void with the contents of `log` if the process ends first, or if the wait
    takes too long."""
    deadline = time.monotonic() + START_MAX_S
    while not condition():
        said = log.read_text(errors="replace").strip()
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            raise Void(f"the {log.stem} ended at its start: {said}")
        if time.monotonic() > deadline:
            raise Void(f"the {log.stem} was not ready after {START_MAX_S} s: {said}")
        time.sleep(0.02)


def free_port() -> int:
    """A port that is free now. The system does not use it for outgoing connections."""
    while True:
        port = random.choice(PORTS[os.getpid() % 8 :: 8])
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
