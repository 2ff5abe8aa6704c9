"""The processes of the benchmark: the driver, built from C, and the servers that it drives, on a core of their own."""

from __future__ import annotations

import os
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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Report, Void
from bench.seed import seed

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
TOKENS = "tokens"
TEAM = "bench"
HOURS = """\
timezone: America/New_York
schedules:
  always: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}
teams:
  bench: {name: Bench, schedule: always, email: bench@example.com}
"""
START_MAX_S = 60
STOP_MAX_S = 25
SETUP_MAX_S = 240
"""The driver gives up by itself before this."""


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core the server is pinned to, and which the driver."""

    server: int
    driver: int


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs. `options` are what the driver needs besides to reach it."""

    port: int
    pid: int
    options: tuple[str, ...]

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def resident_kib(self) -> int:
        """Memory that the process holds."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise Void(f"/proc/{self.pid}/status has no VmRSS")


def build_driver() -> Path:
    """`bench/drive`, compiled where it is older than its source."""
    source, program = HERE / "drive.c", HERE / "drive"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = shutil.which(os.environ.get("CC", "cc"))
        if compiler is None:
            raise Void("no C compiler: install one (Debian: gcc), or name it in CC")
        subprocess.run([compiler, "-O2", "-std=gnu11", "-Wall", "-Wextra", "-o", program, source], check=True)
    return program


def allow_files() -> None:
    """As many open files as this user may have, for the processes started from here."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def relay(cores: Cores) -> Iterator[Server]:
    """A, running."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.relay", "--port", str(port)]
    with _running("relay", command, cores, cwd=HERE.parent, env=os.environ) as pid:
        _wait_until_it_listens(port, pid)
        yield Server(port, pid, ("--relay",))


@contextmanager
def switchboard(cores: Cores, seeded: Path, hours_file: str = HOURS) -> Iterator[Server]:
    """The product, started as anybody starts it, on a copy of `seeded` (`new_desk`)."""
    # Beside the results, not in /tmp: that may be memory, where a flush costs nothing.
    with tempfile.TemporaryDirectory(dir=OUT, prefix="data-") as folder:
        data = Path(folder, "data")
        shutil.copytree(seeded, data)
        hours = Path(folder, "hours.yaml")
        hours.write_text(hours_file)
        command = [_program(), "serve", "--port", "0", "--data", str(data), "--hours", str(hours)]
        with _running("switchboard", command, cores, cwd=Path(folder), env=_own_settings(data)) as pid:
            port = _port_once_ready(pid)
            if children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                raise Void(f"the server runs {len(children)} more processes, whose CPU would not be counted")
            yield Server(port, pid, ("--tokens", str(data / TOKENS), "--team", TEAM))


def new_desk(data: Path, agents: int) -> None:
    """A data folder with so many agents, their tokens beside the database."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    migrate(data)
    tokens = Path(data, TOKENS)
    tokens.touch(mode=0o600)
    tokens.write_text("".join(f"{token}\n" for token in seed(data, people=agents, team=TEAM)))


def migrate(data: Path) -> None:
    """`switchboard migrate` on a data folder."""
    done = subprocess.run(
        [_program(), "migrate"], cwd=data, env=_own_settings(data), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Void(f"switchboard migrate ended with {done.returncode}: {done.stdout}{done.stderr}")


def drive(server: Server, cores: Cores, options: Sequence[str], *, seconds: float, warm_up: float) -> Report:
    """One load against `server`. Raises Void with the driver's sentence where something went wrong."""
    command = [str(build_driver()), "--port", str(server.port), "--pid", str(server.pid), "--core", str(cores.driver)]
    command += [*server.options, *options, "--seconds", str(seconds), "--warm-up", str(warm_up)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SETUP_MAX_S + seconds + warm_up, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Void(f"the driver did not end within {late.timeout:.0f} s") from None
    if done.returncode != 0:
        raise Void(done.stderr.strip() or f"the driver ended with {done.returncode}")
    return Report.read(done.stdout)


@contextmanager
def idle_connections(server: Server, cores: Cores, count: int) -> Iterator[None]:
    """`count` customers who said hello and say nothing more; on the relay, connections that are open."""
    command = [str(build_driver()), "--port", str(server.port), "--core", str(cores.driver), "--idle", str(count)]
    command += [option for option in server.options if option == "--relay"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdin is not None and driver.stdout is not None
        try:
            if driver.stdout.readline().strip() != "ready":
                raise Void(f"{count} idle connections could not be opened: see the driver's sentence above")
            yield
        finally:
            driver.stdin.close()
            driver.wait(10)


def _program() -> str:
    program = Path(sys.executable).with_name("switchboard")
    if not program.exists():
        raise Void(f"no {program.name} beside {Path(sys.executable).name}: run `make setup`")
    return str(program)


def _own_settings(data: Path) -> dict[str, str]:
    """The environment without anybody's settings but ours. Limits are off: they are meant to stop what we do."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    return {**env, "SWITCHBOARD_DATA": str(data), "SWITCHBOARD_RATE_LIMITS": "off"}


@contextmanager
def _running(name: str, command: Sequence[str], cores: Cores, *, cwd: Path, env: Mapping[str, str]) -> Iterator[int]:
    log = OUT / f"{name}.log"
    with log.open("wb") as lines:
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_listens(port: int, pid: int) -> None:
    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait(listens, "relay", pid)


def _port_once_ready(pid: int) -> int:
    """Where it listens, by its own word: on a port that was looked for beforehand somebody else may be by then."""

    def told() -> re.Match[str] | None:
        return re.search(r"^Switchboard is ready at http://127\.0\.0\.1:(\d+)$", log.read_text(), re.MULTILINE)

    log = OUT / "switchboard.log"
    _wait(lambda: told() is not None, "switchboard", pid)
    found = told()
    assert found is not None
    return int(found[1])


def _wait(condition: Callable[[], bool], name: str, pid: int) -> None:
    deadline = time.monotonic() + START_MAX_S
    while not condition():
        log = (OUT / f"{name}.log").read_text(errors="replace").strip()
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            raise Void(f"the {name} ended at its start: {log}")
        if time.monotonic() > deadline:
            raise Void(f"the {name} was not ready after {START_MAX_S} s: {log}")
        time.sleep(0.05)
