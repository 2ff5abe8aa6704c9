"""`make bench-simulation`: the simulator compared with Erlang C and Erlang A, and the accuracy of estimated waits.

Seeds are fixed, so only the durations differ between runs. Writes `bench/out/simulation.json` and `simulation.md`, and
with `--write` the tables and plots into `docs/simulation.md`.

Exits with 0 if every interval contains the theoretical value and no interval is too wide, else with 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from bench import figures, machine, processes
from bench.processes import OUT
from bench.theory import ERLANG_A, ERLANG_C, HALF_WIDTH_MUST, SEEDS, Agreement, Interval, simulated
from routing.adapters.day_file import SAMPLE, load
from routing.simulation.customers import drawn
from routing.simulation.day import shifts
from routing.simulation.figures import Goal, Told, report, told
from server.simulation.day import chances, run
from server.simulation.plots import drawn as drawn_plot
from server.simulation.plots import line, plots, svg, text

DOCS = processes.HERE.parent / "docs"
PAGE, PLOT, WAITS = DOCS / "simulation.md", DOCS / "images" / "theory.svg", DOCS / "images" / "sample-day.svg"
BEGIN, END = (
    "<!-- figures: written by `make bench-simulation` -->",
    "<!-- end of figures of `make bench-simulation` -->",
)
SEED = 1
LEAST_S = 30
ERROR_MUST, ERROR_MUST_S, WITHIN_MUST = 0.30, 20, 0.80
DAYS = 5
"""Number of sample days for the accuracy of estimated waits. Each has its own seed."""


def agreements(processes_at_once: int) -> list[Agreement]:
    """The results of all settings. Up to `processes_at_once` settings are simulated in parallel. The longest ones start
    first."""
    settings = sorted((*ERLANG_C, *ERLANG_A), key=lambda setting: -setting.chats)
    with ProcessPoolExecutor(processes_at_once) as pool:
        found = dict(zip(settings, pool.map(simulated, settings), strict=True))
    return [found[setting] for setting in (*ERLANG_C, *ERLANG_A)]


def sample_day(seed: int) -> tuple[Told, float]:
    """The accuracy of a sample day's estimated waits, and the duration of the simulation in seconds."""
    day = load(SAMPLE)
    customers = drawn(day, random.Random(seed))
    begun = time.perf_counter()
    outcomes = list(run(customers, shifts(day, chances(seed)), day.desk, day.answers).outcomes())
    took = time.perf_counter() - begun
    found = told(outcomes, LEAST_S)
    assert found is not None, "on the sample day some wait"
    return found, took


def waits_of_the_sample() -> Markup:
    day = load(SAMPLE)
    agents = shifts(day, chances(SEED))
    passing = run(drawn(day, random.Random(SEED)), agents, day.desk, day.answers)
    found = report(day, agents, list(passing.outcomes()), passing.seatings)
    return next(drawn_plot(plot, day, found).whole for plot in plots(Goal()) if plot.file == "waits")


def page(found: Sequence[Agreement], days: Sequence[tuple[Told, float]], command: str, where: dict[str, str]) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/simulation.md`."""
    facts = "\n".join(f"- {name}: {fact}" for name, fact in where.items())
    parts = []
    for name, share, some in (
        ("Erlang C", "has to wait", [each for each in found if each.setting.patience is None]),
        ("Erlang A", "leaves", [each for each in found if each.setting.patience is not None]),
    ):
        parts.append(
            f"| {name} | chats | mean wait, theory | simulated | share that {share}, theory | simulated | |\n"
            "|---|---|---|---|---|---|---|\n"
            + "".join(
                f"| {each.setting.name} | {each.setting.chats:,} | {each.wait.theory:.4f} | {_shown(each.wait)} "
                f"| {each.share.theory:.4f} | {_shown(each.share)} | {_met(each.met)} |\n"
                for each in some
            )
        )
    inside = sum(interval.holds for each in found for interval in (each.wait, each.share))
    parts.append(
        f"{len(SEEDS)} seeds each. Theory is inside {inside} of {2 * len(found)} intervals of 95 %, of which the "
        "widest is ± "
        f"{_percent(max(interval.relative for each in found for interval in (each.wait, each.share)), 1)} "
        f"(must: ≤ {_percent(HALF_WIDTH_MUST)})."
    )
    parts.append(
        f"| sample day, seed | chats that waited {LEAST_S} s or longer | half were off by at most | of the wait "
        "| answered within what was told and half of it | | the day took |\n|---|---|---|---|---|---|---|\n"
        + "".join(
            f"| {seed} | {true.chats:,} | {true.error_s:.0f} s | {_percent(true.error)} | {_percent(true.within)} "
            f"| {_met(_is_true(true))} | {took:.1f} s |\n"
            for seed, (true, took) in enumerate(days, 1)
        )
        + f"\nMust: half of the estimates are off by at most {_percent(ERROR_MUST)} of the wait or by at most "
        f"{ERROR_MUST_S} s, and {_percent(WITHIN_MUST)} of the chats are answered within one and a half times "
        "the estimate."
    )
    return "\n\n".join([*map(str.strip, parts), f"Made by `{command}`.", facts]) + "\n"


def _shown(interval: Interval) -> str:
    return f"{interval.measured:.4f} ± {_percent(interval.relative, 1)}{'' if interval.holds else ', outside'}"


def _percent(share: float, places: int = 0) -> str:
    return f"{share * 100:.{places}f} %"


def _met(so: bool) -> str:
    return "met" if so else "missed"


def _is_true(true: Told) -> bool:
    return (true.error <= ERROR_MUST or true.error_s <= ERROR_MUST_S) and true.within >= WITHIN_MUST


# -- the plot -------------------------------------------------------------------------------

_ROW, _NAMES, _HALF, _SCALE, _BETWEEN = 24, 306, 200, 0.06, 56
"""Sizes in pixels: of a row, of the names, of half a panel, and of the gap between panels. `_SCALE` is not in pixels.
It is the relative deviation that half a panel shows."""


def plot(found: Sequence[Agreement]) -> Markup:
    """A plot of the intervals. Each interval is a line with a dot. The line in the middle is the theoretical value. All
    intervals are relative to it."""
    width, height = _NAMES + 4 * _HALF + _BETWEEN + 30, 96 + _ROW * len(found)
    bottom = height - 34
    parts = [text(16, 26, "The simulator against theory: 95 % intervals, theory is 0 %", "heading")]
    for place, name in enumerate(("mean wait", "share that has to wait (Erlang C), or leaves (Erlang A)")):
        middle = _NAMES + _HALF + place * (2 * _HALF + _BETWEEN)
        parts.append(text(middle, 52, name, "name", "middle"))
        for percent in (-6, -4, -2, 0, 2, 4, 6):
            x = middle + percent / 100 / _SCALE * _HALF
            parts += [
                line(x, 62, x, bottom, "grid" if percent else "axis"),
                text(x, bottom + 18, f"{percent:+d} %".replace("-", "−") if percent else "0", "", "middle"),
            ]
        for row, each in enumerate(found):
            interval = (each.wait, each.share)[place]
            y = 62 + _ROW * (row + 0.5)
            if not place:
                kind = "Erlang C" if each.setting.patience is None else "Erlang A"
                parts.append(text(16, y + 4, f"{kind}: {each.setting.name}"))
            x = middle + (interval.measured / interval.theory - 1) / _SCALE * _HALF
            reach = interval.half_width / interval.theory / _SCALE * _HALF
            parts += [
                line(x - reach, y, x + reach, y, "whisker"),
                Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" class="front"/>').format(x, y),
            ]
    return svg("The simulator against theory", width, height, Markup("\n").join(parts))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulation", description="The simulator and theory.")
    parser.add_argument("--write", action="store_true", help="put tables and plot into docs/")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help="processes")
    given = parser.parse_args(arguments)
    command = " ".join(["python -m bench.simulation", *(arguments if arguments is not None else sys.argv[1:])])
    OUT.mkdir(exist_ok=True)
    where = machine.describe(OUT)
    days = [sample_day(seed) for seed in range(1, DAYS + 1)]
    found = agreements(given.at_once)
    written = page(found, days, command, where)
    record = {
        "command": command,
        "machine": where,
        "agreements": [asdict(each) for each in found],
        "days": [{**asdict(true), "took_s": took} for true, took in days],
    }
    Path(OUT, "simulation.json").write_text(json.dumps(record, indent=1) + "\n")
    Path(OUT, "simulation.md").write_text(written)
    if given.write:
        PAGE.write_text(figures.put_between_marks(PAGE.read_text(), written, BEGIN, END))
        PLOT.write_text(plot(found))
        WAITS.write_text(waits_of_the_sample())
    print(written)
    return 0 if all(each.met for each in found) and all(_is_true(true) for true, _ in days) else 1


if __name__ == "__main__":
    sys.exit(main())
