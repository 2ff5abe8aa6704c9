"""Marks the parts of an excerpt that a search found."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def marked(text: str, highlights: Iterable[tuple[int, int]]) -> Markup:
    """The text as HTML, with `<mark>` around the parts in `highlights`.

    Each part is a pair: the positions of its start and its end in the text, in characters.
    """
    found, at = Markup(), 0
    for start, end in sorted(highlights):
        if start < at:
            continue
        found += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return found + escape(text[at:])
