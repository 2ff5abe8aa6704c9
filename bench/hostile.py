"""`make bench ARGS=hostile`: what other people's messages take while one address attacks the desk.

For each attack of `bench/attacks.py` a desk with the limits as they come, the server pinned to one core. Pairs of a
customer and an agent send messages at a fixed rate, first at rest, then beside the attack, from another address. Beside
them `/readyz` is asked and somebody signs in. Each round does it for every attack, and drives the bare relay (A) once.

Writes `bench/out/hostile.json` and `hostile.md`, and with `--write` the table into `docs/benchmarks.md`. Ends with 0
where the figures stand, with 1 where they are void.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from bench import driver, figures, machine, processes, tickets
from bench.attacks import ATTACKS
from bench.figures import Disturbed, Report, Spread, Void
from bench.processes import HOURS, OUT, TEAM, TOKENS, Cores, Server
from clock import system_clock
from identity.adapters.store import SqlStore
from identity.passwords import Passwords
from identity.service import Identity
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import Tx

PAGE = processes.HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by `make bench ARGS=hostile` -->", "<!-- end of figures of hostile -->"
PAIRS, RATE = 5, 8.0
"""As many customers as one address may have waiting at once; as fast as one person may send."""
P50_MUST_MS, P99_AIM_MS, READY_MUST_MS, SIGN_IN_MUST_MS = 5.0, 50.0, 1_000.0, 2_000.0
"""The first two are above the same desk at rest."""
SHARED = "the order " * 10
TEAMS = "".join(f"  {team}: {{name: {team}, schedule: always, email: {team}@example.com}}\n" for team in tickets.TEAMS)
SIGNING_IN, PASSWORD = "signing-in@bench.example", "a kettle of fish on Tuesday"
PROBING_FROM = "127.0.0.3"
READY_EVERY_S, SIGN_IN_EVERY_S = 0.5, 2.0
PROBE_MAX_S = 60.0
NAMES = {
    "marks": "H1: combining marks in replies, ten at once",
    "phrases": "H2: long phrases searched for, eight at once; forty asked and left",
    "pongs": "H3: pongs without a pause",
    "pings": "H3: pings without a pause",
    "parts": "H3: empty parts without a pause",
    "texts": "H3: texts of one character without a pause",
    "guesses": "H4: 160 wrong passwords at once, and nobody waits",
    "pictures": "M1: twelve uploads of a picture that is dear to store",
    "frames-400": "texts of one character on 400 connections",
    "requests": "requests without a pause on 250 connections",
    "chunks": "bodies in chunks of one byte on 20 connections",
    "handshakes": "WebSockets opened and left, 50 at once",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; the times are seconds."""

    rounds: int
    seconds: float
    warm_up: float
    tickets: int
    attacks: Sequence[str]


FULL = Plan(rounds=5, seconds=8, warm_up=1, tickets=6_000, attacks=[*ATTACKS])
QUICK = Plan(rounds=1, seconds=4, warm_up=0.5, tickets=6_000, attacks=[*ATTACKS])


class Told(msgspec.Struct, frozen=True):
    """What was measured once. None for messages where some did not arrive at all."""

    p50_ms: float | None
    p99_ms: float | None
    ready_ms: float
    """The slowest answer of `/readyz`."""
    not_ready: int
    """Answers of `/readyz` that were not 200."""
    sign_in_ms: float
    """The slowest sign-in."""
    refused: int
    """Sign-ins that were not let in."""


class Beside(msgspec.Struct, frozen=True):
    """One attack, and the same desk right before it."""

    rest: Told
    attacked: Told
    did: str
    """What the attacker says."""


class Round(msgspec.Struct):
    """Everything once. `relay`: p50 and p99 of A at rest."""

    relay: tuple[float, float]
    attacks: dict[str, Beside] = msgspec.field(default_factory=dict)


class Record(msgspec.Struct):
    """Everything that was measured, and where."""

    command: str
    machine: dict[str, str]
    rounds: list[Round] = msgspec.field(default_factory=list)


# -- the desk ------------------------------------------------------------------------------


def new_desk(data: Path, count: int) -> None:
    """A desk with agents for two loads, `count` tickets that share two words, and somebody who signs in."""
    processes.new_desk(data, agents=2 * PAIRS)
    tickets.seed(data, count, SHARED)
    asyncio.run(_add_somebody(data))


async def _add_somebody(data: Path) -> None:
    passwords = Passwords()
    storage = await open_storage(Settings.model_construct(data=data).storage_url)
    try:
        hashed = await passwords.hashed(PASSWORD)

        def unit(tx: Tx) -> None:
            Identity(SqlStore()).add_user(
                tx,
                email=SIGNING_IN,
                name="Signing In",
                role="agent",
                teams=[TEAM],
                known_teams=[TEAM],
                now=system_clock(),
                password_hash=hashed,
            )

        await storage.write(unit)
    finally:
        passwords.close()
        await storage.close()


def _second_agents(data: Path) -> Path:
    """The tokens of agents whom the load at rest did not have."""
    file = data / f"second-{TOKENS}"
    file.touch(mode=0o600)
    file.write_text("".join((data / TOKENS).read_text().splitlines(keepends=True)[PAIRS:]))
    return file


# -- beside the load -----------------------------------------------------------------------


class Probes:
    """Asks `/readyz`, and signs in, over and over from an address of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._ready: list[tuple[float, bool]] = []
        self._sign_ins: list[tuple[float, bool]] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Until the end of the block, and the answer to what was asked then."""
        threads = [
            threading.Thread(target=self._again, args=work)
            for work in ((self._is_ready, READY_EVERY_S, self._ready), (self._sign_in, SIGN_IN_EVERY_S, self._sign_ins))
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def told(self, report: Report | None) -> Told:
        """All of it, with what the driver measured."""
        return Told(
            p50_ms=report.p50_ms if report else None,
            p99_ms=report.p99_ms if report else None,
            ready_ms=max(ms for ms, _ in self._ready),
            not_ready=sum(not good for _, good in self._ready),
            sign_in_ms=max(ms for ms, _ in self._sign_ins),
            refused=sum(not good for _, good in self._sign_ins),
        )

    def _again(self, ask: Callable[[], bool], every_s: float, into: list[tuple[float, bool]]) -> None:
        while not self._over.is_set():
            begun = time.perf_counter()
            try:
                good = ask()
            except (OSError, http.client.HTTPException):
                good = False
            into.append(((time.perf_counter() - begun) * 1e3, good))
            self._over.wait(max(0.0, every_s - (time.perf_counter() - begun)))

    def _is_ready(self) -> bool:
        return self._status("GET", "/readyz") == 200

    def _sign_in(self) -> bool:
        return self._status("POST", "/api/session", json.dumps({"email": SIGNING_IN, "password": PASSWORD})) in (
            200,
            201,
        )

    def _status(self, method: str, path: str, body: str | None = None) -> int:
        line = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=PROBE_MAX_S, source_address=(PROBING_FROM, 0)
        )
        try:
            headers = {"Origin": f"http://127.0.0.1:{self._port}", "Content-Type": "application/json"}
            line.request(method, path, body, headers)
            return line.getresponse().status
        finally:
            line.close()


@contextmanager
def attacking(name: str, server: Server, cores: Cores) -> Iterator[list[str]]:
    """One attack, under way. In the end what it did is in the list."""
    command = [sys.executable, "-m", "bench.attacks", name, "--port", str(server.port)]
    did: list[str] = []
    with subprocess.Popen(
        ["taskset", "-c", str(cores.driver), *command], cwd=processes.HERE.parent, stdout=subprocess.PIPE, text=True
    ) as attacker:
        assert attacker.stdout is not None
        try:
            if attacker.stdout.readline().strip() != "under way":
                raise Void(f"the attack {name} did not begin: see its sentence above")
            yield did
        finally:
            attacker.terminate()
            did.append(attacker.stdout.read().strip())


# -- rounds --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bench:
    """The parts of one run."""

    plan: Plan
    cores: Cores
    seeded: Path

    def round(self) -> Round:
        """Everything once. Raises Void with the reason where a figure would mean nothing."""
        with processes.relay(self.cores) as server:
            relay = self._driven(server)
        each = Round((relay.p50_ms, relay.p99_ms))
        for name in self.plan.attacks:
            each.attacks[name] = beside = self.beside(name)
            print(
                f"{name:>12}: rest {_line(beside.rest)}; attacked {_line(beside.attacked)}; {beside.did}",
                file=sys.stderr,
            )
        return each

    def beside(self, name: str) -> Beside:
        """One attack on a desk that has just been measured at rest."""
        with processes.switchboard(self.cores, self.seeded, HOURS + TEAMS, limits="waiting=100") as server:
            assert server.tokens is not None
            rest = self._measured(server, partial(self._driven, server))
            others = ["--tokens", str(_second_agents(server.tokens.parent))]
            with attacking(name, server, self.cores) as did:
                attacked = self._measured(server, partial(self._tried, server, others))
        return Beside(rest, attacked, did[0])

    def _measured(self, server: Server, drive: Callable[[], Report | None]) -> Told:
        probes = Probes(server.port)
        with probes.running():
            report = drive()
        return probes.told(report)

    def _driven(self, server: Server, options: Sequence[str] = ()) -> Report:
        options = ["--pairs", str(PAIRS), "--rate", str(RATE), *options]
        return driver.drive(server, self.cores, options, seconds=self.plan.seconds, warm_up=self.plan.warm_up)

    def _tried(self, server: Server, options: Sequence[str]) -> Report | None:
        """The same, or None where messages did not arrive."""
        try:
            return self._driven(server, options)
        except Disturbed:
            raise
        except Void as reason:
            print(f"{'':>12}  {reason}", file=sys.stderr)
            return None


def measure(plan: Plan, cores: Cores, into: Record) -> None:
    """Runs the plan, round by round. Raises Void with the reason where a figure would mean nothing."""
    seeded = OUT / "hostile"
    new_desk(seeded, plan.tickets)
    try:
        for number in range(1, plan.rounds + 1):
            print(f"round {number} of {plan.rounds}", file=sys.stderr)
            into.rounds.append(Bench(plan, cores, seeded).round())
    finally:
        shutil.rmtree(seeded)


def _line(told: Told) -> str:
    messages = "some lost" if told.p50_ms is None else f"p50 {told.p50_ms:.2f} p99 {told.p99_ms:.2f}"
    return (
        f"{messages}, ready {told.ready_ms:.0f} ({told.not_ready} not), "
        f"sign-in {told.sign_in_ms:.0f} ms ({told.refused} refused)"
    )


# -- the table -----------------------------------------------------------------------------


def table(rounds: Sequence[Round]) -> str:
    """A row for each attack: how much later messages come than at rest, and whether that is as promised."""
    heads = ["while one address does this", "p50", "p99", "`/readyz`, slowest", "sign-in, slowest", ""]
    rows = [_row(name, [each.attacks[name] for each in rounds]) for name in rounds[0].attacks]
    rests = [beside.rest for each in rounds for beside in each.attacks.values()]
    rest = f"At rest: p50 {_spread(rests, lambda told: told.p50_ms)}, p99 {_spread(rests, lambda told: told.p99_ms)}, "
    rest += f"`/readyz` {_spread(rests, lambda told: told.ready_ms)}, "
    rest += f"sign-in {_spread(rests, lambda told: told.sign_in_ms)}. "
    relay = [Spread.of([each.relay[at] for each in rounds]) for at in (0, 1)]
    rest += f"A, the bare relay, at rest: p50 {relay[0]:.2f} ms, p99 {relay[1]:.2f} ms."
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n\n" + rest


def _row(name: str, besides: Sequence[Beside]) -> list[str]:
    if any(beside.attacked.p50_ms is None for beside in besides):
        p50 = p99 = "some did not arrive"
        kept = aimed = False
    else:
        later = [Spread.of([_later(beside, which) for beside in besides]) for which in ("p50_ms", "p99_ms")]
        p50, p99 = (f"{spread:+.2f} ms" for spread in later)
        kept, aimed = later[0].median <= P50_MUST_MS, later[1].median <= P99_AIM_MS
    ready = Spread.of([beside.attacked.ready_ms for beside in besides])
    sign_in = Spread.of([beside.attacked.sign_in_ms for beside in besides])
    not_ready, refused = (
        sum(getattr(beside.attacked, which) for beside in besides) for which in ("not_ready", "refused")
    )
    kept = kept and ready.median <= READY_MUST_MS and sign_in.median <= SIGN_IN_MUST_MS and not not_ready + refused
    said = "missed" if not kept else "met, and the aim" if aimed else "met"
    return [
        NAMES[name],
        p50,
        p99,
        _with(ready, not_ready, "not ready"),
        _with(sign_in, refused, "refused"),
        said,
    ]


def _later(beside: Beside, which: str) -> float:
    rest, attacked = getattr(beside.rest, which), getattr(beside.attacked, which)
    return float(attacked - rest)


def _with(spread: Spread, bad: int, what: str) -> str:
    return f"{spread:.0f} ms" + (f", {bad} {what}" if bad else "")


def _spread(tolds: Sequence[Told], value: Callable[[Told], float | None]) -> str:
    values = [found for told in tolds if (found := value(told)) is not None]
    spread = Spread.of(values)
    return f"{spread:.2f} ms" if spread.high < 100 else f"{spread:.0f} ms"


def page(record: Record) -> str:
    """What stands between the marks of `docs/benchmarks.md`."""
    facts = "\n".join(f"- {name}: {fact}" for name, fact in record.machine.items())
    return (
        f"{table(record.rounds)}\n\n"
        f"Must: p50 within {P50_MUST_MS:g} ms of the same desk at rest, "
        f"`/readyz` 200 within {READY_MUST_MS / 1e3:g} s, a right sign-in "
        f"within {SIGN_IN_MUST_MS / 1e3:g} s. Aim: p99 within {P99_AIM_MS:g} ms of rest.\n\n"
        f"Medians of {len(record.rounds)} rounds, in brackets the lowest and the highest. "
        f"Made by `{record.command}`.\n\n"
        f"{facts}\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write what was found; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.run hostile", description="The desk, attacked.")
    parser.add_argument("--quick", action="store_true", help="one round, and a short one: a first look")
    parser.add_argument("--attack", action="append", choices=[*ATTACKS], help="this one alone; may be given again")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--server-core", type=int, default=0, metavar="N")
    parser.add_argument("--driver-core", type=int, default=1, metavar="N")
    given = parser.parse_args(arguments)
    plan = QUICK if given.quick else FULL
    plan = replace(plan, attacks=given.attack or plan.attacks, rounds=given.rounds or plan.rounds)
    words = arguments if arguments is not None else sys.argv[1:]
    cores = Cores(given.server_core, given.driver_core)
    try:
        # This program is a part of the load: it keeps off the server's core.
        os.sched_setaffinity(0, {cores.driver})
        OUT.mkdir(exist_ok=True)
        processes.allow_files()
        driver.build()
        record = Record(" ".join(["python -m bench.run hostile", *words]), machine.describe(OUT))
        measure(plan, cores, record)
    except Void as reason:
        print(f"void: {reason}", file=sys.stderr)
        return 1
    text = page(record)
    (OUT / "hostile.json").write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    (OUT / "hostile.md").write_text(text)
    if given.write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), text, BEGIN, END))
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
