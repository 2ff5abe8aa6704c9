"""The command line of the benchmarks that `bench.run` runs by name.

Each prints its figures and writes them to `bench/out`. With `--write`, it also writes them into `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench import figures, machine
from bench.databases import DIALECTS
from bench.figures import Void
from bench.processes import HERE, OUT, Cores
from storage.ports import Dialect

T = TypeVar("T")

PAGE = HERE.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Made:
    """How figures were made. `load` is the load average before the measurement. `facts` describe the machine."""

    command: str
    load: float
    facts: Mapping[str, str]

    def foot(self) -> str:
        """The last lines of a page of figures: the load average, the command and the machine."""
        listed = "\n".join(f"- {name}: {fact}" for name, fact in self.facts.items())
        return f"The load average was {self.load:.0f} before. Made by `{self.command}`.\n\n{listed}\n"


def marks(name: str) -> tuple[str, str]:
    """The lines before and after the figures of a benchmark in `docs/benchmarks.md`."""
    return f"<!-- figures: written by `make bench ARGS={name}` -->", f"<!-- end of figures of {name} -->"


def parser(name: str, about: str) -> argparse.ArgumentParser:
    """An argument parser with the options that all benchmarks have."""
    options = argparse.ArgumentParser(prog=f"python -m bench.run {name}", description=about)
    options.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options.add_argument("--server-core", type=int, default=0, metavar="N")
    options.add_argument("--driver-core", type=int, default=1, metavar="N")
    return options


def run(
    name: str,
    options: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    measured: Callable[[argparse.Namespace, Cores, Made], str],
) -> int:
    """Run a benchmark and return the exit status: 0 if the figures are valid, 1 if they are void.

    `measured` returns the page of figures. It is printed, and written to `bench/out`. With `--write`, it is also
    written into `docs/benchmarks.md`.
    """
    words = arguments if arguments is not None else sys.argv[1:]
    given = options.parse_args(words)
    cores = Cores(given.server_core, given.driver_core)
    try:
        # This program is part of the load, so it stays off the server's core.
        os.sched_setaffinity(0, {cores.driver})
        OUT.mkdir(exist_ok=True)
        command = " ".join([f"python -m bench.run {name}", *words])
        text = measured(given, cores, Made(command, os.getloadavg()[0], machine.describe(OUT)))
    except Void as reason:
        print(f"void: {reason}", file=sys.stderr)
        return 1
    Path(OUT, f"{name}.md").write_text(text)
    if given.write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), text, *marks(name)))
    print(text)
    return 0


def run_on_each(
    name: str,
    options: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    measure: Callable[[argparse.Namespace, Cores, Dialect], T],
    page: Callable[[Mapping[Dialect, T], Made], str],
) -> int:
    """Like `run`, with one measurement for each database. An option `--database` may name the databases."""
    return run(
        name,
        options,
        arguments,
        lambda given, cores, made: page(
            {dialect: measure(given, cores, dialect) for dialect in vars(given).get("database") or DIALECTS}, made
        ),
    )
