"""Figures as people read them. Pure."""

from __future__ import annotations

from datetime import date

from reports.overview import Lasted

NONE = "–"


def number(count: int) -> str:
    return f"{count:,}"


def share(part: float | None) -> str:
    """A share as a percentage, with a no-break space. `part` is from 0 to 1."""
    return NONE if part is None else f"{part * 100:.1f}\u00a0%"


def lasting(seconds: int | None) -> str:
    """A duration like `0:38`, `2:24` or `72 min`."""
    if seconds is None:
        return NONE
    if seconds < 600:
        return f"{seconds // 60}:{seconds % 60:02}"
    return f"{round(seconds / 60):,}\u00a0min"


def spell(seconds: int) -> str:
    """A duration of any length, like `0:38`, `72 min`, `14.5 h` or `3.2 days`."""
    if seconds < 7200:
        return lasting(seconds)
    return f"{seconds / 3600:.1f}\u00a0h" if seconds < 172_800 else f"{seconds / 86_400:,.1f}\u00a0days"


def hours(seconds: int) -> str:
    """A business time like `72 min` or `14.5 h`."""
    return f"{seconds / 3600:,.1f}\u00a0h" if seconds >= 7200 else f"{round(seconds / 60)}\u00a0min"


def per_cent(part: float) -> str:
    """A share as a number of per cent, whole from 10 on."""
    return f"{part * 100:.0f}" if part >= 0.1 else f"{part * 100:.1f}"


def half_and_most(lasted: Lasted) -> str:
    """The sentence below a figure. It says within which time half of the cases and nine in ten were done."""
    if not lasted.count:
        return "none"
    most = f", 9 in 10 by {lasting(lasted.p90)}" if lasted.p90 is not None else f", of {number(lasted.count)}"
    return f"half by {lasting(lasted.median)}{most}"


def day(ordinal: int) -> str:
    found = date.fromordinal(ordinal)
    return f"{found:%b}\u00a0{found.day}"


def days(first: int, after: int) -> str:
    """A period, written with its first and its last day. The first day has its own year only if the years differ."""
    begins, ends = date.fromordinal(first), date.fromordinal(after - 1)
    if begins == ends:
        return f"{day(first)}, {ends.year}"
    year = "" if begins.year == ends.year else f", {begins.year}"
    return f"{day(first)}{year} – {day(after - 1)}, {ends.year}"


def points(now: float, before: float) -> str:
    """The change of a share in percentage points, like `+0.4`."""
    moved = round((now - before) * 100, 1)
    return f"{abs(moved):.1f}" if not moved else f"{'+' if moved > 0 else '−'}{abs(moved):.1f}"


def change(now: float | None, before: float | None, *, points: bool = False) -> str:
    """The change since the period before, with an arrow. Empty if there is nothing to compare."""
    if now is None or before is None or (not points and not before):
        return ""
    moved = (now - before) * 100 if points else (now - before) / before * 100
    shown = round(moved, 1)
    arrow = "↑" if shown > 0 else "↓" if shown < 0 else "→"
    return f"{arrow}\u00a0{abs(moved):.1f}\u00a0{'pt' if points else '%'}"
