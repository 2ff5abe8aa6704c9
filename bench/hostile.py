"""`make bench ARGS=hostile`: the latency of other people's messages while one network address attacks the desk.

Each attack of `bench/attacks.py` gets a new desk, whose server is pinned to one core. The desk has the default limits,
except that more chats may start without a proof of work. From another network address, pairs of a customer and an agent
send messages at a fixed rate, first without the attack (at rest), then during it. Meanwhile, `/readyz` is requested and
somebody signs in. Each round does this for every attack, and measures the bare relay (A) once.

Writes `bench/out/hostile.json` and `hostile.md`, and with `--write` the table into `docs/benchmarks.md`. Exits with 0
if the figures are valid, and with 1 if they are void.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from bench import command, driver, processes, tickets
from bench.attacks import ATTACKS
from bench.command import Made
from bench.figures import Disturbed, Report, Void
from bench.hostile_table import Beside, Measured, Record, Round, page
from bench.probes import PASSWORD, SIGNING_IN, Probes
from bench.processes import HOURS, OUT, TEAM, TOKENS, Cores, Server
from clock import system_clock
from identity.adapters.store import SqlStore
from identity.passwords import Passwords
from identity.service import Identity
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import Tx

PAIRS, RATE = 5, 8.0
"""Number of pairs, and of messages per second of each pair. The two people of a pair send alternately."""
SHARED = "the order " * 10
TEAMS = "".join(f"  {team}: {{name: {team}, schedule: always, email: {team}@example.com}}\n" for team in tickets.TEAMS)


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a run. Times are in seconds."""

    rounds: int
    seconds: float
    warm_up: float
    tickets: int
    attacks: Sequence[str]


FULL = Plan(rounds=5, seconds=8, warm_up=1, tickets=6_000, attacks=[*ATTACKS])
QUICK = Plan(rounds=1, seconds=4, warm_up=0.5, tickets=6_000, attacks=[*ATTACKS])


# -- the desk ------------------------------------------------------------------------------


def new_desk(data: Path, count: int) -> None:
    """Create a desk with `count` tickets that share two words, a person who signs in, and agents for two loads (at rest
    and during the attack)."""
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
    """Write a file with the tokens of the agents that the load at rest did not use. Returns the path of the file."""
    file = data / f"second-{TOKENS}"
    file.touch(mode=0o600)
    file.write_text("".join((data / TOKENS).read_text().splitlines(keepends=True)[PAIRS:]))
    return file


# -- beside the load -----------------------------------------------------------------------


@contextmanager
def attacking(name: str, server: Server, cores: Cores) -> Iterator[list[str]]:
    """Runs one attack. After the `with` block, the yielded list contains the attacker's report."""
    attack = [sys.executable, "-m", "bench.attacks", name, "--port", str(server.port)]
    did: list[str] = []
    with subprocess.Popen(
        ["taskset", "-c", str(cores.driver), *attack], cwd=processes.HERE.parent, stdout=subprocess.PIPE, text=True
    ) as attacker:
        assert attacker.stdout is not None
        try:
            if attacker.stdout.readline().strip() != "under way":
                raise Void(f"the attack {name} did not begin: see its message above")
            yield did
        finally:
            attacker.terminate()
            did.append(attacker.stdout.read().strip())


# -- rounds --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bench:
    plan: Plan
    cores: Cores
    seeded: Path

    def round(self) -> Round:
        """Measures everything once. Raises Void if a figure would be meaningless."""
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
        """Measures a new desk at rest, then during the attack `name`."""
        with processes.switchboard(self.cores, self.seeded, HOURS + TEAMS, limits="waiting=100") as server:
            assert server.tokens is not None
            rest = self._measured(server, partial(self._driven, server))
            others = ["--tokens", str(_second_agents(server.tokens.parent))]
            with attacking(name, server, self.cores) as did:
                attacked = self._measured(server, partial(self._tried, server, others))
        return Beside(rest, attacked, did[0])

    def _measured(self, server: Server, drive: Callable[[], Report | None]) -> Measured:
        probes = Probes(server.port)
        with probes.running():
            report = drive()
        return probes.measured(report)

    def _driven(self, server: Server, options: Sequence[str] = ()) -> Report:
        options = ["--pairs", str(PAIRS), "--rate", str(RATE), *options]
        return driver.drive(server, self.cores, options, seconds=self.plan.seconds, warm_up=self.plan.warm_up)

    def _tried(self, server: Server, options: Sequence[str]) -> Report | None:
        """Drive the load and return the driver's report; None if messages did not arrive."""
        try:
            return self._driven(server, options)
        except Disturbed:
            raise
        except Void as reason:
            print(f"{'':>12}  {reason}", file=sys.stderr)
            return None


def measure(plan: Plan, cores: Cores, into: Record) -> None:
    """Measure everything in the plan. Raises Void if a figure would be meaningless."""
    seeded = cores.out / "hostile"
    new_desk(seeded, plan.tickets)
    try:
        for number in range(1, plan.rounds + 1):
            print(f"round {number} of {plan.rounds}", file=sys.stderr)
            into.rounds.append(Bench(plan, cores, seeded).round())
    finally:
        shutil.rmtree(seeded)


def _line(measured: Measured) -> str:
    messages = "some lost" if measured.p50_ms is None else f"p50 {measured.p50_ms:.2f} p99 {measured.p99_ms:.2f}"
    return (
        f"{messages}, ready {measured.ready_ms:.0f} ({measured.not_ready} not), "
        f"sign-in {measured.sign_in_ms:.0f} ms ({measured.refused} refused)"
    )


def _measured(given: argparse.Namespace, cores: Cores, made: Made) -> str:
    plan = QUICK if given.quick else FULL
    plan = replace(plan, attacks=given.attack or plan.attacks, rounds=given.rounds or plan.rounds)
    processes.allow_files()
    driver.build()
    record = Record(made.command, dict(made.facts))
    measure(plan, cores, record)
    (OUT / "hostile.json").write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    return page(record)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("hostile", "The desk, attacked.")
    options.add_argument("--quick", action="store_true", help="one short round")
    options.add_argument("--attack", action="append", choices=[*ATTACKS], help="only this attack; can be repeated")
    options.add_argument("--rounds", type=int)
    return command.run("hostile", options, arguments, _measured)


if __name__ == "__main__":
    sys.exit(main())
