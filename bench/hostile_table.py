"""The figures of `bench/hostile.py` as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from bench.figures import Spread

P50_MUST_MS, P99_AIM_MS, READY_MUST_MS, SIGN_IN_MUST_MS = 5.0, 50.0, 1_000.0, 2_000.0
"""Limits in ms. The first two limit how much the p50 and the p99 of messages may rise above the same figures of the
desk at rest."""
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


class Measured(msgspec.Struct, frozen=True):
    """A measurement. `p50_ms` and `p99_ms` are latencies of messages, None if some messages did not arrive."""

    p50_ms: float | None
    p99_ms: float | None
    ready_ms: float
    """Duration of the slowest request of `/readyz`, in ms."""
    not_ready: int
    """Number of answers of `/readyz` with a status other than 200."""
    sign_in_ms: float
    """Duration of the slowest sign-in, in ms."""
    refused: int
    """Number of refused sign-ins."""


class Beside(msgspec.Struct, frozen=True):
    """Measurements during an attack, and on the same desk immediately before it."""

    rest: Measured
    attacked: Measured
    did: str
    """The attacker's report."""


class Round(msgspec.Struct):
    """One round of all attacks. `relay` has the p50 and the p99 of the message latency on the bare relay (A) at rest,
    in ms."""

    relay: tuple[float, float]
    attacks: dict[str, Beside] = msgspec.field(default_factory=dict)


class Record(msgspec.Struct):
    """All measurements, and the machine."""

    command: str
    machine: dict[str, str]
    rounds: list[Round] = msgspec.field(default_factory=list)


def table(rounds: Sequence[Round]) -> str:
    """A table with a row per attack. It shows the added latency of messages, and whether it is within the limits."""
    heads = ["while one address does this", "p50", "p99", "`/readyz`, slowest", "sign-in, slowest", ""]
    rows = [_row(name, [each.attacks[name] for each in rounds]) for name in rounds[0].attacks]
    rests = [beside.rest for each in rounds for beside in each.attacks.values()]
    rest = f"At rest: p50 {_spread(rests, lambda one: one.p50_ms)}, p99 {_spread(rests, lambda one: one.p99_ms)}, "
    rest += f"`/readyz` {_spread(rests, lambda one: one.ready_ms)}, "
    rest += f"sign-in {_spread(rests, lambda one: one.sign_in_ms)}. "
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


def _spread(measured: Sequence[Measured], value: Callable[[Measured], float | None]) -> str:
    values = [found for one in measured if (found := value(one)) is not None]
    spread = Spread.of(values)
    return f"{spread:.2f} ms" if spread.high < 100 else f"{spread:.0f} ms"


def page(record: Record) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
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
