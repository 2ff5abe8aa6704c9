"""The text of an HTML email, with quotes marked by `>`. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HIDDEN = frozenset({"script", "style", "title", "template", "noscript", "svg", "object"})
"""Elements whose text is not shown. `head` is not one of them, because its end tag may be missing. All the text in
`head` is in these elements."""
_BLOCKS = frozenset({"div", "p", "table", "tr", "ul", "ol", "li", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_APART = frozenset({"p", "table", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Blocks with an empty line around them."""
DEPTH_MAX = 10
"""Maximum depth of quotes. Deeper quotes are marked like quotes of this depth."""


def text_of(html: str) -> str:
    """The visible text of an HTML email, with `> ` before each quoted line."""
    reader = _Reader()
    reader.feed(_without_comments(html))
    reader.close()
    return reader.text()


def _without_comments(html: str) -> str:
    """The HTML without comments and declarations. A `<` that begins no complete tag becomes `&lt;`.

    Without this, Python's parser can be slow: the time grows with the square of the number of unclosed comments and
    tags.
    """
    pieces, place = [], 0
    while (begin := html.find("<!--", place)) >= 0:
        pieces.append(html[place:begin])
        end = html.find("-->", begin)
        place = end + 3 if end >= 0 else len(html)
    pieces.append(html[place:])
    tags = re.sub(r"<[!?][^<>]*>", "", "".join(pieces))
    return re.sub(r"<(?![a-zA-Z/][^<>]*>)", "&lt;", tags)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._ends_blank = True
        self._hidden: str | None = None
        self._depth_of_hidden = 0
        self._quotes = 0
        self._link: str | None = None
        self._label: list[str] = []

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._hidden = None
        if self._hidden is not None:
            self._depth_of_hidden += tag == self._hidden
            return
        if tag in _HIDDEN:
            self._hidden, self._depth_of_hidden = tag, 1
        elif tag == "br":
            self._break()
        elif tag == "blockquote":
            self._end_line()
            self._quotes += 1
        elif tag == "a":
            self._link, self._label = dict(attrs).get("href"), []
        elif tag in _BLOCKS:
            self._end_line(apart=tag in _APART)
            if tag == "li":
                self._add("- ")
        elif tag == "td" and not self._ends_blank:
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden is not None:
            self._depth_of_hidden -= tag == self._hidden
            if self._depth_of_hidden == 0:
                self._hidden = None
            return
        if tag == "blockquote":
            self._end_line()
            self._quotes = max(0, self._quotes - 1)
        elif tag == "a":
            self._end_link()
        elif tag in _BLOCKS:
            self._end_line(apart=tag in _APART)

    def handle_data(self, data: str) -> None:
        if self._hidden is not None:
            return
        words = re.sub(r"[\s\u200b]+", " ", data)
        self._add(words.lstrip() if self._ends_blank else words)
        self._label.append(words)

    def _add(self, words: str) -> None:
        if words:
            self._line.append(words)
            self._ends_blank = words.endswith(" ")

    def _end_link(self) -> None:
        link, self._link = self._link, None
        label = "".join(self._label).strip()
        if link is not None and link.startswith(("http://", "https://")) and link.rstrip("/") != label.rstrip("/"):
            self._add(f" ({link})" if label else link)

    def _break(self) -> None:
        self._lines.append(self._marked("".join(self._line).rstrip()))
        self._line, self._ends_blank = [], True

    def _end_line(self, *, apart: bool = False) -> None:
        if any(piece.strip() for piece in self._line):
            self._break()
        if apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._marked(""))
        self._line, self._ends_blank = [], True

    def _marked(self, line: str) -> str:
        return f"{'> ' * min(self._quotes, DEPTH_MAX)}{line}".rstrip() if self._quotes else line
