"""The words of an import while it runs, and at its end: progress, faults by file and line, counts."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, Literal

Outcome = Literal["imported", "there already", "left out by the mapping", "not imported"]

FAULTS_SHOWN = 20
REMARKS_KEPT = 1_000
_EVERY_S = {True: 0.25, False: 10.0}
"""Pause between two lines of progress, on a terminal and elsewhere."""


@dataclass
class Report:
    """`faults`: the file for all faults, if there is one. The terminal gets the first FAULTS_SHOWN."""

    total: int = 0
    faults: IO[str] | None = None
    terminal: IO[str] = field(default_factory=lambda: sys.stderr)
    counts: Counter[Outcome] = field(default_factory=Counter)
    renumbered: dict[int, int] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)
    faulty: int = 0
    _read: int = 0
    _began: float = field(default_factory=time.monotonic)
    _shown: float = 0.0

    def fault(self, file: str, line: int, why: str) -> None:
        self.faulty += 1
        sentence = f"{file}, line {line:,}: {why}"
        if self.faults is not None:
            print(sentence, file=self.faults)
        if self.faulty <= FAULTS_SHOWN:
            self._clear()
            print(sentence, file=self.terminal)

    def remark(self, sentence: str) -> None:
        """Something that was not taken over as it was. Equal sentences are counted."""
        if sentence not in self.remarks and len(self.remarks) >= REMARKS_KEPT:
            sentence = "further remarks"
        self.remarks[sentence] += 1

    def read(self, size: int) -> None:
        """Show the progress, from time to time. `size`: the bytes that were read in all."""
        self._read, now, is_terminal = size, time.monotonic(), self.terminal.isatty()
        if now - self._shown < _EVERY_S[is_terminal] or now - self._began < _EVERY_S[is_terminal]:
            return
        self._shown = now
        line = self._progress(now - self._began)
        print(
            f"\r\033[K{line}" if is_terminal else line, end="" if is_terminal else "\n", file=self.terminal, flush=True
        )

    def _progress(self, seconds: float) -> str:
        done = self.counts.total()
        share = min(self._read / self.total, 1.0) if self.total else 1.0
        left = seconds / share - seconds if share else 0.0
        return f"{done:,} tickets, {share:.0%}, {done / seconds:,.0f} a second, {_duration(left)} left"

    def _clear(self) -> None:
        if self.terminal.isatty() and self._shown:
            print("\r\033[K", end="", file=self.terminal)

    def lines(self) -> list[str]:
        """The summary."""
        self._clear()
        seconds = max(time.monotonic() - self._began, 0.001)
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in self.counts.items() if count) or "none"
        found = [f"Tickets: {counts}. It took {_duration(seconds)}."]
        if self.renumbered:
            some = ", ".join(f"#{old} is #{new}" for old, new in list(self.renumbered.items())[:10])
            more = f" and {len(self.renumbered) - 10:,} more" if len(self.renumbered) > 10 else ""
            found.append(
                f"{len(self.renumbered):,} numbers were taken here: {some}{more}. Searches find the old numbers."
            )
        found += [f"{count:,} ×  {sentence}." for sentence, count in self.remarks.most_common(FAULTS_SHOWN)]
        if len(self.remarks) > FAULTS_SHOWN:
            found.append(f"{len(self.remarks) - FAULTS_SHOWN:,} more remarks are not shown.")
        if self.faulty:
            hidden = self.faulty - FAULTS_SHOWN
            more = f" {hidden:,} of them are not shown: list all with --faults FILE." if hidden > 0 else ""
            found.append(
                f"{self.faulty:,} rows were not imported.{more} Correct them, and import again: what is here already "
                "stays as it is."
            )
        return found


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
