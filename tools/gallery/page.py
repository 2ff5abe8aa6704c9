"""The gallery as one HTML page. It shows the pictures of each moment, the mockup beside them, and the faults."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.gallery.drawing import Drawn

_HERE = Path(__file__).parent


def write(out: Path, drawn: Sequence[Drawn]) -> Path:
    """Write `index.html` into `out`, with the moments in the order of `drawn`. Returns the file's path."""
    templates = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    faces = [
        (title, [(moment, list(widths)) for moment, widths in groupby(cells, lambda cell: cell.moment)])
        for title, cells in groupby(drawn, lambda cell: cell.moment.face)
    ]
    html = templates.get_template("gallery.html").render(
        faces=faces,
        failed=[cell for cell in drawn if cell.failed],
        faulty=[cell for cell in drawn if cell.faults],
        missing={cell.moment.name: cell for cell in drawn if cell.missing},
        shown=sum(not cell.failed and not cell.missing for cell in drawn),
    )
    file = out / "index.html"
    file.write_text(html, encoding="utf-8")
    return file
