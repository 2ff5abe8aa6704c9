"""`make bench`: the cost of a message on the desk, compared with a bare relay and with other implementations.

Each round runs everything once. For each load, a round runs the bare relay (A), the desk and the comparisons, one
immediately after the other. Each of these servers is a new process on one core. The driver runs on another core. Writes
`bench/out/bench.json` and `bench.md`, and with `--write` the figures and plots into `docs/benchmarks.md`.

Exits with 0 if the figures are valid, with 1 and a reason if they are void. Reasons are a wrong answer, a stored
message that nobody sent, and a driver that was too busy twice.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from bench import (
    bulk_changes,
    closing,
    disk,
    driver,
    fallback,
    figures,
    floor,
    floors,
    followers,
    hostile,
    imports,
    machine,
    mail_in,
    placements,
    plots,
    portal,
    processes,
    queued_letters,
    reports,
    restarts,
    review,
    search,
    seats,
    several,
    staff_lists,
    tables,
    waiting_clock,
    webhook_messages,
)
from bench.comparisons import environment, servers
from bench.comparisons.environment import Environment
from bench.figures import NAMES, Back, Disturbed, Held, Load, Report, Round, Spread, Subject, Void
from bench.processes import OUT, Cores, Server
from bench.verdicts import CALM, HALF, HUNDRED, IDLE, TEN, THOUSAND, WATCHED

PAGE = processes.HERE.parent / "docs" / "benchmarks.md"
PLOTS = PAGE.parent / "images"
OTHERS = {
    "bulk": bulk_changes.main,
    "hostile": hostile.main,
    "closing": closing.main,
    "mail_in": mail_in.main,
    "waiting_clock": waiting_clock.main,
    "placements": placements.main,
    "portal": portal.main,
    "queued_letters": queued_letters.main,
    "floor": floor.main,
    "floors": floors.main,
    "import": imports.main,
    "lists": staff_lists.main,
    "followers": followers.main,
    "review": review.main,
    "reports": reports.main,
    "restarts": restarts.main,
    "search": search.main,
    "seats": seats.main,
    "several": several.main,
    "webhooks": webhook_messages.main,
}
"""Benchmarks that run instead of this one if their name is the first argument."""
QUIET_MAX = 25
"""If other processes use more CPU than this, in percent of a core, the figures are marked as doubtful."""
WARM_CONNECTIONS = 20
"""Number of connections opened and closed before idle memory is measured, so that one-time allocations do not count."""
BOTH: tuple[Subject, ...] = ("relay", "switchboard")
COMPARED: tuple[Subject, ...] = ("socketio", "orm_session", "channels")
LOADS: tuple[tuple[Load, tuple[Subject, ...]], ...] = (
    (TEN, BOTH),
    (HUNDRED, (*BOTH, *COMPARED)),
    (WATCHED, ("switchboard",)),
    (THOUSAND, BOTH),
    (CALM, (*BOTH, *COMPARED)),
    (HALF, BOTH),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a run. Times are in seconds."""

    rounds: int
    seconds: float
    rate_seconds: float
    warm_up: float
    loads: Sequence[tuple[Load, tuple[Subject, ...]]] = LOADS
    idle: Sequence[int] = IDLE
    storm: int = 5_000
    fallback: bool = True

    def without(self, subjects: Sequence[Subject]) -> Plan:
        """This plan without the given subjects."""
        kept = ((load, tuple(who for who in measured if who not in subjects)) for load, measured in self.loads)
        return replace(self, loads=tuple((load, measured) for load, measured in kept if measured))

    @property
    def agents(self) -> int:
        """The number of agents that are needed at once."""
        return max([fallback.PAIRS, *(load.pairs for load, _ in self.loads)])

    @property
    def supervisors(self) -> int:
        return max((load.pairs for load, _ in self.loads if load.watched), default=0)


FULL = Plan(rounds=5, seconds=4, rate_seconds=5, warm_up=1.5)
QUICK = Plan(rounds=1, seconds=2, rate_seconds=3, warm_up=1)


class Record(msgspec.Struct):
    """All measurements and the machine: `bench/out/bench.json`."""

    command: str
    machine: dict[str, str]
    repeated: int
    """Number of measurements that were disturbed and repeated."""
    rounds: list[Round] = msgspec.field(default_factory=list)


@dataclass(slots=True)
class Bench:
    plan: Plan
    cores: Cores
    seeded: Path
    environment: Environment | None
    repeated: int = field(default=0, init=False)

    def round(self) -> Round:
        """Measure one round. Raises Void if a figure would be meaningless."""
        each = Round()
        for load, subjects in self.plan.loads:
            rated = each.rated(load)
            for who in subjects:
                each.loads.setdefault(load.name, {})[who] = self.measured(who, rated)
            _say(load, each.loads[load.name])
        each = replace(each, disk=disk.flushes(self.seeded.parent, self.plan.rate_seconds))
        print(f"{'the disk alone':>19}: {each.disk}", file=sys.stderr)
        for count in self.plan.idle:
            each.held[count] = {who: self._hold(who, count) for who in BOTH}
            print(f"{count:>14,} idle: {each.held[count]}", file=sys.stderr)
        if self.plan.storm:
            for who in BOTH:
                each.storms[who] = self._storm(who)
            print(f"{'storm':>19}: {each.storms}", file=sys.stderr)
        if not self.plan.fallback:
            return each
        with self._running("switchboard") as server:
            return replace(each, fallback_us=fallback.us_a_message(server, seconds=self.plan.seconds))

    # -- loads ------------------------------------------------------------------------------

    def measured(self, who: Subject, load: Load) -> Report:
        """Measure one load, and repeat the measurement if it was disturbed."""
        try:
            return self._drive(who, load)
        except Disturbed as reason:
            print(f"again, since {reason}", file=sys.stderr)
            self.repeated += 1
            return self._drive(who, load)

    def _drive(self, who: Subject, load: Load) -> Report:
        if who in COMPARED:
            return self._drive_compared(who, load)
        with self._running(who) as server:
            if who == "relay":
                return self._driven(server, load)
            before = figures.counted(server.get("/metrics"))
            report = self._driven(server, load)
            figures.check_counter(report, before, figures.counted(server.get("/metrics")))
            return report

    def _drive_compared(self, who: Subject, load: Load) -> Report:
        if self.environment is None:
            raise Void(f"{NAMES[who]} was to be measured without what it runs on")
        start = {"socketio": servers.socketio, "orm_session": servers.orm_session, "channels": servers.channels}[who]
        with start(self.cores, self.environment) as compared:
            report = self._driven(compared.server, load)
            figures.check_stored(who, report, compared.stored())
            return report

    def _driven(self, server: Server, load: Load) -> Report:
        options = ["--pairs", str(load.pairs)]
        options += ["--rate", str(load.rate)] if load.rate else ["--window", str(load.window)]
        if load.watched:
            options += ["--watchers", str(server.watchers)]
        seconds = self.plan.rate_seconds if load.rate else self.plan.seconds
        report = driver.drive(server, self.cores, options, seconds=seconds, warm_up=self.plan.warm_up)
        figures.check_driver(report)
        return report

    def _running(self, who: Subject) -> AbstractContextManager[Server]:
        return processes.relay(self.cores) if who == "relay" else processes.switchboard(self.cores, self.seeded)

    # -- connections --------------------------------------------------------------------------

    def _hold(self, who: Subject, count: int) -> Held:
        with self._running(who) as server:
            with driver.connected(server, self.cores, WARM_CONNECTIONS):
                pass
            before = server.resident_kib()
            with driver.connected(server, self.cores, count) as there:
                return Held((server.resident_kib() - before) / count, there.seconds)

    def _storm(self, who: Subject) -> Back:
        """A restart of the server while idle customers are connected."""
        with processes.copy_of(self.seeded) as data:

            def server(port: int) -> AbstractContextManager[Server]:
                relay = who == "relay"
                return processes.relay(self.cores, port) if relay else processes.serving(self.cores, data, port=port)

            return restarts.storm(self.cores, self.plan.storm, server)


def measure(plan: Plan, cores: Cores, into: Record) -> None:
    """Measure everything in the plan. Raises Void if a figure would be meaningless."""
    seeded = cores.out / "seeded"
    compares = any(who in COMPARED for _, subjects in plan.loads for who in subjects)
    bench = Bench(plan, cores, seeded, environment.prepared() if compares else None)
    processes.new_desk(seeded, plan.agents, plan.supervisors)
    try:
        for number in range(1, plan.rounds + 1):
            print(f"round {number} of {plan.rounds}", file=sys.stderr)
            into.rounds.append(bench.round())
            into.repeated = bench.repeated
    finally:
        shutil.rmtree(seeded)


def _say(load: Load, reports: dict[Subject, Report]) -> None:
    for who, report in reports.items():
        text = f"p50 {report.p50_ms:.2f} ms, p99 {report.p99_ms:.2f} ms, "
        text += f"{report.us:.1f} µs a message, {report.a_second:,.0f} a second, {report.server_busy:.0%} busy"
        others = report.others_busy * 100
        noise = f", other processes took {others:.0f} % of a core" if others > QUIET_MAX else ""
        print(f"{load.name:>36}, {NAMES[who]:>30}: {text}{noise}", file=sys.stderr)


def page(record: Record) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rounds = record.rounds
    reports = [report for each in rounds for load in each.loads.values() for report in load.values()]
    noise = Spread.of([report.others_busy * 100 for report in reports])
    quiet = "" if noise.median <= QUIET_MAX else " **That is too much: measure again while nothing else runs.**"
    again = f" {record.repeated} measurements were disturbed, and made again." if record.repeated else ""
    facts = "\n".join(f"- {name}: {fact}" for name, fact in record.machine.items())
    pictures = "\n\n".join(f"![{plot.says}](images/{plot.name})" for plot in plots.drawn(rounds))
    parts = [
        tables.promises(rounds),
        pictures,
        "### Where the server has no time to spare",
        tables.saturated(rounds),
        "### Where it has",
        tables.latencies(rounds),
        "### Many connections",
        tables.connections(rounds),
        f"Medians of {len(rounds)} rounds, in brackets the lowest and the highest. Made by `{record.command}`.\n"
        f"Other processes took {noise.median:.0f} % of one core meanwhile (at most {noise.high:.0f} %).{quiet}{again}",
        facts,
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status. If the first argument is a name in OTHERS, run that benchmark."""
    words = [*(arguments if arguments is not None else sys.argv[1:])]
    if words and words[0] in OTHERS:
        return OTHERS[words[0]](words[1:])
    given = _given(words)
    cores = Cores(given.server_core, given.driver_core)
    began = time.monotonic()
    try:
        if given.again:
            record = msgspec.json.decode((OUT / "bench.json").read_bytes(), type=Record)
        else:
            plan = QUICK if given.quick else FULL
            if given.without_comparisons:
                plan = plan.without(COMPARED)
            record = _measured(plan, cores, " ".join(["python -m bench.run", *words]))
    except Void as reason:
        print(f"void: {reason}", file=sys.stderr)
        return 1
    text = page(record)
    (OUT / "bench.md").write_text(text)
    if given.write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), text))
        for plot in plots.drawn(record.rounds):
            (PLOTS / plot.name).write_text(plot.svg)
    print(text)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="What a message costs, and elsewhere.")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--without-comparisons", action="store_true", help="only the relay and the desk")
    parser.add_argument("--write", action="store_true", help="put the figures and plots into docs/")
    parser.add_argument("--again", action="store_true", help="measure nothing; write the last results again")
    parser.add_argument("--server-core", type=int, default=0, metavar="N")
    parser.add_argument("--driver-core", type=int, default=1, metavar="N")
    return parser.parse_args(arguments)


def _measured(plan: Plan, cores: Cores, command: str) -> Record:
    _check_machine(cores)
    # This program is part of the load, so it stays off the server's core.
    os.sched_setaffinity(0, {cores.driver})
    OUT.mkdir(exist_ok=True)
    processes.allow_files()
    driver.build()
    record = Record(command, machine.describe(OUT), 0)
    try:
        measure(plan, cores, record)
    finally:
        if record.rounds:
            (OUT / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    return record


def _check_machine(cores: Cores) -> None:
    there = os.sched_getaffinity(0)
    if cores.server == cores.driver or not {cores.server, cores.driver} <= there:
        raise Void(f"server and driver need a core each, out of {sorted(there)}: not {cores.server} and {cores.driver}")
    if machine.file_system(processes.HERE) in machine.MEMORY_FILE_SYSTEMS:
        raise Void("this folder is on a file system in memory, where storing costs nothing: run it on a disk")


if __name__ == "__main__":
    sys.exit(main())
