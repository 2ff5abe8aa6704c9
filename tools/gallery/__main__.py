"""`python -m tools.gallery`: draws the product's pages in many states, next to the mockups if there are any.

Exits with 1 if a state could not be reached, or has a fault. The gallery page shows the reasons.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import structlog
import typer

from tests.browser.chromium import chromium
from tools.gallery import admin, console, floor, hands, page, portal, tickets, widget, widget_after, widget_before
from tools.gallery.drawing import Drawing, Drawn, of_all
from tools.gallery.moments import Moment, chosen
from tools.gallery.stage import Template

FACES = (
    widget_before.FACE,
    widget.FACE,
    widget_after.FACE,
    console.FACE,
    hands.FACE,
    floor.FACE,
    tickets.FACE,
    portal.FACE,
    admin.FACE,
)
OUT = Path(__file__).parent / "out"
FONTS = Path(__file__).parents[2] / "tests" / "browser" / "fonts.conf"


def gallery(
    words: Annotated[list[str] | None, typer.Argument(help="Only moments whose name has one of these in it.")] = None,
    mockups: Annotated[Path | None, typer.Option(envvar="MOCKUPS", help="A folder of mockups, as HTML.")] = None,
    out: Annotated[Path, typer.Option(help="Where the page and its pictures go.")] = OUT,
    jobs: Annotated[int, typer.Option(min=1, help="Moments at once.")] = 2,
) -> None:
    """Draw the gallery."""
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))
    _be_quiet()
    moments = list(chosen(FACES, words or ()))
    if not moments:
        typer.echo(f"No moment has a name with {' or '.join(words or ())} in it.", err=True)
        raise typer.Exit(2)
    if mockups is not None and not mockups.is_dir():
        typer.echo(f"{mockups}: not a folder of mockups.", err=True)
        raise typer.Exit(2)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    drawn = asyncio.run(draw(moments, out, mockups, jobs))
    file = page.write(out, drawn)
    typer.echo(f"{len(drawn)} cells: {file}")
    if wrong := wrong_of(drawn):
        for cell in wrong:
            typer.echo("\n".join((f"{cell.name}:", *_said(cell))), err=True)
        raise typer.Exit(1)


async def draw(
    moments: Sequence[Moment], out: Path, mockups: Path | None, jobs: int, template: Template | None = None
) -> list[Drawn]:
    """Draw every moment at each of its widths, at most `jobs` at a time. The results are in the order of `moments`.

    Makes the sample data unless `template` has some.
    """
    with tempfile.TemporaryDirectory(prefix="switchboard-gallery-") as scratch:
        if template is None:
            template = Template(Path(scratch) / "sample")
            await template.make()
        async with chromium(spares=False) as browser:
            drawing = Drawing(browser, template, Path(scratch), out, mockups)
            turns = asyncio.Semaphore(jobs)

            async def in_turn(moment: Moment, width: str) -> Drawn:
                async with turns:
                    return await drawing.draw(moment, width)

            return await asyncio.gather(*(in_turn(moment, width) for moment, width in of_all(moments)))


def wrong_of(drawn: Sequence[Drawn]) -> list[Drawn]:
    """The results for which the program exits with 1: moments that could not be reached, and moments with faults.
    Moments that the product cannot show yet are not included."""
    return [cell for cell in drawn if cell.failed or cell.faults]


def _said(cell: Drawn) -> list[str]:
    return [f"  {line}" for line in (cell.failed.splitlines()[:4] if cell.failed else cell.faults)]


def _be_quiet() -> None:
    """Hide the desks' logs, because some moments cause errors on purpose."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


if __name__ == "__main__":
    program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    program.command()(gallery)
    program()
