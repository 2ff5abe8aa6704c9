"""A letter as HTML.

The colors of each element are inline styles. The inline styles have the light colors. A style sheet in the letter has
the dark ones, for mail programs with a dark mode.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from widgets.letters.blocks import Written

_HERE = Path(__file__).parent
MARK = (_HERE / "mark.png").read_bytes()
"""The picture beside the sender's name, as PNG."""


def html_text(letter: Written, cid: str) -> str:
    """The HTML part of the letter.

    It refers to the attached picture MARK by its content id `cid`. It loads nothing from the network.
    """
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
