"""`make bench ARGS=restarts`: how soon all customers are connected again after a restart of the server.

CLIENTS customers are connected. The server is stopped, and another one starts on the same port and data. Each round
measures the bare relay, the desk on SQLite, and the desk in two processes on PostgreSQL, one immediately after the
other. All processes of a server share one core. PostgreSQL runs on the core of the driver.

No round begins that would end later than LONGEST_S after the start.

Writes `bench/out/restarts.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Literal, get_args

from bench import command, processes
from bench.command import Made
from bench.databases import opened
from bench.driver import build, connected
from bench.figures import Back, Spread
from bench.processes import Cores, Server
from storage.ports import Dialect

Shape = Literal["relay", "sqlite", "workers"]
NAMES: Mapping[Shape, str] = {
    "relay": "A: bare relay",
    "sqlite": "SQLite, one process",
    "workers": "PostgreSQL, two processes",
}
CLIENTS, ROUNDS, WORKERS = 5_000, 3, 2
MUST_S = 1.5
"""Limit of the time until all are back, in s more than the relay's."""
LONGEST_S = 600.0

Start = Callable[[int], AbstractContextManager[Server]]
"""Runs a server on a port; on a free one if it is 0."""
Rounds = Mapping[Shape, Sequence[Back]]


def storm(cores: Cores, clients: int, start: Start) -> Back:
    """End a server while `clients` idle customers are connected, and start a new one at once. Returns how the customers
    reconnected."""
    with ExitStack() as stack:
        with start(0) as first:
            customers = stack.enter_context(connected(first, cores, clients, coming_back=True))
        with start(first.port) as second:
            ready, before_s = time.monotonic(), second.cpu_s()
            found = customers.storm()
            return Back(
                clients=found.clients,
                tries=found.tries,
                down_s=ready - found.first_lost_at,
                half_s=found.half_back_at - ready,
                all_s=found.all_back_at - ready,
                cpu_s=second.cpu_s(),
                greeting_cpu_s=second.cpu_s() - before_s,
            )


def measure(cores: Cores, *, clients: int = CLIENTS, rounds: int = ROUNDS) -> Rounds:
    processes.allow_files()
    build()
    found: dict[Shape, list[Back]] = {shape: [] for shape in get_args(Shape)}
    began = time.monotonic()
    for number in range(rounds):
        if number and (time.monotonic() - began) * (number + 1) / number > LONGEST_S:
            break
        for shape, backs in found.items():
            with _server(cores, shape) as start:
                backs.append(storm(cores, clients, start))
    return found


@contextmanager
def _server(cores: Cores, shape: Shape) -> Iterator[Start]:
    if shape == "relay":
        yield lambda port: processes.relay(cores, port)
        return
    dialect: Dialect = "sqlite" if shape == "sqlite" else "postgresql"
    workers = 1 if shape == "sqlite" else WORKERS
    with processes.data_folder(cores, f"restarts-{shape}") as data, opened(dialect, data) as database:
        processes.fill(data, database.url, 1)
        more = processes.database_settings(database.url)
        yield lambda port: processes.serving(cores, data, port=port, more=more, workers=workers)


def page(found: Rounds, made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(_row(shape, found) for shape in found)
    clients = found["relay"][0].clients
    return (
        "| server | all are back after | more than A | half are back after | without a server | CPU time for one "
        f"customer |\n|---|---|---|---|---|---|\n{rows}\n\n"
        f"{clients:,} customers; medians of {len(found['relay'])} rounds. All must be back at most {MUST_S:g} s later "
        f"than with A. {made.foot()}"
    )


def _row(shape: Shape, found: Rounds) -> str:
    backs = found[shape]
    all_s, half_s = _median(backs, lambda it: it.all_s), _median(backs, lambda it: it.half_s)
    down_s = _median(backs, lambda it: it.down_s)
    us = _median(backs, lambda it: it.greeting_cpu_s / it.clients * 1e6)
    later = Spread.of([it.all_s - base.all_s for it, base in zip(backs, found["relay"], strict=True)]).median
    verdict = "" if shape == "relay" else f"{later:+.1f} s: {'met' if later <= MUST_S else 'missed'}"
    return f"| {NAMES[shape]} | {all_s:.1f} s | {verdict} | {half_s:.1f} s | {down_s:.1f} s | {us:.0f} µs |"


def _median(backs: Sequence[Back], value: Callable[[Back], float]) -> float:
    return Spread.of([value(it) for it in backs]).median


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("restarts", "Customers who come back after a restart.")
    options.add_argument("--clients", type=int, default=CLIENTS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    return command.run(
        "restarts",
        options,
        arguments,
        lambda given, cores, made: page(measure(cores, clients=given.clients, rounds=given.rounds), made),
    )


if __name__ == "__main__":
    sys.exit(main())
