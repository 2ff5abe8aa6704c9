"""Compares the cost of a message in another checkout and in this one: `python -m bench.by_turns OTHER`.

OTHER is the folder of a checkout of another commit, with its own `.venv` (run `make setup` there). The two checkouts
are measured alternately, each with its own `bench`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench.figures import Round, Spread
from bench.verdicts import HALF, HUNDRED

HERE = Path(__file__).resolve().parent.parent
ROUND_MAX_S = 300


def measured(checkout: Path) -> Round:
    """The result of one round, measured by the code of `checkout`."""
    text = (HERE / "bench" / "one_round.py").read_text()
    done = subprocess.run(
        [checkout / ".venv" / "bin" / "python", "-c", text],
        cwd=checkout,
        stdout=subprocess.PIPE,
        timeout=ROUND_MAX_S,
        check=True,
    )
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Round)


ROWS: tuple[tuple[str, str, Callable[[Round], float]], ...] = (
    ("CPU a message at saturation, µs", ".1f", lambda it: it.loads[HUNDRED.name]["switchboard"].us),
    ("the same, times the relay's", ".2f", lambda it: _times_relay(it)),
    ("CPU a message at half of it, µs", ".1f", lambda it: it.loads[HALF.name]["switchboard"].us),
    ("p99 at half of it, ms", ".1f", lambda it: it.loads[HALF.name]["switchboard"].p99_ms),
)


def table(before: Sequence[Round], now: Sequence[Round]) -> str:
    """A Markdown table of both checkouts. Each figure has its median, lowest and highest value."""
    lines = ["| | before | now |", "|---|---|---|"]
    for name, form, value in ROWS:
        old, new = (format(Spread.of([value(it) for it in rounds]), form) for rounds in (before, now))
        lines.append(f"| {name} | {old} | {new} |")
    return "\n".join(lines)


def _times_relay(it: Round) -> float:
    load = it.loads[HUNDRED.name]
    return load["switchboard"].us / load["relay"].us


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.by_turns", description=__doc__)
    parser.add_argument("other", type=Path, help="folder of the other checkout")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    given = parser.parse_args(arguments)
    before: list[Round] = []
    now: list[Round] = []
    for _ in range(given.rounds):
        before.append(measured(given.other.resolve()))
        now.append(measured(HERE))
    print(table(before, now))
    return 0


if __name__ == "__main__":
    sys.exit(main())
