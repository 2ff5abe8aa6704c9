"""`make bench ARGS=queued_letters`: the time to queue 10,000 letters, in transactions of 50 letters.

The waiting clock queues letters in the same way. 50 is the most that `server/live/tickets/ticket_clock.py` allows in
one transaction. While a transaction runs, it delays messages. Two times are measured for each transaction: CPU time,
and time until the commit. No server runs, and no letter is sent.

Writes `bench/out/queued_letters.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from uuid_utils import uuid7

from bench import command, people, processes
from bench.command import Made
from bench.databases import NAMES, opened
from bench.figures import percentile
from bench.processes import Cores
from clock import system_clock
from mail.adapters.stored_letters import stored_letters
from mail.identifiers import Identifiers
from mail.letter import NewLetter
from server.live.tickets.ticket_clock import AT_ONCE_MAX
from storage.opening import open_storage
from storage.ports import Dialect, Tx

LETTERS = 10_000
MUST_MS = 20.0
"""Limit in ms for the median time until the commit of a transaction."""


@dataclass(frozen=True)
class Measured:
    """Times of each transaction in ms."""

    cpu: Sequence[float]
    whole: Sequence[float]


def measure(cores: Cores, dialect: Dialect, letters: int = LETTERS, at_once: int = AT_ONCE_MAX) -> Measured:
    folder = cores.out / f"letters-{dialect}"
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    try:
        with opened(dialect, data) as database:
            processes.migrate(data, database.url)
            url = people.settings_of(data, database.url).storage_url
            return asyncio.run(_queued(url, letters, at_once))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _queued(url: str, count: int, at_once: int) -> Measured:
    identifiers = Identifiers(b"a secret of this benchmark", "bench.example", receives=True)
    letters = stored_letters(identifiers, lambda: str(uuid7()))
    storage = await open_storage(url)

    def unit(tx: Tx, wanted: Sequence[NewLetter]) -> float:
        began = time.thread_time()
        letters.queue_all(tx, wanted, system_clock())
        return (time.thread_time() - began) * 1e3

    cpu, whole = [], []
    try:
        for first in range(0, count, at_once):
            wanted = [
                NewLetter(kind="reminder_1", to=f"customer{number}@northlake.example", ticket=number + 1)
                for number in range(first, min(first + at_once, count))
            ]
            began = time.perf_counter()
            cpu.append(await storage.write(partial(unit, wanted=wanted)))
            whole.append((time.perf_counter() - began) * 1e3)
    finally:
        await storage.close()
    return Measured(cpu, whole)


def page(found: Mapping[Dialect, Measured], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {name} | {len(times)} | {percentile(times, 50):.1f} ms "
        f"| {percentile(times, 99):.1f} ms |"
        for dialect, measured in found.items()
        for name, times in (("CPU time", measured.cpu), ("until the commit", measured.whole))
    )
    met = "met" if all(percentile(measured.whole, 50) <= MUST_MS for measured in found.values()) else "missed"
    return (
        f"| database | a transaction of {AT_ONCE_MAX} letters | count | median | 99th percentile |\n"
        f"|---|---|---|---|---|\n{rows}\n\n"
        f"Must: a median of {MUST_MS:g} ms until the commit: {met}. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("queued_letters", "Letters that are queued.")
    return command.run_on_each(
        "queued_letters", options, arguments, lambda _, cores, dialect: measure(cores, dialect), page
    )


if __name__ == "__main__":
    sys.exit(main())
