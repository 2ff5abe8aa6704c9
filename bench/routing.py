"""`make bench-routing`: the cost of assigning chats, on the floor in memory.

A *decision* is all the work for one slot that becomes free: the slot is reported, the next chat is proposed, and the
proposal is settled as won. Decisions are measured with short and with very long queues. All times are CPU times,
because a decision never waits. Writes `bench/out/routing.json` and `routing.md`, and with `--write` the table into
`docs/benchmarks.md`.

Exits with 0 if every figure is within its limit, else with 1.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import figures, machine, processes
from bench.figures import percentile
from bench.processes import OUT
from routing.adapters.floor_memory import MemoryFloor
from routing.agents import AgentChoice, Status
from routing.estimate import Pace, wait_s
from routing.queue import Waiting

PAGE = processes.HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by `make bench-routing` -->", "<!-- end of figures of `make bench-routing` -->"
TEAMS = ("media", "prod", "tech", "finance", "canadian-spot")
RATIO_MUST, PLACED_MUST, BURST_MUST_MS = 3.0, 50_000, 10.0
BURST, BURST_WAITING = 10, 500


@dataclass(frozen=True, slots=True)
class Size:
    """A floor with all agents busy."""

    waiting: int
    agents: int


SMALL, LARGE = Size(100, 20), Size(100_000, 5_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """The results, in CPU time.

    - `small_us`, `large_us` and the 95th percentiles: µs per decision on the small and the large floor.
    - `proposed_a_second`, `placed_a_second`: the figures of `drain`.
    - `burst_ms`: ms to fill an agent (see `burst`).
    - `estimate_us`: µs to compute one estimated wait.
    """

    small_us: float
    small_p95_us: float
    large_us: float
    large_p95_us: float
    proposed_a_second: float
    placed_a_second: float
    burst_ms: float
    estimate_us: float

    @property
    def ratio(self) -> float:
        """The cost of a decision on the large floor relative to the small one."""
        return self.large_us / self.small_us

    @property
    def met(self) -> bool:
        """True if every figure is within its limit."""
        return self.ratio <= RATIO_MUST and self.placed_a_second >= PLACED_MUST and self.burst_ms < BURST_MUST_MS


def choice(staff: str, team: str, status: Status, capacity: int) -> AgentChoice:
    return AgentChoice(staff=staff, name=staff, teams=frozenset((team,)), status=status, capacity=capacity)


def agent(floor: MemoryFloor, number: int, capacity: int, status: Status = "available") -> None:
    """Add a connected agent of one team to the floor."""
    staff = f"agent{number}"
    floor.agent(choice(staff, TEAMS[number % len(TEAMS)], status, capacity))
    floor.connected(staff)


def join(floor: MemoryFloor, number: int, team: int | None = None) -> None:
    of = TEAMS[(number if team is None else team) % len(TEAMS)]
    floor.queued(Waiting(f"chat{number}", of, number, number, f"v{number}"))


async def decisions(size: Size, count: int) -> list[float]:
    """CPU times of `count` decisions in µs. The queues keep their length."""
    floor = MemoryFloor()
    for number in range(size.agents):
        agent(floor, number, 1)
    for number in range(size.agents + size.waiting):
        join(floor, number)
    taken = []
    for placement in await floor.propose(0, size.agents):
        floor.settled(placement, "won")
        taken.append(placement.chat)
    took = []
    for number in range(count):
        held = taken[number]
        begun = time.process_time()
        floor.released(held)
        placements = await floor.propose(number, 100)
        for placement in placements:
            floor.settled(placement, "won")
        took.append((time.process_time() - begun) * 1e6)
        assert len(placements) == 1, "one seat became free, and somebody waits"
        taken.append(placements[0].chat)
        join(floor, size.agents + size.waiting + number, int(placements[0].chat.removeprefix("chat")))
    return took


async def drain(agents: int, seats: int, at_once: int) -> tuple[float, float]:
    """Placements per second if there is a slot for every waiting chat. The first figure is for proposing alone, the
    second for proposing and settling."""
    floor, waiting = MemoryFloor(), agents * seats
    for number in range(waiting):
        join(floor, number)
    for number in range(agents):
        agent(floor, number, seats)
    proposing = settling = 0.0
    left = waiting
    while left:
        begun = time.process_time()
        placements = await floor.propose(0, at_once)
        proposed = time.process_time()
        for placement in placements:
            floor.settled(placement, "won")
        settling += time.process_time() - proposed
        proposing += proposed - begun
        left -= len(placements)
        assert placements, "there is a seat for each"
    return waiting / proposing, waiting / (proposing + settling)


async def burst() -> float:
    """The CPU time in ms to fill an agent: from the moment when the agent becomes available until all the agent's slots
    are taken."""
    floor = MemoryFloor()
    for number in range(BURST_WAITING):
        join(floor, number, 0)
    agent(floor, 0, BURST, "away")
    begun = time.process_time()
    floor.agent(choice("agent0", TEAMS[0], "available", BURST))
    placements = await floor.propose(0, 100)
    for placement in placements:
        floor.settled(placement, "won")
    took = (time.process_time() - begun) * 1e3
    assert [placement.chat for placement in placements] == [f"chat{number}" for number in range(BURST)], "in order"
    return took


def estimates(count: int) -> float:
    """The CPU time in µs to estimate one wait, in queues of a thousand chats."""
    pace = Pace().queued(0).left(600_000).resumed(0).released(500_000)
    begun = time.process_time()
    for number in range(count):
        wait_s(number % 1_000 + 1, 40, 0, pace)
    return (time.process_time() - begun) / count * 1e6


async def measured(quick: bool) -> Measured:
    count, rounds = (500, 3) if quick else (4_000, 9)
    gc.collect()
    gc.freeze()
    small, large = await decisions(SMALL, count), await decisions(LARGE, count)
    drained = [await drain(200, 10, 100) for _ in range(rounds)]
    return Measured(
        percentile(small, 50),
        percentile(small, 95),
        percentile(large, 50),
        percentile(large, 95),
        percentile([proposed for proposed, _ in drained], 50),
        percentile([placed for _, placed in drained], 50),
        percentile([await burst() for _ in range(10 * rounds)], 50),
        estimates(20_000),
    )


def page(result: Measured, command: str, where: dict[str, str]) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    facts = "\n".join(f"- {name}: {fact}" for name, fact in where.items())
    return (
        "| | measured | must |\n|---|---|---|\n"
        f"| a decision, {SMALL.waiting:,} waiting, {SMALL.agents:,} agents | {result.small_us:.0f} µs (95 %: "
        f"{result.small_p95_us:.0f}) | |\n"
        f"| a decision, {LARGE.waiting:,} waiting, {LARGE.agents:,} agents | {result.large_us:.0f} µs (95 %: "
        f"{result.large_p95_us:.0f}), × {result.ratio:.2f} | ≤ × {RATIO_MUST:g}: {_met(result.ratio <= RATIO_MUST)} |\n"
        f"| placements a second, proposed and settled | {result.placed_a_second:,.0f} "
        f"| ≥ {PLACED_MUST:,}: {_met(result.placed_a_second >= PLACED_MUST)} |\n"
        f"| placements a second, proposed alone | {result.proposed_a_second:,.0f} | |\n"
        f"| {BURST} slots become free while {BURST_WAITING} chats wait: all {BURST} placed, in order "
        f"| {result.burst_ms:.2f} ms | < {BURST_MUST_MS:g} ms: {_met(result.burst_ms < BURST_MUST_MS)} |\n"
        f"| how long one of a line of 1,000 will wait | {result.estimate_us:.1f} µs | |\n\n"
        f"Medians. Made by `{command}`.\n\n{facts}\n"
    )


def _met(so: bool) -> str:
    return "met" if so else "missed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.routing", description="Who gets whom.")
    parser.add_argument("--quick", action="store_true", help="fewer decisions; not for the docs")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args(arguments)
    command = " ".join(["python -m bench.routing", *(arguments if arguments is not None else sys.argv[1:])])
    OUT.mkdir(exist_ok=True)
    where = machine.describe(OUT)
    result = asyncio.run(measured(given.quick))
    written = page(result, command, where)
    Path(OUT, "routing.json").write_text(
        json.dumps({"command": command, "machine": where, **asdict(result)}, indent=1) + "\n"
    )
    Path(OUT, "routing.md").write_text(written)
    if given.write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), written, BEGIN, END))
    print(written)
    return 0 if result.met else 1


if __name__ == "__main__":
    sys.exit(main())
