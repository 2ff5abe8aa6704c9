"""The figures as Markdown tables: medians over the rounds, with the lowest and the highest value in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bench import verdicts
from bench.figures import NAMES, Flushes, Report, Round, Spread, Subject, spread
from bench.verdicts import CALM, HALF, HUNDRED, IDLE, TEN, THOUSAND, WATCHED, Verdict

DISK = "waiting for the disk alone: as many flushes, as large"


def promises(rounds: Sequence[Round]) -> str:
    """A table of each promised figure with its limit and its aim."""
    rows = [_promise(verdict) for verdict in verdicts.verdicts(rounds)]
    return _table(["", "measured", "must", "aim", ""], rows)


def _promise(verdict: Verdict) -> list[str]:
    promise = verdict.promise
    said = "missed" if not verdict.met else "met, and the aim" if verdict.reached else "met"
    sign = "≥" if promise.at_least else "≤"
    bounds = [f"{sign} {_number(bound)}" for bound in (promise.must, promise.aim)]
    return [promise.what, promise.form.format(verdict.measured), *bounds, said]


def saturated(rounds: Sequence[Round]) -> str:
    """A table of the cost of a message at saturation, and of the rate that was reached."""
    heads = ["", *(f"µs, {load.name}" for load in (TEN, HUNDRED, WATCHED, THOUSAND))]
    heads += [f"a second, {load.name}" for load in (TEN, HUNDRED, THOUSAND)]
    rows = []
    for subject in NAMES:
        cells = [_cell(rounds, subject, load.name, _us, ".1f") for load in (TEN, HUNDRED, WATCHED, THOUSAND)]
        cells += [_cell(rounds, subject, load.name, _a_second, ",.0f") for load in (TEN, HUNDRED, THOUSAND)]
        rows.append([NAMES[subject], *cells])
    fallback = spread(rounds, lambda each: each.fallback_us)
    if fallback is not None:
        rows.append(["Switchboard over HTTP, 10 pairs", f"{fallback:.0f}", *[""] * (len(heads) - 2)])
    return _table(heads, rows)


def latencies(rounds: Sequence[Round]) -> str:
    """A table of the latency of a message below saturation."""
    heads = ["", f"p50 ms, {CALM.name}", "p99 ms", f"p50 ms, {HALF.name}", "p99 ms"]
    rows = []
    for subject in NAMES:
        cells = [_cell(rounds, subject, load.name, value, ".2f") for load in (CALM, HALF) for value in (_p50, _p99)]
        rows.append([NAMES[subject], *cells])
    flushes = [_written(spread(rounds, partial(_of_disk, value)), ".2f") for value in (_p50, _p99)]
    rows.append([DISK, "", "", *flushes])
    return _table(heads, rows)


def connections(rounds: Sequence[Round]) -> str:
    """A table about idle connections: memory, connecting, reconnecting."""
    rows = [[f"KiB each, {count:,} idle", *_of_both(rounds, partial(_kib, count), ".1f")] for count in IDLE]
    most = IDLE[-1]
    rows.append([f"s to accept {most:,}", *_of_both(rounds, lambda each, who: each.held[most][who].seconds, ".1f")])
    storms: tuple[tuple[str, Callable[[Round, Subject], float], str], ...] = (
        ("s until all are back", lambda each, who: each.storms[who].all_s, ".1f"),
        ("s until half are back", lambda each, who: each.storms[who].half_s, ".1f"),
        ("s without a server", lambda each, who: each.storms[who].down_s, ".1f"),
        ("tries to connect", lambda each, who: each.storms[who].tries, ",.0f"),
        ("CPU s of the new server", lambda each, who: each.storms[who].cpu_s, ".1f"),
    )
    clients = next((back.clients for each in rounds for back in each.storms.values()), 0)
    rows += [[f"restart with {clients:,}: {name}", *_of_both(rounds, value, form)] for name, value, form in storms]
    return _table(["", NAMES["relay"], NAMES["switchboard"]], rows)


def _of_both(rounds: Sequence[Round], value: Callable[[Round, Subject], float], form: str) -> list[str]:
    both: tuple[Subject, ...] = ("relay", "switchboard")
    return [_written(spread(rounds, partial(_by, value, who)), form) for who in both]


def _by(value: Callable[[Round, Subject], float], who: Subject, each: Round) -> float:
    return value(each, who)


def _kib(count: int, each: Round, who: Subject) -> float:
    return each.held[count][who].kib


def _cell(rounds: Sequence[Round], subject: Subject, load: str, value: Callable[[Report], float], form: str) -> str:
    return _written(spread(rounds, lambda each: value(each.loads[load][subject])), form)


def _written(measured: Spread | None, form: str) -> str:
    return "" if measured is None else format(measured, form)


def _of_disk(value: Callable[[Flushes], float], each: Round) -> float | None:
    return None if each.disk is None else value(each.disk)


def _us(report: Report) -> float:
    return report.us


def _a_second(report: Report) -> float:
    return report.a_second


def _p50(report: Report | Flushes) -> float:
    return report.p50_ms


def _p99(report: Report | Flushes) -> float:
    return report.p99_ms


def _number(value: float) -> str:
    return f"{value:g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table without empty rows and columns."""
    rows = [row for row in rows if any(row[1:])]
    columns = [at for at in range(len(heads)) if at == 0 or any(row[at] for row in rows)]
    lines = [_line([heads[at] for at in columns]), "|" + "---|" * len(columns)]
    return "\n".join([*lines, *(_line([row[at] for at in columns]) for row in rows)]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
