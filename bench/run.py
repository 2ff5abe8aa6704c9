"""`make bench`: what a message costs the desk, against what it costs to merely pass it on.

Each round runs the bare relay (A) and the desk one right after the other, each as a fresh
process on one core, the driver on another. Writes `bench/out/bench.json` and `bench.md`, and
with `--write` the table into `docs/benchmarks.md`.

Ends with 0 where the figures stand, with 1 where they are void (the driver was too busy, the
server counted other messages than were driven, an answer was wrong), and says why.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial

from bench import figures, machine, processes
from bench.figures import Idle, Load, Report, Round, Spread, Void
from bench.processes import OUT, Cores, Server

PAGE = processes.HERE.parent / "docs" / "benchmarks.md"
LOADS = (Load(100, window=2, must=2.0), Load(1_000, window=1, must=1.5), Load(100, rate=1))
QUIET_MAX = 25
"""Percent of a core that other processes may take before the figures are said to be doubtful."""
WARM_CONNECTIONS = 20
"""Opened and closed before idle memory is measured, so that what is loaded once is not counted as theirs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; the times are seconds."""

    rounds: int
    seconds: float
    rate_seconds: float
    warm_up: float
    idle: int
    loads: tuple[Load, ...] = LOADS


FULL = Plan(rounds=5, seconds=5, rate_seconds=10, warm_up=2, idle=1_000)
QUICK = Plan(rounds=2, seconds=2, rate_seconds=3, warm_up=1, idle=1_000)


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of the plan gave: the rounds of each load, and the memory of idle connections."""

    loads: tuple[tuple[Load, tuple[Round, ...]], ...]
    idle: Idle | None

    def table(self) -> str:
        return figures.table(self.loads, self.idle)

    def record(self, command: str, where: dict[str, str]) -> dict[str, object]:
        """Everything that was measured, for programs."""
        return {
            "command": command,
            "machine": where,
            "loads": [
                {
                    "load": asdict(load),
                    "cpu_ratio": None if load.rate else asdict(figures.ratio(rounds)),
                    "rounds": [asdict(r) for r in rounds],
                }
                for load, rounds in self.loads
            ],
            "idle": asdict(self.idle) if self.idle else None,
        }


def measure(plan: Plan, cores: Cores) -> Result:
    """Runs the plan. Raises Void with the reason where a figure would mean nothing."""
    seeded = OUT / "seeded"
    processes.new_desk(seeded, agents=max(load.pairs for load in plan.loads))
    relay, desk = partial(processes.relay, cores), partial(processes.switchboard, cores, seeded)
    try:
        loads = tuple(
            (load, tuple(_round(load, plan, cores, relay(), desk()) for _ in range(plan.rounds))) for load in plan.loads
        )
        idle = None
        if plan.idle:
            takes = [
                (_idle(plan.idle, cores, relay()), _idle(plan.idle, cores, desk())) for _ in range(min(3, plan.rounds))
            ]
            idle = Idle(plan.idle, Spread.of([a for a, _ in takes]), Spread.of([b for _, b in takes]))
    finally:
        shutil.rmtree(seeded)
    return Result(loads, idle)


def _round(
    load: Load, plan: Plan, cores: Cores, relay: AbstractContextManager[Server], desk: AbstractContextManager[Server]
) -> Round:
    with relay as server:
        passed_on = _drive(server, load, plan, cores)
    with desk as server:
        before = figures.counted(server.get("/metrics"))
        stored = _drive(server, load, plan, cores)
        figures.check_counter(stored, before, figures.counted(server.get("/metrics")))
    _say(load, Round(passed_on, stored))
    return Round(passed_on, stored)


def _drive(server: Server, load: Load, plan: Plan, cores: Cores) -> Report:
    options = ["--pairs", str(load.pairs)]
    options += ["--rate", str(load.rate)] if load.rate else ["--window", str(load.window)]
    seconds = plan.rate_seconds if load.rate else plan.seconds
    report = processes.drive(server, cores, options, seconds=seconds, warm_up=plan.warm_up)
    figures.check_driver(report)
    return report


def _idle(count: int, cores: Cores, running: AbstractContextManager[Server]) -> float:
    with running as server:
        with processes.idle_connections(server, cores, WARM_CONNECTIONS):
            pass
        before = server.resident_kib()
        with processes.idle_connections(server, cores, count):
            return (server.resident_kib() - before) / count


def _say(load: Load, each: Round) -> None:
    a, b = each.relay, each.switchboard
    if load.rate:
        text = f"p50 {a.p50_ms:.2f} | {b.p50_ms:.2f} ms, p99 {a.p99_ms:.2f} | {b.p99_ms:.2f} ms"
    else:
        text = f"{a.us:.1f} | {b.us:.1f} µs a message (× {b.us / a.us:.2f}), "
        text += f"{a.a_second:,.0f} | {b.a_second:,.0f} a second"
    others = max(a.others_busy, b.others_busy)
    noise = f", other processes took {others:.0%} of a core" if others * 100 > QUIET_MAX else ""
    print(f"{load.name:>17}: A | Switchboard {text}{noise}", file=sys.stderr)


def page(result: Result, command: str, where: dict[str, str]) -> str:
    """What stands between the marks of `docs/benchmarks.md`."""
    reports = [report for _, rounds in result.loads for each in rounds for report in (each.relay, each.switchboard)]
    rounds = len(result.loads[0][1])
    noise = Spread.of([report.others_busy * 100 for report in reports])
    quiet = "" if noise.high <= QUIET_MAX else " **That is too much: measure again while nothing else runs.**"
    facts = "\n".join(f"- {name}: {fact}" for name, fact in where.items())
    return (
        f"{result.table()}\nMedians of {rounds} rounds, in brackets the lowest and the highest. Made by `{command}`.\n"
        f"Other processes took {noise.median:.0f} % of one core meanwhile (at most {noise.high:.0f} %).{quiet}\n\n"
        f"{facts}\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write what was found; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="CPU a message against a bare relay.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a first look, not for the docs")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--server-core", type=int, default=0, metavar="N")
    parser.add_argument("--driver-core", type=int, default=1, metavar="N")
    given = parser.parse_args(arguments)
    cores = Cores(given.server_core, given.driver_core)
    command = " ".join(["python -m bench.run", *(arguments if arguments is not None else sys.argv[1:])])
    began = time.monotonic()
    try:
        _check_machine(cores)
        OUT.mkdir(exist_ok=True)
        processes.allow_files()
        processes.build_driver()
        where = machine.describe(OUT)
        result = measure(QUICK if given.quick else FULL, cores)
    except Void as reason:
        print(f"void: {reason}", file=sys.stderr)
        return 1
    text = page(result, command, where)
    (OUT / "bench.json").write_text(json.dumps(result.record(command, where), indent=1) + "\n")
    (OUT / "bench.md").write_text(text)
    if given.write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), text))
    print(text)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


def _check_machine(cores: Cores) -> None:
    there = os.sched_getaffinity(0)
    if cores.server == cores.driver or not {cores.server, cores.driver} <= there:
        raise Void(f"server and driver need a core each, out of {sorted(there)}: not {cores.server} and {cores.driver}")
    if machine.file_system(processes.HERE) in machine.MEMORY_FILE_SYSTEMS:
        raise Void("this folder is on a file system in memory, where storing costs nothing: run it on a disk")


if __name__ == "__main__":
    sys.exit(main())
