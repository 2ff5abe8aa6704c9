"""`switchboard doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from server.cli.inputs import Data, Hours

if TYPE_CHECKING:
    from server.operations.findings import Finding

_COLORS = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "bad": typer.colors.RED}


def doctor(data: Data = None, hours: Hours = None) -> None:
    """Check settings, database, hours file and email; report problems and how to fix them."""
    from server.operations.doctor import examine
    from server.settings import load

    given = {name: value for name, value in (("data", data), ("hours", hours)) if value is not None}
    levels = []
    for finding in examine(lambda: load(**given)):
        _tell(finding)
        levels.append(finding.level)
    bad, warnings = levels.count("bad"), levels.count("warning")
    if bad:
        typer.echo(f"\n{_many(bad, 'problem')} to fix, {_many(warnings, 'warning')}.")
        raise typer.Exit(2)
    typer.echo(f"\nNothing to fix, {_many(warnings, 'warning')}.")


def _tell(finding: Finding) -> None:
    # `echo` removes the colors if this is not a terminal.
    level = typer.style(f"{finding.level:<8}", fg=_COLORS[finding.level])
    typer.echo(f"{level} {finding.area}: {finding.found}")
    if finding.mend is not None:
        typer.echo(f"{'':<8} -> {finding.mend}")


def _many(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
