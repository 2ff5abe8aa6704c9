"""A letter as HTML, with the colors of each element inline and dark colors where the mail program offers them."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from widgets.letters.blocks import Written

_HERE = Path(__file__).parent
MARK = (_HERE / "mark.png").read_bytes()
"""The picture beside the sender's name, as PNG."""


def html_text(letter: Written, cid: str) -> str:
    """The HTML part. It shows MARK as `cid:` and loads nothing."""
    return _letter.render(letter=letter, cid=cid)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


environment = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters["lines"] = _lines
_letter = environment.get_template("letter.html")
