"""`make bench ARGS=several`: what a message costs on several processes, compared with the embedded desk.

Each round runs the desk on SQLite, in one process on PostgreSQL, and in WORKERS processes on PostgreSQL, one
immediately after the other, at the same RATE of messages. If Valkey or Redis is installed, it runs the same WORKERS
with it too. If NATS is installed, it runs that for comparison (`bench.nats`). With several processes the kernel spreads
customers and agents over them, so half of the messages or more change the process. The CPU time includes PostgreSQL's.
All processes of the desk share one core, and PostgreSQL, Valkey and the driver share another one. So latencies are
higher than with a core for each process.

Each round also measures what a message costs one process on PostgreSQL alone, at saturation, immediately after the bare
relay (A). This CPU time is that of the desk's process.

Writes `bench/out/several.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from redis import Redis

from bench import command, nats, processes
from bench.command import Made
from bench.databases import opened
from bench.driver import drive
from bench.figures import Load, Report, Spread, Void
from bench.processes import Cores, Server
from bench.verdicts import HUNDRED, THOUSAND
from storage.ports import Dialect
from tools.valkey import Valkey, program

Shape = Literal["sqlite", "postgresql", "several", "redis", "nats"]
NAMES: Mapping[Shape, str] = {
    "sqlite": "SQLite, one process",
    "postgresql": "PostgreSQL, one process",
    "several": "PostgreSQL, two processes",
    "redis": "PostgreSQL and Valkey, two processes",
    "nats": "NATS with JetStream, for comparison",
}
WORKERS = 2
PAIRS = 100
RATE = 500.0
"""Messages per second, of all pairs together."""
ROUNDS = 3
SECONDS, WARM_UP = 10.0, 3.0
CPU_MUST, CPU_AIM = 3.0, 2.2
"""Limits of the CPU time of a message with several processes, as a multiple of that of the embedded desk."""
ADDED_MUST_MS = 1.5
"""Limit of what several processes add to the median latency, in ms."""

LOADS: Mapping[str, tuple[Load, float]] = {load.name: (load, must) for load, must in ((HUNDRED, 1.7), (THOUSAND, 1.3))}
"""Loads at saturation by name, with the limit of the CPU time of the desk's process as a multiple of the relay's."""
SATURATED_S = 5.0
"""The longest measured interval at saturation."""

Rounds = Mapping[Shape, Sequence[Report]]


@dataclass(frozen=True)
class Saturated:
    """Reports of both servers at saturation, round by round."""

    relay: Sequence[Report]
    desk: Sequence[Report]

    @property
    def ratio(self) -> Spread:
        return Spread.of([it.us / base.us for it, base in zip(self.desk, self.relay, strict=True)])


def measure(cores: Cores, *, rounds: int = ROUNDS, seconds: float = SECONDS, warm_up: float = WARM_UP) -> Rounds:
    there = {"redis": program(), "nats": nats.program()}
    found: dict[Shape, list[Report]] = {shape: [] for shape in get_args(Shape) if there.get(shape, True)}
    for _ in range(rounds):
        for shape, reports in found.items():
            if shape == "nats":
                reports.append(nats.drive(cores, PAIRS, RATE, seconds=seconds, warm_up=warm_up))
                continue
            with _desk(cores, shape) as server:
                options = ["--pairs", str(PAIRS), "--rate", str(RATE / PAIRS)]
                reports.append(drive(server, cores, options, seconds=seconds, warm_up=warm_up))
    return found


def measure_saturated(
    cores: Cores, loads: Sequence[Load], *, rounds: int = ROUNDS, seconds: float = SECONDS, warm_up: float = WARM_UP
) -> Mapping[str, Saturated]:
    processes.allow_files()
    found = {load.name: Saturated([], []) for load in loads}
    given = {"seconds": min(seconds, SATURATED_S), "warm_up": warm_up}
    for _ in range(rounds):
        for load in loads:
            options = ["--pairs", str(load.pairs), "--window", str(load.window)]
            with processes.relay(cores) as relay:
                base = drive(relay, cores, options, **given)
            with _desk(cores, "postgresql", load.pairs) as desk:
                alone = replace(desk, pids=desk.pids[:1])
                of = found[load.name]
                found[load.name] = Saturated([*of.relay, base], [*of.desk, drive(alone, cores, options, **given)])
    return found


@contextmanager
def _desk(cores: Cores, shape: Shape, pairs: int = PAIRS) -> Iterator[Server]:
    """A new desk. Its processes include those of PostgreSQL."""
    dialect: Dialect = "sqlite" if shape == "sqlite" else "postgresql"
    with processes.data_folder(cores, f"several-{shape}") as data, opened(dialect, data) as database:
        processes.fill(data, database.url, pairs)
        more = processes.database_settings(database.url)
        workers = WORKERS if shape in ("several", "redis") else 1
        with (
            _bus(data.parent, shape) as bus,
            processes.serving(cores, data, more=more | bus, workers=workers) as server,
        ):
            yield server if shape == "sqlite" else _with_servers(server, data.parent)


@contextmanager
def _bus(folder: Path, shape: Shape) -> Iterator[dict[str, str]]:
    """Run Valkey during the `with` block if the shape has it. Yields the settings of the desk."""
    found = program() if shape == "redis" else None
    if found is None:
        yield {}
        return
    valkey = Valkey(folder / "valkey", found)
    valkey.start()
    try:
        yield {"SWITCHBOARD_REDIS_URL": valkey.url}
    finally:
        valkey.stop()


def _with_servers(server: Server, folder: Path) -> Server:
    """With the ids of PostgreSQL and Valkey. The driver adds the children of each process."""
    found = [file for file in folder.glob("*/postmaster.pid") if file.exists()]
    if len(found) != 1:
        raise Void(f"{len(found)} PostgreSQL servers in {folder}")
    postmaster = int(re.split(r"\s", found[0].read_text(), maxsplit=1)[0])
    return Server(server.port, (server.pids[0], postmaster, *_valkeys(folder)), server.options, server.tokens)


def _valkeys(folder: Path) -> Iterator[int]:
    socket = folder / "valkey" / "socket"
    if socket.exists():
        with Redis(unix_socket_path=str(socket)) as client:
            yield int(client.info("server")["process_id"])


def page(found: Rounds, saturated: Mapping[str, Saturated], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(_row(shape, found) for shape in found)
    together: Sequence[Shape] = [shape for shape in ("several", "redis") if shape in found]
    ratio = max(_ratio(shape, found).median for shape in together)
    added = max(_added(shape, found).median for shape in together)
    cpu = "met" if ratio <= CPU_MUST else "missed"
    aim = "reached" if ratio <= CPU_AIM else "not reached"
    late = "met" if added <= ADDED_MUST_MS else "missed"
    return (
        "| desk | CPU time of a message | times SQLite's | median latency | more than SQLite's | 99th percentile |\n"
        f"|---|---|---|---|---|---|\n{rows}\n\n"
        f"{RATE:g} messages per second of {PAIRS} pairs; medians of {len(found['sqlite'])} rounds. Two processes must "
        f"need at most {CPU_MUST:g} times the CPU time ({cpu}; aim {CPU_AIM:g}: {aim}), and may add {ADDED_MUST_MS:g} "
        f"ms to the median latency ({late}).\n\n{_saturated(saturated)}\n\n{made.foot()}"
    )


def _saturated(found: Mapping[str, Saturated]) -> str:
    rows = "\n".join(_saturated_row(name, of) for name, of in found.items())
    return (
        "| CPU time of a message at saturation | A: bare relay | PostgreSQL, one process, without PostgreSQL's own "
        f"| ratio |\n|---|---|---|---|\n{rows}"
    )


def _saturated_row(name: str, of: Saturated) -> str:
    relay, desk = (Spread.of([it.us for it in reports]) for reports in (of.relay, of.desk))
    must = LOADS[name][1]
    verdict = "met" if of.ratio.median <= must else "missed"
    return f"| {name} | {relay:.0f} µs | {desk:.0f} µs | {of.ratio:.2f} × A (must: ≤ {must:g}: {verdict}) |"


def _row(shape: Shape, found: Rounds) -> str:
    of = found[shape]
    us, p50, p99 = (
        Spread.of(values).median for values in zip(*((it.us, it.p50_ms, it.p99_ms) for it in of), strict=True)
    )
    ratio, added = _ratio(shape, found).median, _added(shape, found).median
    return f"| {NAMES[shape]} | {us:.0f} µs | {ratio:.2f} | {p50:.1f} ms | {added:+.1f} ms | {p99:.1f} ms |"


def _ratio(shape: Shape, found: Rounds) -> Spread:
    return Spread.of([it.us / base.us for it, base in zip(found[shape], found["sqlite"], strict=True)])


def _added(shape: Shape, found: Rounds) -> Spread:
    return Spread.of([it.p50_ms - base.p50_ms for it, base in zip(found[shape], found["sqlite"], strict=True)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("several", "The cost of a message on several processes.")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--seconds", type=float, default=SECONDS)
    return command.run(
        "several",
        options,
        arguments,
        lambda given, cores, made: page(
            measure(cores, rounds=given.rounds, seconds=given.seconds),
            measure_saturated(cores, [load for load, _ in LOADS.values()], rounds=given.rounds, seconds=given.seconds),
            made,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
